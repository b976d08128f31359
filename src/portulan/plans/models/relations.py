"""What links two actions, what is noted of one on a day, and the days that a unit has."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Unit
from portulan.core.models import Versioned
from portulan.plans.labels import TIES
from portulan.plans.models.actions import Action
from portulan.plans.models.plans import Plan


class ActionTie(models.Model):
    """How an action bears on another of its plan; said once, read from both."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="ties")
    other = models.ForeignKey(Action, models.CASCADE, related_name="tied_by")
    kind = models.CharField(_("lien"), max_length=10, choices=TIES)
    reason = models.CharField(_("motif"), max_length=250, blank=True)
    person_id = models.BigIntegerField(null=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "other", "kind"], name="action_tie_unique"),
            models.CheckConstraint(
                condition=~models.Q(action=models.F("other")), name="action_tie_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.kind} {self.other_id}"


class ActionNote(Versioned):
    """What somebody notes of an action, on the day that it is about."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="notes")
    on = models.DateField(_("date"))
    text = models.TextField(_("note"))
    person_id = models.BigIntegerField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["action", "-on", "-id"], name="action_note_latest")]

    def __str__(self) -> str:
        return f"{self.on}: {self.text[:40]}"


class UnitDays(Versioned):
    """The days a year that a unit has for the actions of a plan; none said is not 0."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="unit_days")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="plan_days")
    days = models.DecimalField(
        _("jours par an"), max_digits=7, decimal_places=1, validators=[MinValueValidator(0)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit"], name="unit_days_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.days}"
