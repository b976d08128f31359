"""Tables of actions that came in from elsewhere, and what each said of each action."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.core.proposals import Proposal
from portulan.plans.models.actions import Action
from portulan.plans.models.plans import Plan


class TableImport(Proposal):
    """One file of actions: previewed, then written whole, then perhaps undone.

    `titles` is the title of each field, which the next file of the same titles is read by; `grid`
    the sheet as it was read, kept until it is written; `report` what it gave. An import that made
    its plan says so: undone, it takes an empty plan away.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="table_imports")
    digest = models.CharField(max_length=64)
    format = models.CharField(max_length=12, default="table")
    # Pairs, in the order of the table: an object of PostgreSQL forgets the order of its keys.
    titles = models.JSONField(default=list)
    grid = models.JSONField(null=True)
    report = models.JSONField(default=dict)
    made_plan = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["plan", "-id"], name="table_import_latest")]

    @property
    def columns(self) -> dict[str, str]:
        """The title of each field, in the order of the table."""
        return dict(self.titles)


class TableLine(models.Model):
    """What a table said of an action: what the next one is compared with, and how to go back.

    `said` holds the values that the table gave and that stand (a conflict keeps what was said
    before it), `before` what each field changed held, `made` that the action was created.
    """

    table = models.ForeignKey(TableImport, models.CASCADE, related_name="lines")
    action = models.ForeignKey(Action, models.CASCADE, related_name="table_lines")
    row = models.PositiveIntegerField(_("ligne"))
    said = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    made = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "action"], name="table_line_unique")
        ]

    def __str__(self) -> str:
        return f"{self.table_id} {self.row}"
