"""The rows of a file, by the role of their columns: what every reader of lists begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems
from portulan.core.tables.cells import text_of
from portulan.core.tables.grid import Grid
from portulan.core.tables.heads import Guess, Roles, Titles, titles_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of
from portulan.core.tables.workbooks import Cell

SHORT_ROW = ProblemKind(
    "short-row",
    "error",
    fr="Cette ligne a moins de cellules que les titres : le fichier est coupé. Refaites l’export.",
    en="This line has fewer cells than the titles: the file is cut. Export it again.",
)
CUT_FILE = ProblemKind(
    "cut-file",
    "error",
    fr="La dernière ligne n’est pas terminée : le fichier est coupé. Refaites l’export.",
    en="The last line has no end: the file is cut. Export it again.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its line, and its cells by role; a role without a column is empty."""

    line: int
    cells: Sequence[Cell]
    at: Mapping[str, int]

    def cell(self, role: str) -> Cell:
        index = self.at.get(role)
        return "" if index is None or index >= len(self.cells) else self.cells[index]

    def text(self, role: str) -> str:
        return text_of(self.cell(role)).strip()


@dataclass(frozen=True, slots=True)
class List:
    """A table whose titles were recognised."""

    table: Table
    titles: Titles

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.titles.fields)

    def rows(self, problems: Problems) -> Iterator[Row]:
        """Yield the rows that have something written; those that are cut are said."""
        at = self.titles.fields
        width = max(at.values(), default=-1) + 1
        is_text = self.table.text is not None
        for line, cells in self.table.rows_after(self.titles.row):
            if not any(map(text_of, cells)):
                continue
            if is_text and len(cells) < width:
                problems.append(SHORT_ROW.at(line=line))
                continue
            yield Row(line, cells, at)
        if self.table.text is not None and not self.table.text.is_ended():
            problems.append(CUT_FILE.at())


def by_titles(words: Mapping[str, Sequence[str]]) -> Guess:
    """Return what tells a role by its title, whether or not the name of a group stands before it.

    Of two columns of one role, that whose title comes first among its words has it.
    """
    known = {fold(word): (rank, role)
             for role, some in words.items() for rank, word in enumerate(some)}  # fmt: skip

    def guess(titles: Sequence[str]) -> dict[str, int]:
        best: dict[str, tuple[int, int]] = {}
        for index, title in enumerate(titles):
            bare = fold(title.rpartition(" - ")[2])
            whole = fold(title)
            found = known.get(whole) or known.get(bare)
            if found is None:
                continue
            rank = found[0] if whole in known else found[0] + 100
            if found[1] not in best or rank < best[found[1]][0]:
                best[found[1]] = rank, index
        return {role: index for role, (_rank, index) in best.items()}

    return guess


def list_in(source: Source, roles: Roles, asked: Mapping[str, str] | None = None) -> List | None:
    """Return the table of a file that has these roles, None where none has."""
    for table in tables_of(source).by_name.values():
        head = Grid(table.name, tuple((row, tuple(cells)) for row, cells in table.head))
        titles = titles_of(head, roles, asked)
        if titles is not None:
            return List(table, titles)
    return None
