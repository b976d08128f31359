"""The level of prices of a year, typed by the organisation from a source it names."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation


class PriceIndex(models.Model):
    """The index of prices of a year, whatever its base: only two years of one source compare."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="price_indexes")
    year = models.PositiveSmallIntegerField(_("exercice"))
    index = models.DecimalField(
        _("indice"), max_digits=9, decimal_places=4, validators=[MinValueValidator(1)]
    )
    source = models.CharField(_("source"), max_length=200)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="price_index_of_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.index}"
