"""FEC: the file of accounting entries that every French private body can export.

Eighteen columns, tab or pipe, one row for each movement of an account (book of tax procedures,
article A47 A-1); `Montant` and `Sens` may stand for `Debit` and `Credit`. What a body spent is what
it debited, less what it credited, on the accounts of class 6 (charges) and 2 (fixed assets), and
earned on class 7. All amounts are realised, without the recoverable tax.

The rows of one entry are read together, as only together do they say what the movement was: the
opening of the year, the sale of an asset (its credit is no spending given back), who was paid.

The entries of a FEC: which of their movements are spending, or revenue, and who was paid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import BAD_AMOUNT, RAGGED_ROW
from portulan.budget.readers.lines import Flow, Header, Reading, SourceLine
from portulan.core.folding import fold
from portulan.core.money import ZERO, TaxBasis, as_text, to_cents
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, guess_mark
from portulan.core.tables.cells import amount_of, day_of, text_of
from portulan.core.tables.delimited import open_table, text_size
from portulan.core.tables.sources import ZIP_MAGIC, Source
from portulan.core.tables.tabular import Table, tables_of
from portulan.core.tables.workbooks import Cell

NAME = "fec"
FACTS = Facts(
    label=Text(fr="FEC (écritures comptables)", en="FEC (accounting entries)"),
    dropped={
        "closing": Text(fr="écritures de clôture", en="closing entries"),
        "disposal": Text(fr="sorties d’immobilisations", en="assets disposed of"),
        "opening": Text(fr="à-nouveaux", en="opening balances"),
    },
)
MISSING_COLUMNS = ProblemKind(
    "fec-columns",
    "error",
    fr="Il manque au FEC la ou les colonnes {columns}, sans lesquelles rien ne se compte.",
    en="The FEC lacks the column(s) {columns}, without which nothing can be counted.",
)
SEVERAL_YEARS = ProblemKind(
    "several-years",
    "error",
    fr="Les écritures vont du {first} au {last} : un FEC est d’un seul exercice. Séparez-les.",
    en="Entries go from {first} to {last}: a FEC is of one fiscal year. Split them.",
)
_NEEDED = ("journalcode", "ecriturenum", "ecrituredate", "comptenum")
_NAME_OF_FILE = re.compile(r"(?P<siren>[0-9]{9})FEC(?P<closing>[0-9]{8})", re.IGNORECASE)
_LONGEST_YEAR = 731  # a first exercice may last two years
_SAMPLE_ROWS = 1000


def recognises(source: Source) -> bool:
    """Return whether the titles are those of a FEC."""
    if source.head.startswith(ZIP_MAGIC):
        return any(_columns(table) is not None for table in tables_of(source).by_name.values())
    head = source.head[:4096].replace(b"\x00", b"").lower()
    return all(name.encode() in head for name in ("journalcode", "ecrituredate", "comptenum"))


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open a FEC; its dates are read once before its lines, as they say the fiscal year.

    Raises UnusableInputError: columns missing, entries of more than one fiscal year.
    """
    table, encoding = _table(source)
    columns = _columns(table)
    if columns is None:
        raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(_NEEDED)))
    columns = replace(columns, mark=_mark(columns, table))
    if missing := _missing(columns):
        raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(missing)))
    named = _NAME_OF_FILE.match(re.split(r"[/\\]", source.name)[-1])
    period = _period(columns, table)
    closing = day_of(named["closing"]) if named else None
    last = closing or (period[1] if period else None)
    header = Header(
        format=NAME,
        encoding=encoding,
        siren=named["siren"] if named else None,
        nomenclature="PCG",
        year=last.year if last else None,
        period=period,
        tax_basis=TaxBasis.HT,
    )
    return Reading(header, Entries(columns, table).lines, source.close)


def _table(source: Source) -> tuple[Table, str | None]:
    if source.head.startswith(ZIP_MAGIC):
        tables = tables_of(source)
        known = (table for table in tables.by_name.values() if _columns(table) is not None)
        return next(known), None
    text = open_table(source.stream, source.separator)
    # Labels hold lone quotation marks: they are letters unless the titles are quoted too.
    marks = source.head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 ").startswith(b'"')
    quoted = marks or source.separator is not None
    return Table("", replace(text, quoted=quoted)), text.encoding


