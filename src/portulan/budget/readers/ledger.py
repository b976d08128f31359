"""The IT department’s own ledger: one table with titles, in CSV, XLSX or ODS.

No two finance tools export it alike. It is read in this order, and each step is a module:

1. the row of titles is looked for under any preamble (`ledger_titles`);
2. the columns are recognised by their titles and their arithmetic (`ledger_columns`,
   `ledger_amounts`), or said by a person;
3. a first reading keeps the amounts of each row (`ledger_scan`), in which the rows that are sums of
   others are found by what they add up to (`ledger_totals`): they are left out, and kept as
   controls;
4. what the file does not say is asked (`Question`), with what each answer would give;
5. a second reading makes the lines (`ledger_row`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from typing import BinaryIO

from portulan.budget.readers.facts import ACCOUNTS, Facts
from portulan.budget.readers.ledger_columns import Field, Wanted
from portulan.budget.readers.ledger_mapping import TOGETHER
from portulan.budget.readers.ledger_piece import Piece
from portulan.budget.readers.ledger_pieces import open_piece, pieces_of
from portulan.budget.readers.ledger_questions import Asked
from portulan.budget.readers.ledger_records import tables_in
from portulan.budget.readers.ledger_signs import MOST_WORDS
from portulan.budget.readers.ledger_titles import Titles, choose_table
from portulan.budget.readers.ledger_words import Sections
from portulan.budget.readers.lines import Answer, AskedError, Header, Question, Reading, SourceLine
from portulan.budget.words import Stage
from portulan.core.money import ZERO
from portulan.core.say.text import Problem, Text, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.delimited import first_rows
from portulan.core.tables.sources import Source, open_source
from portulan.core.tables.tabular import Row, Table, tables_of

NAME = "ledger"
_SAMPLED = 400  # rows shown to who chooses the columns
FACTS = Facts(label=Text(fr="Grand livre", en="Ledger"), knows_services=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column shown to a person who chooses: its title, our guess, and its first values.

    `words` are all those that its first rows have, where they are few: they may sort the rows.
    """

    index: int
    title: str
    field: Field | None
    samples: tuple[str, ...]
    words: tuple[str, ...] = ()


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
    Raises AskedError for what must be answered first, UnusableInputError.
    """
    return chosen_reading(source, mapping=mapping, header=Header(format=NAME))


def chosen_reading(source: Source, *, mapping: Wanted | None, header: Header) -> Reading:
    """Return the reading of a table whose columns are said, or guessed from its titles."""
    try:
        return _reading(source, mapping or {}, header)
    except AskedError as error:
        error.questions = tuple(_weighed(source, mapping or {}, header, q) for q in error.questions)
        raise


def _reading(
    source: Source,
    mapping: Wanted,
    header: Header,
    *,
    weigh: bool = True,
    owners: dict[int, tuple[str, str]] | None = None,
) -> Reading:
    asked = Asked.of(mapping, source.year)
    asked.owners = owners
    tables = tables_of(source)
    problems: list[Problem] = []
    chosen = tables_in(tables.by_name, asked)
    opened = [open_piece(table, titles, asked, file_name=source.name) for table, titles in chosen]
    pieces, questions = pieces_of(opened, asked, problems)
    first = pieces[0]
    header = replace(
        header,
        encoding=tables.encoding,
        year=first.year or header.year,
        tax_basis=first.tax_basis or header.tax_basis,
        siret=first.siret or header.siret,
        siren=first.siren or header.siren,
    )
    for piece in pieces:
        questions += piece.questions
    if blocking := [question for question in questions if not question.problem.line]:
        sheets = [titles.sheet for _, titles in chosen if titles.sheet]
        raise AskedError(header, blocking, first.columns, sheets)
    return _of_pieces(source, mapping, header, pieces, problems, questions, weigh=weigh)


def _of_pieces(
    source: Source,
    mapping: Wanted,
    header: Header,
    pieces: Sequence[Piece],
    problems: Sequence[Problem],
    questions: Sequence[Question],
    *,
    weigh: bool = True,
) -> Reading:
    def lines(reading: Reading) -> Iterator[SourceLine]:
        for problem in (*problems, *chain.from_iterable(piece.problems for piece in pieces)):
            reading.report(problem)
        reading.controls = [control for piece in pieces for control in piece.controls]
        reading.sums = [row for piece in pieces for row in piece.sums]
        reading.columns = pieces[0].columns
        reading.sheets = [piece.titles.sheet for piece in pieces if piece.titles.sheet]
        for piece in pieces:
            yield from piece.lines(reading)
        for question in chain(questions, *(piece.late for piece in pieces)):
            reading.ask(_weighed(source, mapping, header, question) if weigh else question)
        if weigh:
            untold = chain.from_iterable(piece.untold for piece in pieces)
            reading.questions += [_weighed(source, mapping, header, one) for one in untold]

    return Reading(header, lines, source.close)


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
    asked = Asked(
        fields=dict[str, int | str](fields.items()), unit=unit, is_whole=True, year=source.year
    )
    piece = open_piece(table, titles, asked, file_name=source.name, sections=sections)
    header = replace(
        header,
        encoding=tables_of(source).encoding,
        year=piece.year or header.year,
        tax_basis=piece.tax_basis or header.tax_basis,
    )
    return _of_pieces(source, {}, header, [piece], problems, piece.questions)


def _weighed(source: Source, mapping: Wanted, header: Header, question: Question) -> Question:
    """Return a question whose answers say what they would give."""
    if len(question.answers) > 2 and all(a.mapping.keys() == {"entity"} for a in question.answers):
        found = _of_each(source, mapping, header, question)
        if found is not None:
            return found
    answers = tuple(
        Answer(answer.mapping, _expenses(source, {**mapping, **answer.mapping}, header))
        for answer in question.answers
    )
    return Question(question.problem, answers)


def _of_each(
    source: Source, mapping: Wanted, header: Header, question: Question
) -> Question | None:
    """Return what each body or budget would give, in one reading; None where it takes several.

    A file may have a thousand bodies: it is not read once for each. Rows that are of none of them,
    as totals, are left out as they are when one is chosen.
    """
    names = [str(answer.mapping["entity"]) for answer in question.answers]
    owners: dict[int, tuple[str, str]] = {}
    totals: dict[tuple[str, str], dict[Stage, Decimal]] = {}
    wanted = {**mapping, "entity": TOGETHER["entity"].join(names)}
    try:
        reading = _reading(source, wanted, header, weigh=False, owners=owners)
        for line in reading:
            if line.flow == "expense" and line.counts:
                its = totals.setdefault(owners[line.row], {})
                for stage, amount in line.amounts.items():
                    its[stage] = its.get(stage, ZERO) + amount
    except (UnusableInputError, KeyError):
        return None
    if reading.questions:
        return None
    parts = [(body, its) for body, _, its in (name.partition(":") for name in names)]
    answers = zip(question.answers, parts, strict=True)
    return Question(
        question.problem,
        tuple(Answer(answer.mapping, totals.get(part, {})) for answer, part in answers),
    )


def _expenses(source: Source, mapping: Wanted, header: Header) -> dict[Stage, Decimal] | None:
    """Return the real expenses of a reading by stage, None when it cannot be."""
    totals: dict[Stage, Decimal] = {}
    try:
        reading = _reading(source, mapping, header, weigh=False)
        for line in reading:
            if line.flow == "expense" and line.counts:
                for stage, amount in line.amounts.items():
                    totals[stage] = totals.get(stage, ZERO) + amount
    except UnusableInputError:
        return None
    return totals


def columns(
    given: str | os.PathLike[str] | BinaryIO, *, name: str | None = None, sheet: str | None = None
) -> Columns:
    """Return the columns of a ledger with guesses and sample values, for a person to choose.

    Raises UnusableInputError when there is no table at all.
    """
    with open_source(given, name, ACCOUNTS) as source:
        tables = tables_of(source).by_name
        asked: dict[str, int | str] = {} if sheet is None else {"sheet": sheet}
        table, titles = choose_table(tables, asked, [])
        by_index = {index: field for field, index in titles.guess.fields.items()}
        rows = first_rows(table.rows_after(titles.last_row), _SAMPLED)
        found = tuple(
            Column(index, title, by_index.get(index), _samples(rows, index), _words(rows, index))
            for index, title in enumerate(titles.titles)
        )
        names = tuple(key for key in tables if key)
        return Columns(titles.sheet, names, titles.last_row, found, titles.guess.is_of_orders)


def _samples(rows: list[Row], index: int) -> tuple[str, ...]:
    texts = (text_of(cells[index]) for _, cells in rows if index < len(cells))
    return tuple(islice(dict.fromkeys(text[:60] for text in texts if text), 3))


def _words(rows: list[Row], index: int) -> tuple[str, ...]:
    """Return the few words of a column, nothing where they are many, alone or one."""
    texts = [text for _, cells in rows if index < len(cells) and (text := text_of(cells[index]))]
    words = tuple(dict.fromkeys(texts))
    are_few = 2 <= len(words) <= MOST_WORDS and len(words) * 2 <= len(texts)
    return words if are_few and any(map(str.isalpha, "".join(words))) else ()
