"""The candidates of a scenario and, level by level, what they take and bring."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.core.models import Versioned
from portulan.plans.models import LEVELS, Action
from portulan.portfolio.models.scenarios import Scenario
from portulan.portfolio.words import LONGEST_REASON

_SCORE = [MaxValueValidator(100)]


class Candidate(Versioned):
    """An action of the plan (`rank` 0), or something to add to one, with its own label.

    Before the year `after`, only a study may start: `after_reason` names the contract awaited.
    `must_` says which level at least, ended by which year, and why; `step_` a step already decided;
    `out_reason` why it is refused.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="candidates")
    action = models.ForeignKey(Action, models.CASCADE, related_name="candidates")
    rank = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("complément"), max_length=200, blank=True)
    theme = models.CharField(_("thématique"), max_length=200, blank=True)
    gate = models.PositiveSmallIntegerField(
        _("passage obligé avant la Réalisation"), choices=LEVELS, null=True, blank=True
    )
    after = models.PositiveSmallIntegerField(_("pas avant"), null=True, blank=True)
    after_reason = models.CharField(_("marché attendu"), max_length=LONGEST_REASON, blank=True)
    must_level = models.PositiveSmallIntegerField(
        _("niveau obligatoire"), choices=LEVELS, null=True, blank=True
    )
    must_by = models.PositiveSmallIntegerField(_("achevé fin"), null=True, blank=True)
    must_reason = models.CharField(_("loi ou engagement"), max_length=LONGEST_REASON, blank=True)
    step_level = models.PositiveSmallIntegerField(
        _("niveau décidé"), choices=LEVELS, null=True, blank=True
    )
    step_start = models.PositiveSmallIntegerField(_("commencé en"), null=True, blank=True)
    step_reason = models.CharField(_("motif de la décision"), max_length=LONGEST_REASON, blank=True)
    out_reason = models.CharField(
        _("écartée, pour ce motif"), max_length=LONGEST_REASON, blank=True
    )
    # Which of `gate`, `must`, `step`, `out` were typed; the others are filled from the plan.
    origins = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "action", "rank"], name="candidate_unique"),
            models.CheckConstraint(
                condition=models.Q(rank=0) | ~models.Q(label=""), name="candidate_addition_named"
            ),
            models.CheckConstraint(
                condition=models.Q(must_level__isnull=True, must_by__isnull=True)
                | models.Q(must_level__isnull=False, must_by__isnull=False),
                name="candidate_must_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(step_level__isnull=True, step_start__isnull=True)
                | models.Q(step_level__isnull=False, step_start__isnull=False, out_reason=""),
                name="candidate_step_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """Its name in the problem: the number of the action, and its rank when it is an addition.

        Reads `action`.
        """
        number = str(self.action.number)
        return f"{number}.{self.rank}" if self.rank else number


class CandidateLevel(Versioned):
    """What a candidate takes and brings at one level.

    `cost` in euros and `days` by team, one per year of work: {"F": [60000, 28000]}, {"agents":
    [40, 20]}; `running` and `running_days` each year after. `cost` null: nobody knows, which is not
    0. Impact in kgCO2e a year, all three or none; the scores are out of 100, null when not judged.
    """

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(_("niveau"), choices=LEVELS)
    duration = models.PositiveSmallIntegerField(
        _("durée (années)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(15)]
    )
    cost = models.JSONField(_("coût"), null=True, blank=True)
    running = models.JSONField(_("coût des années suivantes"), default=dict, blank=True)
    days = models.JSONField(_("jours"), default=dict, blank=True)
    running_days = models.JSONField(_("jours des années suivantes"), default=dict, blank=True)
    impact_low = models.IntegerField(_("impact, au moins"), null=True, blank=True)
    impact_likely = models.IntegerField(_("impact, probable"), null=True, blank=True)
    impact_high = models.IntegerField(_("impact, au plus"), null=True, blank=True)
    score_law = models.PositiveSmallIntegerField(_("loi"), null=True, blank=True, validators=_SCORE)
    score_readiness = models.PositiveSmallIntegerField(
        _("facilité"), null=True, blank=True, validators=_SCORE
    )
    score_social = models.PositiveSmallIntegerField(
        _("valeur sociale"), null=True, blank=True, validators=_SCORE
    )
    # Where each group of figures comes from, by name: `cost`, `running`, `days`, `running_days`,
    # `impact`, `scores`.
    origins = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "level"], name="candidate_level_unique"),
            models.CheckConstraint(
                condition=models.Q(
                    impact_low__isnull=True, impact_likely__isnull=True, impact_high__isnull=True
                )
                | models.Q(
                    impact_low__isnull=False,
                    impact_likely__gte=models.F("impact_low"),
                    impact_high__gte=models.F("impact_likely"),
                ),
                name="candidate_level_impact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.level}"
