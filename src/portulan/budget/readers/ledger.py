"""The IT department’s own ledger: one table with titles, in CSV, XLSX or ODS.

No two finance tools export it alike. The row of titles is looked for under any preamble, its
columns are recognised by many names (`ledger_columns`) or given by a person, and totals, headings
and blanks are told from lines. A ledger may say its year in a column, never its nomenclature.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from typing import BinaryIO

from portulan.budget.readers.amounts import DecimalMark, guess_mark
from portulan.budget.readers.cells import currency_place, other_currency, require_euros, text_of
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import UNSURE_MARK
from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    MONEY_FIELDS,
    REVENUE_WORDS,
    SIDES,
    Field,
    phrase_of,
    tax_basis_of,
    unit_of,
)
from portulan.budget.readers.ledger_mapping import Wanted, mapped, unit_asked
from portulan.budget.readers.ledger_row import Layout, LineReader
from portulan.budget.readers.ledger_sides import NETTED
from portulan.budget.readers.ledger_subtotals import may_be_subtotal, without_subtotals
from portulan.budget.readers.ledger_titles import NO_TITLES, Titles, choose_table, unit_above
from portulan.budget.readers.ledger_words import Sections
from portulan.budget.readers.ledger_year import OTHER_YEAR, year_column
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.budget.readers.sources import Source, open_source
from portulan.budget.readers.tables import first_rows
from portulan.budget.readers.tabular import Row, Table, tables_of
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError, Words

NAME = "ledger"
FACTS = Facts(label=Words(fr="Grand livre", en="Ledger"), knows_services=True)

NO_STAGE = ProblemKind(
    "no-stage",
    "error",
    fr="La colonne « {title} » ne dit pas si le montant est voté, ouvert, engagé ou mandaté."
    " Dites-le en choisissant les colonnes.",
    en="The column “{title}” does not say whether the amount is voted, opened, committed or"
    " realised. Say it by choosing the columns.",
)
AMBIGUOUS = ProblemKind(
    "ambiguous-columns",
    "error",
    fr="Plusieurs colonnes disent le même montant ({titles}). Dites laquelle lire en choisissant"
    " les colonnes.",
    en="Several columns say the same amount ({titles}). Say which to read by choosing the columns.",
)
IN_UNITS = ProblemKind(
    "in-units",
    "warning",
    fr="La colonne « {title} » n’est pas en euros : ses montants ont été multipliés par {factor}.",
    en="The column “{title}” is not in euros: its amounts were multiplied by {factor}.",
)

_SAMPLE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """A column shown to a person who chooses: its title, our guess, and its first values."""

    index: int
    title: str
    field: Field | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a ledger, its sheet, and the other sheets there are."""

    sheet: str | None
    sheets: tuple[str, ...]
    title_row: int
    columns: tuple[Column, ...]
    is_of_orders: bool


def recognises(_source: Source) -> bool:
    """Return true: what no other reader takes is a ledger, or is said not to be one."""
    return True


def open_reading(source: Source, *, mapping: Wanted | None = None) -> Reading:
    """Open a ledger. The reading closes the source.

    `mapping` says the columns (`ledger_mapping`); without it the titles must speak for themselves.
    Raises UnusableInputError: no titles, several columns for one amount, an amount of no stage.
    """
    return chosen_reading(source, mapping=mapping, header=Header(format=NAME))


def chosen_reading(source: Source, *, mapping: Wanted | None, header: Header) -> Reading:
    """Return the reading of a table whose columns are said, or guessed from its titles."""
    tables = tables_of(source)
    asked = {name: column for name, column in (mapping or {}).items() if name != "as"}
    problems: list[Problem] = []
    unit = unit_asked(asked)
    table, titles = choose_table(tables.by_name, asked, problems)
    fields = mapped(titles.titles, asked) if asked else _guessed(titles)
    return table_reading(source, table, titles, fields, problems, header=header, unit=unit)


