"""The fiscal year that a ledger says: in a column, above its titles, by its sheet or its name.

The day when an edition was printed is no year of accounts: a sentence that speaks of one is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portulan.budget.readers.cells import text_of
from portulan.budget.readers.ledger_amounts import Years
from portulan.budget.readers.ledger_titles import Titles
from portulan.budget.readers.tabular import Row, Table
from portulan.budget.readers.workbooks import Cell
from portulan.core.problems import ProblemKind
from portulan.core.text import SHOWN, fold

OTHER_YEAR = ProblemKind(
    "other-year",
    "error",
    fr="La ligne est de l’exercice {found}, les premières sont de {year}. Elle n’est pas lue.",
    en="The line is of fiscal year {found}, the first ones are of {year}. It is not read.",
)
_TITLES = frozenset(
    {
        "exercice",
        "exercice budgetaire",
        "exercice comptable",
        "annee",
        "annee budgetaire",
        "fiscal year",
        "year",
    }
)


@dataclass(frozen=True, slots=True)
class YearColumn:
    """The column of the fiscal year, and the year that the first lines give."""

    index: int
    year: int
    said: str

    def other(self, cells: Sequence[Cell]) -> int | None:
        """Return the year of a row when it is another one."""
        if self.index < len(cells) and cells[self.index] == self.said:  # nearly all of them
            return None
        found = _year(cells, self.index)
        return found if found not in {None, self.year} else None


def year_place(titles: Sequence[str]) -> int | None:
    """Return the index of the column of the year, None when no title says so."""
    return next((at for at, title in enumerate(titles) if fold(title) in _TITLES), None)


def year_column(
    titles: Sequence[str], sample: Sequence[Row], asked: int | None = None
) -> YearColumn | None:
    """Return the column of the year; None when no title says so or no row gives a year.

    Of several years in the first rows, the one asked for is read, else the first.
    """
    index = year_place(titles)
    if index is None:
        return None
    years = [year for _, cells in sample if (year := _year(cells, index)) is not None]
    year = asked if asked in years else next(iter(years), None)
    return None if year is None else YearColumn(index, year, str(year))


def _year(cells: Sequence[Cell], index: int) -> int | None:
    text = text_of(cells[index]) if index < len(cells) else ""
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else None


_STATED = re.compile(
    r"\b(?:exercices?|budget\w*|bp|ca|cfu|dm|compte (?:administratif|financier unique)|annee"
    r"|execution|realise\w*|preparation|gestion|eprd|fiscal year|year|fy)\b"
    r"(?:[^0-9]|\b[0-9]{1,2}\b){0,40}?\b(?:fy)?((?:19|20)[0-9]{2})\b"
)
_EDITED = re.compile(r"\b(?:edit|imprim|tir[ea]|export|extrai|gener|print|date d)")
_ALONE = re.compile(r"(?<![0-9/.-])(20[0-9]{2})(?![0-9/.-])")
_STATE = re.compile(r"\b(?:situation|etat|arrete)\b.*\bau\b.*?\b(20[0-9]{2})\b")
_EARLY = re.compile(r"\b(?:[0-9]{1,2}[/.-](?:0?1|0?2|0?3)[/.-]20|(?:janvier|fevrier|mars)\b)")
_NOMENCLATURE = re.compile(r"\bm ?(57|14|52|71|4[0-9]?)\b")
_SIRET = re.compile(r"\bsire[tn]\b\D{0,12}([0-9][0-9 ]{8,18})")


def years_said(
    table: Table, titles: Titles, file_name: str, asked: int | None
) -> tuple[Years, str | None, str | None]:
    """Return the years said outside the columns, the tax basis of the nomenclature, the SIRET."""
    above = [
        " ".join(text for cell in cells if (text := text_of(cell)[:SHOWN]))
        for row, cells in table.head
        if row < titles.first_row
    ]
    folded = [fold(text).replace("_", " ") for text in above]
    spoken = [text for text in folded if not _EDITED.search(text)]
    stated = _first(_STATED, spoken)
    if stated is None:
        states = [text for text in spoken if not _EARLY.search(text)]
        stated = _first(_STATE, states) or _only([text for text in spoken if not _STATE.search(text)])
    base = re.split(r"[/\\]", file_name)[-1].rpartition(".")[0]
    hinted = _only([fold(table.name)]) or _only([fold(base).replace("_", " ")])
    families = {found[1] for text in folded for found in _NOMENCLATURE.finditer(text)}
    basis = None
    if len(families) == 1:
        basis = "ht" if families.pop().startswith("4") else "ttc"
    sirets = [found[1].replace(" ", "") for text in folded if (found := _SIRET.search(text))]
    siret = next((digits for digits in sirets if len(digits) in (9, 14)), None)
    return Years(asked, stated, hinted), basis, siret


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> int | None:
    found = next((match for text in texts if (match := pattern.search(text))), None)
    return None if found is None else int(found[1])


def _only(texts: Sequence[str]) -> int | None:
    years = {int(year) for text in texts for year in _ALONE.findall(text)}
    return years.pop() if len(years) == 1 else None
