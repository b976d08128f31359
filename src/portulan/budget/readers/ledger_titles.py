"""Where the titles of a ledger are, and the fiscal year that the file says.

Titles stand under a preamble, over one to three rows, on one sheet or several. The year is said in
a column, above the titles, by the sheet or the name of the file; the day when an edition was
printed is no year of accounts, and a sentence that speaks of one is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from portulan.budget.accounts_chart import default_verdict
from portulan.budget.readers.ledger_amounts import Years
from portulan.budget.readers.ledger_columns import (
    MONEY_FIELDS,
    Field,
    Guess,
    guess_fields,
    is_known,
    phrase_of,
    says_only_unit,
    unit_of,
    unit_said,
)
from portulan.budget.readers.ledger_mapping import NOT_READ, OPTIONS, have_all
from portulan.budget.words import Verdict
from portulan.core.folding import SHOWN, fold
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Row, Table
from portulan.core.tables.workbooks import NO_SHEET, Cell

NO_TITLES = ProblemKind(
    "no-titles",
    "error",
    fr="Aucune ligne de titres n’a été reconnue. Il faut une colonne de compte, de libellé ou de"
    " service et une colonne de montant (voté, ouvert, engagé, mandaté), ou dire lesquelles.",
    en="No row of titles was recognised. There must be a column for the account, the label or the"
    " service and one for an amount (voted, opened, committed, realised), or say which they are.",
)
_TITLES_DEPTH = 3
_AMOUNT = re.compile(r"-?[0-9][0-9 \u00a0\u202f.,]*[.,][0-9]{1,2}(?: ?€)?").fullmatch
_ACCOUNT = re.compile(r"([267][0-9]{3,})(?!\w)")


@dataclass(frozen=True, slots=True)
class Titles:
    """A row of titles found: where it ends, what it says, what it seems to mean."""

    sheet: str | None
    first_row: int
    last_row: int
    titles: tuple[str, ...]
    guess: Guess
    depth: int
    above: tuple[str, ...] = ()  # what the cells above say


def choose_table(
    tables: Mapping[str, Table], asked: dict[str, int | str], _problems: list[Problem]
) -> tuple[Table, Titles]:
    """Return the sheet asked for, else the first that has the titles asked for, or a ledger’s."""
    wanted = asked.pop("sheet", None)
    names = [column for column in asked.values() if isinstance(column, str)]
    return choose_tables(tables, () if wanted is None else (str(wanted),), names)[0]


def choose_tables(
    tables: Mapping[str, Table], wanted: Sequence[str], names: Sequence[str]
) -> list[tuple[Table, Titles]]:
    """Return the sheets that have the titles asked for, or a ledger’s; of those asked for alone."""
    if unknown := [name for name in wanted if name not in tables]:
        raise UnusableInputError(NO_SHEET.at(name=", ".join(unknown), names=", ".join(tables)))
    tables = {name: tables[name] for name in wanted} if wanted else tables
    found = {name: find_titles(table, names) for name, table in tables.items()}
    likely = {name: titles for name, titles in found.items() if titles and titles.guess.score}
    said = {
        name: titles
        for name, titles in found.items()
        if names and titles and have_all(titles.titles, names)
    }
    candidates = said or likely or {name: titles for name, titles in found.items() if titles}
    if not candidates:
        raise UnusableInputError(NO_TITLES.at())
    chosen = said or likely or dict([next(iter(candidates.items()))])
    return [
        (tables[name], _below(tables[name], _told_by_values(tables[name], found)))
        for name, found in chosen.items()
    ]


def _below(table: Table, titles: Titles) -> Titles:
    above = (
        text_of(cell)[:SHOWN]
        for row, cells in table.head
        if row < titles.first_row
        for cell in cells
    )
    return replace(titles, above=tuple(filter(None, above)))


def _told_by_values(table: Table, titles: Titles) -> Titles:
    """Return the titles with a “Rubrique” known as the account, where its values are accounts.

    The word names a function in public accounts, a line of the chart elsewhere. Functions are
    shorter than four digits, or none of them reads as the account of an IT expense.
    """
    fields = titles.guess.fields
    at = fields.get("function")
    if at is None or "account" in fields or phrase_of(titles.titles[at]) != "rubrique":
        return titles
    rows = (cells for row, cells in table.head if row > titles.last_row)
    texts = [text for cells in rows if at < len(cells) and (text := text_of(cells[at]))]
    accounts = [found[1] for text in texts if (found := _ACCOUNT.match(text))]
    if len(accounts) < len(texts) or not any(map(_may_be_it, accounts)):
        return titles
    told: dict[Field, int] = {
        "account" if name == "function" else name: place for name, place in fields.items()
    }
    return replace(titles, guess=replace(titles.guess, fields=told))


def _may_be_it(account: str) -> bool:
    return default_verdict(None, account).verdict is not Verdict.OUT


def find_titles(table: Table, names: Sequence[str] = ()) -> Titles | None:
    """Return the titles of a table: the row, or rows, that explain the most of a ledger.

    With the names of columns, the first row that has them all. Failing all, the widest row of
    words among the first ones; None when there is none.
    """
    best: Titles | None = None
    widest: Titles | None = None
    for titles in title_blocks(table):
        if names and have_all(titles.titles, names):
            return titles
        if titles.guess.score > (best.guess.score if best else 0) or _tells_more(best, titles):
            best = titles
        if titles.depth == 1 and _words(titles.titles) > (_words(widest.titles) if widest else 1):
            widest = titles
    return best or widest


def _tells_more(best: Titles | None, titles: Titles) -> bool:
    """Return whether the row above titles found, or the units under them, tell them apart."""
    keys = [] if best is None else [name for name in best.guess.doubles if name in MONEY_FIELDS]
    if best is None or not keys or titles.last_row != best.last_row:
        return _adds_units(best, titles)
    first = next(filter(None, best.titles), "")
    return best.titles.count(first) == 1 and len({*titles.titles}) > len({*best.titles})


def _adds_units(best: Titles | None, titles: Titles) -> bool:
    """Return whether titles are those found and the row of units under them."""
    if best is None or titles.guess.fields != best.guess.fields or titles.depth == best.depth:
        return False
    pairs = list(zip(best.titles, titles.titles, strict=False))
    added = [longer.removeprefix(title) for title, longer in pairs if longer != title]
    same = all(longer.startswith(title) for title, longer in pairs)
    return same and bool(added) and all(map(says_only_unit, added))


def unit_above(table: Table, titles: Titles) -> Decimal | None:
    """Return the unit that the rows above the titles, or the sheet, say of all amounts.

    A sentence says it (en milliers d’euros), or a cell of its own (k€). None if nothing does.
    """
    above = [
        text_of(cell)[:SHOWN]
        for row, cells in table.head
        if row < titles.last_row
        for cell in cells
    ]
    said = next((unit for unit in map(unit_said, above) if unit is not None), None)
    if said is None:
        alone = (unit_of(text) for text in above if says_only_unit(text))
        said = next((unit for unit in (*alone, unit_of(table.name)) if unit != 1), None)
    return said


def fits(table: Table, columns: Mapping[str, int | str]) -> bool:
    """Return whether the titles of a mapping are all found in one row of a table."""
    names = [column for name, column in columns.items() if name not in OPTIONS]
    wanted = [name for name in names if isinstance(name, str) and name != NOT_READ]
    return any(have_all(titles.titles, wanted) for titles in title_blocks(table))


def title_blocks(table: Table) -> Iterator[Titles]:
    """Yield what may be the titles of a table: each of its first rows, then two or three as one."""
    # A text longer than what is shown is no title, and comparing it would take long.
    head = [(row, [text_of(cell)[:SHOWN] for cell in cells]) for row, cells in table.head]
    told = {row for row, texts in head if any(map(_AMOUNT, texts))}
    for depth in range(1, _TITLES_DEPTH + 1):
        for start in range(len(head) - depth + 1):
            block = head[start : start + depth]
            if any(row in told for row, _ in block):
                continue  # a row of titles has no amounts
            columns = _columns([cells for _, cells in block])
            merged = tuple(" ".join(parts) for parts in columns)
            guess = guess_fields([_speaking(parts) for parts in columns])
            yield Titles(table.name or None, block[0][0], block[-1][0], merged, guess, depth)


def _columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return what each column says over several rows, from the top."""
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for upper, lower in pairwise(padded):
        _spread(upper, lower)
    return [[part for part in parts if part] for parts in zip(*padded, strict=True)]


