"""Money wanted, expected or reserved before lines exist; programmes; what others bring."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import PROGRAMME_KINDS
from portulan.budget.models.decimals import money
from portulan.budget.words import ProgrammeKind
from portulan.core.models import Versioned
from portulan.plans.models import SECTIONS, Action, Plan


class Ambition(Versioned):
    """The share of the IT budget that a plan wants for NR in a year, in percent."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="ambitions")
    year = models.PositiveSmallIntegerField()
    percent = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "year"], name="ambition_unique")]

    def __str__(self) -> str:
        return f"{self.year}: {self.percent} %"


class AmbitionAmount(Versioned):
    """The euros that a plan wants for NR in a year, in one section or in both ("")."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="ambition_amounts")
    year = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=1, choices=SECTIONS, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "year", "section"], name="ambition_amount_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.section}: {self.amount}"


class Envelope(Versioned):
    """The money voted for the NR of a plan in a year: what its allotments stay under."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="envelopes")
    year = models.PositiveSmallIntegerField(_("exercice"))
    section = models.CharField(max_length=1, choices=SECTIONS, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])
    decided_on = models.DateField()
    reference = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "section"], name="envelope_unique")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.section}: {self.amount}"


class Forecast(Versioned):
    """The IT budget expected for a year that has no accounts yet (framing letter)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="forecasts")
    year = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=1, choices=SECTIONS, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "section"], name="forecast_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class Allotment(Versioned):
    """Money reserved for an action in a year (dotation), by a dated decision."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="allotments")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    decided_on = models.DateField()
    reference = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "year"], name="allotment_unique")]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year}: {self.amount}"


class CoFunding(Versioned):
    """Money others bring to an action, asked, granted or received: never netted in the budget."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="co_funding")
    funder = models.CharField(_("financeur"), max_length=160)
    year = models.PositiveSmallIntegerField(_("exercice"))
    asked = money()
    granted = money()
    received = money()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "funder", "year"], name="co_funding_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.funder}"


class Programme(Versioned):
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


class ProgrammeRevision(Versioned):
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
