"""Corrections of a closed year: dated, beside its frozen figure, never in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.budget.labels import STAGES
from portulan.budget.models.lines import BudgetLine
from portulan.budget.models.years import FiscalYear


class Adjustment(models.Model):
    """What is known, after the closing, to be wrong of a line or of a whole year, in euros.

    `amount` is what the line, or the IT budget, should have had more (less if negative);
    `nr_amount` its part dedicated to NR, which a line's own attributions say. What was said is
    never changed (guard): it is withdrawn, and may be put back.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(
        BudgetLine, models.CASCADE, null=True, blank=True, related_name="adjustments"
    )
    stage = models.CharField(max_length=12, choices=STAGES)
    amount = models.DecimalField(_("écart"), max_digits=16, decimal_places=2)
    nr_amount = models.DecimalField(
        _("dont NR"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500)
    known_on = models.DateField(_("date"))
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Of a line, its attributions say what is NR; of a year, somebody does.
                condition=models.Q(line__isnull=True, nr_amount__isnull=False)
                | models.Q(line__isnull=False, nr_amount__isnull=True),
                name="adjustment_of_a_line_or_of_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.stage}: {self.amount}"
