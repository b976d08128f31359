"""Scenarios, what there is to spend, and the rules between candidates."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.core.models import Versioned
from portulan.plans.models import LEVELS, SECTIONS, Plan
from portulan.portfolio.words import (
    LONGEST_REASON,
    Least,
    Measure,
    Origin,
    RuleKind,
    ScenarioStatus,
    Unknown,
)

STATUSES = {
    ScenarioStatus.DRAFT: _("Brouillon"),
    ScenarioStatus.KEPT: _("Retenu"),
    ScenarioStatus.APPLIED: _("Appliqué au plan"),
}
UNKNOWNS = {
    Unknown.BOUNDED: _("Borné : il compte pour la borne basse"),
    Unknown.COVERAGE: _("Par la couverture : les autres critères jugent seuls"),
}
ORIGINS = {
    Origin.TYPED: _("saisi"),
    Origin.PLANNED: _("vient du budget attendu"),
    Origin.ALLOTTED: _("vient de la dotation"),
    Origin.REPEATED: _("reconduit de l’année précédente"),
    Origin.VOTED: _("vient de l’enveloppe votée"),
    Origin.AMBITION: _("vient de l’ambition"),
    Origin.PLAN: _("vient du plan"),
    Origin.ESTIMATE: _("vient de l’estimation"),
    Origin.LAW: _("vient de la loi"),
}
RULE_KINDS = {
    RuleKind.PREREQUISITE: _("Préalable"),
    RuleKind.EXCLUSION: _("Exclusion"),
    RuleKind.COVERAGE: _("Couverture"),
    RuleKind.OVERLAP: _("Recouvrement"),
}
MEASURES = {
    Measure.CO2: _("CO₂e évité (t par an)"),
    Measure.SOCIAL: _("Valeur sociale (points)"),
    Measure.MONEY: _("Dépense (€)"),
    Measure.SHARE: _("Part NR, redéployé (%)"),
    Measure.SHARE_ON_TOP: _("Part NR, en plus (%)"),
}
LEAST = {
    Least.MONEY: _("La dépense de toutes les années"),
    Least.PEAK: _("L’année la plus chère"),
    Least.DAYS: _("Les jours des équipes"),
    Least.ACTIONS: _("Le nombre d’actions"),
}
_YEAR = [MinValueValidator(2000), MaxValueValidator(2100)]
_PERCENT = [MaxValueValidator(100)]


class Scenario(Versioned):
    """An arbitration: which actions, when, at which level, for how much.

    Each change adds 1 to `revision`: a selection says of which one it is the result.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="scenarios")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="scenarios")
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("titre"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("première année"), validators=_YEAR)
    last_year = models.PositiveSmallIntegerField(_("dernière année"), validators=_YEAR)
    residual_years = models.PositiveSmallIntegerField(
        _("années comptées après"), default=2, validators=[MaxValueValidator(10)]
    )
    status = models.CharField(max_length=8, choices=STATUSES, default=ScenarioStatus.DRAFT)
    weight_impact = models.PositiveSmallIntegerField(_("impact"), default=60, validators=_PERCENT)
    weight_cost = models.PositiveSmallIntegerField(_("coût"), default=0, validators=_PERCENT)
    weight_law = models.PositiveSmallIntegerField(_("loi"), default=20, validators=_PERCENT)
    weight_readiness = models.PositiveSmallIntegerField(
        _("facilité"), default=10, validators=_PERCENT
    )
    weight_social = models.PositiveSmallIntegerField(
        _("valeur sociale"), default=10, validators=_PERCENT
    )
    unknown = models.CharField(
        _("impact inconnu"), max_length=8, choices=UNKNOWNS, default=Unknown.BOUNDED
    )
    # In kgCO2e a year; null: the smallest and the middle one of those that are known.
    unknown_low = models.IntegerField(_("borne basse"), null=True, blank=True)
    unknown_high = models.IntegerField(_("borne haute"), null=True, blank=True)
    # What must be reached, turned round: {"measure", "year", "at_least"}…, as `facts.TargetFacts`.
    targets = models.JSONField(_("objectifs à atteindre"), default=list, blank=True)
    minimise = models.CharField(
        _("le moins possible"), max_length=8, choices=LEAST, default=Least.MONEY
    )
    # What each unit or theme has beside its people, as `facts.FairnessFacts`; empty: no rule.
    fairness = models.JSONField(_("équité"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="scenario_slug_unique"),
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year"))
                & models.Q(last_year__lte=models.F("first_year") + 14),
                name="scenario_years",
            ),
            models.CheckConstraint(
                condition=models.Q(unknown_low__isnull=True)
                | models.Q(unknown_high__isnull=True)
                | models.Q(unknown_high__gte=models.F("unknown_low")),
                name="scenario_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.first_year, self.last_year + 1))


class ScenarioEnvelope(Versioned):
    """Money by nature, or the days of a team: so much a year, in whole euros or days.

    `carry_over` is the most that passes to the next year. An empty nature stands for both.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="envelopes")
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("nom"), max_length=120)
    is_money = models.BooleanField(_("argent"), default=True)
    nature = models.CharField(_("nature"), max_length=1, choices=SECTIONS, blank=True)
    capacity = models.JSONField(_("par année"))
    carry_over = models.PositiveIntegerField(_("report au plus"), default=0)
    origin = models.CharField(max_length=9, choices=ORIGINS, default=Origin.TYPED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "slug"], name="envelope_slug_unique"),
            models.UniqueConstraint(
                fields=["scenario", "nature"],
                condition=models.Q(is_money=True),
                name="envelope_nature_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(is_money=True) | models.Q(nature=""),
                name="envelope_team_without_nature",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ScenarioRule(Versioned):
    """A rule between candidates, or on a theme.

    Prerequisite: `waits` starts `level` once all `candidates` have ended `needs_level`, `lag` years
    before. Exclusion: one of `candidates` at most reaches `level`. Coverage: `minimum` actions of
    `theme` at least end at `level`. Overlap: `candidates` spare together `percent` at most of the
    sum of the impacts that each would have alone.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=12, choices=RULE_KINDS)
    reason = models.CharField(_("motif"), max_length=LONGEST_REASON, blank=True)
    waits = models.ForeignKey(
        "portfolio.Candidate", models.CASCADE, null=True, blank=True, related_name="waiting"
    )
    candidates = models.ManyToManyField("portfolio.Candidate", related_name="rules")
    level = models.PositiveSmallIntegerField(_("niveau"), choices=LEVELS, null=True, blank=True)
    needs_level = models.PositiveSmallIntegerField(
        _("niveau attendu"), choices=LEVELS, null=True, blank=True
    )
    lag = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(1)])
    theme = models.CharField(_("thématique"), max_length=200, blank=True)
    minimum = models.PositiveSmallIntegerField(_("au moins"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("pour cent de la somme"), null=True, blank=True, validators=_PERCENT
    )
    origin = models.CharField(max_length=9, choices=ORIGINS, default=Origin.TYPED)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
