"""SCDL: the open data schema of local budgets (scdl/budget 0.8.3), one CSV for one document.

Real files break the schema in many small ways: case and accents of its words, sections and
chapters left empty, other separators and encodings, columns left out. They are read all the same,
with warnings; only what would make a figure wrong is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import NO_YEAR
from portulan.budget.readers.lines import NO_LINE, Header, Reading, SourceLine
from portulan.budget.readers.scdl_columns import Columns, find_columns
from portulan.budget.readers.scdl_rows import Rows
from portulan.budget.readers.scdl_words import ACTS
from portulan.budget.readers.sources import Source
from portulan.budget.readers.tables import DelimitedText, first_rows, is_blank, open_table
from portulan.core.problems import Problem, ProblemKind, UnusableInputError, Words
from portulan.core.text import fold

NAME = "scdl"
FACTS = Facts(
    label=Words(fr="SCDL (CSV)", en="SCDL (CSV)"),
    dropped={
        "other-document": Words(fr="lignes d’un autre document", en="lines of another document")
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
    table = open_table(source.stream)
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
