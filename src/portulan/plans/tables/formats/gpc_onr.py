"""The grid of the INR that sorts 28 targets (GPC-ONR, MIT), read by what was typed in it (pure).

Its own formulas are wrong in places (typed counts, K = 0 for an empty row): the level is computed
again from the importance and the performance, and nothing else that is computed is read. A strategy
that was written, one a line, is a study proposed, and what was typed beside it is its note. What no
strategy took is listed by its cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from portulan.core.folding import squeeze
from portulan.core.say.text import Problem, ProblemKind
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.core.tables.workbooks import Cell
from portulan.plans.tables.cells import Line
from portulan.plans.tables.formats.leaving_out import cells_left
from portulan.plans.tables.formats.proposing import plain_text, proposed, under_titles
from portulan.plans.tables.reading import CellLeft, TableReading
from portulan.plans.tables.vocabulary import Field

NAME = "gpc-onr"
_SHEET = re.compile(r"ONR [1-9]").fullmatch
_CODE = re.compile(r"[1-9]\.[0-9]{1,2}").fullmatch
_CODE_AT, _TARGET, _IMPORTANCE, _PERFORMANCE, _COMPETENCE, _STRATEGIES = 1, 2, 4, 5, 7, 21
_TITLES, _FIRST_ROW = 5, 7
_FORMULAS = set(range(9, 21))
_READ = {_CODE_AT, _TARGET, _IMPORTANCE, _PERFORMANCE, _COMPETENCE, _STRATEGIES}
# Sheets of the grid where nothing is typed, and the one where answers stand beside questions.
_RESULTS, _CONTEXT = {"Résultats détaillés", "Résultats synthèse", "Liste ONR"}, "Contexte"
_LEVELS = {
    "Intervention urgente": {31},
    "Intervention prioritaire": {21, 32},
    "Intervention à moyen terme": {22, 33},
    "Intervention à long terme": {11, 12},
    "Intervention de consolidation": {23, 34},
    "Intervention non prioritaire": {13, 14, 24},
    "Intervention non pertinente": {1, 2, 3, 4},
}
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,2}\s*[.)]|[-–•*])\s*")
COUNTED = ProblemKind(
    "onr-counted",
    "warning",
    fr="{targets} cibles, {filled} renseignées, {half} à moitié ; les niveaux sont recalculés : les"
    " formules du classeur se trompent par endroits. {levels}",
    en="{targets} targets, {filled} filled in, {half} by half; levels are computed again: the"
    " formulas of the workbook are wrong in places. {levels}",
)


class Target(NamedTuple):
    """A target as a person judged it; None is not filled in, which is not “not a priority”."""

    row: int
    axis: str
    code: str
    title: str
    importance: int | None
    performance: int | None
    competence: int | None
    strategies: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> str | None:
        """The level of priority: ten times the importance, and the performance."""
        if self.importance is None or self.performance is None:
            return None
        value = 10 * self.importance + self.performance
        return next((name for name, values in _LEVELS.items() if value in values), None)

    @property
    def is_half_filled(self) -> bool:
        return (self.importance is None) != (self.performance is None)


def read(grids: Sequence[Grid]) -> TableReading | None:
    """Return what a grid proposes, None for another file."""
    targets = [one for grid in grids for one in targets_of(grid)]
    if not targets:
        return None
    lines = [line for target in targets for line in _lines(target)]
    columns = {Field.TITLE.value: "Stratégies d’action", Field.AXIS.value: "ONR"}
    reading = proposed(NAME, lines, [_counted(targets)], columns=columns)
    return replace(reading, cells_left=tuple(one for grid in grids for one in _left(grid)))


def _left(grid: Grid) -> Iterator[CellLeft]:
    """Yield what was typed in a sheet, and became nothing."""
    if grid.name in _RESULTS:
        return
    targets = list(targets_of(grid))
    first = _FIRST_ROW if targets else 0
    aside = _FORMULAS if targets else {0, 1} if grid.name == _CONTEXT else set()
    rows = [
        (row, tuple("" if at in aside else cell for at, cell in enumerate(cells)))
        for row, cells in grid.rows
        if row >= first or row == _TITLES
    ]
    reading = proposed(NAME, [one for its in targets for one in _lines(its)], sheet=grid.name)
    heads = [said(grid.at(_TITLES, at)) for at in range(grid.width)]
    taken = {one for its in targets for one in _taken(grid, its)}
    typed = replace(grid, rows=tuple(rows))
    titles = _TITLES if targets else 0
    for one in cells_left([typed], reading, titles=titles, understood=taken, known=heads):
        yield one._replace(sheet=grid.name)


def _taken(grid: Grid, target: Target) -> Iterator[tuple[int, int, str]]:
    """Yield the lines of cells that name a target or, if it has a strategy, were read with it."""
    marks = zip((_IMPORTANCE, _PERFORMANCE, _COMPETENCE), target[4:7], strict=True)
    judged = {at for at, mark in marks if mark is not None} | {_STRATEGIES}
    for at in {_CODE_AT, _TARGET} | (judged if target.strategies else set()):
        for text in plain_text(said(grid.at(target.row, at))).split("\n"):
            yield target.row, at, text


def targets_of(grid: Grid) -> Iterator[Target]:
    """Yield the targets of a sheet of the grid."""
    if not _SHEET(grid.name.strip()):
        return
    axis = next(
        (text for row, cells in grid.rows[:4] for text in map(said, cells) if "ONR" in text), ""
    )
    for row, _cells in grid.rows:
        code = said(grid.at(row, _CODE_AT))
        if row < _FIRST_ROW or not _CODE(code):
            continue
        written = said(grid.at(row, _STRATEGIES)).split("\n")
        yield Target(
            row,
            squeeze(axis.split(":")[0]) if axis else grid.name,
            code,
            squeeze(said(grid.at(row, _TARGET)).replace("\n", " ")),
            _mark(grid.at(row, _IMPORTANCE), 3),
            _mark(grid.at(row, _PERFORMANCE), 4),
            _mark(grid.at(row, _COMPETENCE), 4),
            tuple(text for one in written if (text := squeeze(_NUMBERED.sub("", one)))),
            tuple(under_titles(grid, _TITLES, row, _READ | _FORMULAS)),
        )


def _mark(cell: Cell, most: int) -> int | None:
    text = said(cell)
    return int(text) if text.isdecimal() and int(text) <= most else None


def _lines(target: Target) -> Iterator[Line]:
    judged = f"ONR {target.code}, importance {target.importance}, performance {target.performance}"
    note = f"{judged} ({target.level})" if target.level else f"ONR {target.code}"
    if target.competence is not None:
        note += f", compétences {target.competence}"
    note = "\n".join((note, *target.notes))
    for strategy in target.strategies:
        values: dict[str, str] = {
            Field.TITLE: strategy,
            Field.DESCRIPTION: target.title
            if len(strategy) <= 250
            else f"{strategy}\n{target.title}",
            Field.AXIS: target.axis,
            Field.NOTE: note,
            Field.PRACTICE: f"{NAME}/{target.code}",
        }
        yield Line(target.row, values, {Field.TITLE: name_of_cell(target.row, _STRATEGIES)})


def _counted(targets: Sequence[Target]) -> Problem:
    levels = Counter(target.level for target in targets if target.level)
    half = sum(target.is_half_filled for target in targets)
    told = ", ".join(f"{name}\u00a0: {levels[name]}" for name in _LEVELS if levels[name])
    return COUNTED.at(targets=len(targets), filled=levels.total(), half=half, levels=told)
