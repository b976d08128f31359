"""Somebody’s table: where its titles stand, and what each of its columns is (pure).

Whoever reads such a table says what its columns may be, and asks where they are:

    ROLES = Roles(by_words({"indicator": ("Indicateur", "Indicator"), "on": ("Date",)}),
                  needs={"indicator", "on"}, shapes={"on": lambda cell: day_of(cell) is not None})
    titles = titles_of(grid, ROLES, asked={"indicator": "Nom"})      # what a person said of columns
    titles.fields["on"]                                              # its column, from 0

A person's word comes first, then the titles, in one row or two, under whatever precedes them; a
column that no title says and that is needed is the only one left whose cells all have its shape.
Accounts are read otherwise (`budget.readers`): they prove themselves by their sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portulan.core.folding import fold, squeeze
from portulan.core.tables.grid import Grid, said
from portulan.core.tables.workbooks import Cell

HEAD_ROWS = 60  # rows looked at
_BODY_ROWS = 200  # rows whose cells tell a column

type Guess = Callable[[Sequence[str]], Mapping[str, int]]


def _never(_title: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns of a table may be.

    `guess` returns the column of each role that titles say, each column for one; `needs` are those
    without which a row is no row of titles; `parts` tells a title that says nothing but under
    another (“2026” under “Budget”); `shapes` what every cell of a role is, if cells can tell it.
    """

    guess: Guess
    needs: frozenset[str]
    parts: Callable[[str], bool] = _never
    shapes: Mapping[str, Callable[[Cell], bool]] = field(default_factory=dict)


def by_words(words: Mapping[str, Iterable[str]]) -> Guess:
    """Return what tells a role by its titles, written as they may be; the first column has it."""
    known = {fold(word): role for role, some in words.items() for word in some}

    def guess(titles: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, title in enumerate(titles):
            if role := known.get(fold(title)):
                found.setdefault(role, index)
        return found

    return guess


@dataclass(frozen=True, slots=True)
class Titles:
    """The last row of the titles, the title of each column, and the column of each field."""

    row: int
    titles: tuple[str, ...]
    fields: Mapping[str, int]

    @property
    def columns(self) -> dict[str, str]:
        """The title of each field, in the order of the table."""
        placed = sorted(self.fields.items(), key=lambda item: item[1])
        return {str(field): self.titles[index] for field, index in placed}

    @property
    def unread(self) -> tuple[str, ...]:
        """The titles that say no field."""
        read = set(self.fields.values())
        left = (title for index, title in enumerate(self.titles) if index not in read)
        return tuple(title for title in left if title)


def titles_of(grid: Grid, roles: Roles, asked: Mapping[str, str] | None = None) -> Titles | None:
    """Return the titles of a sheet, None when none of its first rows are.

    `asked` are the titles that a person gave to fields; an empty one leaves its field unread.
    """
    asked = asked or {}
    found: Titles | None = None
    for position, (row, _cells) in enumerate(grid.rows[:HEAD_ROWS]):
        above = grid.rows[position - 1][0] if position else None
        for upper in (None, above) if above == row - 1 else (None,):
            titles = _titles(grid, roles, row, upper)
            fields = _fields(grid, roles, row, titles, asked)
            if fields is None or not roles.needs <= fields.keys():
                continue
            if found is None or len(fields) > len(found.fields):
                found = Titles(row, titles, fields)
    return found


def remembered(
    grids: Sequence[Grid], roles: Roles, answers: Iterable[Mapping[str, str]]
) -> dict[str, str]:
    """Return the first answer of before that one of these sheets has the titles of, else none."""
    for columns in answers:
        if columns and any(titles_of(grid, roles, columns) is not None for grid in grids):
            return dict(columns)
    return {}


def _fields(
    grid: Grid, roles: Roles, row: int, titles: tuple[str, ...], asked: Mapping[str, str]
) -> dict[str, int] | None:
    """Return the column of each field, None when a title that was asked for is not there."""
    places: dict[str, int] = {}
    for name, title in asked.items():
        wanted = fold(title)
        if wanted:
            at = next((i for i, one in enumerate(titles) if fold(one) == wanted), None)
            if at is None:
                return None
            places[name] = at
    taken = set(places.values())
    rest = tuple("" if index in taken else title for index, title in enumerate(titles))
    guessed = {name: at for name, at in roles.guess(rest).items() if name not in asked}
    found = {str(name): at for name, at in (places | guessed).items()}
    return found | _shaped(grid, roles, row, found, asked)


def _shaped(
    grid: Grid, roles: Roles, row: int, found: Mapping[str, int], asked: Mapping[str, str]
) -> dict[str, int]:
    """Return the columns needed that their cells alone tell: one column of that shape is left."""
    missing = roles.needs - found.keys()
    if not missing or not missing <= roles.shapes.keys() - asked.keys():
        return {}
    body = [cells for number, cells in grid.rows if number > row][:_BODY_ROWS]
    free = [index for index in range(grid.width) if index not in found.values()]
    columns = {at: [one[at] for one in body if at < len(one) and said(one[at])] for at in free}
    told = {}
    for role in missing:
        fits = roles.shapes[role]
        like = [at for at, cells in columns.items() if cells and all(map(fits, cells))]
        if len(like) == 1:
            told[role] = like[0]
    return told if len(set(told.values())) == len(told) else {}


def _titles(grid: Grid, roles: Roles, row: int, upper: int | None) -> tuple[str, ...]:
    """Return the title of each column: those of a row, under those of the row above if it is one.

    “Budget” over “2026” and “2027” is “Budget 2026” and “Budget 2027”; a title alone on either row
    is itself. A lone title over the whole width is the table’s own.
    """
    lower = [title_in(grid.at(row, index)) for index in range(grid.width)]
    if upper is None:
        return tuple(lower)
    over = [title_in(grid.shown_at(upper, index)) for index in range(grid.width)]
    if not any(grid.merge_at(upper, index) for index in range(grid.width)):
        over = _carried(roles, over, lower)
    groups = Counter(text for text in over if text)
    if len(groups) < 2 or not all(
        _is_under(roles, two, groups[one]) for one, two in zip(over, lower, strict=True)
    ):
        return tuple(lower)
    return tuple(_together(roles, one, two) for one, two in zip(over, lower, strict=True))


def _is_under(roles: Roles, under: str, width: int) -> bool:
    """Tell whether a text may stand under a title: a first row of a table is no row of titles."""
    return not under or width > 1 or roles.parts(under) or bool(roles.guess([under]))


def title_in(cell: Cell) -> str:
    return squeeze(said(cell).replace("\n", " "))


def _carried(roles: Roles, over: list[str], lower: list[str]) -> list[str]:
    """Return the upper titles carried to their right, as a text file keeps merged titles."""
    carried, last = [], ""
    for one, below in zip(over, lower, strict=True):
        last = one or (last if below else "")
        carried.append(one or (last if below and roles.parts(below) else ""))
    return carried


def _together(roles: Roles, over: str, under: str) -> str:
    if not over or fold(over) == fold(under):
        return under
    if not under:
        return over
    # A year alone is a year of what stands over it; other words say by themselves what they are.
    if not roles.parts(under) and roles.guess([under]):
        return under
    return f"{over} {under}"


def widest_titles(grid: Grid) -> tuple[str, ...]:
    """Return the row that has most texts among the first: the titles, most likely."""
    rows = (tuple(title_in(cell) for cell in cells) for _row, cells in grid.rows[:HEAD_ROWS])
    return max(rows, key=lambda row: len({text for text in row if text}), default=())
