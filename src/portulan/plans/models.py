"""Plans, the practices chosen for them, actions and their commitments."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.indicators.models import Indicator
from portulan.plans.enums import (
    Choice,
    CommitmentLevel,
    Guess,
    Outcome,
    Progress,
    Reach,
    Section,
)

LEVELS = {
    CommitmentLevel.STUDY: _("Réflexion"),
    CommitmentLevel.EXPERIMENT: _("Expérimentation"),
    CommitmentLevel.IMPLEMENTATION: _("Réalisation"),
}
PROGRESSES = {
    Progress.TODO: _("À faire"),
    Progress.IN_PROGRESS: _("En cours"),
    Progress.PAUSED: _("En pause"),
    Progress.DONE: _("Fini"),
    Progress.ONGOING: _("En suivi"),
    Progress.DROPPED: _("Abandonné"),
}
REACHES = {Reach.ORGANISATION: _("Organisation"), Reach.TERRITORY: _("Territoire")}
GUESSES = {Guess.LOW: _("Faible"), Guess.MEDIUM: _("Moyen"), Guess.HIGH: _("Fort")}
CHOICES = {
    Choice.KEEP: _("Retenue"),
    Choice.LATER: _("Plus tard"),
    Choice.REFUSE: _("Écartée"),
    Choice.IN_PLACE: _("Déjà en place"),
    Choice.NOT_APPLICABLE: _("Sans objet"),
}
SECTIONS = {Section.OPERATING: _("Fonctionnement"), Section.INVESTMENT: _("Investissement")}
_YEAR = [MinValueValidator(2000), MaxValueValidator(2100)]


class Plan(models.Model):
    """An action plan over several years."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="plans")
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("titre"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("première année"), validators=_YEAR)
    last_year = models.PositiveSmallIntegerField(_("dernière année"), validators=_YEAR)
    adopted_on = models.DateField(_("voté le"), null=True, blank=True)
    adopted_by = models.CharField(_("voté par"), max_length=160, blank=True)
    # After how many days without news an action under way is called stale.
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


class Goal(models.Model):
    """A common goal that several actions serve."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=250)

    def __str__(self) -> str:
        return self.title


class Axis(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="axes")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=250)

    def __str__(self) -> str:
        return self.title


class PracticeChoice(models.Model):
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


class Action(models.Model):
    """An action of the plan: exactly one accountable pilot, at one commitment level.

    `level`, `last_news_on` repeat what decisions and updates say, for lists; services write them.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=250)
    description = models.TextField(_("description"), blank=True)
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("axe")
    )
    goals = models.ManyToManyField(
        Goal, blank=True, related_name="actions", verbose_name=_("objectifs communs")
    )
    practices = models.ManyToManyField(Practice, through="ActionPractice", related_name="actions")
    indicators = models.ManyToManyField(
        Indicator, through="ActionIndicator", related_name="actions"
    )
    reach = models.CharField(
        _("portée"), max_length=12, choices=REACHES, default=Reach.ORGANISATION
    )
    level = models.PositiveSmallIntegerField(_("niveau d’engagement"), choices=LEVELS)
    progress = models.CharField(
        _("avancement"), max_length=12, choices=PROGRESSES, default=Progress.TODO
    )
    scope = models.CharField(_("champ d’expérimentation"), max_length=300, blank=True)
    starts_on = models.DateField(_("début"), null=True, blank=True)
    due_on = models.DateField(_("fin prévue"), null=True, blank=True)
    pilot_function = models.CharField(_("fonction du pilote"), max_length=160)
    pilot = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="piloted",
        verbose_name=_("pilote"),
    )
    vacant_since = models.DateField(_("poste vacant depuis"), null=True, blank=True)
    follow_up_function = models.CharField(_("suivi"), max_length=160, blank=True)
    contributors = models.JSONField(_("contributeurs"), default=list, blank=True)
    sponsor_function = models.CharField(_("élu ou directeur référent"), max_length=160, blank=True)
    impact_guess = models.PositiveSmallIntegerField(
        _("impact pressenti"), choices=GUESSES, null=True, blank=True
    )
    effort_guess = models.PositiveSmallIntegerField(
        _("effort pressenti"), choices=GUESSES, null=True, blank=True
    )
    days_per_year = models.DecimalField(
        _("temps d’agents (jours par an)"), max_digits=7, decimal_places=1, null=True, blank=True
    )
    blocked_by = models.CharField(_("bloqué par"), max_length=500, blank=True)
    last_news_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="action_number_unique"),
            # One accountable pilot: a function always, and a person or a vacancy, never both.
            models.CheckConstraint(
                condition=~models.Q(pilot_function=""), name="action_pilot_function_given"
            ),
            models.CheckConstraint(
                condition=models.Q(pilot__isnull=True) | models.Q(vacant_since__isnull=True),
                name="action_piloted_or_vacant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class ActionPractice(models.Model):
    """An action implements a practice of one edition; a new edition never changes it.

    `seen` is the newer edition whose difference somebody read, and left aside.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="practice_links")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="action_links")
    seen = models.ForeignKey(
        CatalogueVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "practice"], name="action_practice_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.practice_id}"


class ActionIndicator(models.Model):
    """An indicator of an action; the first in order is the main one."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="indicator_links")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="action_links")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "indicator"], name="action_indicator_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.indicator_id}"