def _columns(table: Table) -> Columns | None:
    first = next(iter(table.head), None)
    if first is None:
        return None
    titles = [text_of(cell) for cell in first[1]]
    places = {fold(title).replace(" ", ""): at for at, title in reversed(list(enumerate(titles)))}
    if not set(places) >= set(_NEEDED):
        return None
    return Columns(places, len(titles))


def _missing(columns: Columns) -> list[str]:
    names = columns.places.keys()
    return [] if {"debit", "credit"} <= names or {"montant", "sens"} <= names else ["Debit, Credit"]


def _mark(columns: Columns, table: Table) -> DecimalMark | None:
    """Return the decimal mark of the amounts: the comma of the rule unless they say otherwise."""
    names = ("debit", "credit", "montant")
    sample = islice(table.rows_after(table.head[0][0]), _SAMPLE_ROWS)
    mark, unsure = guess_mark(columns.text(cells, name) for _, cells in sample for name in names)
    return "," if unsure else mark


def _period(columns: Columns, table: Table) -> tuple[date, date] | None:
    """Return the first and last days of entries. Raises UnusableInputError over two years."""
    place = columns.places["ecrituredate"]
    days = {
        day
        for _, cells in table.rows_after(table.head[0][0])
        if place < len(cells) and (day := day_of(cells[place])) is not None
    }
    if not days:
        return None
    first, last = min(days), max(days)
    if (last - first).days > _LONGEST_YEAR:
        raise UnusableInputError(SEVERAL_YEARS.at(first=first, last=last))
    return first, last


