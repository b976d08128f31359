"""What leaves by itself: calendars, webhooks and their messages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person
from portulan.core.models import Versioned
from portulan.plans.models import Plan
from portulan.steering.labels import (
    DELIVERY_STATUSES,
    STOPPED,
)
from portulan.steering.words import (
    DeliveryStatus,
)


class CalendarAddress(models.Model):
    """Where a calendar reads the dates of what somebody pilots, or of a plan; it is kept as a hash.

    It opens while the person is there and may read the plan.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="calendar_addresses"
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="calendar_addresses")
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="calendar_addresses"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class Webhook(Versioned):
    """An address of others that is told of what happens, by messages that are signed.

    `secret` is sealed under the key of the machine. Entries of the trail up to `seen_entry` were
    looked at. `failing_since` is when it began to fail, None when it answered well last.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    name = models.CharField(_("nom"), max_length=80)
    url = models.CharField(_("adresse"), max_length=500)
    secret = models.TextField()
    subjects = models.JSONField(_("de quoi le prévenir"), default=list)
    seen_entry = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    stopped = models.CharField(_("arrêt"), max_length=8, choices=STOPPED, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="webhook_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A message to a webhook: what it says, how often it was tried, what was answered.

    `message_id` is the same at each try, so that who receives it twice counts it once. `key` says
    what it is about. `holder` is the process that sends it (`core.processes`).
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=120)
    message_id = models.CharField(max_length=40, unique=True)
    subject = models.CharField(max_length=20)
    body = models.TextField()
    status = models.CharField(
        max_length=9, choices=DELIVERY_STATUSES, default=DeliveryStatus.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=120, blank=True, default="")
    holder = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="delivery_once")]
        indexes = [models.Index(fields=["status", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"
