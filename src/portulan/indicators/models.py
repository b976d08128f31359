"""Indicators, their targets, and their dated values."""

from __future__ import annotations

from typing import TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Unit
from portulan.core.models import Versioned
from portulan.evidence.models import EvidenceLink
from portulan.indicators.unit_parts.rules import PastWeight, past_of
from portulan.indicators.words import (
    Direction,
    Frequency,
    Judgement,
    Kind,
    Knowledge,
    Level,
    MeasurementRole,
    OverTime,
    OverUnits,
    TargetKind,
)

KINDS = {
    Kind.PERCENTAGE: _("Pourcentage"),
    Kind.COUNT: _("Nombre"),
    Kind.QUANTITY: _("Quantité"),
    Kind.YES_NO: _("Oui ou non"),
    Kind.SCALE: _("Échelle de mots"),
    Kind.TEXT: _("Texte"),
}
DIRECTIONS = {
    Direction.UP: _("À la hausse"),
    Direction.DOWN: _("À la baisse"),
    Direction.NONE: _("Sans sens voulu"),
}
FREQUENCIES = {
    Frequency.MONTH: _("Chaque mois"),
    Frequency.QUARTER: _("Chaque trimestre"),
    Frequency.HALF: _("Chaque semestre"),
    Frequency.YEAR: _("Chaque année"),
}
OVER_TIME = {
    OverTime.STOCK: _("Ce qui est, un jour donné"),
    OverTime.FLOW: _("Ce qui s’ajoute au long de l’année"),
}
OVER_UNITS = {
    OverUnits.SUM: _("La somme"),
    OverUnits.WEIGHTED: _("La part des sommes, numérateurs et dénominateurs"),
    OverUnits.LAST: _("Le dernier relevé"),
}
LEVELS = {Level.STRATEGIC: _("Stratégique"), Level.OPERATIONAL: _("Opérationnel")}
JUDGEMENTS = {
    Judgement.REACHED: _("Atteinte"),
    Judgement.IN_PART: _("En partie"),
    Judgement.NOT_REACHED: _("Non atteinte"),
}
KNOWLEDGES = {
    Knowledge.KNOWN: _("Connu"),
    Knowledge.UNKNOWN: _("Inconnu"),
    Knowledge.NOT_APPLICABLE: _("Sans objet"),
}


class Indicator(Versioned):
    """What is followed, and which way it should go."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="indicators")
    name = models.CharField(_("nom"), max_length=250)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    kind = models.CharField(_("genre"), max_length=12, choices=KINDS)
    direction = models.CharField(
        _("sens voulu"), max_length=6, choices=DIRECTIONS, default=Direction.NONE
    )
    level = models.CharField(_("niveau"), max_length=12, choices=LEVELS, default=Level.OPERATIONAL)
    description = models.TextField(_("précisions"), blank=True)
    frequency = models.CharField(
        _("fréquence"), max_length=7, choices=FREQUENCIES, blank=True, default="", db_default=""
    )
    over_time = models.CharField(
        _("dans le temps"),
        max_length=5,
        choices=OVER_TIME,
        default=OverTime.STOCK,
        db_default=OverTime.STOCK.value,
    )
    # Blank where its kind says it: a share of sums, a sum, else the last.
    over_units = models.CharField(
        _("entre entités"), max_length=8, choices=OVER_UNITS, blank=True, default="", db_default=""
    )
    # The words of a scale, from the least to the most.
    scale = models.JSONField(_("échelle"), default=list, blank=True)
    # A yes is worth a day: when to ask again.
    review_on = models.DateField(_("à revoir le"), null=True, blank=True)
    # Name in the registry of computed indicators; blank when a person types the values.
    computed_by = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class IndicatorFields(TypedDict, total=False):
    """The types of its fields, as services take them; how it is read is a `Manner`."""

    unit: str
    direction: Direction
    level: Level
    description: str


class Target(Versioned):
    """A number or a sentence to reach by a date, or a legal threshold with its text of law."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    kind = models.CharField(
        max_length=8,
        choices={TargetKind.TARGET: _("Cible"), TargetKind.LEGAL: _("Seuil légal")},
        default=TargetKind.TARGET,
    )
    due_on = models.DateField(_("échéance"))
    value = models.DecimalField(_("valeur"), max_digits=18, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("en mots"), max_length=250, blank=True)
    reference = models.CharField(_("texte de loi"), max_length=250, blank=True)
    # Of a target in words, once its date has come: by which function, why.
    judgement = models.CharField(
        _("jugement"), max_length=11, choices=JUDGEMENTS, blank=True, default="", db_default=""
    )
    judged_on = models.DateField(_("jugée le"), null=True, blank=True)
    judged_by = models.CharField(
        _("jugée par"), max_length=160, blank=True, default="", db_default=""
    )
    judged_why = models.CharField(
        _("motif du jugement"), max_length=500, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "kind", "due_on"], name="target_date_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False) | ~models.Q(text=""),
                name="target_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value if self.value is not None else self.text} ({self.due_on})"


class UnitPart(Versioned):
    """A unit that has to tell its part of an indicator, from a day, until another.

    What it told before or after does not count in what units make together.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="unit_parts")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="indicator_parts")
    # What it counts for in a weighted mean: people, machines, square metres.
    weight = models.DecimalField(_("poids"), max_digits=14, decimal_places=3, null=True, blank=True)
    # What it counted for before, the first first, each until a day: past means keep their weights.
    past_weights = models.JSONField(_("poids d’avant"), default=list, blank=True)
    since = models.DateField(_("attendue depuis le"), null=True, blank=True)
    until = models.DateField(_("attendue jusqu’au"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit"], name="unit_part_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.indicator_id}"

    @property
    def past(self) -> tuple[PastWeight, ...]:
        """The weights that it had before."""
        return past_of(self.past_weights)


class Measurement(models.Model):
    """A dated value (relevé): a number, words, or the statement that it is not known."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="measurements")
    # Whose value it is; none: the whole organisation’s.
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="measurements"
    )
    role = models.CharField(
        max_length=8,
        choices={MeasurementRole.BASELINE: _("Référence"), MeasurementRole.READING: _("Relevé")},
        default=MeasurementRole.READING,
    )
    on = models.DateField(_("date"))
    knowledge = models.CharField(max_length=14, choices=KNOWLEDGES, default=Knowledge.KNOWN)
    value = models.DecimalField(_("valeur"), max_digits=18, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("en mots"), max_length=250, blank=True)
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    note = models.CharField(_("remarque"), max_length=500, blank=True)
    breaks_series = models.BooleanField(_("rupture de périmètre"), default=False)
    # Told again on the perimeter of the break of that day; the value first told stays beside.
    restated_for = models.DateField(null=True, blank=True)
    # Of two values of one day, why this one does not count; blank: it counts.
    refused_why = models.CharField(
        _("motif du refus"), max_length=250, blank=True, default="", db_default=""
    )
    computed = models.BooleanField(default=False)
    # None: the command line, or a source that was chosen to enter by itself.
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["indicator", "on"], name="measurement_series")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(knowledge=Knowledge.KNOWN)
                & (models.Q(value__isnull=False) | ~models.Q(text=""))
                | ~models.Q(knowledge=Knowledge.KNOWN) & models.Q(value__isnull=True, text=""),
                name="measurement_says_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value if self.value is not None else self.text}"


class MeasurementEvidence(EvidenceLink):
    PILOT = "proved__indicator__actions__pilot"

    proved = models.ForeignKey(Measurement, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="measurement_evidence_once")
        ]
