"""The rows of an SCDL document, turned into lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from operator import itemgetter

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.amounts import PLAIN, DecimalMark, NotAnAmountError, parse
from portulan.budget.readers.currencies import bad_amount
from portulan.budget.readers.findings import NO_FLOW, RAGGED_ROW
from portulan.budget.readers.lines import CARRIED_NATURES, Reading, SourceLine
from portulan.budget.readers.opening_states import start_from
from portulan.budget.readers.scdl_columns import AMOUNTS, Columns
from portulan.budget.readers.scdl_words import (
    FLOWS,
    ORDER_CHAPTERS,
    REAL,
    SECTIONS,
    TOTALS,
    meaning_of,
)
from portulan.budget.readers.tables import Row, is_blank
from portulan.core.problems import ProblemKind
from portulan.core.text import fold

SEVERAL_DOCUMENTS = ProblemKind(
    "several-documents",
    "error",
    fr="Cette ligne est d’un autre document ({other}) que la première ({first}). Seul le premier a"
    " été lu : séparez-les.",
    en="This row belongs to another document ({other}) than the first ({first}). Only the first was"
    " read: split them.",
)
NO_NATURE = ProblemKind(
    "no-nature",
    "warning",
    fr="La ligne n’a pas de compte par nature.",
    en="The line has no account by nature.",
)

BEFORE = "BGT_MTBUDGPREC"


class Rows:
    """The rows of one document, turned into lines."""

    def __init__(self, columns: Columns, first: tuple[str, ...], mark: DecimalMark | None) -> None:
        self._columns = columns
        self._first = first
        self._mark = mark
        self._is_pointed = mark != ","
        self._amounts = [(name, columns.place(name)) for name in AMOUNTS]
        self._before = columns.place(BEFORE)
        self._nature = columns.place("BGT_NATURE")
        self._flow = columns.place("BGT_CODRD")
        self._real = columns.place("BGT_OPBUDG")
        self._section = columns.place("BGT_SECTION")
        self._chapter = columns.place("BGT_CONTNAT")
        self._label = columns.place("BGT_NATURE_LABEL")
        self._function = columns.place("BGT_FONCTION")
        self._operation = columns.place("BGT_OPERATION")
        self._identity = [columns.place(n) for n in ("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET")]
        self._identity_of = itemgetter(*self._identity)

    def lines(self, reading: Reading, rows: Iterator[Row]) -> Iterator[SourceLine]:
        """Yield a line for each row that is one."""
        width = self._columns.width
        for row, cells in rows:
            reading.read += 1
            if len(cells) != width and not self._fits(reading, row, cells):
                continue
            cells.append("")
            line = self._line(reading, row, cells)
            if line is not None:
                if reading.header.delta:
                    text = cells[self._before]
                    start_from(reading, line, text, field=BEFORE, mark=self._mark)
                yield line

    def _fits(self, reading: Reading, row: int, cells: list[str]) -> bool:
        """Return whether the row has its columns, empty ones past the end being cut off."""
        width = self._columns.width
        if is_blank(cells):
            reading.drop("blank")
            return False
        if len(cells) < width or not is_blank(cells[width:]):
            reading.reject(RAGGED_ROW.at(line=row, found=len(cells), expected=width))
            return False
        del cells[width:]
        return True

    def _line(self, reading: Reading, row: int, cells: list[str]) -> SourceLine | None:
        nature = cells[self._nature].strip()
        if not nature and is_blank(cells):
            reading.drop("blank")
            return None
        if not self._is_same_document(cells):
            self._report_other(reading, row, cells)
            return None
        chapter = cells[self._chapter].strip()
        real = REAL.get(cells[self._real])
        if real is None:
            real = self._is_real(cells[self._real], chapter)
            if real is None:
                reading.drop("total")
                return None
        flow = FLOWS.get(cells[self._flow]) or meaning_of(FLOWS, cells[self._flow])
        if flow is None:
            reading.reject(NO_FLOW.at(line=row, nature=nature))
            return None
        amounts = self._read_amounts(reading, row, cells)
        if amounts is None:
            return None
        if not nature:
            reading.report(NO_NATURE.at(line=row))
        voted, opened, realised, carried_over = amounts
        section = SECTIONS.get(cells[self._section]) or meaning_of(SECTIONS, cells[self._section])
        return SourceLine(
            row,
            section or section_of(None, chapter, nature),
            flow,
            real,
            nature in CARRIED_NATURES,
            chapter or None,
            nature or None,
            cells[self._function].strip() or None,
            cells[self._operation].strip() or None,
            label=cells[self._label].strip() or None,
            voted=voted,
            opened=opened,
            realised=realised,
            carried_over=carried_over,
        )

    def _is_same_document(self, cells: list[str]) -> bool:
        said = self._identity_of(cells)
        return said == self._first or tuple(text.strip() for text in said) == self._first

    def _report_other(self, reading: Reading, row: int, cells: list[str]) -> None:
        other = ", ".join(cells[index].strip() for index in self._identity)
        reading.drop("other-document")
        reading.report(SEVERAL_DOCUMENTS.at(line=row, other=other, first=", ".join(self._first)))

    def _is_real(self, text: str, chapter: str) -> bool | None:
        """Return whether the movement is real, None for a total."""
        real = meaning_of(REAL, text)
        if real is not None:
            return real
        if fold(text) in TOTALS:
            return None
        return chapter not in ORDER_CHAPTERS

    def _read_amounts(
        self, reading: Reading, row: int, cells: list[str]
    ) -> list[Decimal | None] | None:
        amounts: list[Decimal | None] = []
        for name, index in self._amounts:
            text = cells[index]
            if self._is_pointed and PLAIN(text):  # nearly all of them, at half the cost
                amounts.append(Decimal(text))
                continue
            try:
                amounts.append(parse(text, self._mark) if text else None)
            except NotAnAmountError:
                reading.reject(bad_amount(text, line=row, field=name))
                return None
        return amounts
