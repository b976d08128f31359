"""FEC: the file of accounting entries that every French private body can export.

Eighteen columns, tab or pipe, one row for each movement of an account (book of tax procedures,
article A47 A-1); `Montant` and `Sens` may stand for `Debit` and `Credit`. What a body spent is what
it debited, less what it credited, on the accounts of class 6 (charges) and 2 (fixed assets), and
earned on class 7. All amounts are realised, without the recoverable tax.

The rows of one entry are read together, as only together do they say what the movement was: the
opening of the year, the sale of an asset (its credit is no spending given back), who was paid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import islice

from portulan.budget.readers.amounts import DecimalMark, guess_mark
from portulan.budget.readers.cells import text_of
from portulan.budget.readers.dates import day_of
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.fec_entries import Columns, Entries
from portulan.budget.readers.lines import Header, Reading
from portulan.budget.readers.sources import ZIP_MAGIC, Source
from portulan.budget.readers.tables import open_table
from portulan.budget.readers.tabular import Table, tables_of
from portulan.core.money import TaxBasis
from portulan.core.problems import ProblemKind, UnusableInputError, Words
from portulan.core.text import fold

NAME = "fec"
FACTS = Facts(
    label=Words(fr="FEC (écritures comptables)", en="FEC (accounting entries)"),
    dropped={
        "closing": Words(fr="écritures de clôture", en="closing entries"),
        "disposal": Words(fr="sorties d’immobilisations", en="assets disposed of"),
        "opening": Words(fr="à-nouveaux", en="opening balances"),
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
    text = open_table(source.stream)
    # Labels hold lone quotation marks: they are letters unless the titles are quoted too.
    quoted = source.head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 ").startswith(b'"')
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
