"""The workbook of readings as it leaves, and what becomes of it when it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from portulan.core import left_as
from portulan.core.left_as import Leaving, Left, Row
from portulan.core.merge.threeway import judge
from portulan.core.say.text import Language, Text
from portulan.core.secret import key_for
from portulan.core.sheet_layout import LISTS, Choices, Layout
from portulan.core.spreadsheet import digits
from portulan.core.tables.grid import Grid
from portulan.core.workbooks import Sheet
from portulan.plans.models import Plan
from portulan.plans.readings.reads import Entry
from portulan.plans.readings.said import Said
from portulan.plans.readings.table import COLUMNS, INDICATOR, UNIT, Line, SheetReading, sheet_rows

_CONTENT = "content"
_WIDTH, _WIDTHS = 14, {INDICATOR: 44}  # characters
_CHANGED_SINCE = Text(
    "Relevé changé ici depuis que ce fichier est parti. Ôtez la ligne pour garder le relevé"
    " d’ici, ou saisissez le vôtre sur la page des relevés.",
    "This reading was changed here since this file left. Take the row away to keep the one"
    " here, or type yours on the page of readings.",
)


def sheets_of(
    plan: Plan,
    entries: Sequence[Entry],
    readings: Iterable[Said],
    units: Mapping[int, str],
    language: Language,
) -> list[Sheet]:
    """Return the sheet of readings as a person fills it in, and what each of them left as."""
    told = list(readings)
    lists = {COLUMNS.index(UNIT): Choices(sorted(units.values()))}
    widths = [_WIDTHS.get(column, _WIDTH) for column in COLUMNS]
    layout = Layout(widths, lists, lists=LISTS.say(language))
    shown = Sheet(plan.title, sheet_rows(entries, told, units, language), layout)
    left = (Row(_key(said), {_CONTENT: _content(said)}) for said in told)
    return [shown, _leaving(plan).sheet({_CONTENT: _CONTENT}, left, language)]


def beside(
    reading: SheetReading, plan: Plan, grids: Sequence[Grid], language: Language
) -> SheetReading:
    """Return what the rows of a workbook say, beside what they left as, if it says that.

    A row as it left says nothing, whatever was read here since; one that was changed there and
    here is told. A row that was added is as that of any file.
    """
    kept = next((grid for grid in grids if grid.source == left_as.FORMAT), None)
    rows = kept.texts() if kept else []
    left = _leaving(plan).read(rows)
    if left is None:
        return reading
    return SheetReading(tuple(_judged(line, left.rows, language) for line in reading.lines))


def _judged(line: Line, rows: Mapping[str, Left], language: Language) -> Line:
    said = line.said
    if said is None or not line.is_new or (left := rows.get(_key(said))) is None:
        return line
    base = left.base(_CONTENT)
    here = _content(line.before) if line.before else ""
    cell = judge(_CONTENT, here, _content(said), base)
    if cell.is_conflict:
        return replace(line, said=None, problem=_CHANGED_SINCE.say(language))
    return line if cell.is_taken else replace(line, before=said)


def _leaving(plan: Plan) -> Leaving:
    return Leaving(f"readings:{plan.pk}", key_for("left-as"))


def _key(said: Said) -> str:
    return json.dumps([str(one) for one in said.place])


def _content(said: Said) -> str:
    return json.dumps(
        [digits(one) if isinstance(one, Decimal) else str(one) for one in said.content]
    )