def table_reading(
    source: Source,
    table: Table,
    titles: Titles,
    fields: dict[Field, int],
    problems: list[Problem],
    *,
    header: Header,
    sections: Sections | None = None,
    unit: Decimal | None = None,
) -> Reading:
    """Return the reading of a table whose columns are known; `problems` are told before its rows.

    `header` is what the caller knows of the document; the table gives its encoding, and its year
    and tax basis where it says them. `unit` multiplies all amounts, else each title says its own.
    """
    amounts = [titles.titles[fields[name]] for name in MONEY_FIELDS if name in fields]
    require_euros(amounts)
    units = _units(amounts, unit, table, titles)
    rows = table.rows_after(titles.last_row)
    sample = first_rows(rows, _SAMPLE_ROWS)
    layout = Layout(
        fields=fields,
        titles=titles.titles,
        factors={
            name: units[titles.titles[fields[name]]] for name in MONEY_FIELDS if name in fields
        },
        mark=_mark(fields, sample, problems),
        default_flow="revenue" if _speak_of_revenue(amounts) else None,
        sections=sections or Sections(),
    )
    if all(name in fields for name in SIDES):
        debit, credit = (titles.titles[fields[name]] for name in SIDES)
        problems.append(NETTED.at(debit=debit, credit=credit))
    problems.extend(
        IN_UNITS.at(title=title, factor=factor) for title, factor in units.items() if factor != 1
    )

    dated = year_column(titles.titles, sample)
    currency = currency_place(titles.titles)

    def rows_read(reading: Reading) -> Iterator[SourceLine]:
        reader = LineReader(layout)
        read = reader.read
        for problem in problems:
            reading.report(problem)
        for row, cells in chain(sample, rows):
            if dated is not None and (other := dated.other(cells)) is not None:
                reading.read += 1
                reading.reject(OTHER_YEAR.at(line=row, found=other, year=dated.year))
                continue
            if currency is not None and (
                foreign := other_currency(cells, currency, line=row, title=titles.titles[currency])
            ):
                reading.read += 1
                reading.reject(foreign)
                continue
            line = read(reading, row, cells)
            if line is not None:
                yield line
        reader.end(reading)

    # Only where there may be some: adding up every line of a long ledger takes its time.
    has_subtotals = any(may_be_subtotal(cells, fields) for _, cells in sample)

    def lines(reading: Reading) -> Iterator[SourceLine]:
        found = rows_read(reading)
        return without_subtotals(reading, found) if has_subtotals else found

    header = replace(
        header,
        encoding=tables_of(source).encoding,
        year=dated.year if dated else header.year,
        tax_basis=tax_basis_of(amounts) or header.tax_basis,
    )
    return Reading(header, lines, source.close)


def _units(
    amounts: Sequence[str], asked: Decimal | None, table: Table, titles: Titles
) -> dict[str, Decimal]:
    """Return by what the amounts under each title are multiplied: asked, else said by the title,
    else said above all titles."""
    if asked is not None:
        return dict.fromkeys(amounts, asked)
    said = {title: unit_of(title) for title in amounts}
    if all(unit == 1 for unit in said.values()) and not any("€" in title for title in amounts):
        return dict.fromkeys(amounts, unit_above(table, titles) or Decimal(1))
    return said


def columns(
    given: str | os.PathLike[str] | BinaryIO, *, name: str | None = None, sheet: str | None = None
) -> Columns:
    """Return the columns of a ledger with guesses and sample values, for a person to choose.

    Raises UnusableInputError when there is no table at all.
    """
    with open_source(given, name) as source:
        tables = tables_of(source).by_name
        asked: dict[str, int | str] = {} if sheet is None else {"sheet": sheet}
        table, titles = choose_table(tables, asked, [])
        by_index = {index: field for field, index in titles.guess.fields.items()}
        rows = first_rows(table.rows_after(titles.last_row), 50)
        found = tuple(
            Column(index, title, by_index.get(index), _samples(rows, index))
            for index, title in enumerate(titles.titles)
        )
        names = tuple(key for key in tables if key)
        return Columns(titles.sheet, names, titles.last_row, found, titles.guess.is_of_orders)


def _guessed(titles: Titles) -> dict[Field, int]:
    guess = titles.guess
    doubles = [title for field in AMOUNT_FIELDS for title in guess.doubles.get(field, ())]
    if doubles:
        raise UnusableInputError(AMBIGUOUS.at(titles=", ".join(doubles)))
    if not guess.score:
        raise UnusableInputError(NO_TITLES.at())
    if guess.generic:
        raise UnusableInputError(NO_STAGE.at(title=guess.generic))
    return guess.fields


def _mark(
    fields: Mapping[Field, int], sample: list[Row], problems: list[Problem]
) -> DecimalMark | None:
    """Return the decimal mark of the amounts written as text."""
    places = [fields[name] for name in MONEY_FIELDS if name in fields]
    cells = (cells[index] for _, cells in sample for index in places if index < len(cells))
    texts = [cell for cell in cells if isinstance(cell, str)]
    mark, unsure = guess_mark(texts)
    if unsure:
        problems.append(UNSURE_MARK.at(text=next(t for t in texts if "," in t or "." in t)))
    return mark


def _samples(rows: list[Row], index: int) -> tuple[str, ...]:
    texts = (text_of(cells[index]) for _, cells in rows if index < len(cells))
    return tuple(islice(dict.fromkeys(text[:60] for text in texts if text), 3))


def _speak_of_revenue(titles: Sequence[str]) -> bool:
    return any((phrase_of(title) or "").startswith(REVENUE_WORDS) for title in titles)
