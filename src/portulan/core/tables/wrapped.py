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
_PAGE = re.compile(
    rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype\s+html[^>]*>\s*)*<(?:html|head|meta|body|table)\b",
    re.I | re.S,
)
SEPARATOR = ";"
_PIECE = 1 << 16


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


def table_of_page(stream: BinaryIO) -> BinaryIO | None:
    """Return the rows of the tables of a page as a CSV, in a temporary file; None if it has none.

    A row of the CSV is a row as a spreadsheet shows them; an empty one parts two tables. Its last
    line has no end where the page stops within a table, as that of a text that was cut.
    """
    found = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the source that owns it
    text = io.TextIOWrapper(found, "utf-8", newline="")
    rows = _Rows(text)
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


class _Rows(HTMLParser):
    """Writes the rows of tables as they end."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        super().__init__()
        self._text = text
        self._rows = csv.writer(text, delimiter=SEPARATOR, lineterminator="")
        self._cells: list[str] | None = None
        self._said: list[str] | None = None
        self._width = 1
        self.written = self._tables = self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._tables += 1
        elif tag == "tr":
            self._end_row()
            self._cells = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._said, width = [], dict(attrs).get("colspan") or ""
            self._width = int(width) if width.isdecimal() and len(width) < 4 else 1
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
            self._cells.append(" ".join("".join(self._said).split()))
            self._cells += [""] * (self._width - 1)
            if len(self._cells) > MAX_COLUMNS or len(self._cells[-1]) > MAX_RECORD:
                raise UnusableInputError(WIDE.at(limit=MAX_COLUMNS, row=self.written + 1))
        self._said = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is not None:
            self._write(self._cells)
        self._cells = None

    def _write(self, cells: list[str]) -> None:
        if self.written:
            self._text.write("\n")
        self._rows.writerow(cells)
        self.written += 1
