"""Delimited text as rows: its encoding and its separator told from its content.

Lines are read one at a time. A row comes with the line of the file where it starts, as a record
in quotes may run over several.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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

    def rows(self) -> Iterator[Row]:
        """Yield (line, cells) for each record that has cells. Raises UnusableInputError."""
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, self.encoding, newline="")
        try:
            lines = _Lines(text)
            reader = csv.reader(
                lines,
                delimiter=self.separator,
                quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            )
            start, width = 1, 0
            for cells in reader:
                lines.record = 0
                if len(cells) != width:
                    if len(cells) > MAX_COLUMNS:
                        raise csv.Error(f"{len(cells)} > {MAX_COLUMNS}")
                    width = len(cells)
                if width:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise UnusableInputError(
                BROKEN_TABLE.at(line=reader.line_num, at=reader.line_num, reason=error)
            ) from None
        except UnicodeDecodeError:  # the file changed since its encoding was seen
            raise UnusableInputError(NOT_TEXT.at()) from None
        finally:
            with contextlib.suppress(ValueError):  # closed before the last row was read
                text.detach()  # the stream belongs to its source, which closes it


class _Lines:
    """The lines of a text, as many in one record as MAX_RECORD allows."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.record = 0  # characters since the last record ended

    def __iter__(self) -> Iterator[str]:
        lines = iter(partial(self._text.readline, MAX_RECORD + 1), "")
        for number, line in enumerate(lines, 1):
            self.record += len(line)
            if self.record > MAX_RECORD:
                reason = f"> {MAX_RECORD}"
                raise UnusableInputError(BROKEN_TABLE.at(line=number, at=number, reason=reason))
            yield line


def open_table(stream: BinaryIO) -> DelimitedText:
    """Find how a text table is written. Raises UnusableInputError when it is not text."""
    encoding = detect_encoding(stream).codec
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        sample = text.read(_SAMPLE)
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    finally:
        text.detach()
    return DelimitedText(stream, encoding, guess_separator(sample))


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
