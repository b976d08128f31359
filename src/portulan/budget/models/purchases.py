"""What lines bought of each type of product, and what was received as a gift."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import PRODUCT_ORIGINS
from portulan.budget.models.decimals import money
from portulan.budget.models.lines import BudgetLine
from portulan.budget.words import ProductOrigin
from portulan.core.models import Versioned


class PurchasePart(Versioned):
    """A part of a realised line: a type of product, or none ("": not a product), and its origin.

    `amount` is in the tax basis of the line; the amount HT is typed (`ht`), or comes from a typed
    rate of VAT in percent (`vat`) and is then an estimate. `invoice_year` is a civil year.
    `read_from`: the source that somebody took it from, its day and seal; "" where it was typed.
    """

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="purchase_parts")
    category = models.CharField(_("type de produit"), max_length=120, blank=True)
    origin = models.CharField(
        _("origine"), max_length=14, choices=PRODUCT_ORIGINS, default=ProductOrigin.NEW
    )
    amount = models.DecimalField(_("montant"), max_digits=16, decimal_places=2)
    ht = money()
    vat = models.DecimalField(
        _("taux de TVA (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    invoice_year = models.PositiveSmallIntegerField(_("année de la facture"))
    read_from = models.CharField(_("d’où vient"), max_length=250, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "category", "origin", "invoice_year"], name="purchase_part_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ht__isnull=True) | models.Q(vat__isnull=True),
                name="purchase_part_ht_typed_or_estimated",
            ),
        ]
        indexes = [models.Index(fields=["invoice_year"], name="purchase_part_year")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.category} {self.origin}"


class Gift(Versioned):
    """Things of one type received as a gift in a civil year, at the flat value of the grid."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="gifts")
    year = models.PositiveSmallIntegerField(_("année civile"))
    category = models.CharField(_("type de produit"), max_length=120)
    label = models.CharField(_("ce qui a été reçu"), max_length=200)
    quantity = models.PositiveIntegerField(_("nombre"), validators=[MinValueValidator(1)])
    unit_value = models.DecimalField(
        _("valeur forfaitaire d’un"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    source = models.CharField(_("source de la valeur"), max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "category", "label"], name="gift_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.label}"

    @property
    def value(self) -> Decimal:
        return self.quantity * self.unit_value
