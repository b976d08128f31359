"""What each document still lacks, whom the law binds to it, when it is due, what was produced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.purchases.reads import is_begun, waiting_lines
from portulan.catalogue.obligations import Bound
from portulan.core.say.numbers import number
from portulan.core.say.text import Text
from portulan.core.storing import get_one
from portulan.plans.actions.listing import lacking
from portulan.plans.models import Plan
from portulan.plans.stakeholders import stakeholders_of
from portulan.plans.states.words import LABELS
from portulan.plans.words import State
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.deadlines import bound_to, deadlines
from portulan.publication.documents.lesson import delivered
from portulan.publication.documents.making import to_write_in
from portulan.publication.documents.registry import KINDS
from portulan.publication.label.reads import criteria_of
from portulan.publication.models import KeptDocument
from portulan.publication.services.reads import services_of, unfinished

PLAN = Text("un plan d’action", "an action plan")
SIRET = Text("le SIRET de l’établissement", "the SIRET of the establishment")
# Beyond it, how many wait is no more told than that they are many.
MOST = 1_000
MANY = Text("plus de {}", "over {}")
LINES = Text("achats à qualifier ({})", "purchases to qualify ({})")
ACCOUNTS = Text("les comptes de {}", "the accounts of {}")
ACTORS = Text("les acteurs du territoire", "the actors of the area")
VOTES = Text("actions à voter ({})", "actions to vote ({})")
SERVICES = Text("un service numérique évalué", "a digital service that is assessed")
LESSON = Text("un livrable remis", "a deliverable that was handed over")
CRITERIA = Text("vos critères, recopiés", "your criteria, copied")
TEXTS = Text("textes à compléter ({})", "texts to complete ({})")
UNFINISHED = Text("services à finir d’évaluer ({})", "services to finish assessing ({})")


class Lack(NamedTuple):
    """Something that a document lacks, and the place that fills it: a page, and its arguments."""

    words: str
    page: str
    arguments: tuple[object, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Expected:
    """A document of a year, whether the law binds to it, by when, and what it lacks."""

    kind: Kind
    year: int
    bound: Bound | None
    due_on: date | None
    days_late: int
    lacks: tuple[Lack, ...]
    last: KeptDocument | None

    @property
    def is_awaited(self) -> bool:
        return self.bound in (Bound.YES, Bound.STATUTE, Bound.POPULATION)


class Facts:
    """What is read once for all the documents of a page (about fifteen queries)."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def plan(self) -> Plan | None:
        return self.asked.found_plan

    @cached_property
    def lacks(self) -> tuple[int, dict[State, int]]:
        """How many actions of the plan are not voted, and how many lack each thing."""
        if self.plan is None:
            return 0, {}
        today = self.asked.today
        kept = plan_rows(self.plan, today, self.asked.known)
        return kept.once(
            "lacks", lambda: (sum(not row.adopted for row in kept.rows), lacking(kept.rows))
        )


class Past(Facts):
    """Of a past year, what is known without a query: years may be many, each page says the rest."""


def expected(asked: Asked) -> list[Expected]:
    """Return the documents that an organisation can produce, the nearest due first.

    One of a past year stands there too, as long as it was not produced and the law dates it.
    """
    asked.actor.require(Operation.READ_PLAN)
    facts, place, last = Facts(asked), asked.organisation, _last(asked.actor)
    dates = {
        (one.kind.name, one.year): one for one in deadlines(place, asked.known.years, asked.today)
    }
    now = ((kind, asked.year) for kind in KINDS.values())
    past = ((one.kind, one.year) for one in dates.values() if one.year < asked.year)
    found = []
    for kind, year in (*now, *past):
        if kind.french and place.country != "FRA":
            continue
        date_ = dates.get((kind.name, year))
        found.append(
            Expected(
                kind,
                year,
                bound_to(kind, place),
                kind.due(year) if kind.due else None,
                date_.days_late(asked.today) if date_ else 0,
                tuple(_lacks(kind, facts if year == asked.year else Past(_of(asked, year)))),
                last.get(kind.name),
            )
        )
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max))


