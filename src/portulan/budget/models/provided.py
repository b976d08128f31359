"""The share of a provider (a syndicate, an EPCI, a hospital group), as its members have it."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from portulan.accounts.models import Organisation
from portulan.budget.labels import STAGES
from portulan.budget.models.decimals import money


def _percent() -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=12, decimal_places=6)


class ReceivedShare(models.Model):
    """A dated copy of what a provider said, handed over or dropped as a file; never changed.

    Percentages of the provider's IT budget, in [0, 100]; `key` is the member's part in ]0, 1].
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="received_shares")
    siren = models.CharField(max_length=9)
    name = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=STAGES)
    basis = models.CharField(max_length=3)
    value = _percent()
    lower = _percent()
    upper = _percent()
    denominator = money()
    key = models.DecimalField(max_digits=12, decimal_places=10)
    published_on = models.DateField()
    by_file = models.BooleanField(default=False)
    person_id = models.BigIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
