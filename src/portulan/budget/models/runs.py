"""The figures that were computed."""

from __future__ import annotations

from django.db import models

from portulan.budget.labels import STAGES
from portulan.budget.models.perimeter import ITPerimeter
from portulan.budget.models.years import FiscalYear


class IndicatorRun(models.Model):
    """A computation of the share of the IT budget dedicated to NR. Immutable but for publication.

    Percentages are exact decimals; they are rounded when shown.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="runs")
    stage = models.CharField(max_length=12, choices=STAGES)
    perimeter = models.ForeignKey(ITPerimeter, models.PROTECT, related_name="runs")
    basis = models.CharField(max_length=3)
    numerator = models.DecimalField(max_digits=18, decimal_places=2)
    denominator = models.DecimalField(max_digits=18, decimal_places=2)
    justified = models.DecimalField(max_digits=18, decimal_places=2)
    proposed = models.DecimalField(max_digits=18, decimal_places=2)
    outside_it = models.DecimalField(max_digits=18, decimal_places=2)
    value = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    lower = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    upper = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    coverage = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    # Counts of lines, sums by section, warnings: the whole computed document.
    document = models.JSONField(default=dict, blank=True)
    inputs_hash = models.CharField(max_length=64)
    person_id = models.BigIntegerField(null=True, blank=True)
    computed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # The same inputs are computed once.
            models.UniqueConstraint(
                fields=["fiscal_year", "stage", "inputs_hash"], name="run_inputs_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.stage}: {self.value}"
