"""The weekly message, and who asked not to be written to."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person
from portulan.core.models import Versioned


class Digest(Versioned):
    """The weekly message to pilots; without a day, nothing is written to anybody."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="digest")
    # Monday is 1.
    weekday = models.PositiveSmallIntegerField(
        _("jour"), null=True, blank=True, validators=[MaxValueValidator(7)]
    )
    hour = models.PositiveSmallIntegerField(
        _("heure"), default=9, validators=[MaxValueValidator(23)]
    )

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.weekday} {self.hour} h"


class MailRefusal(models.Model):
    """Somebody who asked not to be written to."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="mail_refusal")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id}"
