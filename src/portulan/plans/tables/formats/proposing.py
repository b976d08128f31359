"""What the files of other tools share: lines that are proposed, nothing decided (pure)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from portulan.core.folding import fold, squeeze
from portulan.core.say.text import Problem
from portulan.core.tables.grid import Grid, said
from portulan.plans.tables.cells import MOST, Line
from portulan.plans.tables.fields import Field
from portulan.plans.tables.reading import TableReading, key_of

_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6])\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def plain_text(text: str) -> str:
    """Return HTML of others as text: its marks go, its lines stay, nothing of it is kept to run."""
    lines = html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).split("\n")
    return "\n".join(line for one in lines if (line := squeeze(one)))


def row_of_titles(grid: Grid, titles: Iterable[str]) -> tuple[int, dict[str, int]] | None:
    """Return the row that has all these titles, and the column of each title of it, folded."""
    wanted = {fold(title) for title in titles}
    for row, cells in grid.rows[:20]:
        places = {fold(said(cell)): at for at, cell in reversed(list(enumerate(cells)))}
        if wanted <= places.keys():
            return row, places
    return None


def proposed(
    name: str,
    lines: Sequence[Line],
    problems: Sequence[Problem] = (),
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    heading: str = "",
    years: tuple[int, int] | None = None,
) -> TableReading:
    """Return the reading of a file of another tool; of two lines of one title, the first."""
    met: dict[str, Line] = {}
    for line in lines:
        values = {key: text for key, text in line.values.items() if key != Field.LEVEL}
        values[Field.TITLE] = values[Field.TITLE][: MOST[Field.TITLE]]
        kept = Line(line.row, values, line.places, line.unread)
        met.setdefault(key_of(kept.title), kept)
    return TableReading(
        columns=columns or {},
        unread=(),
        lines=tuple(met.values()),
        problems=tuple(problems),
        sheet=sheet,
        heading=heading,
        years=years,
        proposes=True,
        format=name,
    )
