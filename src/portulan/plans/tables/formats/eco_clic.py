"""The recommendations that a town exports from L’éco-clic (pure).

What is missing there is proposed as studies. The file does not say what was not asked from what is
done, and its texts stay with the town that exported them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind
from portulan.core.tables.grid import MOST_COLUMNS, Grid, name_of_cell, said
from portulan.plans.tables.cells import Line
from portulan.plans.tables.formats.leaving_out import cells_left
from portulan.plans.tables.formats.proposing import (
    plain_text,
    proposed,
    row_of_titles,
    under_titles,
    without_beside,
)
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.vocabulary import Field

NAME = "eco-clic"
_TITLES = ("Categorie", "Theme", "Question", "Reponse", "Recommandation", "NiveauLabel")
_NEEDED = ("Question", "Reponse", "Recommandation")
_HEAD = re.compile(r"(?P<name>.+?) - (?P<on>[0-9]{2}/[0-9]{2}/[0-9]{4})").fullmatch
NOT_ASKED = ProblemKind(
    "eco-clic-partial",
    "warning",
    fr="Ce fichier ne dit ni les scores, ni ce qui est déjà fait : ce qui n’y est pas n’est pas"
    " forcément à faire.",
    en="This file tells neither the scores nor what is done already: what is not in it is not"
    " always to be done.",
)


def read(grids: Sequence[Grid]) -> TableReading | None:
    """Return what an export proposes, None for another file."""
    for grid in grids:
        found = row_of_titles(grid, _NEEDED)
        if found is not None:
            return _left(grids, grid, found[0], _read(grid, *found))
    return None


def _read(grid: Grid, titles: int, places: dict[str, int]) -> TableReading:
    heads = (said(cell) for row, cells in grid.rows if row < titles for cell in cells)
    head = next((one for text in heads if (one := _HEAD(text))), None)
    origin = f"éco-clic, {head['on']}" if head else "éco-clic"
    read_at = [places.get(fold(title), MOST_COLUMNS) for title in _TITLES]
    lines = []
    for row, _cells in grid.rows:
        category, theme, question, answer, advice, level = (
            plain_text(said(grid.at(row, at))) for at in read_at
        )
        if row <= titles or not question:
            continue
        told = f"{origin}. Réponse\u00a0: {answer or '–'}. {level or '–'}."
        advice, beside = without_beside(advice)
        notes = [f"{told} {theme}".strip(), *under_titles(grid, titles, row, read_at), *beside]
        values: dict[str, str] = {
            Field.TITLE: question.replace("\n", " "),
            Field.DESCRIPTION: advice,
            Field.AXIS: category.replace("\n", " "),
            Field.NOTE: "\n".join(notes),
        }
        lines.append(Line(row, values, {Field.TITLE: name_of_cell(row, places["question"])}))
    columns = {
        Field.TITLE.value: "Question",
        Field.DESCRIPTION.value: "Recommandation",
        Field.AXIS.value: "Categorie",
        Field.NOTE.value: "Reponse",
    }
    heading = head["name"] if head else ""
    told_of = [NOT_ASKED.at()]
    return proposed(NAME, lines, told_of, columns=columns, sheet=grid.name, heading=heading)


def _left(grids: Sequence[Grid], grid: Grid, titles: int, reading: TableReading) -> TableReading:
    known = [*_TITLES, *(said(grid.at(titles, at)) for at in range(grid.width))]
    if reading.heading:
        known += [
            said(cell)
            for row, cells in grid.rows
            if row < titles
            for cell in cells
            if _HEAD(said(cell))
        ]
    left = cells_left(grids, reading, titles=titles, known=known)
    return replace(reading, cells_left=tuple(left))
