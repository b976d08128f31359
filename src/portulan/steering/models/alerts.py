"""What is alerted of, and whom it was told to."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person
from portulan.core.models import Versioned
from portulan.plans.models import Plan


class AlertThresholds(Versioned):
    """From where an organisation wants to be alerted; None says that it does not.

    `roles` are whom the weekly message tells of what concerns the whole plan.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="alert_thresholds"
    )
    share = models.DecimalField(
        _("part sous l’ambition, au-delà de (points)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(0),
        validators=[MaxValueValidator(100)],
    )
    coverage = models.DecimalField(
        _("couverture sous (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(80),
        validators=[MaxValueValidator(100)],
    )
    law_days = models.PositiveSmallIntegerField(
        _("ce que la loi demande, combien de jours avant"),
        null=True,
        blank=True,
        default=180,
        validators=[MaxValueValidator(1000)],
    )
    due_days = models.PositiveSmallIntegerField(
        _("échéances, combien de jours avant"),
        null=True,
        blank=True,
        default=30,
        validators=[MaxValueValidator(1000)],
    )
    evidence_days = models.PositiveSmallIntegerField(
        _("preuves qui expirent, combien de jours avant"),
        null=True,
        blank=True,
        default=60,
        validators=[MaxValueValidator(1000)],
    )
    roles = models.JSONField(_("qui le lit chaque semaine"), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class RaisedAlert(models.Model):
    """An alert that stands, and since when; it goes once what it says holds no more.

    `key` says what it is about: nobody is told twice of one thing.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="raised_alerts")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="alert_raised_once")
        ]

    def __str__(self) -> str:
        return self.key


class AlertTold(models.Model):
    """Somebody whose weekly message told of an alert."""

    alert = models.ForeignKey(RaisedAlert, models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, models.CASCADE, related_name="alerts_told")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "person"], name="alert_told_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.person_id}"


class Look(models.Model):
    """How far somebody said that they had looked at what changed in a plan: an entry of the trail.

    Looking writes nothing: they say it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="looks")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="looks")
    entry = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "plan"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.entry}"
