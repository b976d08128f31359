"""What became of each action of a plan when the next one took over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.plans.labels import FATES
from portulan.plans.models.actions import Action
from portulan.plans.models.plans import Plan


class Succession(models.Model):
    """The fate of a former action, said when `plan` took over; kept, `successor` goes on."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="successions")
    former = models.ForeignKey(Action, models.CASCADE, related_name="fates")
    successor = models.OneToOneField(
        Action, models.SET_NULL, null=True, blank=True, related_name="succeeds"
    )
    fate = models.CharField(_("suite"), max_length=8, choices=FATES)
    reason = models.CharField(_("motif"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "former"], name="succession_unique")]

    def __str__(self) -> str:
        return f"{self.former_id}: {self.fate}"
