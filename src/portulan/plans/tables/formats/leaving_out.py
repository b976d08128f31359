"""What a file of another tool says that its reading does not hold, cell by cell (pure).

Held by what was read, not by what a reader meant to read: a cell is held when each line of its text
stands in the values of its row, was understood as one of them, or is a title that was read. The
rest is listed, whoever moved, added or called otherwise a column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from portulan.core.folding import fold
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.plans.tables.formats.proposing import plain_text, unshown
from portulan.plans.tables.reading import CellLeft, TableReading

_BULLETS = "-–•* "
type Understood = Collection[tuple[int, int, str]]


def cells_left(
    grids: Sequence[Grid],
    reading: TableReading,
    *,
    titles: int,
    understood: Understood = (),
    known: Collection[str] = (),
) -> Iterator[CellLeft]:
    """Yield the cells whose words are not in a reading.

    `titles` is the row of titles of its sheet; `understood` are lines of cells that became another
    word, as row, column and text; `known` the words over the titles that say nothing of an action.
    """
    held: dict[int, list[str]] = defaultdict(list)
    for line in reading.lines:
        held[line.row] += [*line.values.values(), *line.unread.values()]
    by_row = {row: _folded(texts) for row, texts in held.items()}
    above = _folded([reading.heading, *known, *reading.columns.values()])
    everywhere = _folded(text for texts in held.values() for text in texts)
    by_title = {fold(line.title): by_row[line.row] for line in reading.lines}
    for grid in grids:
        ours = grid.name == reading.sheet
        for row, cells in grid.rows:
            if not ours or row <= titles:
                words = f"{everywhere} {above}" if ours else ""
            else:  # a row that was one with another, by its title
                again = (by_title.get(fold(said(cell)), "") for cell in cells)
                words = by_row.get(row) or "\n".join(again)
            for at, cell in enumerate(cells):
                texts = [*plain_text(said(cell)).split("\n"), *unshown(said(cell)).split("\n")]
                for text in texts:
                    if text and not _holds(words, text) and (row, at, text) not in understood:
                        sheet = "" if ours else grid.name
                        title = said(grid.at(titles, at)) if ours and row > titles else ""
                        yield CellLeft(sheet, name_of_cell(row, at), title, text)


def _folded(texts: object) -> str:
    return fold("\n".join(map(str, texts)))  # type: ignore[call-overload]


def _holds(words: str, text: str) -> bool:
    """Tell whether words hold a text whole, and not within another word."""
    looked = fold(text.lstrip(_BULLETS))
    at = words.find(looked)
    while at >= 0:
        after = at + len(looked)
        if not (_is_letter(words[at - 1 : at]) or _is_letter(words[after : after + 1])):
            return True
        at = words.find(looked, at + 1)
    return False


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"