def _spread(upper: list[str], lower: Sequence[str]) -> None:
    """Say again over each title what is written once over several: 2023 over Ouvert, Mandaté.

    It is so where titles come again below, as many times as something is written over them.
    """
    said = [text for text, title in zip(upper, lower, strict=True) if text and title]
    again = [title for title in lower if title and lower.count(title) > 1]
    first = next(filter(None, lower), "")
    if first in again:  # tables beside one another
        return
    if len(said) < 2 or not again or any(lower.count(title) != len(said) for title in again):
        return
    before = ""
    for at, title in enumerate(lower):
        before = upper[at] or (before if title in again else "")
        upper[at] = before


def _speaking(parts: Sequence[str]) -> str:
    """Return the title of a column, without what stands over it where it is better known so.

    “Réalisé” over “Engagé” and “Mandaté” is a heading that spreadsheets write once.
    """
    ends = (" ".join(parts[start:]) for start in range(len(parts)))
    return next(filter(is_known, ends), " ".join(parts))


def _words(titles: Sequence[str]) -> int:
    return sum(any(char.isalpha() for char in title) for title in titles)


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

    def says(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row says the year that is read."""
        return _year(cells, self.index) == self.year

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
_TAXED = (
    ("ttc", re.compile(r"\bttc\b|\btoutes taxes\b|\btax included\b|\bincl\w*\.? (?:tax|vat)")),
    ("ht", re.compile(r"\bht\b|\bhors taxes?\b|\btax excluded\b|\bexcl\w*\.? (?:tax|vat)")),
)
_SIRET = re.compile(r"\bsire[tn]\b\D{0,12}([0-9][0-9 ]{8,18})")


def years_said(
    table: Table, titles: Titles, file_name: str, asked: int | None, *, insists: bool = False
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
        stated = _first(_STATE, states) or _only(
            [text for text in spoken if not _STATE.search(text)]
        )
    base = re.split(r"[/\\]", file_name)[-1].rpartition(".")[0]
    hinted = _only([fold(table.name)]) or _only([fold(base).replace("_", " ")])
    families = {found[1] for text in folded for found in _NOMENCLATURE.finditer(text)}
    basis = None
    if len(families) == 1:
        basis = "ht" if families.pop().startswith("4") else "ttc"
    sirets = [found[1].replace(" ", "") for text in folded if (found := _SIRET.search(text))]
    siret = next((digits for digits in sirets if len(digits) in (9, 14)), None)
    return Years(asked, asked if insists else stated, hinted), basis, siret


def basis_above(titles: Titles) -> str | None:
    """Return the tax basis that words above the titles say of all amounts, None without any."""
    above = [fold(text) for text in titles.above]
    said = [basis for basis, words in _TAXED if any(map(words.search, above))]
    return said[0] if len(said) == 1 else None


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> int | None:
    found = next((match for text in texts if (match := pattern.search(text))), None)
    return None if found is None else int(found[1])


def _only(texts: Sequence[str]) -> int | None:
    years = {int(year) for text in texts for year in _ALONE.findall(text)}
    return years.pop() if len(years) == 1 else None
