"""The plan as a board: levels or progress in columns, and what one chooses in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.core.folding import fold
from portulan.plans.actions.reads import Row
from portulan.plans.models import GUESSES, LEVELS, PROGRESSES
from portulan.plans.words import CommitmentLevel, Guess, Progress
from portulan.web.plans.filters import UNKNOWN, Asked, Chip, asked, context_of
from portulan.web.requests import OrganisationRequest

# Cards of a page: with their states they are most of its elements.
MOST_CARDS = 32

_OVER = frozenset({Progress.DONE, Progress.DROPPED})

# A place of the board: what sorts it, its words, and what its link filters by.
type Place = tuple[Any, str, tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Card:
    """An action on the board, and the level it came from since its first vote."""

    row: Row
    moved: str = ""


@dataclass(slots=True)
class Cell:
    """The actions of a column and a row; `more` are those that have no room, under a link."""

    rows: list[Row] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    url: str = ""
    column: str = ""
    level: int = 0

    @property
    def more(self) -> int:
        return len(self.rows) - len(self.cards)


def _level(row: Row) -> Place:
    return row.level, str(LEVELS[row.level]), ("level", str(row.level.value))


def _progress(row: Row) -> Place:
    # What goes on first, and what is over last.
    order = row.progress in _OVER, list(Progress).index(row.progress)
    return order, str(PROGRESSES[row.progress]), ("progress", row.progress.value)


def _axis(row: Row) -> Place:
    axis = row.action.axis
    if axis is None:
        return (1, 0), _("Sans axe"), None
    return (0, axis.order), axis.title, ("axis", str(axis.pk))


def _unit(row: Row) -> Place:
    unit = row.action.unit
    if unit is None:
        return (1, ""), _("Aucune entité"), ("unit", "0")
    return (0, fold(unit.name)), unit.name, ("unit", str(unit.pk))


def _pilot(row: Row) -> Place:
    name = row.action.pilot_function
    return fold(name), name, ("pilot", name)


def _all(_row: Row) -> Place:
    return 0, "", None


def _guess(name: str, value: int | None) -> Place:
    if value is None:
        return 9, _("inconnu"), (name, UNKNOWN)
    rank = -value if name == "impact" else value
    return rank, str(GUESSES[Guess(value)]), (name, str(value))


@dataclass(frozen=True, slots=True)
class By:
    """What a board is laid by: what tells the places of two rows apart, and the place of one."""

    key: Callable[[Row], Any]
    place: Callable[[Row], Place]


_LEVEL = By(lambda row: row.level, _level)
_PROGRESS = By(lambda row: row.progress, _progress)
EFFORT = By(
    lambda row: row.action.effort_guess, lambda row: _guess("effort", row.action.effort_guess)
)
IMPACT = By(
    lambda row: row.action.impact_guess, lambda row: _guess("impact", row.action.impact_guess)
)
COLUMNS = {"level": _LEVEL, "progress": _PROGRESS}
ROWS = {
    "progress": _PROGRESS,
    "level": _LEVEL,
    "axis": By(lambda row: row.action.axis_id, _axis),
    "unit": By(lambda row: row.action.unit_id, _unit),
    "pilot": By(lambda row: row.action.pilot_function, _pilot),
    "none": By(lambda _row: 0, _all),
}


@require_GET
def board(request: OrganisationRequest, plan: str) -> HttpResponse:
    view = asked(request, plan, "board")
    columns = request.GET.get("columns", "level")
    columns = columns if columns in COLUMNS else "level"
    default = "progress" if columns == "level" else "level"
    rows = request.GET.get("rows", default)
    rows = rows if rows in ROWS and rows != columns else default
    heads, lines = lay(view, view.listing.rows, COLUMNS[columns], ROWS[rows], full=columns)
    context = context_of(view) | {
        "heads": heads,
        "lines": lines,
        "by_level": columns == "level",
        "columns": _choices(view, "columns", columns, COLUMNS),
        "rows": _choices(view, "rows", rows, [name for name in ROWS if name != columns]),
    }
    return render(request, "plans/board.html", context)


@require_GET
def matrix(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Impact against effort, as the organisation sees them; unknown stands apart, and last."""
    view = asked(request, plan, "matrix")
    heads, lines = lay(
        view,
        view.listing.rows,
        EFFORT,
        IMPACT,
    )
    unknown = sum(
        row.action.impact_guess is None or row.action.effort_guess is None
        for row in view.listing.rows
    )
    context = context_of(view) | {"heads": heads, "lines": lines, "guessed": unknown}
    return render(request, "plans/matrix.html", context)


