"""Plans, their goals and axes, and what they answer to practices."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.catalogue.models import Practice
from portulan.core.models import Versioned
from portulan.core.proposals import Proposal
from portulan.plans.labels import ACTOR_KINDS, CHOICES

YEAR = [MinValueValidator(2000), MaxValueValidator(2100)]


class Plan(Versioned):
    """An action plan over several years."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="plans")
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("titre"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("première année"), validators=YEAR)
    last_year = models.PositiveSmallIntegerField(_("dernière année"), validators=YEAR)
    adopted_on = models.DateField(_("voté le"), null=True, blank=True)
    adopted_by = models.CharField(_("voté par"), max_length=160, blank=True)
    # After how many days without news an action under way is called stale.
    # Money of the year of which less than that share is committed at the end of that month is told.
    used_share = models.PositiveSmallIntegerField(
        _("part à engager (%)"), default=50, db_default=50, validators=[MaxValueValidator(100)]
    )
    used_by_month = models.PositiveSmallIntegerField(
        _("à la fin du mois"),
        default=9,
        db_default=9,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    stale_after_days = models.PositiveSmallIntegerField(_("sans nouvelle après"), default=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="plan_slug_unique"),
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")), name="plan_years"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanOrigin(models.Model):
    """Who a plan that came as files first came from, its seal then, and what came last.

    `document` is what the files said when they last came in: what moved here since is told from it.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="came_from")
    name = models.CharField(max_length=250)
    siren = models.CharField(max_length=20, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    document = models.JSONField()
    # Where an action of its files stands here, by its number in them, if that is another one.
    numbers = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.name}"


class PlanMerge(Proposal):
    """A folder to be put together with a plan once somebody confirmed it; then how to take it back.

    `files` are its texts by their path while it waits: they are read again, against the plan as it
    then stands. `before` and `after` are the plan around it, for the last alone; `entered` and
    `numbers` what its origin said then.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="merges")
    seal = models.CharField(max_length=64, blank=True)
    files = models.JSONField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    entered = models.JSONField(null=True)
    numbers = models.JSONField(default=dict, blank=True)


class Goal(Versioned):
    """A common goal that several actions serve."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=250)

    def __str__(self) -> str:
        return self.title


class Axis(Versioned):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="axes")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=250)

    def __str__(self) -> str:
        return self.title


class Stakeholder(Versioned):
    """A body of the area, public or private, that a plan is made with: never a person.

    CGCT, D. 2311-15-1: the work programme names the public and private actors of the area.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="stakeholders")
    name = models.CharField(_("organisme"), max_length=200)
    kind = models.CharField(_("statut"), max_length=7, choices=ACTOR_KINDS)
    role = models.CharField(_("rôle"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="stakeholder_unique",
                violation_error_message=_("Cet organisme est déjà inscrit."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PracticeChoice(Versioned):
    """What a plan answers to a practice, with the reason."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="choices")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="choices")
    choice = models.CharField(max_length=16, choices=CHOICES)
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    chosen_on = models.DateField()
    person_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "practice"], name="choice_unique")]

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.choice}"
