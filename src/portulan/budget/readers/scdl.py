"""SCDL: the open data schema of local budgets (scdl/budget 0.8.3), one CSV for one document.

Real files break the schema in many small ways: case and accents of its words, sections and
chapters left empty, other separators and encodings, columns left out or in another order. They are
read all the same, with warnings; only what would make a figure wrong is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.currencies import bad_amount
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import NO_FLOW, NO_YEAR, RAGGED_ROW, UNSURE_MARK
from portulan.budget.readers.lines import (
    CARRIED_NATURES,
    NO_LINE,
    Flow,
    Header,
    Reading,
    Section,
    SourceLine,
    start_from,
)
from portulan.budget.words import Act
from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError
from portulan.core.tables.amounts import PLAIN, DecimalMark, NotAnAmountError, guess_mark, parse
from portulan.core.tables.delimited import DelimitedText, Row, first_rows, is_blank, open_table
from portulan.core.tables.sources import Source

NAME = "scdl"
FACTS = Facts(
    label=Text(fr="SCDL (CSV)", en="SCDL (CSV)"),
    dropped={
        "other-document": Text(fr="lignes d’un autre document", en="lines of another document")
    },
)
OPTIONAL_COLUMNS = ProblemKind(
    "optional-columns",
    "warning",
    fr="Colonnes du schéma absentes : {columns}. Le fichier a été lu sans elles.",
    en="Columns of the schema are absent: {columns}. The file was read without them.",
)
BAD_SIRET = ProblemKind(
    "bad-siret",
    "warning",
    fr="« {text} » n’est pas un SIRET (14 chiffres) : l’organisme reste à vérifier.",
    en="“{text}” is not a SIRET (14 digits): check the body.",
)
UNKNOWN_STAGE = ProblemKind(
    "unknown-document",
    "warning",
    fr="La nature du document « {text} » n’est pas au schéma : il a été lu comme un budget entier.",
    en="The kind of document “{text}” is not in the schema: it was read as a whole budget.",
)
_RECOGNISED = re.compile(rb"bgt_[a-z0-9_]+")
_EXPECTED = (
    *("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM", "BGT_CONTNAT", "BGT_NATURE_LABEL"),
    *("BGT_SECTION", "BGT_OPBUDG"),
)
_SAMPLE_ROWS = 500


def recognises(source: Source) -> bool:
    """Return whether the first bytes name several columns of the schema."""
    head = source.head.replace(b"\x00", b"").lower()
    return len(set(_RECOGNISED.findall(head))) >= 3


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open an SCDL file: its columns are found and its first line read. Closes the source with it.

    Raises UnusableInputError when an indispensable column is missing or there is no line.
    """
    table = open_table(source.stream, source.separator)
    rows = table.rows()
    columns = find_columns(rows)
    sample = first_rows(rows, _SAMPLE_ROWS)
    first = next((cells for _, cells in sample if not is_blank(cells)), None)
    if first is None:
        raise UnusableInputError(NO_LINE.at())
    problems: list[Problem] = []
    document = Rows(columns, columns.document(first), columns.mark(sample, problems))
    header = _header(table, columns, first, problems)

    def lines(reading: Reading) -> Iterator[SourceLine]:
        for problem in problems:
            reading.report(problem)
        yield from document.lines(reading, chain(sample, rows))

    return Reading(header, lines, source.close)


def _header(
    table: DelimitedText, columns: Columns, first: list[str], problems: list[Problem]
) -> Header:
    """Return what the first line says of the document, noting what is amiss."""
    absent = [name for name in _EXPECTED if name not in columns.places]
    if absent:
        problems.append(OPTIONAL_COLUMNS.at(columns=", ".join(absent)))
    kind, year, siret = columns.document(first)
    if siret and not re.fullmatch(r"[0-9]{14}", siret):
        problems.append(BAD_SIRET.at(text=siret))
        siret = ""
    act = ACTS.get(fold(kind))
    if kind and act is None:
        problems.append(UNKNOWN_STAGE.at(text=kind))
    found = re.match(r"[12][0-9]{3}(?![0-9])", year)
    if found is None:
        problems.append(NO_YEAR.at())
    return Header(
        format=NAME,
        encoding=table.encoding,
        siret=siret or None,
        name=columns.text(first, "BGT_NOM") or None,
        year=int(found[0]) if found else None,
        act=act,
    )


