"""Actions, and what hangs on them: practices, indicators, milestones, money asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Person, Unit
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core.models import Versioned
from portulan.indicators.models import Indicator
from portulan.plans.labels import GUESSES, LEVELS, PROGRESSES, REACHES, SECTIONS
from portulan.plans.models.plans import YEAR, Axis, Goal, Plan
from portulan.plans.words import CommitmentLevel, Guess, Progress, Reach


class Action(Versioned):
    """An action of the plan: exactly one accountable pilot, at one commitment level.

    `level`, `last_news_on` repeat what decisions and updates say, for lists; services write them.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    number = models.PositiveSmallIntegerField(_("numéro"))
    # What the organisation’s own papers call it: 1.10, A-3; empty where it is `number`.
    own_number = models.CharField(
        _("numéro d’usage"), max_length=40, blank=True, default="", db_default=""
    )
    title = models.CharField(_("titre"), max_length=250)
    # What a list, a board or a print shows where a title takes too much room.
    short_title = models.CharField(
        _("titre court"), max_length=40, blank=True, default="", db_default=""
    )
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
    # Of a trial: how it is held, what it is compared with, what doing it everywhere would cost.
    protocol = models.CharField(
        _("protocole"), max_length=300, blank=True, default="", db_default=""
    )
    compared_with = models.CharField(
        _("comparé à"), max_length=300, blank=True, default="", db_default=""
    )
    cost_to_extend = models.CharField(
        _("coût de généraliser"), max_length=200, blank=True, default="", db_default=""
    )
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
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("entité"),
    )
    # Who says yes or no: a committee, a management, an assembly.
    decided_by = models.CharField(
        _("décide"), max_length=160, blank=True, default="", db_default=""
    )
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
            models.UniqueConstraint(
                fields=["plan", "own_number"],
                condition=~models.Q(own_number=""),
                name="action_own_number_unique",
            ),
            # One accountable pilot: a function always, and a person or a vacancy, never both.
            models.CheckConstraint(
                condition=~models.Q(pilot_function=""), name="action_pilot_function_given"
            ),
            models.CheckConstraint(
                condition=models.Q(pilot__isnull=True) | models.Q(vacant_since__isnull=True),
                name="action_piloted_or_vacant",
            ),
        ]

    @property
    def called(self) -> str:
        """Its number as the organisation says it."""
        return self.own_number or str(self.number)

    @property
    def is_vacant(self) -> bool:
        """Nobody holds its pilot's post: it was said so, or the person has left."""
        pilot = self.pilot
        gone = pilot is not None and (pilot.left_on is not None or pilot.erased_at is not None)
        return self.vacant_since is not None or gone

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class ActionFields(TypedDict, total=False):
    """The types of its fields, as services take them; `level` until a decision is made."""

    title: str
    short_title: str
    own_number: str
    description: str
    axis: Axis | None
    goals: Iterable[Goal]
    practices: Iterable[Practice]
    level: CommitmentLevel
    reach: Reach
    scope: str
    protocol: str
    compared_with: str
    cost_to_extend: str
    starts_on: date | None
    due_on: date | None
    pilot_function: str
    pilot: Person | None
    unit: Unit | None
    decided_by: str
    follow_up_function: str
    contributors: Sequence[str]
    sponsor_function: str
    impact_guess: Guess | None
    effort_guess: Guess | None
    days_per_year: Decimal | None


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


class Milestone(Versioned):
    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones")
    title = models.CharField(_("titre"), max_length=250)
    due_on = models.DateField(_("prévu le"))
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class PlannedMoney(Versioned):
    """What an action asks for a year: an amount, or the statement that it is not known."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="planned_money")
    year = models.PositiveSmallIntegerField(_("exercice"), validators=YEAR)
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
