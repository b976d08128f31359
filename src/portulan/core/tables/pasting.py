"""Rows copied from a spreadsheet into a field of a form (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A cell of several lines is copied between quotes, and its own are doubled.
_CELL = re.compile(r'(?:(?<=\t)|(?<=\n)|\A)"((?:[^"\t]|"")*)"(?=[\t\r\n]|\Z)')
_ENDS = re.compile(r"\r\n|[\r\n]")
_BREAK = "\0"  # which no form sends


def pasted_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text, cells apart by tabs, each with the number of its first line.

    The lines of a cell are put on one; empty rows between others are yielded, none at the end.
    """
    at = 1
    for row in _ENDS.split(_CELL.sub(_on_one_row, text).rstrip("\r\n")):
        yield at, row.replace(_BREAK, " ").split("\t")
        at += 1 + row.count(_BREAK)


def _on_one_row(cell: re.Match[str]) -> str:
    said, breaks = _ENDS.subn(_BREAK, cell[1])
    return said.replace('""', '"') if breaks else cell[0]
