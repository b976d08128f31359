"""The lines that may be purchases, as a sheet to fill in; and what a sheet that comes back says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from decimal import Decimal
from enum import StrEnum

from portulan.budget.models import BudgetLine, FiscalYear, PurchasePart
from portulan.budget.purchases.reads import lines_bought
from portulan.budget.purchases.schema import categories
from portulan.budget.purchases.writes import Said
from portulan.budget.words import ProductOrigin
from portulan.core import left_as
from portulan.core.folding import fold
from portulan.core.left_as import Leaving, Row
from portulan.core.merge.threeway import Base, Fate, Rule, judge
from portulan.core.merge.threeway import Cell as Judged
from portulan.core.say.language import spoken_language
from portulan.core.say.text import (
    Language,
    Problem,
    ProblemKind,
    Problems,
    Text,
    UnusableInputError,
)
from portulan.core.secret import key_for
from portulan.core.sheet_layout import LISTS, Choices, Layout
from portulan.core.spreadsheet import Cell, digits
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.core.tables.cells import text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import tables_of
from portulan.core.workbooks import Sheet


class Column(StrEnum):
    LINE = "line"
    ACCOUNT = "account"
    LABEL = "label"
    WHOLE = "whole"
    CATEGORY = "category"
    ORIGIN = "origin"
    AMOUNT = "amount"
    HT = "ht"
    VAT = "vat"
    YEAR = "year"


TITLES = {
    Column.LINE: Text("Numéro de ligne", "Line number"),
    Column.ACCOUNT: Text("Compte", "Account"),
    Column.LABEL: Text("Libellé", "Label"),
    Column.WHOLE: Text("Montant de la ligne", "Amount of the line"),
    Column.CATEGORY: Text("Type de produit", "Type of product"),
    Column.ORIGIN: Text("Origine", "Origin"),
    Column.AMOUNT: Text("Montant de la part", "Amount of the part"),
    Column.HT: Text("Montant HT", "Amount excl. tax"),
    Column.VAT: Text("Taux de TVA", "VAT rate"),
    Column.YEAR: Text("Année de la facture", "Year of the invoice"),
}
_BY_TITLE = {fold(said): column for column, words in TITLES.items() for said in words}
NOT_A_PRODUCT = Text("Pas un produit", "Not a product")
ORIGINS = {
    ProductOrigin.NEW: Text("Neuf", "New"),
    ProductOrigin.REUSE: Text("Réemploi", "Reuse"),
    ProductOrigin.REUTILISATION: Text("Réutilisation", "Reutilisation"),
    ProductOrigin.RECYCLED: Text("Matière recyclée", "Recycled matter"),
}
_ORIGINS = {fold(said): origin for origin, words in ORIGINS.items() for said in words}

NO_COLUMNS = ProblemKind(
    "no-columns",
    "error",
    fr="Aucun tableau n’a les colonnes «\u00a0{of_line:fr}\u00a0» et «\u00a0{category:fr}\u00a0»."
    " Prenez la feuille des achats, remplissez-la sans les ôter.",
    en="No table has the columns “{of_line:en}” and “{category:en}”. Take the sheet of purchases,"
    " fill it in without taking them away.",
)
NO_LINE = ProblemKind(
    "no-such-line",
    "error",
    fr="«\u00a0{text}\u00a0» n’est pas le numéro d’une ligne mandatée de cet exercice.",
    en="“{text}” is not the number of a realised line of this year.",
)
NO_CATEGORY = ProblemKind(
    "no-such-category",
    "error",
    fr="«\u00a0{text}\u00a0» n’est pas un type de produit\u00a0: l’un des dix-sept, ou"
    " «\u00a0Pas un produit\u00a0».",
    en="“{text}” is not a type of product: one of the seventeen, or “Not a product”.",
)
NO_ORIGIN = ProblemKind(
    "no-such-origin",
    "error",
    fr="«\u00a0{text}\u00a0» n’est pas une origine\u00a0: Neuf, Réemploi, Réutilisation ou Matière"
    " recyclée.",
    en="“{text}” is not an origin: New, Reuse, Reutilisation or Recycled matter.",
)
NOT_AN_AMOUNT = ProblemKind(
    "not-an-amount",
    "error",
    fr="«\u00a0{text}\u00a0» ne se lit pas comme un nombre ({column}).",
    en="“{text}” does not read as a number ({column}).",
)
TWICE = ProblemKind(
    "part-twice",
    "error",
    fr="Cette ligne a deux fois le même type, la même origine et la même année.",
    en="This line has the same type, origin and year twice.",
)
REFUSED = ProblemKind("refused", "error", fr="{name}\u00a0: {reason}", en="{name}: {reason}")


CHANGED_SINCE = ProblemKind(
    "changed-since",
    "error",
    fr="{name}\u00a0: qualifiée autrement ici depuis que cette feuille est partie. Ôtez la ligne"
    " pour garder ce qui est ici, ou reprenez-la dans une feuille d’aujourd’hui.",
    en="{name}: qualified otherwise here since this sheet left. Take the line away to keep what is"
    " here, or fill it in again in a sheet of today.",
)
QUESTION = ProblemKind(
    "question",
    "error",
    fr="{name}\u00a0: qualifiée autrement ici, et rien n’indique ce qui est le plus récent."
    " Ôtez la ligne pour garder ce qui est ici\u00a0; pour prendre partout ce qui est dans"
    " la feuille\u00a0: --replace.",
    en="{name}: qualified otherwise here, and nothing shows which is the later. Take the"
    " line away to keep what is here; to take what is in the sheet everywhere: --replace.",
)
_WIDTHS = {Column.LABEL: 40, Column.CATEGORY: 40}
_PARTS = "parts"


def sheets_of(fiscal_year: FiscalYear, title: str) -> list[Sheet]:
    """Return the sheet of purchases as a person fills it in, and what each line left as."""
    language = spoken_language()
    products = [*categories(), NOT_A_PRODUCT.say(language)]
    lists = {
        Column.CATEGORY: Choices(products, closed=True),
        Column.ORIGIN: Choices([words.say(language) for words in ORIGINS.values()], closed=True),
    }
    layout = Layout(
        [_WIDTHS.get(column, 16) for column in TITLES],
        {at: lists[column] for at, column in enumerate(TITLES) if column in lists},
        lists=LISTS.say(language),
    )
    lines = lines_bought([fiscal_year])
    left = (Row(str(line.pk), {_PARTS: parts_of(line)}) for line in lines)
    shown = Sheet(title, rows_of_sheet(fiscal_year, lines), layout)
    return [shown, _leaving(fiscal_year).sheet({_PARTS: _PARTS}, left, language)]


def _leaving(fiscal_year: FiscalYear) -> Leaving:
    return Leaving(f"purchases:{fiscal_year.pk}", key_for("left-as"))


def parts_of(line: BudgetLine) -> str:
    """Return all that is said of a line, as it is compared."""
    parts = line.purchase_parts.all()
    return _compared(
        (one.category, one.origin, one.amount, one.ht, one.vat, one.invoice_year) for one in parts
    )


def _compared(parts: Iterable[Sequence[object]]) -> str:
    said = [
        [digits(one.normalize()) if isinstance(one, Decimal) else str(one) for one in part]
        for category, origin, *rest in parts
        for part in [[category, origin if category else "", *rest]]  # where nothing came from
    ]
    return json.dumps(sorted(said))


def rows_of_sheet(
    fiscal_year: FiscalYear, lines: Iterable[BudgetLine] | None = None
) -> Iterator[list[Cell]]:
    """Yield the heads, then a row by part of a line, or one for a line that has none."""
    language = spoken_language()
    yield [words.say(language) for words in TITLES.values()]
    for line in lines_bought([fiscal_year]) if lines is None else lines:
        first: list[Cell] = [line.pk, line.nature, line.label, line.realised]
        parts: list[PurchasePart | None] = [*line.purchase_parts.all()]
        for part in parts or [None]:
            yield [*first, *_part(part, language)]


def _part(part: PurchasePart | None, language: Language) -> list[Cell]:
    if part is None:
        return [""] * 6
    origin = ORIGINS[ProductOrigin(part.origin)].say(language) if part.category else ""
    return [
        part.category or NOT_A_PRODUCT.say(language),
        origin,
        part.amount,
        part.ht,
        part.vat,
        part.invoice_year,
    ]


def read(
    source: Source, fiscal_year: FiscalYear, *, replace: bool = False
) -> tuple[dict[int, list[Said]], dict[int, int], list[Problem]]:
    """Return the parts that a sheet says by line, the row of each line, and what is wrong.

    A row without type says nothing: its line is left as it is. Without amount, a part is what is
    left of its line; without year, that of the fiscal year. A line as it left is left as it stands;
    one that was changed in the sheet, and here since, is wrong; so is one that differs where
    nothing tells what left, unless what is here is to be replaced. Raises UnusableInputError.
    """
    found: dict[int, list[Said]] = defaultdict(list)
    places: dict[int, int] = {}
    problems = Problems()
    lines = {line.pk: line for line in lines_bought([fiscal_year])}
    others = fiscal_year.lines.exclude(realised=None).in_bulk
    for row, cells in _rows(source):
        if not cells.get(Column.CATEGORY):
            continue
        number = cells.get(Column.LINE, "")
        pk = int(number) if number.isascii() and number.isdecimal() else 0
        line = lines.get(pk) or (others([pk]).get(pk) if 0 < pk < 1 << 62 else None)
        if line is None:
            problems.append(NO_LINE.at(line=row, text=number))
            continue
        try:
            said = _said(cells, line, found[pk], fiscal_year.year)
        except _CellError as error:
            problems.append(error.kind.at(line=row, **error.told))
            continue
        places.setdefault(pk, row)
        if any(_key(one) == _key(said) for one in found[pk]):
            problems.append(TWICE.at(line=row))
        found[pk].append(said)
    told = {pk: parts for pk, parts in found.items() if parts}
    for line, base, cell in _beside(source, fiscal_year, told):
        if cell.is_conflict and (base or not replace):
            kind = CHANGED_SINCE if base else QUESTION
            problems.append(kind.at(line=places[line.pk], name=str(line)))
        elif cell.fate is Fate.KEEP and cell.differs:
            del told[line.pk]
    return told, places, list(problems.told())


def _beside(
    source: Source, fiscal_year: FiscalYear, said: Mapping[int, list[Said]]
) -> Iterator[tuple[BudgetLine, Base | None, Judged]]:
    """Yield what becomes of each line of a sheet, by what it left as, None where nothing tells."""
    tables = tables_of(source)
    rows = left_as.rows_of((*tables.hidden, *tables.by_name.values()))
    left = _leaving(fiscal_year).read(rows)
    rule = Rule(empty=_compared([]))
    for line in BudgetLine.objects.filter(pk__in=said).prefetch_related("purchase_parts"):
        its = left.rows.get(str(line.pk)) if left else None
        base, there = its.base(_PARTS) if its else None, _compared(map(astuple, said[line.pk]))
        yield line, base, judge(_PARTS, parts_of(line), there, base, rule=rule)


def _key(said: Said) -> tuple[object, ...]:
    return (said.category, said.origin, said.invoice_year)


class _CellError(Exception):
    def __init__(self, kind: ProblemKind, **told: str) -> None:
        super().__init__(kind.code)
        self.kind, self.told = kind, told


def _rows(source: Source) -> Iterator[tuple[int, dict[Column, str]]]:
    for table in tables_of(source).by_name.values():
        heads: dict[int, Column] = {}
        for row, cells in table.rows():
            texts = [text_of(cell) for cell in cells]
            if heads:
                yield (
                    row,
                    {column: texts[at].strip() for at, column in heads.items() if at < len(texts)},
                )
            else:
                named = {at: _BY_TITLE.get(fold(text)) for at, text in enumerate(texts)}
                known = {at: column for at, column in named.items() if column is not None}
                if {Column.LINE, Column.CATEGORY} <= set(known.values()):
                    heads = known
        if heads:
            return
    titles = {"of_line": TITLES[Column.LINE], "category": TITLES[Column.CATEGORY]}
    raise UnusableInputError(Problem(NO_COLUMNS, values=titles))


def _said(cells: Mapping[Column, str], line: BudgetLine, before: list[Said], year: int) -> Said:
    category = _category(cells[Column.CATEGORY])
    origin = _origin(cells.get(Column.ORIGIN, ""))
    amount = _number(cells, Column.AMOUNT)
    if amount is None:
        amount = (line.realised or Decimal()) - sum(one.amount for one in before)
    invoiced = _number(cells, Column.YEAR)
    if invoiced is not None and not 2000 <= invoiced <= 2100:
        raise _CellError(NOT_AN_AMOUNT, text=cells[Column.YEAR], column=Column.YEAR.value)
    return Said(
        category,
        origin,
        amount,
        _number(cells, Column.HT),
        _number(cells, Column.VAT),
        int(invoiced) if invoiced is not None else year,
    )


def _category(text: str) -> str:
    if fold(text) in {fold(said) for said in NOT_A_PRODUCT}:
        return ""
    found = next((one for one in categories() if fold(one) == fold(text)), None)
    if found is None:
        raise _CellError(NO_CATEGORY, text=text)
    return found


def _origin(text: str) -> ProductOrigin:
    if not text:
        return ProductOrigin.NEW
    try:
        return _ORIGINS[fold(text)]
    except KeyError:
        raise _CellError(NO_ORIGIN, text=text) from None


def _number(cells: Mapping[Column, str], column: Column) -> Decimal | None:
    text = cells.get(column, "").removesuffix("%").strip()
    try:
        return parse(text)
    except NotAnAmountError:
        raise _CellError(NOT_AN_AMOUNT, text=text, column=column.value) from None
