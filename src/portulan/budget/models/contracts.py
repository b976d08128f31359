"""IT contracts, the consultation that comes after each, and what the organisation chose of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import DECISIONS, LOTS, MOTIVES, PROCEDURES, RENEWALS
from portulan.budget.models.decimals import money
from portulan.budget.words import (
    LONGEST,
    LONGEST_LEAD,
    LONGEST_NOTICE,
    LONGEST_RENEWAL,
    Part,
    Procedure,
    Renewal,
)
from portulan.core.models import Versioned
from portulan.plans.models import Action

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_PERCENT = (MinValueValidator(0), MaxValueValidator(100))


def _percent(name: _StrOrPromise) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(
        name, max_digits=5, decimal_places=2, null=True, blank=True, validators=[*_PERCENT]
    )


class Contract(Versioned):
    """An IT contract, or one to come (`notified_on` null), and the consultation after it.

    `ceiling_ht` is what was awarded, HT over the whole duration; `estimate_ht` is what the next
    consultation is worth, read by few before its award. `clause` and `criterion` are those of the
    contract itself, null where nobody said. `taken` is what a file said last: what a person typed
    since then is never replaced.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="contracts")
    subject = models.CharField(_("objet"), max_length=250)
    number = models.CharField(_("numéro"), max_length=60, blank=True)
    lot = models.CharField(_("lot"), max_length=20, blank=True)
    buyer = models.CharField(_("acheteur (SIRET)"), max_length=14, blank=True)
    holder = models.CharField(_("titulaire (une société)"), max_length=160, blank=True)
    buys = models.CharField(_("ce qu’il achète"), max_length=1, choices=LOTS, blank=True)
    procedure = models.CharField(
        _("procédure"), max_length=15, choices=PROCEDURES, default=Procedure.UNKNOWN
    )
    consultation_on = models.DateField(_("début de sa consultation"), null=True, blank=True)
    notified_on = models.DateField(_("notifié le"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(
        _("durée en mois, reconductions comprises"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST)],
    )
    renewal = models.CharField(
        _("reconduction"), max_length=7, choices=RENEWALS, default=Renewal.NEVER
    )
    renewed_for = models.PositiveSmallIntegerField(
        _("mois d’une reconduction"), default=0, validators=[MaxValueValidator(LONGEST_RENEWAL)]
    )
    notice = models.PositiveSmallIntegerField(
        _("préavis en mois"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_NOTICE)]
    )
    ceiling_ht = money()
    by_supplier = models.BooleanField(_("toutes les lignes de ce titulaire"), default=False)
    clause = models.BooleanField(_("condition d’exécution"), null=True, blank=True)
    criterion = models.BooleanField(_("critère d’attribution"), null=True, blank=True)
    weight = _percent(_("poids du critère (%)"))
    decision = models.CharField(_("suite donnée"), max_length=6, choices=DECISIONS, blank=True)
    next_on = models.DateField(_("début de la prochaine consultation"), null=True, blank=True)
    offers_on = models.DateField(_("réception des offres"), null=True, blank=True)
    estimate_ht = money()
    chosen = models.JSONField(_("clauses et critères retenus"), default=list, blank=True)
    next_weight = _percent(_("poids du critère à venir (%)"))
    motive = models.CharField(_("motif"), max_length=15, choices=MOTIVES, blank=True)
    motive_said = models.CharField(_("motif écrit"), max_length=500, blank=True)
    reviewed_by = models.CharField(_("relu par"), max_length=160, blank=True)
    reviewed_on = models.DateField(_("relu le"), null=True, blank=True)
    taken = models.JSONField(default=dict, blank=True)
    actions = models.ManyToManyField(Action, related_name="contracts", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "buyer", "number", "lot"],
                condition=~models.Q(number=""),
                name="contract_number_once",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def has_condition(self) -> bool:
        return any(key.endswith(Part.CONDITION) for key in self.chosen)

    @property
    def has_criterion(self) -> bool:
        return any(key.endswith(Part.CRITERION) for key in self.chosen)

    @property
    def awarded_ht(self) -> Decimal | None:
        """Its ceiling HT once awarded: before that, it is an amount that few read."""
        return self.ceiling_ht if self.notified_on else None


class ContractHabits(Versioned):
    """What an organisation chose: its horizon and lead times, in months; the least weight asked."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="contract_habits"
    )
    horizon = models.PositiveSmallIntegerField(
        _("horizon"), default=24, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    formal = models.PositiveSmallIntegerField(
        _("procédure formalisée"), default=10, validators=[MaxValueValidator(LONGEST_LEAD)]
    )
    adapted = models.PositiveSmallIntegerField(
        _("procédure adaptée"), default=5, validators=[MaxValueValidator(LONGEST_LEAD)]
    )
    purchasing_body = models.PositiveSmallIntegerField(
        _("centrale d’achat"), default=3, validators=[MaxValueValidator(LONGEST_LEAD)]
    )
    # Whether purchases reach the amount from which a scheme of responsible purchases is due.
    spaser = models.BooleanField(_("tenue à un SPASER"), null=True, blank=True)
    least_weight = models.DecimalField(
        _("poids demandé par le plan (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(10),
        validators=[*_PERCENT],
    )

    def __str__(self) -> str:
        return str(self.organisation_id)
