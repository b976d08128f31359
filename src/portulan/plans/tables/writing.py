"""The actions of a plan as a workbook that a colleague edits in Excel, and that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from portulan.accounts.models import Person, Unit
from portulan.core.fields import Field as Declared
from portulan.core.fields import Kind
from portulan.core.folding import fold
from portulan.core.left_as import Row
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.core.sheet_layout import LISTS, Choices, Layout
from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import Sheet, as_written
from portulan.plans.labels import LEVELS, PROGRESSES
from portulan.plans.models import Action, Plan, PlannedMoney
from portulan.plans.tables.cells import as_read
from portulan.plans.tables.merging import Standing
from portulan.plans.tables.reads import last_import, leaving, standing_actions
from portulan.plans.tables.resolving import people_by_name
from portulan.plans.tables.values import UNKNOWN_AMOUNT
from portulan.plans.tables.vocabulary import (
    DECLARED,
    SINCE,
    Field,
    MoneyField,
    money_field,
    name_of,
    scale_of,
)
from portulan.plans.words import CommitmentLevel, Progress

_DAYS = frozenset(
    {Field.LEVEL_DATE} | {Field(name) for name, one in DECLARED.items() if one.kind is Kind.DAY}
)
_STEPS = tuple(field for field in SINCE if DECLARED[field].kind is Kind.STEP)
# Said and not kept as a value: a note is in the history.
_NOT_KEPT = frozenset({Field.NOTE})
_WIDTHS: dict[str, int] = {
    **dict.fromkeys((Field.NUMBER, Field.PRACTICE), 9),
    **dict.fromkeys((Field.TITLE, Field.DESCRIPTION), 48),
    **dict.fromkeys((Field.AXIS, Field.PILOT, Field.FOLLOW_UP, Field.INDICATOR), 28),
    **dict.fromkeys((*_DAYS, Field.PROGRESS), 13),
}
_WIDTH = 18  # characters


@dataclass(frozen=True)
class PlanTable:
    """A plan as a table: its columns, each field with its title, and its actions as they stand."""

    plan: Plan
    language: Language
    columns: Mapping[str, str]
    actions: Sequence[Standing]
    people: Mapping[str, str]

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the titles, then each action by its number, as the reader of tables takes them."""
        yield list(self.columns.values())
        for action in self.actions:
            yield list(self._cells(action))

    def sheets(self) -> list[Sheet]:
        """Return the sheets of a workbook: the actions, and what each of their fields left as."""
        left = leaving(self.plan).sheet(self.columns, self._left(), self.language)
        return [Sheet(self.plan.title, self.rows(), self._layout()), left]

    def _cells(self, action: Standing) -> Iterator[Cell]:
        for field, title in self.columns.items():
            yield _cell(action.values.get(field, ""), field, title, self.people)

    def _left(self) -> Iterable[Row]:
        known = people_by_name(self.plan.organisation_id) if Field.PERSON in self.columns else {}
        by_name = {name: str(person.pk) for name, person in known.items()}
        for action in self.actions:
            yield Row(
                str(action.pk),
                action.values,
                {Field.NUMBER: action.called, Field.TITLE: action.title},
                dict(self._read_back(action, by_name)),
            )

    def _read_back(self, action: Standing, by_name: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield what is read of the cells that do not say all that stands, or that say another."""
        for field, cell in zip(self.columns, self._cells(action), strict=True):
            if not isinstance(cell, str) or not cell or field in _CLOSED or money_field(field):
                continue  # dates, amounts and words of a list are read as they stand
            found = as_read(field, as_written(cell))
            if field == Field.PERSON:  # who bears that name: another, or nobody any more
                found = by_name.get(fold(found), found)
            if found != action.values[field]:
                yield field, found

    def _layout(self) -> Layout:
        units = Unit.objects.filter(organisation_id=self.plan.organisation_id)
        lists = {
            Field.LEVEL: Choices([str(LEVELS[level]) for level in LEVELS], closed=True),
            Field.PROGRESS: Choices([str(PROGRESSES[step]) for step in PROGRESSES], closed=True),
            Field.PERSON: Choices(sorted(set(filter(None, self.people.values())), key=fold)),
            Field.UNIT: Choices(sorted({unit.name for unit in units}, key=fold)),
            **{
                one: Choices(list(_words_of(DECLARED[one]).values()), closed=True) for one in _STEPS
            },
        }
        return Layout(
            [_WIDTHS.get(field, _WIDTH) for field in self.columns],
            {at: lists[field] for at, field in enumerate(self.columns) if field in lists},  # type: ignore[index]
            lists=LISTS.say(self.language),
        )


_CLOSED = frozenset({Field.LEVEL, Field.PROGRESS, *_STEPS})


def table_of(plan: Plan, language: Language, *, names: bool = False) -> PlanTable:
    """Return a plan as a table (twelve queries). Names of people only where they are asked for."""
    columns = columns_of(plan, language, names=names)
    people: Mapping[str, str] = {}
    if Field.PERSON in columns:
        found = Person.objects.filter(organisation_id=plan.organisation_id)
        people = {str(one.pk): one.name for one in found}
    return PlanTable(plan, language, columns, standing_actions(plan), people)


def columns_of(plan: Plan, language: Language, *, names: bool = False) -> dict[str, str]:
    """Return the columns of the file, each field with its title: those of the last table first.

    Names of people only where they are asked for.
    """
    table = last_import(plan)
    last = table.columns if table else {}
    found: dict[str, str] = {field: title for field, title in last.items() if title}
    for field in (*Field, *(one.name for one in _money(plan))):
        found.setdefault(str(field), name_of(field).say(language))
    left = _NOT_KEPT if names else _NOT_KEPT | {Field.PERSON}
    return {field: title for field, title in found.items() if field not in left}


def _money(plan: Plan) -> Iterator[MoneyField]:
    """Yield the years of the plan and those that are asked for, by section where it is said."""
    asked: dict[int, set[str]] = {
        year: set() for year in range(plan.first_year, plan.last_year + 1)
    }
    rows = PlannedMoney.objects.filter(action__plan=plan, in_it_budget=True)
    for year, section in rows.values_list("year", "section").distinct():
        asked.setdefault(year, set()).add(section)
    for year, sections in sorted(asked.items()):
        yield from (MoneyField(year, section) for section in sorted(sections or {""}))


def _cell(text: str, field: str, title: str, people: Mapping[str, str]) -> Cell:
    if not text:
        return ""
    if money_field(field):
        return _amount(text, scale_of(title))
    if field in _DAYS:
        return date.fromisoformat(text)
    if field in SINCE and DECLARED[field].kind is Kind.NUMBER:
        return Decimal(text)
    return _WORDS.get(field, str)(people.get(text, "") if field == Field.PERSON else text)


def said_of(field: str, text: str, people: Mapping[str, str], language: Language) -> str:
    """Return the value of a field as a person reads it; empty where it says nothing."""
    cell = _cell(text, field, "", people)
    if isinstance(cell, date):
        return numbers.date(cell, language)
    if isinstance(cell, Decimal):
        is_money = money_field(field) is not None
        return numbers.money(cell, language) if is_money else numbers.number(cell, language)
    return str(cell)


def _amount(text: str, scale: int) -> Cell:
    if text == UNKNOWN_AMOUNT:
        return "inconnu"  # read back in either language
    return Decimal(text) / scale if scale > 1 else Decimal(text)


def _step(one: Declared, text: str) -> str:
    return _words_of(one)[text]


def _words_of(one: Declared) -> dict[str, str]:
    """Return the words of a step by its key, in the language of the page."""
    column: Any = Action._meta.get_field(one.name)
    return {str(key.value): str(word) for key, word in column.flatchoices}


_WORDS: Mapping[str, Callable[[str], str]] = {
    Field.LEVEL: lambda text: str(LEVELS[CommitmentLevel(int(text))]),
    Field.PROGRESS: lambda text: str(PROGRESSES[Progress(text)]),
    Field.PRACTICE: lambda text: ", ".join(text.split("\n")),
    **{one: partial(_step, DECLARED[one]) for one in _STEPS},
}