class Deliverable(models.Model):
    """What a study or a trial hands over: the approach, who was consulted, the result."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="deliverables")
    title = models.CharField(_("titre"), max_length=250)
    due_on = models.DateField(_("attendu le"), null=True, blank=True)
    delivered_on = models.DateField(_("remis le"), null=True, blank=True)
    approach = models.TextField(_("démarche"), blank=True)
    consulted = models.TextField(_("personnes consultées"), blank=True)
    result = models.TextField(_("résultat"), blank=True)
    reference = models.CharField(_("référence ou adresse"), max_length=500, blank=True)

    def __str__(self) -> str:
        return self.title


class DecisionsInForce(models.Manager["CommitmentDecision"]):
    """Decisions in the order they were made, without those that a later record corrects."""

    def get_queryset(self) -> models.QuerySet[CommitmentDecision]:
        later = CommitmentDecision.everything.filter(
            corrects=Coalesce(models.OuterRef("corrects"), models.OuterRef("pk")),
            pk__gt=models.OuterRef("pk"),
        )
        return (
            super()
            .get_queryset()
            .filter(~models.Exists(later))
            .alias(first=Coalesce("corrects", "pk"))
            .order_by("decided_on", "first")
        )


class CommitmentDecision(models.Model):
    """A dated move on the scale of commitments.

    Never changed: a new decision moves on from it. What was recorded wrongly is recorded again,
    and `corrects` points to the first record: the latest one is in force, all are kept.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="decisions")
    decided_on = models.DateField(_("date"))
    outcome = models.CharField(max_length=8, choices={o: o.value for o in Outcome})
    from_level = models.PositiveSmallIntegerField(choices=LEVELS, null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("niveau"), choices=LEVELS)
    body = models.CharField(_("organe qui décide"), max_length=160)
    reason = models.TextField(_("motif"), blank=True)
    deliverable = models.ForeignKey(
        Deliverable, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    person_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    corrects = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    # Null, not empty, as long as nothing is corrected: the table need not be made again.
    correction_reason = models.CharField(
        _("motif de la correction"), max_length=500, null=True, blank=True
    )

    objects = DecisionsInForce()
    everything = models.Manager["CommitmentDecision"]()

    class Meta:
        indexes = [models.Index(fields=["action", "decided_on", "id"], name="decision_order")]

    def __str__(self) -> str:
        return f"{self.action_id} {self.decided_on} {self.outcome} {self.level}"


class Milestone(models.Model):
    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones")
    title = models.CharField(_("titre"), max_length=250)
    due_on = models.DateField(_("prévu le"))
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class PlannedMoney(models.Model):
    """What an action asks for a year: an amount, or the statement that it is not known."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="planned_money")
    year = models.PositiveSmallIntegerField(_("exercice"), validators=_YEAR)
    section = models.CharField(_("nature"), max_length=1, choices=SECTIONS, blank=True)
    in_it_budget = models.BooleanField(_("dans le budget de la DSI"), default=True)
    amount = models.DecimalField(
        _("montant (€)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "section", "in_it_budget"], name="planned_money_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year}: {self.amount}"