UNBALANCED = ProblemKind(
    "unbalanced",
    "error",
    fr="Les débits font {debit} et les crédits {credit} : un FEC complet s’équilibre, il manque des"
    " écritures.",
    en="Debits add up to {debit} and credits to {credit}: a whole FEC balances, entries are"
    " missing.",
)
NO_DATE = ProblemKind(
    "no-date",
    "error",
    fr="« {text} » n’est pas une date d’écriture : la ligne n’a pas été lue.",
    en="“{text}” is not the date of an entry: the row was not read.",
)
_OPENING = re.compile(r"(?:r?an|anouv|ouv)[0-9]*|.*(?:a nouveau|nouveaux|ouverture).*")
_SIDES = {"d": True, "debit": True, "1": True, "+1": True, "+": True, "c": False, "credit": False}
_SIDES |= {"-1": False, "-": False}
_SUPPLIERS = ("401", "403", "404", "408", "467")
_ASSET_LEAVES = ("28", "675")  # what is debited against an asset that is sold or scrapped
_WORN = ("28", "29")  # what assets have lost
_NOT_CASH = ("603", "675", "68", "713", "775", "777", "78", "79")
_STAFF = "64"
_LONGEST_ENTRY = 5000
_MOST_TEXT = 4_000_000  # characters of an entry


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a FEC are, by their folded title, and the mark of its decimals."""

    places: Mapping[str, int]
    width: int
    mark: DecimalMark | None = None

    def cell(self, cells: Sequence[Cell], name: str) -> Cell:
        place = self.places.get(name, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    def text(self, cells: Sequence[Cell], name: str) -> str:
        return text_of(self.cell(cells, name))


class _Movement(NamedTuple):
    """One row: an account, and what was debited less what was credited."""

    row: int
    account: str
    balance: Decimal
    cells: Sequence[Cell]


class Entries:
    """The entries of a FEC, turned into the lines of what was spent and earned."""

    def __init__(self, columns: Columns, table: Table) -> None:
        self._columns = columns
        self._table = table
        self._debit = self._credit = ZERO

    def lines(self, reading: Reading) -> Iterator[SourceLine]:
        """Yield a line for each movement of spending or revenue."""
        entry: list[_Movement] = []
        key: tuple[str, ...] | None = None
        size = 0
        for row, cells in self._table.rows_after(self._table.head[0][0]):
            reading.read += 1
            movement = self._movement(reading, row, cells)
            if movement is None:
                continue
            of = self._key(cells)
            full = len(entry) >= _LONGEST_ENTRY or size > _MOST_TEXT
            if of != key or not of[1] or full:
                yield from self._of_entry(reading, entry)
                entry, key, size = [], of, 0
            entry.append(movement)
            size += text_size(cells)
        yield from self._of_entry(reading, entry)
        if self._debit != self._credit:
            debit, credit = as_text(self._debit), as_text(self._credit)
            reading.report(UNBALANCED.at(debit=debit, credit=credit))

    def _key(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        names = ("journalcode", "ecriturenum", "ecrituredate")
        return tuple(self._columns.text(cells, name) for name in names)

    def _movement(self, reading: Reading, row: int, cells: Sequence[Cell]) -> _Movement | None:
        """Return the movement of a row, or None after counting why there is none."""
        columns = self._columns
        if not any(text_of(cell) for cell in cells):
            reading.drop("blank")
            return None
        if len(cells) < columns.width - 2 or any(text_of(cell) for cell in cells[columns.width :]):
            # The last two columns, of foreign currencies, are often left out.
            reading.reject(RAGGED_ROW.at(line=row, found=len(cells), expected=columns.width))
            return None
        if day_of(columns.cell(cells, "ecrituredate")) is None:
            reading.reject(NO_DATE.at(line=row, text=columns.text(cells, "ecrituredate")))
            return None
        try:
            debit, credit = self._sides(cells)
        except NotAnAmountError as error:
            reading.reject(BAD_AMOUNT.at(line=row, text=error, field="Debit, Credit"))
            return None
        self._debit += debit
        self._credit += credit
        return _Movement(row, columns.text(cells, "comptenum"), debit - credit, cells)

    def _sides(self, cells: Sequence[Cell]) -> tuple[Decimal, Decimal]:
        """Return what is debited and credited. Raises NotAnAmountError."""
        columns = self._columns

        def amount(name: str) -> Decimal:
            return to_cents(amount_of(columns.cell(cells, name), columns.mark) or ZERO)

        if "debit" in columns.places:
            return amount("debit"), amount("credit")
        side = columns.text(cells, "sens")
        debits = _SIDES.get(fold(side))
        if debits is None:
            raise NotAnAmountError(side)
        return (amount("montant"), ZERO) if debits else (ZERO, amount("montant"))

    def _of_entry(self, reading: Reading, entry: Sequence[_Movement]) -> Iterator[SourceLine]:
        """Yield the lines of one entry, counting its rows that are none."""
        if not entry:
            return
        opens, closes = self._opens(entry), _closes(entry)
        suppliers = {
            name
            for movement in entry
            if movement.account.startswith(_SUPPLIERS)
            and (name := self._columns.text(movement.cells, "compauxlib"))
        }
        supplier = next(iter(suppliers)) if len(suppliers) == 1 else None
        leaves = any(
            movement.account.startswith(_ASSET_LEAVES) and movement.balance > 0
            for movement in entry
        )
        for movement in entry:
            account = movement.account
            if opens:
                reading.drop("opening")
            elif closes:
                reading.drop("closing")
            elif not account.startswith(("2", "6", "7")) or account.startswith(_WORN):
                reading.drop("balance-sheet")
            elif account.startswith("2") and leaves and movement.balance < 0:
                reading.drop("disposal")
            elif not movement.balance:
                reading.drop("no-amount")
            else:
                yield self._line(movement, supplier)

    def _opens(self, entry: Sequence[_Movement]) -> bool:
        """Return whether the journal of an entry brings balances forward from the year before."""
        cells = entry[0].cells
        names = (fold(self._columns.text(cells, name)) for name in ("journalcode", "journallib"))
        return any(_OPENING.fullmatch(name) for name in names)

    def _line(self, movement: _Movement, supplier: str | None) -> SourceLine:
        account, text = movement.account, self._columns.text
        flow: Flow = "revenue" if account.startswith("7") else "expense"
        label = text(movement.cells, "ecriturelib")
        day = day_of(self._columns.cell(movement.cells, "ecrituredate"))
        if account.startswith(_STAFF) or not label:
            # The words of a payslip name a person: the account says enough.
            label = text(movement.cells, "comptelib")
        return SourceLine(
            row=movement.row,
            section="I" if account.startswith("2") else "F",
            flow=flow,
            real=not account.startswith(_NOT_CASH),
            carried=False,
            chapter=None,
            nature=account,
            label=label or None,
            supplier=None if account.startswith(_STAFF) else supplier,
            order=text(movement.cells, "pieceref") or None,
            dated_on=day.isoformat() if day is not None else None,
            realised=movement.balance if flow == "expense" else -movement.balance,
        )


def _closes(entry: Sequence[_Movement]) -> bool:
    """Return whether an entry empties charges or revenue into the result of the year."""
    accounts = [movement.account for movement in entry]
    into_result = any(account.startswith("12") for account in accounts)
    return into_result and any(account.startswith(("6", "7")) for account in accounts)
