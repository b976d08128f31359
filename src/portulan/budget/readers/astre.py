"""Astre (GF): the workbook of the screen “Détail budget”, as the tool exports it.

A preamble says the body, the budget and the year; then, for each section and chapter, titles over
three rows, one row for each account (`2051 - LOGICIELS`), and a total; last, the criteria of the
selection, with numbers in them. Expenses and revenue stand in two sheets, or in two files.

`Total Budget` is opened and `Mandaté/Liquidé` (`Perçu/Liquidé` for revenue) realised, both signed:
early in a year, what was attached to the year before is undone there. `Reste Engagé + Eng Proposé +
Réservé` mixes commitments with proposals and reservations: no stage, so it is told and left out.
Every total of the file is checked against its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import BAD_AMOUNT
from portulan.budget.readers.ledger_rows import ORDER_CHAPTERS
from portulan.budget.readers.lines import (
    CARRIED_NATURES,
    Flow,
    Header,
    Reading,
    Section,
    SourceLine,
)
from portulan.core.folding import fold
from portulan.core.money import ZERO, as_text, to_cents
from portulan.core.say.text import ProblemKind, Text
from portulan.core.say.values import Amount
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import CODE_AND_LABEL, amount_of, is_total, text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of
from portulan.core.tables.workbooks import Cell

NAME = "astre"
FACTS = Facts(
    label=Text(fr="Astre, détail budget", en="Astre, budget detail"),
    dropped={
        "criteria": Text(fr="critères de l’édition", en="criteria of the export"),
        "heading": Text(fr="titres de section ou de chapitre", en="section or chapter headings"),
        "preamble": Text(fr="lignes d’introduction", en="introductory rows"),
    },
)

OTHER_TOTAL = ProblemKind(
    "other-total",
    "error",
    fr="Le total « {title} » vaut {told} dans le fichier, et ses lignes {found} : il manque des"
    " lignes, ou l’export a été retouché. Refaites-le.",
    en="The total “{title}” is {told} in the file and its rows add up to {found}: rows are missing,"
    " or the export was edited. Export it again.",
)
CUT_SHORT = ProblemKind(
    "cut-short",
    "error",
    fr="L’export s’arrête avant son dernier total : il est coupé. Refaites-le.",
    en="The export ends before its last total: it is cut short. Export it again.",
)
OTHER_SHEETS = ProblemKind(
    "other-sheets",
    "warning",
    fr="La feuille « {sheet} » a été lue. D’autres lui ressemblent : {others}.",
    en="The sheet “{sheet}” was read. Others look like it: {others}.",
)
RESERVED = ProblemKind(
    "reserved",
    "warning",
    fr="« {title} » ({flow}, {amount:fr}) mêle engagements, propositions et réservations : ce"
    " n’est pas un stade, la colonne n’est pas lue.",
    en="“{title}” ({flow_en}, {amount:en}) mixes commitments, proposals and reservations: it is no"
    " stage, the column is not read.",
)

_FLOWS: dict[str, Flow] = {"mandate/liquide": "expense", "percu/liquide": "revenue"}
_FLOW_WORDS = {"expense": ("dépenses", "expenses"), "revenue": ("recettes", "revenue")}
_SECTION = re.compile(r"([FI]) - ")
_YEAR = re.compile(r"[12][0-9]{3}")
_LEVELS = 3  # totals by chapter, by section, of the whole

type _Sums = tuple[Decimal, ...]


def recognises(source: Source) -> bool:
    """Return whether a sheet has, under a section, the titles of that screen."""
    return bool(_sheets(source))


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open the workbook: its first sheet of expenses and its first of revenue, as one document."""
    sheets = _sheets(source)
    read = {flow: tables[0] for flow, tables in sheets.items()}
    header = _header(next(iter(read.values())), tables_of(source).encoding)

    def lines(reading: Reading) -> Iterator[SourceLine]:
        for tables in sheets.values():
            if others := tables[1:]:
                names = ", ".join(table.name for table in others)
                reading.report(OTHER_SHEETS.at(sheet=tables[0].name, others=names))
        for flow, table in read.items():
            yield from _Screen(flow).lines(reading, table)

    return Reading(header, lines, source.close)


def _sheets(source: Source) -> dict[Flow, list[Table]]:
    """Return the sheets of that screen by flow, expenses first."""
    found: dict[Flow, list[Table]] = {}
    for table in tables_of(source).by_name.values():
        under_section = False
        for _, cells in table.head:
            texts = [text_of(cell) for cell in cells]
            under_section = under_section or bool(_SECTION.match(_first(texts)))
            columns = _Columns.of(texts) if under_section else None
            if columns is not None:
                found.setdefault(columns.flow, []).append(table)
                break
    return {flow: found[flow] for flow in _FLOWS.values() if flow in found}


def _header(table: Table, encoding: str | None) -> Header:
    """Return what the preamble says, its words being beside their titles."""
    said: dict[str, list[str]] = {}
    for _, cells in table.head:
        texts = [text for text in map(text_of, cells) if text]
        if texts and _SECTION.match(texts[0]):
            break
        if texts:
            said.setdefault(fold(texts[0]), texts[1:])
    year = next(iter(said.get("exercice", [])), "")
    return Header(
        format=NAME,
        encoding=encoding,
        name=next(reversed(said.get("organisme", [])), None),
        budget=next(reversed(said.get("budget", [])), None),
        year=int(year) if _YEAR.fullmatch(year) else None,
    )


