"""The sums of imports, kept beside their lines."""

from __future__ import annotations

from django.db import models

from portulan.budget.labels import STAGES
from portulan.budget.models.lines import ImportBatch


class StageSums(models.Model):
    """What the real expense lines of an import add up to at one stage, as `sums.Sums` writes it.

    Written with the lines, in the same transaction, by `services.sums` alone. An import without
    its five rows has no sums: its lines are added up each time.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="sums")
    stage = models.CharField(max_length=12, choices=STAGES)
    document = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "stage"], name="sums_unique")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage}"


class DaySums(models.Model):
    """The same sums as they stood at the end of a day on which they were written.

    The figure as it was known on any past day is made from them: the rows last written until that
    day, of the imports that were in force. One row a day at most; never changed after its day.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="day_sums")
    stage = models.CharField(max_length=12, choices=STAGES)
    on = models.DateField()
    document = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "stage", "on"], name="day_sums_unique")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage} {self.on}"
