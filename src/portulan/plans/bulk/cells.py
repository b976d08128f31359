"""A cell of the plan: which there are, what each holds, and how a value travels as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from portulan.core.fields import Kind as FieldKind
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.plans.fields import CELLS
from portulan.plans.models import Action, PlannedMoney
from portulan.plans.money.writes import MoneyKey
from portulan.plans.words import Progress, Section


class Field(StrEnum):
    """What may be changed in a view of the plan; a level moves by a decision alone."""

    PROGRESS = "progress"
    PILOT = "pilot_function"
    PERSON = "pilot"
    FOLLOW_UP = "follow_up_function"
    UNIT = "unit"
    AXIS = "axis"
    STARTS = "starts_on"
    DUE = "due_on"
    IMPACT = "impact_guess"
    EFFORT = "effort_guess"
    DAYS = "days_per_year"
    READING = "reading"
    MONEY = "money"
    # Fields of the sheet that came since, each under its name.
    _ignore_ = ["members", "known", "one"]
    members = vars()
    known = [*members.values()]
    for one in CELLS:
        if one not in known:
            members[one.upper()] = one


# Those that are columns of the sheet of the action, as they are declared.
SHEET = {Field(name): one for name, one in CELLS.items()}


def declared(field: Field) -> FieldKind | None:
    """Return the kind of a cell that is a column of the sheet."""
    return SHEET[field].kind if field in SHEET else None


class Cell(NamedTuple):
    """A value to be given to an action, by its number. Of a reading: a number, or words."""

    number: int
    field: Field
    value: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that changes: what it holds, what it is to hold, both as values of their kind."""

    action: Action
    field: Field
    before: Any
    after: Any

    @property
    def key(self) -> tuple[int, str]:
        return self.action.number, self.field.value


def plain(value: Any) -> str | None:
    """Return a value as it is kept and sent: an object by its identifier, a day in ISO 8601."""
    match value:
        case None | "":
            return None
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case int() | str():
            return str(value)
    return str(value.pk)


@dataclass(frozen=True, slots=True)
class Money:
    """What an action asks in the IT budget of a year: None is unknown, `said` that it was said.

    `key` is where it is written; None when it is asked under several natures, that one cell cannot
    tell apart.
    """

    amount: Decimal | None
    said: bool
    key: MoneyKey | None


def money_of(rows: list[PlannedMoney], year: int) -> Money:
    """Return what is asked, from the rows of an action."""
    some = [row for row in rows if row.year == year and row.in_it_budget]
    if not some:
        return Money(None, said=False, key=MoneyKey(year))
    amounts = [row.amount for row in some if row.amount is not None]
    whole = sum(amounts, Decimal(0)) if len(amounts) == len(some) else None
    if len(some) > 1:
        return Money(whole, said=True, key=None)
    section = Section(some[0].section) if some[0].section else None
    return Money(whole, said=True, key=MoneyKey(year, section))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the cells of an action hold: its sheet, its main indicator, what it asks."""

    action: Action
    main: Indicator | None
    money: Money

    def value(self, field: Field) -> Any:
        """Return what a cell holds; a reading is always to be added."""
        match field:
            case Field.READING:
                return None
            case Field.MONEY:
                return self.money.amount if self.money.said else None
            case Field.PROGRESS:
                return Progress(self.action.progress)
        return getattr(self.action, field.value)


def takes_words(indicator: Indicator) -> bool:
    return Kind(indicator.kind) in {Kind.TEXT, Kind.SCALE, Kind.YES_NO}


type Standings = Mapping[int, Standing]
