"""What a question is: its words, what it may be asked, the right that it needs, and its answer.

An answer has its totals, made here, and the address of what it rests on; nothing is left to be
added up by who reads it. Lists are cut at `MOST` rows, and `left_off` says how many are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.reads import today
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.core.errors import NotFoundError
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Text
from portulan.plans.actions.reads import Row
from portulan.plans.models import Action, Plan
from portulan.plans.plan import current_plan, get_plan
from portulan.publication.documents.asking import Asked

MOST = 50
YEAR = {"type": "integer", "minimum": 1990, "maximum": 2100, "description": "Exercice; this one."}
PLAN = {"type": "string", "description": "Short name of the plan; the one that is followed."}
STAGE = {
    "type": "string",
    "enum": [one.value for one in Stage if one is not Stage.CARRIED_OVER],
    "description": "Stage of the amounts; the one that the year shows first.",
}
_NO_PLAN = Text("Il n’y a pas encore de plan d’action.", "There is no action plan yet.")
_NO_YEAR = Text(
    "L’exercice {year} n’est pas ouvert ici. Ceux qui le sont\u00a0: {known}.",
    "The exercice {year} is not open here. Those that are: {known}.",
)
_NO_ACCOUNTS = Text(
    "L’exercice {year} n’a pas de comptes au stade demandé. Stades connus\u00a0: {known}.",
    "The exercice {year} has no accounts at the stage asked for. Stages known: {known}.",
)


class NoAnswerError(LookupError):
    """A question that cannot be answered, and why."""

    def __init__(self, words: Text, **values: object) -> None:
        super().__init__(words.say(spoken_language()).format(**values))


@dataclass
class Inquiry:
    """Who asks, where, and what: what is known of plan and years is read once."""

    actor: Actor
    organisation: Organisation
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        return spoken_language()

    @cached_property
    def today(self) -> date:
        return today(self.organisation)

    @cached_property
    def known(self) -> YearFacts:
        return year_facts(self.organisation.pk)

    def asked_of(self, year: int) -> Asked:
        """Return the same question as documents ask it, of a year."""
        place, language = self.organisation, self.language
        return Asked(self.actor, place, year, self.today, language, years=self.known)

    @cached_property
    def plan(self) -> Plan:
        """The plan asked about, else the one that is followed. Raises NoAnswerError."""
        if slug := self.asked.get("plan"):
            return get_plan(actor=self.actor, slug=slug, need=Operation.READ_PLAN)
        found = current_plan(actor=self.actor, today=self.today)
        if found is None:
            raise NoAnswerError(_NO_PLAN)
        return found

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The actions of the plan, each with its states."""
        return plan_rows(self.plan, self.today, self.known).rows

    @property
    def year(self) -> int:
        found: int = self.asked.get("year") or self.known.at(self.today)
        return found

    @cached_property
    def fiscal_year(self) -> FiscalYear:
        """The exercice asked about, else that of today. Raises NoAnswerError."""
        self.actor.require(Operation.READ_BUDGET)
        years = self.known.years
        if self.year not in years:
            known = ", ".join(map(str, years)) or "—"
            raise NoAnswerError(_NO_YEAR, year=self.year, known=known)
        return years[self.year]

    @cached_property
    def stage(self) -> Stage:
        """The stage asked for, else the one shown first. Raises NoAnswerError."""
        given = self.known.stages_of(self.fiscal_year).given
        asked = self.asked.get("stage")
        found = Stage(asked) if asked else self.known.shown.get(self.year)
        if found is None or found not in given:
            known = ", ".join(one.value for one in given) or "—"
            raise NoAnswerError(_NO_ACCOUNTS, year=self.year, known=known)
        return found

    @property
    def money(self) -> dict[str, Any]:
        """Without which an amount says nothing."""
        year = self.fiscal_year
        return {
            "unit": self.organisation.currency,
            "year": year.year,
            "stage": self.stage.value,
            "tax": year.tax_basis,
        }

    def at(self, *parts: object) -> str:
        """Return the address of the API where that is read."""
        return "/".join(["/api/v1", self.organisation.slug, *map(str, parts)])

    def of_action(self, action: Action) -> dict[str, Any]:
        """Return which action that is, and where it is read."""
        return {
            "number": action.number,
            "title": action.short_title or action.title,
            "pilot": action.pilot_function,
            "source": self.at("plans", self.plan.slug, "actions", action.number),
        }


def some(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many there are, the first of them, and how many are not told."""
    items = list(found)
    return {"count": len(items), "items": items[:MOST], "left_off": max(0, len(items) - MOST)}


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `title` as somebody asks it, `about` what is answered, `asked` its parameters."""

    name: str
    title: str
    about: str
    need: Operation
    answer: Callable[[Inquiry], dict[str, Any]]
    asked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it may be asked."""
        return {
            "type": "object",
            "properties": {name: dict(one) for name, one in self.asked.items()},
            "additionalProperties": False,
        }

    def put(self, inquiry: Inquiry) -> dict[str, Any]:
        """Return its answer. Raises DeniedError, NoAnswerError, NotFoundError."""
        inquiry.actor.require(self.need)
        if wrong := [name for name in inquiry.asked if name not in self.asked]:
            raise NotFoundError(wrong[0])
        said = self.answer(inquiry)
        return {"on": inquiry.today.isoformat(), **said}
