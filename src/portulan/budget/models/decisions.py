"""The sheets of decisions that came back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models

from portulan.budget.models.years import FiscalYear
from portulan.budget.words import BatchStatus
from portulan.core.models import Versioned
from portulan.core.proposals import Proposal


class DecisionSheet(Versioned, Proposal):
    """A sheet of decisions read into a year: previewed, then confirmed whole, then kept or undone.

    The file itself is not kept: only the rows that say another thing than what stood, with what
    finds their line.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="decision_sheets")
    status = models.CharField(
        max_length=12,
        choices={s: s.value for s in BatchStatus},
        default=BatchStatus.PREVIEWED,
    )
    # How many rows were read, those that say what stands already, titles that mean nothing here.
    rows_read = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    ignored = models.JSONField(default=list, blank=True)
    # The columns found, and the rows as they say (`decisions.stored`).
    columns = models.JSONField(default=list)
    said = models.JSONField(default=list)
    # The line that a row is about where its key fits several, by the row: {"12": 431}.
    answers = models.JSONField(default=dict, blank=True)
    again = models.BooleanField(default=False)
    # Rows whose lines somebody changed meanwhile are left as they stand.
    leaves_conflicts = models.BooleanField(default=False)
    # What stood before, and what was written, to take it back.
    before = models.JSONField(default=dict, blank=True)

    @classmethod
    def lifetime(cls) -> timedelta:
        """As long as a file of accounts that nobody confirmed."""
        return timedelta(days=settings.PREVIEW_DAYS)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"
