"""The shares of lines dedicated to NR."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.budget.enums import AttributionStatus
from portulan.budget.labels import METHODS, STATUSES
from portulan.budget.models.fields import share
from portulan.budget.models.lines import BudgetLine
from portulan.plans.models import Action

COUNTED = (AttributionStatus.DECLARED, AttributionStatus.JUSTIFIED)


class Attribution(models.Model):
    """The share of a line dedicated to NR, to an action or at large (fléchage NR).

    `outside_it` marks NR effort on the part of a line that is not IT spending: a separate sum,
    never in the numerator.
    """

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="attributions")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    share = share()
    outside_it = models.BooleanField(default=False)
    # How the share was found when it is that of an order of the line, in words a person checks:
    # {"order", "contract", "share", "stage", "amount", "of"}; null when it was given for the line.
    key = models.JSONField(null=True, blank=True)
    method = models.CharField(_("méthode"), max_length=16, choices=METHODS)
    status = models.CharField(_("statut"), max_length=10, choices=STATUSES)
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="attribution_share"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=AttributionStatus.JUSTIFIED) | ~models.Q(evidence=""),
                name="attribution_justified_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.share}"