MISSING_COLUMNS = ProblemKind(
    "missing-columns",
    "error",
    fr="Il manque au fichier SCDL la ou les colonnes {columns}, sans lesquelles rien ne se compte.",
    en="The SCDL file lacks the column(s) {columns}, without which nothing can be counted.",
)
AMOUNTS = ("BGT_MTPREV", "BGT_CREDOUV", "BGT_MTREAL", "BGT_MTRAR3112")
_NEEDED = ("BGT_NATURE", "BGT_CODRD")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column is; a column left out is -1, an empty cell put after the last one."""

    places: Mapping[str, int]
    width: int

    def place(self, name: str) -> int:
        return self.places.get(name, -1)

    def text(self, cells: list[str], name: str) -> str:
        index = self.place(name)
        return cells[index].strip() if 0 <= index < len(cells) else ""

    def document(self, cells: list[str]) -> tuple[str, ...]:
        """Return what tells a document from another."""
        return tuple(self.text(cells, name) for name in ("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET"))

    def mark(self, sample: list[Row], problems: list[Problem]) -> DecimalMark | None:
        """Return the decimal mark: the schema’s point, unless the amounts say otherwise."""
        texts = [self.text(cells, name) for _, cells in sample for name in AMOUNTS]
        mark, unsure = guess_mark(texts)
        if not unsure:
            return mark
        if not any("," in text for text in texts):
            return "."  # three decimals, as the schema allows
        problems.append(UNSURE_MARK.at(text=next(text for text in texts if "," in text)))
        return mark


def find_columns(rows: Iterator[Row]) -> Columns:
    """Read up to the row of titles and return where its columns are."""
    for _, cells in islice(rows, 50):
        places: dict[str, int] = {}
        for index, cell in enumerate(cells):
            places.setdefault(cell.strip().upper().replace(" ", "_"), index)
        if sum(name.startswith("BGT_") for name in places) < 3:
            continue
        missing = [name for name in _NEEDED if name not in places]
        if not any(name in places for name in AMOUNTS):
            missing.append(" / ".join(AMOUNTS))
        if missing:
            raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(missing)))
        return Columns(places, len(cells))
    raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(_NEEDED)))


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


FLOWS: dict[str, Flow] = {
    "dépense": "expense",
    "depense": "expense",
    "depenses": "expense",
    "d": "expense",
    "recette": "revenue",
    "recettes": "revenue",
    "r": "revenue",
}
SECTIONS: dict[str, Section] = {
    "fonctionnement": "F",
    "exploitation": "F",
    "f": "F",
    "investissement": "I",
    "i": "I",
}
REAL = {"réel": True, "reel": True, "reelle": True, "0": True, "ordre": False, "1": False}
TOTALS = frozenset({"t", "total"})
ACTS = {
    **dict.fromkeys(("budget primitif", "bp"), Act.PRIMARY),
    **dict.fromkeys(("decision modificative", "dm"), Act.AMENDING),
    **dict.fromkeys(("budget supplementaire", "bs"), Act.SUPPLEMENTARY),
    **dict.fromkeys(("compte administratif", "ca"), Act.CLOSING),
    **dict.fromkeys(("compte financier unique", "cfu"), Act.CLOSING),
}
ORDER_CHAPTERS = frozenset({"040", "041", "042", "043"})


def meaning_of[T](words: Mapping[str, T], text: str) -> T | None:
    """Return the meaning of a word of the schema, whatever its case and accents."""
    found = words.get(text)
    return found if found is not None else words.get(fold(text))
