"""Tables that a tool wraps: compressed by gzip, or a page of HTML under the name of a workbook."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tempfile
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import BinaryIO, cast

from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.delimited import MAX_COLUMNS, MAX_RECORD
from portulan.core.tables.encodings import detect_encoding

GZIP = b"\x1f\x8b"
DAMAGED = ProblemKind(
    "damaged-archive",
    "error",
    fr="Cette archive gzip est abîmée ou tronquée ({reason}). Refaites l’export.",
    en="This gzip archive is damaged or cut short ({reason}). Export it again.",
)
WIDE = ProblemKind(
    "wide-page",
    "error",
    fr="Le tableau de cette page a plus de {limit} colonnes ou une cellule trop longue (ligne"
    " {row}). Enregistrez-le en XLSX ou CSV.",
    en="The table of this page has over {limit} columns or a cell too long (row {row}). Save it as"
    " XLSX or CSV.",
)
# What comes before a page is never given back once passed: a file of comments alone ends at once.
_PAGE = re.compile(
    rb"\s*+(?:(?:<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->|<!doctype\s+html[^>]*+>)\s*+)*+"
    rb"<(?:html|head|meta|body|table)\b",
    re.I | re.S,
)
SEPARATOR = ";"
_PIECE = 1 << 16
LONG = ProblemKind(
    "long-page",
    "error",
    fr="Les tableaux de cette page sont trop longs pour être lus. Exportez moins de lignes.",
    en="The tables of this page are too long to be read. Export fewer lines.",
)


def is_page(head: bytes) -> bool:
    """Return whether the first bytes are those of a page of HTML."""
    plain = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe")
    return _PAGE.match(plain) is not None


def unpacked(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the content of a gzip archive by pieces. Raises UnusableInputError if it is damaged."""
    try:
        with gzip.GzipFile(fileobj=stream) as archive:
            while piece := archive.read(_PIECE):
                yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnusableInputError(DAMAGED.at(reason=error)) from None


def table_of_page(stream: BinaryIO, most: int) -> BinaryIO | None:
    """Return the rows of the tables of a page as a CSV, in a temporary file; None if it has none.

    Raises UnusableInputError past `most` characters, and for a row too wide.

    A row of the CSV is a row as a spreadsheet shows them; an empty one parts two tables. Its last
    line has no end where the page stops within a table, as that of a text that was cut.
    """
    found = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the source that owns it
    text = io.TextIOWrapper(found, "utf-8", newline="")
    rows = _Rows(text, most)
    stream.seek(0)
    page = io.TextIOWrapper(stream, detect_encoding(stream).codec, errors="replace")
    try:
        while piece := page.read(_PIECE):
            rows.feed(piece)
        rows.close()
        rows.end()
        text.flush()
    finally:
        page.detach()
        text.detach()
    if rows.written:
        return cast("BinaryIO", found)
    found.close()
    return None


def _span(said: str | None) -> int:
    """Return over how many columns or rows a cell stands: one, unless it says a few hundred."""
    return max(1, int(said)) if said and said.isdecimal() and len(said) < 4 else 1


class _Rows(HTMLParser):
    """Writes the rows of tables as they end."""

    def __init__(self, text: io.TextIOWrapper, most: int) -> None:
        super().__init__()
        self._text, self._left = text, most
        self._rows = csv.writer(text, delimiter=SEPARATOR, lineterminator="")
        self._cells: list[str] | None = None
        self._said: list[str] | None = None
        self._width = self._height = 1
        self._held: dict[int, int] = {}  # rows that a cell above still fills, by column
        self.written = self._tables = self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._tables += 1
        elif tag == "tr":
            self._end_row()
            self._cells = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._said, spans = [], dict(attrs)
            self._width, self._height = (_span(spans.get(s)) for s in ("colspan", "rowspan"))
        elif tag == "br" and self._said is not None:
            self._said.append(" ")
        elif tag in ("script", "style"):
            self._unread += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._tables -= 1
            self._write([])
        elif tag in ("script", "style"):
            self._unread -= 1

    def handle_data(self, data: str) -> None:
        if self._said is not None and not self._unread:
            self._said.append(data)

    def end(self) -> None:
        """End the last row; and its line, where the page did not stop within a table."""
        self._end_row()
        if self.written and self._tables <= 0:
            self._text.write("\n")

    def _end_cell(self) -> None:
        if self._said is not None and self._cells is not None:
            self._pass_held()
            if self._height > 1:
                held = range(len(self._cells), len(self._cells) + self._width)
                self._held |= dict.fromkeys(held, self._height)
            self._cells.append(" ".join("".join(self._said).split()))
            self._cells += [""] * (self._width - 1)
            if len(self._cells) > MAX_COLUMNS or len(self._cells[-1]) > MAX_RECORD:
                raise UnusableInputError(WIDE.at(limit=MAX_COLUMNS, row=self.written + 1))
        self._said = None

    def _pass_held(self) -> None:
        """Leave empty the columns that cells above fill."""
        while self._cells is not None and self._held.get(len(self._cells)):
            self._cells.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is not None:
            self._pass_held()
            self._write(self._cells)
            self._held = {at: left - 1 for at, left in self._held.items() if left > 1}
        self._cells = None

    def _write(self, cells: list[str]) -> None:
        self._left -= sum(map(len, cells)) + len(cells) + 1
        if self._left < 0:
            raise UnusableInputError(LONG.at())
        if self.written:
            self._text.write("\n")
        self._rows.writerow(cells)
        self.written += 1
