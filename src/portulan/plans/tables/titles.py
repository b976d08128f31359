"""Where the titles of a table stand, under whatever precedes them: one row, or two (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from portulan.core.folding import fold, squeeze
from portulan.core.say.text import UnusableInputError
from portulan.plans.tables.fields import Field, guess, is_field, money_of_title
from portulan.plans.tables.findings import NO_SUCH_COLUMN, NO_TITLES, UNKNOWN_FIELD
from portulan.plans.tables.grid import Grid, said

HEAD_ROWS = 60  # rows looked at


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


def titles_of(grid: Grid, asked: Mapping[str, str] | None = None) -> Titles | None:
    """Return the titles of a sheet, None when none of its first rows are.

    `asked` are the titles that a person gave to fields; an empty one leaves its field unread.
    """
    asked = asked or {}
    found: Titles | None = None
    for position, (row, _cells) in enumerate(grid.rows[:HEAD_ROWS]):
        above = grid.rows[position - 1][0] if position else None
        for upper in (None, above) if above == row - 1 else (None,):
            titles = _titles(grid, row, upper)
            fields = _fields(titles, asked)
            if fields is None or Field.TITLE not in fields:
                continue
            if found is None or len(fields) > len(found.fields):
                found = Titles(row, titles, fields)
    return found


def _fields(titles: tuple[str, ...], asked: Mapping[str, str]) -> dict[str, int] | None:
    """Return the column of each field, None when a title that was asked for is not there."""
    places: dict[str, int] = {}
    for field, title in asked.items():
        wanted = fold(title)
        if wanted:
            at = next((i for i, one in enumerate(titles) if fold(one) == wanted), None)
            if at is None:
                return None
            places[field] = at
    taken = set(places.values())
    rest = tuple("" if index in taken else title for index, title in enumerate(titles))
    guessed = {field: at for field, at in guess(rest).items() if field not in asked}
    return {str(field): at for field, at in (places | guessed).items()}


def _titles(grid: Grid, row: int, upper: int | None) -> tuple[str, ...]:
    """Return the title of each column: those of a row, under those of the row above if it is one.

    “Budget” over “2026” and “2027” is “Budget 2026” and “Budget 2027”; a title alone on either row
    is itself. A lone title over the whole width is the table’s own.
    """
    lower = [_title(grid.at(row, index)) for index in range(grid.width)]
    if upper is None:
        return tuple(lower)
    over = [_title(grid.shown_at(upper, index)) for index in range(grid.width)]
    if not any(grid.merge_at(upper, index) for index in range(grid.width)):
        over = _carried(over, lower)
    groups = Counter(text for text in over if text)
    if len(groups) < 2 or not all(
        _is_under(one, two, groups[one]) for one, two in zip(over, lower, strict=True)
    ):
        return tuple(lower)
    return tuple(_together(one, two) for one, two in zip(over, lower, strict=True))


def _is_under(over: str, under: str, width: int) -> bool:
    """Tell whether a text may stand under a title: a first row of actions is no row of titles."""
    return not under or width > 1 or money_of_title(under) is not None or bool(guess([under]))


def _title(cell: object) -> str:
    return squeeze(said(cell).replace("\n", " "))  # type: ignore[arg-type]


def _carried(over: list[str], lower: list[str]) -> list[str]:
    """Return the upper titles carried to their right, as a text file keeps merged titles."""
    carried, last = [], ""
    for one, below in zip(over, lower, strict=True):
        last = one or (last if below else "")
        carried.append(one or (last if below and money_of_title(below) else ""))
    return carried


def _together(over: str, under: str) -> str:
    if not over or fold(over) == fold(under):
        return under
    if not under:
        return over
    # A year alone is a year of what stands over it; other words say by themselves what they are.
    if money_of_title(under) is None and guess([under]):
        return under
    return f"{over} {under}"


def require_titles(grid: Grid, asked: Mapping[str, str]) -> Titles:
    """Return the titles of a sheet. Raises UnusableInputError: no title, or not the one asked."""
    for field in asked:
        if not is_field(field):
            raise UnusableInputError(UNKNOWN_FIELD.at(field=field, fields=", ".join(Field)))
    found = titles_of(grid, asked)
    if found is not None:
        return found
    bare = titles_of(grid)
    read = widest_titles(grid) if bare is None else bare.titles
    shown = ", ".join(f"«\u00a0{title}\u00a0»" for title in read if title) or "∅"
    known = {fold(title) for title in read}
    for title in asked.values():
        if title and fold(title) not in known:
            raise UnusableInputError(NO_SUCH_COLUMN.at(title=title, titles=shown))
    raise UnusableInputError(NO_TITLES.at(titles=shown))


def widest_titles(grid: Grid) -> tuple[str, ...]:
    """Return the row that has most texts among the first: the titles, most likely."""
    rows = (tuple(_title(cell) for cell in cells) for _row, cells in grid.rows[:HEAD_ROWS])
    return max(rows, key=lambda row: len({text for text in row if text}), default=())
