"""Sealed plans: their seals, their stamps, what is said of each commitment at the end."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.core.models import Versioned
from portulan.plans.models import Action, Plan
from portulan.steering.labels import (
    OCCASIONS,
    PROMISES,
)


class SealedPlan(models.Model):
    """A plan as it was on a day, with its seal: never changed, never removed (guard).

    `content` is canonical JSON (RFC 8785), kept as text: its bytes are what `seal` is computed
    from. `number` is its place in the chain of the organisation, `previous` the seal before it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sealed_plans")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sealed")
    number = models.PositiveIntegerField(_("numéro"))
    occasion = models.CharField(_("occasion"), max_length=12, choices=OCCASIONS)
    title = models.CharField(_("intitulé"), max_length=160)
    sealed_on = models.DateField(_("scellé le"))
    sealed_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    previous = models.CharField(max_length=64, blank=True)
    seal = models.CharField(_("sceau"), max_length=64)
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="seal_number_unique")
        ]
        indexes = [models.Index(fields=["plan", "-number"], name="seal_latest")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Stamp(models.Model):
    """The RFC 3161 answer of an authority on a seal: it proves the date to a third party."""

    sealed = models.OneToOneField(SealedPlan, models.CASCADE, related_name="stamp")
    token = models.TextField()  # base64
    authority = models.CharField(max_length=250)
    stamped_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sealed_id}: {self.stamped_at}"


class CommitmentVerdict(Versioned):
    """What is said of a commitment at the end of the plan; it is sealed when the plan is closed."""

    action = models.OneToOneField(Action, models.CASCADE, related_name="commitment_verdict")
    verdict = models.CharField(_("engagement"), max_length=8, choices=PROMISES)
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.action_id}: {self.verdict}"
