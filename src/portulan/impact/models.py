"""Dated estimates of what actions spare, and the organisation's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.core.models import Versioned
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.factors import Quality
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.samples import Quantiles
from portulan.impact.words import Moment, Sense, Social
from portulan.indicators.models import Measurement
from portulan.plans.models import Action

MOMENTS = {
    Moment.EX_ANTE: _("Prévue"),
    Moment.IN_PROGRESS: _("En cours d’action"),
    Moment.MEASURED: _("Mesurée"),
}
VIEWS = {View.AMORTISED: _("par an, amortie"), View.PURCHASE: _("à l’achat")}
REACHES = {Reach.REDUCTION: _("Réduction"), Reach.AVOIDED: _("Évité ailleurs")}
QUALITIES = {
    Quality.MEASURED: _("chiffres mesurés"),
    Quality.PUBLISHED: _("chiffres publiés"),
    Quality.ASSUMED: _("chiffres supposés"),
}

SOCIALS = {
    Social.ACCESS: _("Accès"),
    Social.INCLUSION: _("Inclusion"),
    Social.ETHICS: _("Éthique"),
    Social.SKILLS: _("Compétences"),
}
SENSES = {Sense.GAIN: _("En mieux"), Sense.HARM: _("En moins bien"), Sense.BOTH: _("Les deux")}


class Estimate(models.Model):
    """What an action spares, as it was estimated one day. Never changed: a later one supersedes it.

    `request` is a whole `portulan-impact/1` request, `factors` the figures used by name, with
    their versions, and `result` the numbers and sentences (`estimates.stored` says their shapes):
    kgCO2e, kWh, kgSb eq, kg; per year in the amortised view, in all in the purchase view;
    positive = less impact. Only its withdrawal may be written afterwards, and taken back.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="estimates")
    moment = models.CharField(_("moment"), max_length=12, choices=MOMENTS)
    view = models.CharField(max_length=10, choices=VIEWS)
    reach = models.CharField(max_length=10, choices=REACHES)
    quality = models.CharField(max_length=10, choices=QUALITIES)
    is_indicative = models.BooleanField(default=False)
    request = models.JSONField()
    factors = models.JSONField(blank=True)
    result = models.JSONField()
    engine = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    baseline = models.CharField(_("ce qui se passerait sans l’action"), max_length=500, blank=True)
    note = models.CharField(_("remarque"), max_length=500, blank=True)
    measurement = models.ForeignKey(
        Measurement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="estimates",
        verbose_name=_("relevé"),
    )
    made_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)
    withdrawn_for = models.CharField(_("motif du retrait"), max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["action", "reach", "-id"], name="estimate_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(measurement__isnull=True) | models.Q(moment=Moment.MEASURED),
                name="estimate_measured_has_measurement",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(withdrawn_for=""),
                name="estimate_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.made_on} {self.moment}"

    @property
    def carbon(self) -> Quantiles | None:
        """What it spares in kgCO2e; None when it has no number, never to be read as 0."""
        return quantiles_of(self.result["indicators"][Indicator.GWP])

    @property
    def archetypes(self) -> tuple[str, ...]:
        """The kinds of its parts, each once."""
        return tuple(dict.fromkeys(part["archetype"] for part in self.result["parts"]))


def quantiles_of(kept: Mapping[str, Any]) -> Quantiles | None:
    """Return the numbers kept of an indicator, or None when it was not estimated."""
    if "not_estimated" in kept:
        return None
    return Quantiles(kept["central"], kept["p5"], kept["p50"], kept["p95"])


class FactorOverride(models.Model):
    """A figure of the organisation, in place of the one shipped. Never changed: a new version is.

    The latest version that stands is used; withdrawn, the one shipped is used again.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="factor_overrides")
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    value = models.FloatField(_("valeur"), validators=[MinValueValidator(0)])
    spread = models.JSONField(null=True, blank=True)
    geography = models.CharField(_("lieu"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(
        _("année"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1950), MaxValueValidator(2100)],
    )
    source = models.CharField(_("source"), max_length=300)
    address = models.CharField(_("adresse de la source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)
    quality = models.CharField(_("qualité"), max_length=10, choices=QUALITIES)
    reason = models.CharField(_("motif"), max_length=500)
    person_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "version"], name="factor_override_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class SocialEffect(Versioned):
    """What an action changes for people, in words with its evidence: no score, no carbon."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="social_effects")
    kind = models.CharField(_("genre"), max_length=10, choices=SOCIALS)
    sense = models.CharField(_("sens"), max_length=4, choices=SENSES)
    statement = models.CharField(_("ce qui change, et pour qui"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)
    stated_on = models.DateField()
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.statement
