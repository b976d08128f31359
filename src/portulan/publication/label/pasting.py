"""Criteria pasted as lines: a code, then a title (pure)."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from portulan.core.folding import shown
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.pasting import pasted_rows

LONGEST_CODE, LONGEST_TITLE = 20, 500
_MOST_WORDS = 10  # of the number of an action
NO_CODE = ProblemKind(
    "criteria-no-code",
    "error",
    fr="Ligne {at}\u00a0: donnez le code, une tabulation, puis l’intitulé («\u00a0{said}\u00a0»).",
    en="Line {at}: give the code, a tab, then the title (“{said}”).",
)
TOO_LONG = ProblemKind(
    "criteria-too-long",
    "error",
    fr="Ligne {at}\u00a0: le code a 20 caractères au plus, l’intitulé 500.",
    en="Line {at}: the code has at most 20 characters, the title 500.",
)
TWICE = ProblemKind(
    "criteria-twice",
    "error",
    fr="Ligne {at}\u00a0: le code «\u00a0{code}\u00a0» est déjà à la ligne {before}.",
    en="Line {at}: the code “{code}” is already on line {before}.",
)
NOTHING = ProblemKind(
    "criteria-nothing",
    "error",
    fr="Collez au moins une ligne\u00a0: un code, une tabulation, un intitulé.",
    en="Paste at least one line: a code, a tab, a title.",
)
# Typed by hand, a code is a word before `;`, or one that has a digit before a blank: `1.1`, `A2`.
_TYPED = re.compile(
    r"(?P<code>[^\s;]+(?=\s*;)|[^\s;\d]*\d[^\s;]*)(?:\s*;\s*|\s+)(?P<title>[^\s;].*?)[\s;]*"
)


class Line(NamedTuple):
    code: str
    title: str


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the criteria of a text, a line each: `1.1<tab>Title`, `1.1;Title`, `1.1 Title`.

    Empty lines are passed. Raises UnusableInputError with the line that is wrong.
    """
    found: dict[str, tuple[int, Line]] = {}
    for at, cells in pasted_rows(text):
        if not any(cell.strip() for cell in cells):
            continue
        read = _read(cells)
        if read is None:
            raise UnusableInputError(NO_CODE.at(at=at, said=shown("\t".join(cells), 60)))
        if len(read.code) > LONGEST_CODE or len(read.title) > LONGEST_TITLE:
            raise UnusableInputError(TOO_LONG.at(at=at))
        if read.code in found:
            raise UnusableInputError(TWICE.at(at=at, code=read.code, before=found[read.code][0]))
        found[read.code] = at, read
    if not found:
        raise UnusableInputError(NOTHING.at())
    return tuple(read for _at, read in found.values())


def _read(cells: list[str]) -> Line | None:
    # Nothing stands around; a third column would be lost without a word.
    row = "\t".join(cells).strip()
    code, tab, title = row.partition("\t")
    if tab:
        code, title = code.strip(), title.strip()
        return None if not code or not title or "\t" in title else _line(code, title)
    typed = _TYPED.fullmatch(row)
    return _line(typed["code"], typed["title"]) if typed else None


def _line(code: str, title: str) -> Line:
    return Line(on_one_line(code), on_one_line(title))


def numbers_in(text: str, known: Container[str]) -> list[str]:
    """Return the numbers of actions that a text names, apart by blanks, commas or semicolons.

    One of those that are known may hold such signs itself: the longest is taken (“OBJ 3”).
    """
    words = list(re.finditer(r"[^\s,;]+", text))
    found, at = [], 0
    while at < len(words):
        begun = words[at].start()
        ends = range(min(at + _MOST_WORDS, len(words)), at, -1)
        last = next((end for end in ends if text[begun : words[end - 1].end()] in known), at + 1)
        found.append(text[begun : words[last - 1].end()])
        at = last
    return list(dict.fromkeys(found))


def on_one_line(text: str) -> str:
    """Return a text without the breaks and blanks that a cell had; spaces that hold words stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()
