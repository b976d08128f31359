"""What an organisation holds, found by words: actions, indicators, people, practices, lines…

What an actor may not open is neither shown nor counted. Words are compared folded
(`core.folding.sought`); what is read of the plans is kept until the trail has a new entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation, Person
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.lines.reads import LineFilter, found_first, kept_lines
from portulan.budget.models import Programme
from portulan.catalogue.models import Practice
from portulan.core.folding import remembered, sought
from portulan.evidence.reads import pieces_of
from portulan.plans.models import Action, ActionIndicator, ActionNote, Plan
from portulan.portfolio.models import Scenario
from portulan.publication.models import DigitalService
from portulan.steering.models import Campaign, Committee

# A change makes the whole index anew: what is folded of it is remembered.
_folded = remembered(20_000)(sought)
MOST = 5  # of a kind: its own page has the others
_NOTE_SHOWN = 90


class Kind(StrEnum):
    """The kinds of things that are found, in the order in which they are shown."""

    PLAN = "plan"
    ACTION = "action"
    INDICATOR = "indicator"
    NOTE = "note"
    PERSON = "person"
    PRACTICE = "practice"
    SERVICE = "service"
    CAMPAIGN = "campaign"
    COMMITTEE = "committee"
    SCENARIO = "scenario"
    PROGRAMME = "programme"
    PIECE = "piece"
    LINE = "line"


# What each asks for beside being read, and the feature that it stands and falls with.
_NEEDS = {
    Kind.PROGRAMME: Operation.READ_BUDGET,
    Kind.SCENARIO: Operation.READ_SCENARIO,
    Kind.LINE: Operation.READ_BUDGET,
}
_FEATURES = {
    Kind.PRACTICE: Feature.CATALOGUE,
    Kind.SERVICE: Feature.DOCUMENTS,
    Kind.CAMPAIGN: Feature.STEERING,
    Kind.COMMITTEE: Feature.STEERING,
    Kind.SCENARIO: Feature.ARBITRATION,
    Kind.PROGRAMME: Feature.PROGRAMMES,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A thing: what it is called, what stands beside it, and the words of its address.

    `titles` are those of a source in several languages, by language.
    """

    kind: Kind
    title: str
    note: str
    where: tuple[str | int, ...]
    titles: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Some:
    """What is found of a kind: the first of them, and how many there are; None where untold."""

    kind: Kind
    first: tuple[Found, ...]
    count: int | None


type Word = Sequence[str]  # a word that is sought, and those that are taken for it


def find(
    actor: Actor,
    organisation: Organisation,
    known: YearFacts,
    words: Sequence[Word],
    year: int | None,
) -> list[Some]:
    """Return what holds all words, each in one of its forms, by kind. Raises DeniedError.

    `year` is the one whose lines are looked into. Six queries once the rest is kept.
    """
    actor.require_any(Operation.READ_PLAN)
    kinds = [kind for kind in Kind if _shows(actor, organisation, kind)]
    by_kind: dict[Kind, list[Found]] = {kind: [] for kind in kinds}
    for folded, one in known.once("finding", lambda: tuple(_index(organisation.pk))):
        if one.kind in by_kind and _holds(folded, words):
            by_kind[one.kind].append(one)
    for folded, piece in _pieces(actor):
        if _holds(folded, words):
            by_kind[Kind.PIECE].append(piece)
    found = [Some(kind, tuple(some[:MOST]), len(some)) for kind, some in by_kind.items() if some]
    lines = tuple(_lines(actor, known, words, year)) if Kind.LINE in by_kind else ()
    return [*found, Some(Kind.LINE, lines, None)] if lines else found


def _shows(actor: Actor, organisation: Organisation, kind: Kind) -> bool:
    feature, need = _FEATURES.get(kind), _NEEDS.get(kind, Operation.READ_PLAN)
    return actor.may(need) and (feature is None or feature not in organisation.put_away)


def _holds(folded: str, words: Sequence[Word]) -> bool:
    return all(any(one in folded for one in word) for word in words)


def _index(organisation_id: int) -> Iterator[tuple[str, Found]]:
    """Yield what is read by all who read the plan, with its folded words (nine queries)."""
    for model, kind, columns, make in _TABLES:
        rows = model._default_manager.filter(_of(model, organisation_id)).order_by("pk")
        for row in rows.values_list(*columns):
            words, one = make(kind, *row)
            yield _folded(words), one


