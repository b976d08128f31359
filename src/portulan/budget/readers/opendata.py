"""The budget a city publishes as open data in a layout of its own, outside the SCDL schema.

One row for each account and function, with the year, the section, the flow, and one amount whose
title does not say its stage (`montant`). Paris: `annee, section, sens_flux, chapitre_code,
nature_code, fonction_code, montant, source_pdf`, taken from the printed budget. The stage is
what the document says of itself, in a column or in the name of the file; failing that, voted, as
what cities publish so is the budget they voted, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.ledger import table_reading
from portulan.budget.readers.ledger_columns import Field
from portulan.budget.readers.ledger_titles import Titles, find_titles, year_place
from portulan.budget.readers.lines import Header, Reading
from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind, Text
from portulan.core.tables.cells import text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of

NAME = "opendata"
FACTS = Facts(label=Text(fr="Budget en données ouvertes", en="Open data budget"))

STAGE_SAID = ProblemKind(
    "stage-said",
    "warning",
    fr="La colonne « {title} » ne dit pas son stade : lue comme {fr}, d’après « {said} ».",
    en="The column “{title}” does not say its stage: read as {en}, going by “{said}”.",
)
STAGE_ASSUMED = ProblemKind(
    "stage-assumed",
    "warning",
    fr="Rien ne dit si « {title} » est voté ou mandaté : lu comme voté, ce que les villes publient"
    " ainsi. Sinon, dites-le en choisissant les colonnes.",
    en="Nothing tells whether “{title}” is voted or realised: read as voted, which is what cities"
    " publish so. If not, say it by choosing the columns.",
)

_NEEDED: frozenset[Field] = frozenset({"account", "flow", "section"})
_WORDS: dict[Field, tuple[str, str]] = {
    "voted": ("voté", "voted"),
    "realised": ("mandaté", "realised"),
}
_SAID: tuple[tuple[re.Pattern[str], Field], ...] = (
    (re.compile(r"\b(?:ca|cfu|compte administratif|execute|realise|mandate)\b"), "realised"),
    (re.compile(r"\b(?:bp|budget primitif|vote|votes|budget initial)\b"), "voted"),
)


def recognises(source: Source) -> bool:
    """Return whether the titles are those of a published budget with one amount of no stage."""
    return _published(source) is not None


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open the table. Raises UnusableInputError when its rows cannot be read."""
    found = _published(source)
    assert found is not None, "open_reading comes after recognises"  # noqa: S101
    table, titles = found
    title = titles.guess.generic or ""
    amount = titles.titles.index(title)
    stage, said = _stage_said(source.name, table, titles)
    problem = (
        STAGE_ASSUMED.at(title=title)
        if stage is None
        else STAGE_SAID.at(title=title, said=said, fr=_WORDS[stage][0], en=_WORDS[stage][1])
    )
    fields: dict[Field, int] = {**titles.guess.fields, stage or "voted": amount}
    problems: list[Problem] = [problem]
    return table_reading(source, table, titles, fields, problems, header=Header(format=NAME))


def _published(source: Source) -> tuple[Table, Titles] | None:
    for table in tables_of(source).by_name.values():
        titles = find_titles(table)
        if titles is None or titles.guess.generic is None:
            continue
        if set(titles.guess.fields) >= _NEEDED and year_place(titles.titles) is not None:
            return table, titles
    return None


def _stage_said(name: str, table: Table, titles: Titles) -> tuple[Field | None, str]:
    """Return the stage that the name of the file or its first rows say, and which words do."""
    rows = [cells for row, cells in table.head if row > titles.last_row]
    named = set(titles.guess.fields.values())
    others = [at for at in range(len(titles.titles)) if at not in named]
    cells = (text_of(row[at]) for row in rows for at in others if at < len(row))
    base = re.split(r"[/\\]", name)[-1]
    for text in (base, *dict.fromkeys(cells)):
        if stage := _stage_in(text):
            return stage, text
    return None, ""


def _stage_in(text: str) -> Field | None:
    words = re.sub(r"[^a-z]+", " ", fold(text))
    return next((field for pattern, field in _SAID if pattern.search(words)), None)
