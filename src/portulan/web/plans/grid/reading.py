"""What was typed in the grid, ticked for all, or pasted: each becomes the same cells to preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ChoiceField
from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.core.folding import fold
from portulan.core.tables.pasting import pasted_rows
from portulan.plans.bulk.cells import Cell, Field, Standings
from portulan.plans.bulk.reads import standings_of
from portulan.plans.models import Plan
from portulan.web.fields import NOTHING_SAID
from portulan.web.inputs import identifiers
from portulan.web.plans.grid.columns import BY_FIELD, BY_NAME, Fields, cleaned, must_hold

MOST_CELLS = 3000
MOST_WORDS = 20


@dataclass(slots=True)
class Typed:
    """Cells to be changed, and why others cannot be read: by number of action and field."""

    standings: Standings
    cells: list[Cell] = field(default_factory=list)
    problems: list[tuple[int, Field, str]] = field(default_factory=list)

    def add(self, fields: Fields, number: int, name: Field, raw: str) -> None:
        """Read a cell; an empty reading or amount changes nothing."""
        standing = self.standings.get(number)
        if standing is None:
            return
        form_field = fields.of(name, standing.main)
        try:
            value = cleaned(name, form_field, _offered(form_field, raw))
        except ValidationError as error:
            why = _accepted(form_field, raw) or " ".join(error.messages)
            self.problems.append((number, name, why))
            return
        if value is NOTHING_SAID or (name is Field.READING and value is None):
            return
        self.cells.append(Cell(number, name, value))


def _offered(form_field: Any, raw: str) -> str:
    """Return the key of a choice that was written in its words, else what was written."""
    text = raw.strip()
    if not isinstance(form_field, ChoiceField):
        return text
    choices: Any = form_field.choices
    for key, words in choices:
        if text in (str(key), "") or fold(str(words)) == fold(text):
            return "" if not text else str(key) if text != str(key) else text
    return text


def _accepted(form_field: Any, raw: str) -> str:
    """Return why a word is refused, with those that are accepted."""
    if not isinstance(form_field, ChoiceField):
        return ""
    choices: Any = form_field.choices
    words = [str(word) for key, word in choices if key not in (None, "")]
    said = {"value": raw.strip(), "words": ", ".join(words[:MOST_WORDS])}
    if len(words) > MOST_WORDS:
        return (
            _("« %(value)s » n’est pas accepté ; sont acceptés, entre autres : %(words)s.") % said
        )
    return _("« %(value)s » n’est pas accepté ; sont acceptés : %(words)s.") % said


def ticked(data: QueryDict) -> list[int]:
    """Return the numbers of the actions ticked."""
    return identifiers(data.getlist("a"))


def typed_in(plan: Plan, data: QueryDict, kept: Sequence[int], fields: Fields, year: int) -> Typed:
    """Read the cells opened and the change for all; `kept` are the actions that the filters keep.

    What is asked for all is asked of the ticked ones, or of all those kept.
    """
    cells = _cells(data)
    some = list(kept) if data.get("whole") else ticked(data)
    name = BY_NAME.get(data.get("field", ""))
    found = Typed(standings_of(plan, [*(one[0] for one in cells), *some], year=year))
    for number, each, raw in cells:
        found.add(fields, number, each, raw)
    if name is not None and name.field is not None:
        for number in some:
            found.add(fields, number, name.field, data.get("value", ""))
    return found


def _cells(data: QueryDict) -> list[tuple[int, Field, str]]:
    """Return what the fields of opened rows say: `c-12-due`."""
    found = []
    for name, raw in list(data.items())[:MOST_CELLS]:
        parts = name.split("-")
        if len(parts) != 3 or parts[0] != "c":
            continue
        column, numbers = BY_NAME.get(parts[2]), identifiers([parts[1]])
        if column is not None and column.field is not None and numbers:
            found.append((numbers[0], column.field, str(raw)))
    return found


def pasted(
    plan: Plan, text: str, name: Field, order: Sequence[tuple[int, str]], fields: Fields, year: int
) -> Typed:
    """Read a column pasted from a spreadsheet: its values in the order shown, or number and value.

    `order` are the actions of the view, each with what the organisation calls it. Raises
    ValidationError when the lines cannot be told apart.
    """
    lines = [cells for _at, cells in pasted_rows(text)]
    if any(len(line) > 2 for line in lines):
        raise ValidationError(_("Collez une colonne, ou deux : le numéro et la valeur."))
    if all(len(line) == 2 for line in lines):
        pairs, lost = _by_number(lines, order)
    elif len(lines) == len(order):
        pairs, lost = [(one[0], line[0]) for one, line in zip(order, lines, strict=True)], []
    else:
        raise ValidationError(
            _(
                "%(lines)s lignes collées pour %(actions)s actions : collez aussi la colonne des"
                " numéros."
            )
            % {"lines": len(lines), "actions": len(order)}
        )
    if lost:
        raise ValidationError(
            _("Ces numéros ne sont pas dans la vue : %(numbers)s.")
            % {"numbers": ", ".join(lost[:10])}
        )
    found = Typed(standings_of(plan, [number for number, _value in pairs], year=year))
    for number, value in pairs:
        if value.strip() or not must_hold(name):
            found.add(fields, number, name, value)
    return found


def _by_number(
    lines: Iterable[Sequence[str]], order: Sequence[tuple[int, str]]
) -> tuple[list[tuple[int, str]], list[str]]:
    known = {called: number for number, called in order}
    pairs, lost = [], []
    for called, value in lines:
        key = called.strip().removesuffix(".")
        if key in known:
            pairs.append((known[key], value))
        else:
            lost.append(key)
    return pairs, lost


def pastable(year: int, *, units: bool = True) -> list[tuple[str, str]]:
    """Return the columns that may be pasted, or changed for all: name and words."""
    return [
        (column.name, column.title(year))
        for column in BY_FIELD.values()
        if column.field and (units or column.to != "units")
    ]
