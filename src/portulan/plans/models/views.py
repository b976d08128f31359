"""What people changed together in a view of the plan, and the views that they keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.plans.models.plans import Plan


class BulkChange(models.Model):
    """Cells changed in one act: what it takes to undo them all.

    `cells` is a list of {"action", "field", "was", "now", "reading"}: plain values, by identifiers;
    `reading` is what a reading became, which nothing else tells.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="bulk_changes")
    person_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    cells = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.made_at:%Y-%m-%d}"


class SavedView(models.Model):
    """A view of the plan under a name: which one, and what its address asks."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("nom de la vue"), max_length=60)
    view = models.CharField(max_length=12)
    query = models.CharField(max_length=1000, blank=True)
    person_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="saved_view_name_unique")
        ]

    def __str__(self) -> str:
        return self.name
