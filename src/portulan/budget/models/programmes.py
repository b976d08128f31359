"""Multi-year programmes: what is authorised, and when it is to be paid."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.enums import ProgrammeKind
from portulan.budget.labels import PROGRAMME_KINDS


class Programme(models.Model):
    """An operation that is committed over several years and paid year by year (AP/CP, AE/CP).

    `codes` are those that its lines bear: operation, programme number, or contract.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="programmes")
    title = models.CharField(_("programme"), max_length=200)
    kind = models.CharField(
        _("forme"), max_length=6, choices=PROGRAMME_KINDS, default=ProgrammeKind.AP_CP
    )
    codes = models.JSONField(_("codes de ses lignes"), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title"], name="programme_title")
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeRevision(models.Model):
    """A dated decision on a programme: the whole amount it authorises from then on, in euros."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="revisions")
    amount = models.DecimalField(
        _("montant autorisé"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    decided_on = models.DateField(_("date"))
    reference = models.CharField(_("délibération ou décision"), max_length=250)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "decided_on"], name="revision_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.decided_on}: {self.amount}"


class PaymentCredit(models.Model):
    """What a revision foresees to pay in a year (crédits de paiement), in euros."""

    revision = models.ForeignKey(ProgrammeRevision, models.CASCADE, related_name="payments")
    year = models.PositiveSmallIntegerField(_("exercice"))
    amount = models.DecimalField(max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "year"], name="payment_credit_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"
