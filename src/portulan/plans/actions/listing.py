"""What a view of the plan keeps of its actions, and in which order: one query for all views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from portulan.core.amounts import Amount, Scope, at_stage, by_scope, total
from portulan.core.fields import Field, Kind
from portulan.core.folding import fold
from portulan.core.money import ZERO
from portulan.plans.actions.reads import Row
from portulan.plans.fields import CELLS
from portulan.plans.models import Action, Plan
from portulan.plans.money.funding import ALLOTTED, ASKED, EXPECTED
from portulan.plans.states.words import LABELS, LACKS
from portulan.plans.words import CommitmentLevel, Progress, State

NOBODY = 0  # among units: the actions of none


class Band(StrEnum):
    """Where a number of days, or of thousands of euros, stands; unknown is not 0."""

    UNKNOWN = "unknown"
    ZERO = "zero"
    SMALL = "small"  # ten at most
    LARGE = "large"


_SMALL_EUROS = Decimal(10_000)
# The fields of the sheet that a list tells apart.


@dataclass(frozen=True)
class Filters:
    """What a view keeps; an empty field keeps all, several values of one keep any of them.

    `themes` are identifiers, `pilot` a function, `mine` the person who pilots, `money` bands of the
    IT money of a year. `cells` are what fields of the sheet say (`said_in_lists`), by their name.
    """

    q: str = ""
    themes: frozenset[int] = frozenset()
    levels: frozenset[CommitmentLevel] = frozenset()
    progresses: frozenset[Progress] = frozenset()
    states: frozenset[State] = frozenset()
    cells: tuple[tuple[str, frozenset[Any]], ...] = ()
    money: frozenset[Band] = frozenset()
    pilot: str = ""
    mine: int | None = None
    due_by: date | None = None

    @property
    def are_set(self) -> bool:
        return self != Filters()

    @cached_property
    def sought(self) -> tuple[str, ...]:
        """The words that are all to be found, folded."""
        return tuple(fold(self.q).split())

    def keeps(self, row: Row, year: int) -> bool:
        """Tell whether a view keeps an action that was found; what costs to derive is last."""
        action = row.action
        return (
            (not self.levels or row.level in self.levels)
            and (not self.progresses or row.progress in self.progresses)
            and (self.mine is None or action.pilot_id == self.mine)
            and all(said_in_lists(action, CELLS[name]) in asked for name, asked in self.cells)
            and (self.due_by is None or (action.due_on or date.max) <= self.due_by)
            and (not self.pilot or fold(action.pilot_function) == fold(self.pilot))
            and (not self.money or _band(row.cost(year).value, _SMALL_EUROS) in self.money)
            and (not self.themes or any(theme.pk in self.themes for theme in row.themes))
            and (not self.states or any(_is_in(state, row) for state in self.states))
        )


def said_in_lists(action: Action, field: Field) -> Any:
    """Return what a filter tells apart of a field: a step, the year of a day, a band, a row’s key.

    None is unknown; of a row, nobody is 0.
    """
    if field.kind is Kind.ONE:
        return getattr(action, f"{field.name}_id") or NOBODY
    value = getattr(action, field.name)
    match field.kind:
        case Kind.NUMBER:
            return _band(value, Decimal(field.small))
        case Kind.DAY:
            return value.year if value else None
        case Kind.STEP:
            return field.step(value) if value else None
    return fold(value)


def _band(value: Decimal | None, small: Decimal) -> Band:
    if value is None:
        return Band.UNKNOWN
    if not value:
        return Band.ZERO
    return Band.SMALL if value <= small else Band.LARGE


def _is_in(state: State, row: Row) -> bool:
    found = row.lacks if state in LACKS else row.states
    return any(item.state is state for item in found)


def lacking(rows: Iterable[Row]) -> dict[State, int]:
    """Return how many rows lack each thing, in the order of the rules; nothing that none lacks."""
    counts = Counter(one for row in rows for one in {item.state for item in row.lacks})
    return {state: counts[state] for state in LABELS if counts[state]}


@dataclass(frozen=True)
class Listing:
    """The rows that a view keeps, in its order; `total` counts the actions of the plan.

    `year` is that of the money shown; the last `unknown` rows have nothing to be sorted by.
    """

    rows: tuple[Row, ...]
    total: int
    year: int
    unknown: int = 0

    @cached_property
    def lacks(self) -> dict[State, int]:
        return lacking(self.rows)

    @cached_property
    def by_level(self) -> dict[CommitmentLevel, int]:
        """How many rows at each level, firmest first, zeros included."""
        counts = Counter(row.level for row in self.rows)
        return {level: counts[level] for level in sorted(CommitmentLevel, reverse=True)}

    @cached_property
    def totals(self) -> list[tuple[Amount, int]]:
        """What is known of the year, each stage apart with its rows: what lines hold comes first.

        What is asked and what was reserved for it are both to be spent, and are one sum.
        """
        costs = [_whole_if_expected(row.cost(self.year)) for row in self.rows]
        free = sum(
            not one.value and one.stage == EXPECTED for one in costs if one.value is not None
        )
        found = by_scope(one for one in costs if one.value or one.stage != EXPECTED)
        found.sort(key=lambda one: one[0].stage == EXPECTED)
        if not free:
            return found
        # What costs nothing adds nothing, whatever the stage: it is counted with the first.
        first, count = found[0] if found else (Amount(ZERO, Scope(EXPECTED), self.year), 0)
        return [(first, count + free), *found[1:]]

    @cached_property
    def beside(self) -> list[tuple[Amount, list[str]]]:
        """What stands beside the IT budget of the year by stage, with the actions it is of."""
        found: dict[Scope, list[Row]] = {}
        for row in self.rows:
            if row.beside(self.year).value:
                found.setdefault(row.beside(self.year).scope, []).append(row)
        return [
            (total(row.beside(self.year) for row in some), [row.action.called for row in some])
            for some in found.values()
        ]

    @cached_property
    def not_costed(self) -> int:
        """How many rows have an amount that year which is not known, or not in full."""
        return sum(
            cost.value is None or cost.is_partial
            for cost in (row.cost(self.year) for row in self.rows)
        )


def _by(field: Field, row: Row, _year: int) -> Any:
    """Return what a row is sorted by for a field, None where it is unknown."""
    value = getattr(row.action, field.name)
    if field.kind in {Kind.LINE, Kind.ONE} and value is not None:
        return fold(str(value)) or None
    return None if value == "" else value


_STEPS = {progress: index for index, progress in enumerate(Progress)}
# What a row is sorted by, None where it is unknown; the year is that of the money.
SORTS: dict[str, Callable[[Row, int], Any]] = {
    "number": lambda row, _year: row.action.number,
    "title": lambda row, _year: fold(row.action.title),
    "level": lambda row, _year: row.level,
    "progress": lambda row, _year: _STEPS[row.progress],
    "state": lambda row, _year: -len(row.states),
    "news": lambda row, _year: row.action.last_news_on,
    "money": lambda row, year: row.cost(year).value,
} | {one.asked: partial(_by, one) for one in CELLS.values()}


def _whole_if_expected(cost: Amount) -> Amount:
    return at_stage(cost, EXPECTED) if cost.stage in (ASKED, ALLOTTED) else cost


# What is looked at from the most to the least, at first.
FROM_THE_TOP = frozenset({"level", "impact", "days", "money"})


def shown_year(plan: Plan, this_year: int) -> int:
    """Return the year whose money lists show: this one, or the nearest that the plan covers."""
    return min(max(this_year, plan.first_year), plan.last_year)


def _found(rows: Sequence[Row], filters: Filters, beside: Mapping[int, str]) -> Sequence[Row]:
    """Return the rows that hold all the words sought, each word in turn over what is left."""
    for word in filters.sought:
        rows = [row for row in rows if word in row.words or word in beside.get(row.action.pk, "")]
    return rows


def list_rows(
    rows: Sequence[Row],
    *,
    year: int,
    filters: Filters = Filters(),
    sort: str = "number",
    beside: Mapping[int, str] = MappingProxyType({}),
) -> Listing:
    """Return those of all the rows of a plan that the filters keep, sorted.

    `-` before the name of a sort turns the order round; what is unknown comes last either way, and
    an unknown sort is by number.

    `beside` are words that an action may be found by, by identifier (`search.words_beside`).
    """
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    key = SORTS.get(name, SORTS["number"])
    known: list[tuple[Any, Row]] = []
    unknown: list[Row] = []
    for row in _found(rows, filters, beside):
        if filters.keeps(row, year):
            value = key(row, year)
            if value is None:
                unknown.append(row)
            else:
                known.append((value, row))
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    return Listing((*(row for _value, row in known), *unknown), len(rows), year, len(unknown))
