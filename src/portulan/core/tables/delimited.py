"""Delimited text as rows: its encoding and its separator told from its content.

Lines are read one at a time. A row comes with the line of the file where it starts, as a record
in quotes may run over several.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.encodings import NOT_TEXT, detect_encoding

type Row = tuple[int, list[str]]

BROKEN_TABLE = ProblemKind(
    "broken-table",
    "error",
    fr="Le tableau ne se lit plus à partir de la ligne {at} ({reason}) : guillemets non fermés ou"
    " fichier abîmé.",
    en="The table cannot be read from line {at} on ({reason}): unclosed quotes or a damaged file.",
)

SEPARATORS = (";", "\t", ",", "|")
MAX_COLUMNS = 1000
MAX_RECORD = 1 << 16  # characters, so that one record is never the whole file in memory
_AT_ONCE = 32  # records: few enough to hold, even of the widest
_BREAK = re.compile(r"\r\n|\r|\n")
_MOST_TEXT = 4_000_000
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 60


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """A text table ready to be read, as often as wanted, from its beginning."""

    stream: BinaryIO
    encoding: str
    separator: str
    quoted: bool = True  # whether quotation marks around a cell are no part of it

    def is_ended(self) -> bool:
        """Return whether the last line has its end, as tools that write lines leave it."""
        self.stream.seek(0, io.SEEK_END)
        self.stream.seek(max(0, self.stream.tell() - 4))
        return self.stream.read().rstrip(b"\x00\x1a").endswith((b"\n", b"\r"))

    def rows(self) -> Iterator[Row]:
        """Yield (line, cells) for each record that has cells. Raises UnusableInputError."""
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, self.encoding, newline="")
        blocks = _Blocks(text)
        reader = csv.reader(
            chain.from_iterable(blocks),
            delimiter=self.separator,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
        )
        try:
            start, width = 1, 0
            while records := list(islice(reader, _AT_ONCE)):
                after = reader.line_num + 1
                widths = set(map(len, records))
                if max(widths) > MAX_COLUMNS:
                    raise csv.Error(f"{max(widths)} > {MAX_COLUMNS}")
                if after - start == len(records) and 0 not in widths:
                    yield from enumerate(records, start)
                else:
                    _refuse_torn(records, start, width, self.separator)
                    yield from _numbered(records, start)
                width = len(records[-1])
                blocks.taken = start = after
        except csv.Error as error:
            raise UnusableInputError(
                BROKEN_TABLE.at(line=reader.line_num, at=reader.line_num, reason=error)
            ) from None
        except UnicodeDecodeError:  # the file changed since its encoding was seen
            raise UnusableInputError(NOT_TEXT.at()) from None
        finally:
            with contextlib.suppress(ValueError):  # closed before the last row was read
                text.detach()  # the stream belongs to its source, which closes it


def _refuse_torn(records: Sequence[list[str]], start: int, width: int, separator: str) -> None:
    """Raise UnusableInputError where a cell holds whole rows: its quote opened and never closed.

    `width` is that of the row before these.
    """
    line = start
    for cells in records:
        for cell in cells:
            rows = _BREAK.split(cell)[1:] if "\n" in cell or "\r" in cell else ()
            if width > 2 and any(row.count(separator) >= width - 1 for row in rows):
                raise UnusableInputError(BROKEN_TABLE.at(line=line, at=line, reason='"'))
        line += 1 + sum(len(_BREAK.findall(cell)) for cell in cells)
        width = len(cells) if len(cells) > 1 else width


def _numbered(records: Sequence[list[str]], start: int) -> Iterator[Row]:
    """Yield records that have cells with their lines, where some have none or run over several."""
    for cells in records:
        if cells:
            yield start, cells
        start += 1 + sum(len(_BREAK.findall(cell)) for cell in cells)


class _Blocks:
    """The lines of a text, a block of them at a time: one step of Python for many lines.

    No line is longer than two blocks, and no record than those that may come between two takings.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.taken = 1  # the line after the last record that was taken

    def __iter__(self) -> Iterator[Iterable[str]]:
        taken, left = 0, _AT_ONCE
        while block := self._text.read(MAX_RECORD):
            rest = self._text.readline(MAX_RECORD + 1)
            taken, left = self.taken, left - 1 if taken == self.taken else _AT_ONCE
            if len(rest) > MAX_RECORD or not left:
                reason = f"> {MAX_RECORD}"
                raise UnusableInputError(BROKEN_TABLE.at(line=taken, at=taken, reason=reason))
            yield io.StringIO(block + rest, newline="")


def open_table(stream: BinaryIO, separator: str | None = None) -> DelimitedText:
    """Find how a text table is written, where nobody knows its separator.

    Raises UnusableInputError when it is not text.
    """
    encoding = detect_encoding(stream).codec
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        sample = text.read(_SAMPLE)
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    finally:
        text.detach()
    return DelimitedText(stream, encoding, separator or guess_separator(sample))


def guess_separator(sample: str) -> str:
    """Return the separator that cuts the most rows of a sample into the same number of cells."""
    return max(SEPARATORS, key=lambda separator: _regularity(sample, separator))


def _regularity(sample: str, separator: str) -> int:
    """Return rows × cells of the most usual width over one cell, 0 when it cuts nothing."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    widths: Counter[int] = Counter()
    try:
        for cells, _ in zip(reader, range(_SAMPLE_ROWS), strict=False):
            widths[len(cells)] += 1
    except csv.Error:
        pass
    regular = {width: count for width, count in widths.items() if width > 1}
    return max((width * count for width, count in regular.items()), default=0)


def first_rows[C: Sequence[object]](
    rows: Iterator[tuple[int, C]], most: int
) -> list[tuple[int, C]]:
    """Take the first rows, fewer when they are long: they are kept in memory."""
    taken: list[tuple[int, C]] = []
    size = 0
    while len(taken) < most and size < _MOST_TEXT and (row := next(rows, None)) is not None:
        taken.append(row)
        size += text_size(row[1])
    return taken


def text_size(cells: Sequence[object]) -> int:
    """Return the number of characters of a row."""
    return sum([len(cell) for cell in cells if isinstance(cell, str)])


def is_blank(cells: list[str]) -> bool:
    """Return whether a row has nothing written."""
    return not any(cell and not cell.isspace() for cell in cells)


def looks_separated(cell: str) -> bool:
    """Return whether a lone cell holds several, cut by another separator than the file’s."""
    return max(cell.count(separator) for separator in SEPARATORS) >= 2
