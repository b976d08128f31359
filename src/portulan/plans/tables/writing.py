"""The actions of a plan as a table that a colleague edits in Excel, and that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from portulan.accounts.models import Person
from portulan.core.say.text import Language
from portulan.core.spreadsheet import Cell
from portulan.plans.labels import LEVELS, PROGRESSES
from portulan.plans.models import Plan, PlannedMoney
from portulan.plans.tables.fields import Field, MoneyField, money_field, name_of, scale_of
from portulan.plans.tables.merging import Standing
from portulan.plans.tables.reads import last_import, standing_actions
from portulan.plans.tables.values import UNKNOWN_AMOUNT
from portulan.plans.words import CommitmentLevel, Progress

_DAYS = frozenset({Field.START, Field.END, Field.LEVEL_DATE})
# Said and not kept as a value: a note is in the history.
_NOT_KEPT = frozenset({Field.NOTE})


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


def table_rows(plan: Plan, language: Language, *, names: bool = False) -> Iterator[list[Cell]]:
    """Yield the titles, then each action by its number, as the reader of tables takes them."""
    columns = columns_of(plan, language, names=names)
    yield list(columns.values())
    people: Mapping[str, str] = {}
    if Field.PERSON in columns:
        found = Person.objects.filter(organisation_id=plan.organisation_id)
        people = {str(one.pk): one.name for one in found}
    for action in standing_actions(plan):
        yield [_cell(action, field, title, people) for field, title in columns.items()]


def _cell(action: Standing, field: str, title: str, people: Mapping[str, str]) -> Cell:
    text = action.values.get(field, "")
    if not text:
        return ""
    if money_field(field):
        return _amount(text, scale_of(title))
    if field in _DAYS:
        return date.fromisoformat(text)
    return _WORDS.get(field, str)(people.get(text, "") if field == Field.PERSON else text)


def _amount(text: str, scale: int) -> Cell:
    if text == UNKNOWN_AMOUNT:
        return "inconnu"  # read back in either language
    return Decimal(text) / scale if scale > 1 else Decimal(text)


_WORDS: Mapping[str, Callable[[str], str]] = {
    Field.LEVEL: lambda text: str(LEVELS[CommitmentLevel(int(text))]),
    Field.PROGRESS: lambda text: str(PROGRESSES[Progress(text)]),
    Field.PRACTICE: lambda text: ", ".join(text.split("\n")),
}