def _of(asked: Asked, year: int) -> Asked:
    return replace(asked, year=year, years=asked.known)


def _lacks(kind: Kind, facts: Facts) -> Iterable[Lack]:
    asked = facts.asked
    if kind.name == "agec":
        yield from _of_purchases(facts)
        return
    if kind.name == "rgesn":
        yield from _of_services(asked)
        return
    if kind.name != "green":
        if facts.plan is None:
            yield Lack(asked.say(PLAN), "plans:current")
            return
        if kind.name == "lesson":
            yield from _of_lessons(facts.plan, asked)
            return
        yield from _of_plan(kind, facts.plan, *facts.lacks, asked)
        if kind.needs_texts and not isinstance(facts, Past):
            yield from _of_texts(kind, asked)
    if kind.needs_accounts and asked.fiscal_year is None:
        yield Lack(asked.say(ACCOUNTS).format(asked.year), "budget:years")


def _of_purchases(facts: Facts) -> Iterable[Lack]:
    asked = facts.asked
    if not asked.organisation.siret:
        yield Lack(asked.say(SIRET), "people:organisation")
    if asked.fiscal_year is None:
        yield Lack(asked.say(ACCOUNTS).format(asked.year), "budget:years")
        return
    if isinstance(facts, Past):
        return
    body = asked.organisation.pk
    waiting = waiting_lines(body, asked.year, most=MOST)
    if waiting or not is_begun(body, asked.year):
        shown = number(min(waiting, MOST), asked.language)
        words = asked.say(MANY).format(shown) if waiting > MOST else shown
        yield Lack(asked.say(LINES).format(words), "budget:purchases", (asked.year,))


def _of_services(asked: Asked) -> Iterable[Lack]:
    its = list(services_of(asked.actor))
    left = unfinished(its)
    if not its:
        yield Lack(asked.say(SERVICES), "documents:services")
    elif left:
        yield Lack(asked.say(UNFINISHED).format(len(left)), "documents:services")


def _of_lessons(plan: Plan, asked: Asked) -> Iterable[Lack]:
    if not delivered(plan, asked):
        yield Lack(asked.say(LESSON), "plans:plan", (plan.slug,))


def _of_texts(kind: Kind, asked: Asked) -> Iterable[Lack]:
    """Say how many texts nobody wrote; who may not read the document is told nothing of it."""
    if not asked.actor.may(Operation.READ_BUDGET):
        return
    if count := to_write_in(kind, asked):
        words = asked.say(TEXTS).format(count)
        yield Lack(words, "documents:preview", (kind.name, asked.year))


def _of_plan(
    kind: Kind, plan: Plan, votes: int, lacks: dict[State, int], asked: Asked
) -> Iterable[Lack]:
    if kind.name == "plan" and votes:
        yield Lack(asked.say(VOTES).format(votes), "plans:plan", (plan.slug,))
    if kind.name == "label" and not criteria_of(asked.actor, plan).exists():
        yield Lack(asked.say(CRITERIA), "documents:criteria", (plan.slug,))
    if kind.name == "reen" and not stakeholders_of(plan).exists():
        yield Lack(asked.say(ACTORS), "plans:stakeholders", (plan.slug,))
    for state, count in lacks.items():
        if state in (State.NO_INDICATOR, State.NO_TARGET, State.NO_DELIVERABLE, State.NO_DATE):
            words = f"{LABELS[state].say(asked.language).lower()} ({count})"
            yield Lack(words, "plans:plan", (plan.slug,), f"?state={state.value}")


def kept_of(actor: Actor) -> QuerySet[KeptDocument]:
    """Return the documents that were produced, the latest first."""
    actor.require(Operation.READ_PLAN)
    found = KeptDocument.objects.filter(organisation_id=actor.organisation_id)
    return found.select_related("presentation").order_by("-pk")


def _last(actor: Actor) -> dict[str, KeptDocument]:
    return {one.kind: one for one in kept_of(actor).defer("content").order_by("pk")}


def get_kept(*, actor: Actor, pk: int) -> KeptDocument:
    """Return a document of the actor's organisation. Raises NotFoundError, DeniedError."""
    return get_one(kept_of(actor), pk=pk)
