"""What the files of other tools share: lines that are proposed, and lose nothing (pure)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from portulan.core.folding import fold, squeeze
from portulan.core.say.text import Problem
from portulan.core.tables.grid import Grid, said
from portulan.plans.tables.cells import MOST, Line
from portulan.plans.tables.reading import TableReading, key_of
from portulan.plans.tables.values import joined
from portulan.plans.tables.vocabulary import Field, name_of

_RUN = "script|template|noscript|iframe|object|svg"
_NOT_SAID = re.compile(
    r"<!--.*?-->|<\s*style\b[^>]*>.*?<\s*/\s*style\b[^>]*>"
    rf"|<\s*({_RUN})\b[^>]*>.*?<\s*/\s*\1\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/tr|/h[1-6])\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MOST_NESTED = 8
# The line after which a text that left from here tells what its tool had no place for.
BESIDE = "Dans Portulan\u00a0:"
_MOST_NOTE = 160  # characters of the name of a column, in a note


def plain_text(text: str) -> str:
    """Return HTML of others as text: its marks go, its lines stay, nothing of it is kept to run.

    What a page runs, or shows to nobody, goes with its words.
    """
    if "<" in text:
        text = _BREAK.sub("\n", _NOT_SAID.sub("", text))
        for _time in range(_MOST_NESTED):  # what was hidden between two marks
            text, count = _TAG.subn("", text)
            if not count:
                break
            text = _NOT_SAID.sub("", text)
    lines = html.unescape(text).split("\n")
    return "\n".join(line for one in lines if (line := squeeze(one)))


def unshown(text: str) -> str:
    """Return the words of what a page runs or shows to nobody: they are not taken, but said.

    A style sheet and a comment have no words of an action.
    """
    found = (_TAG.sub("", one[0]) for one in _NOT_SAID.finditer(text) if one[1])
    kept = (squeeze(html.unescape(one)) for one in found)
    return "\n".join(filter(None, kept)) if "<" in text else ""


def with_beside(text: str, lines: Iterable[str]) -> str:
    """Return a text, then under a line of ours what another tool has no place for."""
    told = list(lines)
    return "\n".join(filter(None, (text, *((BESIDE, *told) if told else ()))))


def without_beside(text: str) -> tuple[str, list[str]]:
    """Return a text as it left from here, and what was told under it, with its line, for a note."""
    lines = text.split("\n")
    folded = [fold(line) for line in lines]
    at = folded.index(fold(BESIDE)) if fold(BESIDE) in folded else len(lines)
    return "\n".join(lines[:at]), lines[at:]


def row_of_titles(grid: Grid, titles: Iterable[str]) -> tuple[int, dict[str, int]] | None:
    """Return the row that has all these titles, and the column of each title of it, folded."""
    wanted = {fold(title) for title in titles}
    for row, cells in grid.rows[:20]:
        places = {fold(said(cell)): at for at, cell in reversed(list(enumerate(cells)))}
        if wanted <= places.keys():
            return row, places
    return None


def under_titles(grid: Grid, titles: int, row: int, read: Iterable[int]) -> list[str]:
    """Return what the columns that nobody reads say of a row, each under its title, for a note."""
    found = []
    for at in sorted(set(range(grid.width)) - set(read)):
        title = squeeze(plain_text(said(grid.at(titles, at))).replace("\n", " "))
        text = plain_text(said(grid.at(row, at)))
        if title and text and len(title) <= _MOST_NOTE:
            found.append(f"{title}\u00a0: {text}")
    return found


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
    """Return the reading of a file of another tool: lines proposed, each under its own title."""
    return TableReading(
        columns=columns or {},
        unread=(),
        lines=tuple(_apart(map(as_proposed, lines))),
        problems=tuple(problems),
        sheet=sheet,
        heading=heading,
        years=years,
        proposes=True,
        format=name,
    )


def as_proposed(line: Line) -> Line:
    """Return a line that decides nothing; what does not fit, or is not understood, is noted."""
    values = {key: text for key, text in line.values.items() if key != Field.LEVEL}
    title, most = values.get(Field.TITLE, ""), MOST[Field.TITLE]
    notes = [(name_of(field).fr, text) for field, text in line.unread.items()]
    fits = {Field(key): MOST[Field(key)] for key in values if key in MOST and key != Field.TITLE}
    long = [field for field, size in fits.items() if len(values[field]) > size]
    notes += [(name_of(field).fr, values.pop(field)) for field in long]
    if len(title) > most:
        values[Field.TITLE] = title[: most - 1].rstrip() + "…"
        notes.insert(0, (name_of(Field.TITLE).fr, title))
    if notes:
        said_of = (f"{name}\u00a0: {text}" for name, text in notes)
        values[Field.NOTE] = "\n".join(filter(None, (values.get(Field.NOTE, ""), *said_of)))
    return replace(line, values=values)


def _apart(lines: Iterable[Line]) -> Iterable[Line]:
    """Yield lines of different titles: the same action again is one, under both axes in a note."""
    met: dict[str, Line] = {}
    for line in lines:
        number, title = 1, line.title
        while (other := met.get(key_of(title))) is not None and not _is_again(other, line):
            number += 1
            title = f"{line.title[: MOST[Field.TITLE] - 6]} ({number})"
        if other is None:
            met[key_of(title)] = replace(line, values={**line.values, Field.TITLE: title})
        elif (axis := line.values.get(Field.AXIS, "")) and axis != other.values.get(Field.AXIS):
            also = f"{name_of(Field.AXIS).fr}\u00a0: {axis}"
            note = joined((other.values.get(Field.NOTE, ""), also))
            met[key_of(title)] = replace(other, values={**other.values, Field.NOTE: note})
    return met.values()


def _is_again(one: Line, other: Line) -> bool:
    """Tell whether two lines say one thing, their axes apart."""
    apart = {Field.AXIS, Field.NOTE, Field.TITLE}
    here, there = (
        {name: text for name, text in line.values.items() if text and name not in apart}
        for line in (one, other)
    )
    note, noted = (line.values.get(Field.NOTE, "") for line in (one, other))
    return here == there and note.startswith(noted)