class _Columns:
    """Where the amounts are under one row of titles."""

    def __init__(self, flow: Flow, titles: Sequence[str], places: Sequence[int]) -> None:
        self.flow = flow
        self.titles = [titles[place] for place in places]
        self.places = places  # opened, realised, reserved

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Columns | None:
        """Return the columns if these are the titles of that screen."""
        words = [fold(text) for text in texts]
        flow = next((flow for word, flow in _FLOWS.items() if word in words), None)
        if flow is None or "nature" not in words[:1] or "total budget" not in words:
            return None
        realised = next(words.index(word) for word in _FLOWS if word in words)
        reserved = [at for at, word in enumerate(words) if word.startswith("reste engage")]
        return cls(flow, texts, [words.index("total budget"), realised, *reserved[:1]])


class _Screen:
    """The rows of one sheet, from its preamble to its criteria."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._columns: _Columns | None = None
        self._section: Section | None = None
        self._chapter: str | None = None
        self._sums: list[list[Decimal]] = [[ZERO] * _LEVELS for _ in range(_LEVELS)]
        self._level = 0
        self._unchecked = False  # rows came since the last total
        self._reserved, self._reserved_title = ZERO, ""

    def lines(self, reading: Reading, table: Table) -> Iterator[SourceLine]:
        """Yield a line for each account of the sheet."""
        for row, cells in table.rows():
            reading.read += 1
            line = self._line(reading, row, cells)
            if line is not None:
                yield line
        if self._unchecked:
            reading.report(CUT_SHORT.at())
        if self._reserved:
            fr, en = _FLOW_WORDS[self._flow]
            amount = Amount(self._reserved)
            reading.report(
                RESERVED.at(title=f"{self._reserved_title}…", flow=fr, flow_en=en, amount=amount)
            )

    def _line(self, reading: Reading, row: int, cells: Sequence[Cell]) -> SourceLine | None:
        texts = [text_of(cell) for cell in cells]
        if not any(texts):
            reading.drop("blank")
            return None
        titles = _Columns.of(texts)
        columns = self._columns = titles or self._columns
        first = _first(texts)
        code = CODE_AND_LABEL.fullmatch(first)
        alone = not any(texts[1:])
        if titles is not None or (columns is not None and not first):
            reading.drop("header")
        elif alone and (found := _SECTION.match(first)):
            self._section = "F" if found[1] == "F" else "I"
            self._level = 1  # a section without a chapter has a total all the same
            reading.drop("heading")
        elif alone and code and self._section:
            self._chapter, self._level = code[1], 0
            reading.drop("heading")
        elif columns is None:
            reading.drop("preamble")
        elif is_total(first):
            self._check(reading, row, cells, columns)
            reading.drop("total")
        elif code and not alone:
            return self._account(reading, row, cells, columns, code)
        else:
            reading.drop("criteria")
        return None

    def _account(
        self,
        reading: Reading,
        row: int,
        cells: Sequence[Cell],
        columns: _Columns,
        code: re.Match[str],
    ) -> SourceLine | None:
        amounts = self._amounts(reading, row, cells, columns)
        if amounts is None:
            reading.drop("error")
            return None
        nature, label = code.groups()
        self._level, self._unchecked = 0, True
        for sums in self._sums:
            for at, amount in enumerate(amounts):
                sums[at] += amount or ZERO
        if amounts[2]:
            self._reserved += amounts[2]
            self._reserved_title = columns.titles[2]
        return SourceLine(
            row=row,
            section=self._section or section_of(None, self._chapter, nature),
            flow=self._flow,
            real=self._chapter not in ORDER_CHAPTERS,
            carried=nature in CARRIED_NATURES,
            chapter=self._chapter,
            nature=nature,
            label=label,
            opened=amounts[0],
            realised=amounts[1],
        )

    def _amounts(
        self, reading: Reading, row: int, cells: Sequence[Cell], columns: _Columns
    ) -> tuple[Decimal | None, ...] | None:
        """Return opened, realised and reserved; None after reporting what is no amount."""
        found: list[Decimal | None] = []
        for place, title in zip(columns.places, columns.titles, strict=True):
            cell = cells[place] if place < len(cells) else ""
            try:
                amount = amount_of(cell, None)
            except NotAnAmountError:
                reading.report(BAD_AMOUNT.at(line=row, text=text_of(cell), field=title))
                return None
            found.append(None if amount is None else to_cents(amount))
        return (*found, None) if len(found) < _LEVELS else tuple(found)

    def _check(self, reading: Reading, row: int, cells: Sequence[Cell], columns: _Columns) -> None:
        """Compare a total with the rows it is of: its chapter’s, else its section’s, else all."""
        told = self._amounts(reading, row, cells, columns)
        if told is None:
            return
        first = min(self._level, _LEVELS - 1)
        same = [at for at in range(first, _LEVELS) if _agree(told, self._sums[at])]
        level = same[0] if same else first
        if not same:
            differing = next(
                at for at, amount in enumerate(told) if not _agree([amount], self._sums[level][at:])
            )
            found = as_text(self._sums[level][differing])
            title, amount = columns.titles[differing], as_text(told[differing] or ZERO)
            reading.report(OTHER_TOTAL.at(line=row, title=title, told=amount, found=found))
        for sums in self._sums[: level + 1]:
            sums[:] = [ZERO] * _LEVELS
        self._level, self._unchecked = level + 1, False


def _agree(told: Sequence[Decimal | None], sums: Sequence[Decimal]) -> bool:
    return all(amount is None or amount == found for amount, found in zip(told, sums, strict=False))


def _first(texts: Sequence[str]) -> str:
    return texts[0] if texts else ""