def lay(
    view: Asked,
    rows: Iterable[Row],
    column_of: By,
    row_of: By,
    *,
    full: str = "",
) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, list[Cell]]]]:
    """Return the heads of a board (words, count, level) and its lines (words, count, cells).

    A board by level (`full`) has its three columns even where one is empty.
    """
    columns: dict[Any, str] = {}
    if full == "level":
        columns = {level: str(LEVELS[level]) for level in CommitmentLevel}
    counts: dict[Any, int] = {}
    lines: dict[Any, tuple[str, dict[Any, Cell]]] = {}
    column_at, row_at = _remembered(column_of), _remembered(row_of)
    for row in rows:
        (x, head, across), (y, name, down) = column_at(row), row_at(row)
        columns.setdefault(x, head)
        counts[x] = counts.get(x, 0) + 1
        cells = lines.setdefault(y, (name, {}))[1]
        cell = cells.get(x)
        if cell is None:
            asked_for = {place[0]: place[1] for place in (across, down) if place}
            cell = cells[x] = Cell(url=view.url("plan", **asked_for, rows=None, columns=None))
        cell.rows.append(row)
    order = sorted(columns)
    found = [
        (name, sum(len(cell.rows) for cell in cells.values()), _filled(cells, order, columns))
        for _y, (name, cells) in sorted(lines.items(), key=lambda item: item[0])
    ]
    _deal([cell for _name, _count, cells in found for cell in cells])
    return [(columns[x], counts.get(x, 0), _as_level(x)) for x in order], found


def _remembered(place_of: By) -> Callable[[Row], Place]:
    """Return the place of a row, said once for all the rows of one place: words are dear."""
    places: dict[Any, Place] = {}

    def find(row: Row) -> Place:
        key = place_of.key(row)
        found = places.get(key)
        if found is None:
            found = places[key] = place_of.place(row)
        return found

    return find


def _as_level(x: Any) -> int:
    return x.value if isinstance(x, CommitmentLevel) else 0


def _filled(cells: dict[Any, Cell], order: Sequence[Any], columns: dict[Any, str]) -> list[Cell]:
    found = []
    for x in order:
        cell = cells.get(x, Cell())
        cell.column, cell.level = columns[x], _as_level(x)
        found.append(cell)
    return found


def _deal(cells: list[Cell]) -> None:
    """Deal the cards that a page has room for, one to each cell in turn."""
    left = MOST_CARDS
    waiting = [(cell, iter(cell.rows)) for cell in cells if cell.rows]
    while left and waiting:
        going = []
        for cell, rows in waiting:
            row = next(rows, None)
            if row is None or not left:
                continue
            cell.cards.append(Card(row, _moved(row)))
            left -= 1
            going.append((cell, rows))
        waiting = going


def _moved(row: Row) -> str:
    """Return from which level an action moved since its first vote."""
    first = row.decisions[0].level if row.decisions else row.level
    if first == row.level:
        return ""
    arrow = "↑" if row.level > first else "↓"
    return _("%(arrow)s depuis %(level)s") % {"arrow": arrow, "level": LEVELS[first]}


def _choices(view: Asked, name: str, now: str, among: Iterable[str]) -> list[Chip]:
    words = {
        "level": _("Niveau"),
        "progress": _("Avancement"),
        "axis": _("Axe"),
        "unit": _("Entité"),
        "pilot": _("Pilote"),
        "none": _("Aucune"),
    }
    return [
        Chip(words[one], view.url(**{name: one}), on=one == now)
        for one in among
        if one != "unit" or view.shows_units
    ]
