"""Fiscal years."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import COSTINGS, YEAR_STATUSES
from portulan.budget.words import YearStatus
from portulan.core.models import Versioned
from portulan.core.money import TaxBasis


class FiscalYear(Versioned):
    """An exercice; it may start on another day than 1 January."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="fiscal_years")
    year = models.PositiveSmallIntegerField(
        _("exercice"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    status = models.CharField(
        _("état"), max_length=12, choices=YEAR_STATUSES, default=YearStatus.EXECUTING
    )
    tax_basis = models.CharField(
        _("base"), max_length=3, choices={b: b.value for b in TaxBasis}, default=TaxBasis.TTC
    )
    # What counts of an ordinary purchase, and since which decision; null is not said. Columns that
    # may be null are added without making the table again, which would forget its triggers.
    costing = models.CharField(max_length=10, choices=COSTINGS, null=True, blank=True)
    costing_on = models.DateField(_("décidé le"), null=True, blank=True)
    # The day a person said that its accounts are whole (voted, or nothing more is to come).
    whole_on = models.DateField(_("déclaré complet le"), null=True, blank=True)
    # The edition under which its lines were judged: a closed year keeps the one it was closed with.
    judged_under = models.ForeignKey(
        "budget.ITPerimeter", models.RESTRICT, null=True, blank=True, related_name="judged_years"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="fiscal_year_unique")
        ]

    def __str__(self) -> str:
        return str(self.year)
