"""Where the titles of a ledger are: under a preamble, over one to three rows, on which sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portulan.budget.readers.cells import text_of
from portulan.budget.readers.ledger_columns import Guess, guess_fields
from portulan.budget.readers.ledger_mapping import have_all
from portulan.budget.readers.tabular import Table
from portulan.budget.readers.workbooks import NO_SHEET
from portulan.core.problems import Problem, ProblemKind, UnusableInputError
from portulan.core.text import SHOWN

NO_TITLES = ProblemKind(
    "no-titles",
    "error",
    fr="Aucune ligne de titres n’a été reconnue. Il faut une colonne de compte, de libellé ou de"
    " service et une colonne de montant (voté, ouvert, engagé, mandaté), ou dire lesquelles.",
    en="No row of titles was recognised. There must be a column for the account, the label or the"
    " service and one for an amount (voted, opened, committed, realised), or say which they are.",
)
OTHER_SHEETS = ProblemKind(
    "other-sheets",
    "warning",
    fr="La feuille « {sheet} » a été lue. D’autres lui ressemblent : {others}.",
    en="The sheet “{sheet}” was read. Others look like it: {others}.",
)
_TITLES_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Titles:
    """A row of titles found: where it ends, what it says, what it seems to mean."""

    sheet: str | None
    last_row: int
    titles: tuple[str, ...]
    guess: Guess
    depth: int


def choose_table(
    tables: Mapping[str, Table], asked: dict[str, int | str], problems: list[Problem]
) -> tuple[Table, Titles]:
    """Return the sheet asked for, else the first that has the titles asked for, or a ledger’s."""
    wanted = asked.pop("sheet", None)
    if wanted is not None:
        if str(wanted) not in tables:
            raise UnusableInputError(NO_SHEET.at(name=wanted, names=", ".join(tables)))
        tables = {str(wanted): tables[str(wanted)]}
    names = [column for column in asked.values() if isinstance(column, str)]
    found = {name: find_titles(table, names) for name, table in tables.items()}
    likely = {name: titles for name, titles in found.items() if titles and titles.guess.score}
    said = {
        name: titles
        for name, titles in found.items()
        if names and titles and have_all(titles.titles, names)
    }
    candidates = said or likely or {name: titles for name, titles in found.items() if titles}
    if not candidates:
        raise UnusableInputError(NO_TITLES.at())
    name, titles = next(iter(candidates.items()))
    others = [other for other in said or likely if other != name]
    if others:
        problems.append(OTHER_SHEETS.at(sheet=name, others=", ".join(others)))
    return tables[name], titles


def find_titles(table: Table, names: Sequence[str] = ()) -> Titles | None:
    """Return the titles of a table: the row, or rows, that explain the most of a ledger.

    With the names of columns, the first row that has them all. Failing all, the widest row of
    words among the first ones; None when there is none.
    """
    best: Titles | None = None
    widest: Titles | None = None
    for titles in title_blocks(table):
        if names and have_all(titles.titles, names):
            return titles
        if titles.guess.score > (best.guess.score if best else 0):
            best = titles
        if titles.depth == 1 and _words(titles.titles) > (_words(widest.titles) if widest else 1):
            widest = titles
    return best or widest


def fits(table: Table, columns: Mapping[str, int | str]) -> bool:
    """Return whether the titles of a mapping are all found in one row of a table."""
    names = [column for name, column in columns.items() if name not in {"as", "unit"}]
    wanted = [name for name in names if isinstance(name, str)]
    return any(have_all(titles.titles, wanted) for titles in title_blocks(table))


def title_blocks(table: Table) -> Iterator[Titles]:
    """Yield what may be the titles of a table: each of its first rows, then two or three as one."""
    # A text longer than what is shown is no title, and comparing it would take long.
    head = [(row, [text_of(cell)[:SHOWN] for cell in cells]) for row, cells in table.head]
    for depth in range(1, _TITLES_DEPTH + 1):
        for start in range(len(head) - depth + 1):
            block = head[start : start + depth]
            merged = _merge([cells for _, cells in block])
            yield Titles(table.name or None, block[-1][0], merged, guess_fields(merged), depth)


def _merge(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return titles written over several rows as one."""
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return tuple(" ".join(part for part in parts if part) for parts in zip(*padded, strict=True))


def _words(titles: Sequence[str]) -> int:
    return sum(any(char.isalpha() for char in title) for title in titles)
