"""A plan as tables that Grist imports: one a sheet, their rows tied by the number of the action.

A workbook is what its import takes, first row as titles (pure).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portulan.core.say.text import Text
from portulan.core.sheet_layout import Layout
from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import Sheet
from portulan.plans.fields import REACHES
from portulan.plans.files.document import ActionText
from portulan.plans.labels import LEVELS, TIES
from portulan.plans.tables.vocabulary import DECLARED, Field
from portulan.plans.tables.vocabulary import NAMES as TITLES
from portulan.plans.tools.losses import OtherTool
from portulan.plans.tools.telling import NAMES, Outgoing, called, nature, targets, told, word


class _Table(NamedTuple):
    """A table beside that of actions: its name, its titles, its rows for an action."""

    name: Text
    titles: tuple[Text, ...]
    rows: Callable[[ActionText, Outgoing], Iterator[list[Cell]]]


_TITLE, _DUE = Text("Titre", "Title"), Text("Prévu le", "Planned for")
_DROPPED = frozenset({"seen", "evidence"})


def _milestones(action: ActionText, _out: Outgoing) -> Iterator[list[Cell]]:
    for one in action.milestones:
        yield [one.title, one.due_on, one.reached_on]


def _deliverables(action: ActionText, _out: Outgoing) -> Iterator[list[Cell]]:
    for one in action.deliverables:
        yield [one.title, one.due_on, one.delivered_on, one.result, one.reference]


def _decisions(action: ActionText, out: Outgoing) -> Iterator[list[Cell]]:
    for one in action.decisions:
        level = word(LEVELS[one.level], out.language)
        yield [one.decided_on, level, one.body, one.reason]


def _money(action: ActionText, out: Outgoing) -> Iterator[list[Cell]]:
    for one in action.money:
        yield [one.year, nature(one, out).removeprefix(", "), one.amount]


def _indicators(action: ActionText, out: Outgoing) -> Iterator[list[Cell]]:
    for key in action.indicators:
        one = out.folder.indicators[key]
        yield [one.name, one.unit, "\n".join(targets(one, out))]


def _ties(action: ActionText, out: Outgoing) -> Iterator[list[Cell]]:
    for one in action.ties:
        kind = word(TIES[one.kind], out.language)
        yield [kind, called(out.folder, one.other), one.reason]


_TABLES = {
    "milestones": _Table(
        Text("Jalons", "Milestones"),
        (_TITLE, _DUE, Text("Atteint le", "Reached on")),
        _milestones,
    ),
    "deliverables": _Table(
        Text("Livrables", "Deliverables"),
        (
            *(_TITLE, _DUE, Text("Remis le", "Delivered on")),
            *(Text("Résultat", "Result"), Text("Référence", "Reference")),
        ),
        _deliverables,
    ),
    "decisions": _Table(
        Text("Décisions", "Decisions"),
        (
            *(Text("Date", "Date"), Text("Niveau d’engagement", "Commitment level")),
            *(Text("Organe", "Body"), Text("Motif", "Reason")),
        ),
        _decisions,
    ),
    "money": _Table(
        Text("Budgets", "Budgets"),
        (Text("Exercice", "Year"), Text("Nature", "Kind"), Text("Montant", "Amount")),
        _money,
    ),
    "indicators": _Table(
        Text("Indicateurs", "Indicators"),
        (Text("Indicateur", "Indicator"), Text("Unité", "Unit"), Text("Cibles", "Targets")),
        _indicators,
    ),
    "ties": _Table(
        Text("Liens", "Ties"),
        (Text("Lien", "Tie"), Text("Avec", "With"), Text("Raison", "Reason")),
        _ties,
    ),
}
_ACTION, _ACTIONS = Text("Action", "Action"), Text("Actions", "Actions")
_HELD = frozenset(NAMES) - _DROPPED
_COLUMNS = tuple(name for name in NAMES if name in _HELD - _TABLES.keys() - {"own_number"})
_BY_NAME = {one.name: TITLES[Field(field)] for field, one in DECLARED.items()}


def _actions(out: Outgoing) -> Iterator[list[Cell]]:
    yield [(_BY_NAME.get(name) or NAMES[name]).say(out.language) for name in _COLUMNS]
    for action in out.folder.actions:
        yield [_cell(action, name, out) for name in _COLUMNS]


def _cell(action: ActionText, name: str, out: Outgoing) -> Cell:
    value = getattr(action, name)
    if name == "number":
        return action.own_number or str(action.number)
    if name == "reach":  # what nobody has to say is a word in a table
        return REACHES[action.reach].say(out.language)
    return value if isinstance(value, date | Decimal) else told(action, name, out)


def _beside(table: _Table, out: Outgoing) -> Iterator[list[Cell]]:
    yield [one.say(out.language) for one in (_ACTION, *table.titles)]
    for action in out.folder.actions:
        number = action.own_number or str(action.number)
        yield from ([number, *row] for row in table.rows(action, out))


def _sheets(out: Outgoing) -> Sequence[Sheet]:
    widths = [48 if name in ("title", "description") else 20 for name in _COLUMNS]
    return [
        Sheet(_ACTIONS.say(out.language), _actions(out), Layout(widths)),
        *(
            Sheet(one.name.say(out.language), _beside(one, out), Layout([12, *[30] * 5]))
            for one in _TABLES.values()
        ),
    ]


TOOL = OtherTool(
    key="grist",
    name=Text("Grist", "Grist"),
    about=Text(
        "Sept tables dans un classeur. Dans Grist, choisissez l’ajout d’un document par import.",
        "Seven tables in a workbook. In Grist, choose to add a document by import.",
    ),
    held=_HELD,
    sheets=_sheets,
)
