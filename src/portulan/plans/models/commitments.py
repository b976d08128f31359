"""Commitment decisions, and the deliverables they rest on."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portulan.core.models import Versioned
from portulan.plans.labels import LEVELS
from portulan.plans.models.actions import Action
from portulan.plans.words import Outcome


class Deliverable(Versioned):
    """What a study or a trial hands over: the approach, who was consulted, the result."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="deliverables")
    title = models.CharField(_("titre"), max_length=250)
    due_on = models.DateField(_("attendu le"), null=True, blank=True)
    delivered_on = models.DateField(_("remis le"), null=True, blank=True)
    approach = models.TextField(_("démarche"), blank=True)
    # Who must be heard, said when it is promised; who was is said when it is delivered.
    to_hear = models.CharField(
        _("à entendre"), max_length=300, blank=True, default="", db_default=""
    )
    consulted = models.TextField(_("personnes consultées"), blank=True)
    result = models.TextField(_("résultat"), blank=True)
    reference = models.CharField(_("référence ou adresse"), max_length=500, blank=True)

    def __str__(self) -> str:
        return self.title


class DecisionsInForce(models.Manager["CommitmentDecision"]):
    """Decisions in the order they were made, without those that a later record corrects."""

    def get_queryset(self) -> models.QuerySet[CommitmentDecision]:
        later = CommitmentDecision.everything.filter(
            corrects=Coalesce(models.OuterRef("corrects"), models.OuterRef("pk")),
            pk__gt=models.OuterRef("pk"),
        )
        return (
            super()
            .get_queryset()
            .filter(~models.Exists(later))
            .alias(first=Coalesce("corrects", "pk"))
            .order_by("decided_on", "first")
        )


class CommitmentDecision(models.Model):
    """A dated move on the scale of commitments.

    Never changed: a new decision moves on from it. What was recorded wrongly is recorded again,
    and `corrects` points to the first record: the latest one is in force, all are kept.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="decisions")
    decided_on = models.DateField(_("date"))
    outcome = models.CharField(max_length=8, choices={o: o.value for o in Outcome})
    from_level = models.PositiveSmallIntegerField(choices=LEVELS, null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("niveau"), choices=LEVELS)
    body = models.CharField(_("organe qui décide"), max_length=160)
    reason = models.TextField(_("motif"), blank=True)
    deliverable = models.ForeignKey(
        Deliverable, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    corrects = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    # The table that a level was read in (plain identifier): undone, it takes its decisions back.
    import_id = models.BigIntegerField(null=True, blank=True)
    # Null, not empty, as long as nothing is corrected: the table need not be made again.
    correction_reason = models.CharField(
        _("motif de la correction"), max_length=500, null=True, blank=True
    )

    objects = DecisionsInForce()
    everything = models.Manager["CommitmentDecision"]()

    class Meta:
        indexes = [models.Index(fields=["action", "decided_on", "id"], name="decision_order")]

    def __str__(self) -> str:
        return f"{self.action_id} {self.decided_on} {self.outcome} {self.level}"