def _of(model: Any, organisation_id: int) -> Q:
    """Return the condition that a row is of the organisation, or of all."""
    ways = {
        ActionIndicator: "action__plan__organisation",
        Action: "plan__organisation",
        ActionNote: "action__plan__organisation",
        Campaign: "plan__organisation",
        Committee: "plan__organisation",
        Practice: "version__catalogue__organisation",
    }
    mine = Q(**{ways.get(model, "organisation"): organisation_id})
    return mine | Q(version__catalogue__organisation=None) if model is Practice else mine


type Made = tuple[str, Found]


def _plan(kind: Kind, title: str, slug: str) -> Made:
    return title, Found(kind, title, "", (slug,))


def _action(
    kind: Kind, number: int, code: str, title: str, short: str, pilot: str, plan: str
) -> Made:
    called = code or str(number)
    note = pilot
    return f"{called} {title} {short} {pilot}", Found(
        kind, f"{called}. {title}", note, (plan, number)
    )


def _indicator(kind: Kind, pk: int, name: str, unit: str, number: int, plan: str) -> Made:
    return f"{name} {unit}", Found(kind, name, unit, (plan, number, pk))


def _note(kind: Kind, text: str, title: str, number: int, plan: str) -> Made:
    cut = text if len(text) <= _NOTE_SHOWN else f"{text[:_NOTE_SHOWN]}…"
    return text, Found(kind, cut, title, (plan, number))


def _person(kind: Kind, pk: int, function: str, name: str) -> Made:
    return f"{function} {name}", Found(kind, function, name, (pk,))


def _practice(
    kind: Kind, code: str, title: str, translations: dict[str, Any], version: int, edition: str
) -> Made:
    titles = {key: str(said.get("title") or title) for key, said in translations.items()}
    words = " ".join([code, title, *titles.values()])
    return words, Found(kind, title, f"{code}, {edition}", (version, code), titles)


def _named(kind: Kind, title: str, *where: str | int) -> Made:
    return title, Found(kind, title, "", where)


_TABLES: tuple[tuple[Any, Kind, tuple[str, ...], Callable[..., Made]], ...] = (
    (Plan, Kind.PLAN, ("title", "slug"), _plan),
    (
        Action,
        Kind.ACTION,
        ("number", "own_number", "title", "short_title", "pilot_function", "plan__slug"),
        _action,
    ),
    (
        ActionIndicator,
        Kind.INDICATOR,
        (
            "indicator_id",
            "indicator__name",
            "indicator__unit",
            "action__number",
            "action__plan__slug",
        ),
        _indicator,
    ),
    (
        ActionNote,
        Kind.NOTE,
        ("text", "action__title", "action__number", "action__plan__slug"),
        _note,
    ),
    (Person, Kind.PERSON, ("pk", "function", "name"), _person),
    (
        Practice,
        Kind.PRACTICE,
        ("code", "title", "translations", "version_id", "version__version"),
        _practice,
    ),
    (DigitalService, Kind.SERVICE, ("name", "slug"), _named),
    (Campaign, Kind.CAMPAIGN, ("title", "plan__slug", "pk"), _named),
    (Committee, Kind.COMMITTEE, ("body__name", "plan__slug", "pk"), _named),
    (Scenario, Kind.SCENARIO, ("title", "slug"), _named),
    (Programme, Kind.PROGRAMME, ("title", "pk"), _named),
)


def _pieces(actor: Actor) -> Iterator[Made]:
    rows = pieces_of(actor=actor).prefetch_related(None).values_list("pk", "title", "reference")
    for pk, title, reference in rows:
        yield sought(f"{title} {reference}"), Found(Kind.PIECE, title, "", (pk,))


def _lines(
    actor: Actor, known: YearFacts, words: Iterable[Word], year: int | None
) -> Iterator[Found]:
    """Yield the first lines of a year, suppliers looked into for who sees them alone."""
    fiscal_year, stage = known.years.get(year or 0), known.shown.get(year or 0)
    if fiscal_year is None or stage is None:
        return
    asked = " ".join(word[0] for word in words)
    sees = actor.may(Operation.EDIT_BUDGET)
    wanted = LineFilter(stage, search=asked, suppliers=sees)
    few = found_first(fiscal_year, wanted)
    rows = kept_lines(fiscal_year, few).values_list("pk", "label", "nature")[:MOST]
    for pk, label, nature in rows:
        yield Found(Kind.LINE, label or nature, nature, (fiscal_year.year, pk))
