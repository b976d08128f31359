"""The lines that may be purchases, and the gifts received, as sheets to fill in (`filled_in`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Protocol

from portulan.budget.decisions.columns import KEYED, line_key
from portulan.budget.models import BudgetLine, FiscalYear, Gift, PurchasePart
from portulan.budget.purchases.reads import gifts_of, lines_bought
from portulan.budget.purchases.schema import categories
from portulan.budget.words import ProductOrigin
from portulan.core.left_as import Leaving, Row
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Text
from portulan.core.secret import key_for
from portulan.core.sheet_layout import LISTS, Choices, Layout
from portulan.core.spreadsheet import Cell, digits
from portulan.core.workbooks import Sheet


class Column(StrEnum):
    KEY = "key"
    LINE = "line"
    PIECE = "piece"
    ACCOUNT = "account"
    LABEL = "label"
    WHOLE = "whole"
    CATEGORY = "category"
    ORIGIN = "origin"
    AMOUNT = "amount"
    HT = "ht"
    VAT = "vat"
    YEAR = "year"
    READ_FROM = "read_from"


class GiftColumn(StrEnum):
    CATEGORY = "category"
    RECEIVED = "received"
    QUANTITY = "quantity"
    UNIT_VALUE = "unit_value"
    SOURCE = "source"


TITLES = {
    Column.KEY: Text("Clé de ligne", "Line key"),
    Column.LINE: Text("Numéro de ligne", "Line number"),
    Column.PIECE: Text("Numéro de pièce", "Piece number"),
    Column.ACCOUNT: Text("Compte", "Account"),
    Column.LABEL: Text("Libellé", "Label"),
    Column.WHOLE: Text("Montant de la ligne", "Amount of the line"),
    Column.CATEGORY: Text("Type de produit", "Type of product"),
    Column.ORIGIN: Text("Origine", "Origin"),
    Column.AMOUNT: Text("Montant de la part", "Amount of the part"),
    Column.HT: Text("Montant HT", "Amount excl. tax"),
    Column.VAT: Text("Taux de TVA", "VAT rate"),
    Column.YEAR: Text("Année de la facture", "Year of the invoice"),
    Column.READ_FROM: Text("D’où vient", "Read from"),
}
GIFT_TITLES = {
    GiftColumn.CATEGORY: TITLES[Column.CATEGORY],
    GiftColumn.RECEIVED: Text("Ce qui a été reçu", "What was received"),
    GiftColumn.QUANTITY: Text("Nombre", "Number"),
    GiftColumn.UNIT_VALUE: Text("Valeur forfaitaire d’un", "Flat value of one"),
    GiftColumn.SOURCE: Text("Source de la valeur", "Source of the value"),
}
NOT_A_PRODUCT = Text("Pas un produit", "Not a product")
ORIGINS = {
    ProductOrigin.NEW: Text("Neuf", "New"),
    ProductOrigin.REUSE: Text("Réemploi", "Reuse"),
    ProductOrigin.REUTILISATION: Text("Réutilisation", "Reutilisation"),
    ProductOrigin.RECYCLED: Text("Matière recyclée", "Recycled matter"),
}

_WIDTHS = {Column.LABEL: 40, Column.CATEGORY: 40}
PARTS = "parts"
_GIFTS = Text("Dons reçus", "Gifts received")


def sheets_of(fiscal_year: FiscalYear, title: str) -> list[Sheet]:
    """Return the sheets of purchases and of gifts to fill in, and what they left as."""
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
    gifts = list(gifts_of(fiscal_year.organisation_id, fiscal_year.year))
    left = chain(
        (Row(str(line.pk), {PARTS: parts_of(line)}) for line in lines),
        (Row(gift_key(one.category, one.label), {PARTS: as_given(one)}) for one in gifts),
    )
    shown = Sheet(title, rows_of_sheet(fiscal_year, lines), layout)
    hidden = leaving(fiscal_year).sheet({PARTS: PARTS}, left, language)
    return [shown, _sheet_of_gifts(gifts, language), hidden]


def _sheet_of_gifts(gifts: Iterable[Gift], language: Language) -> Sheet:
    heads: list[Cell] = [words.say(language) for words in GIFT_TITLES.values()]
    rows: list[list[Cell]] = [
        [one.category, one.label, one.quantity, one.unit_value, one.source] for one in gifts
    ]
    lists = {0: Choices([*categories()], closed=True)}
    layout = Layout([40, 40, 16, 16, 40], lists, lists=LISTS.say(language))
    return Sheet(_GIFTS.say(language), [heads, *rows], layout)


class GivenGift(Protocol):
    """What is said of a gift: how many, the flat value of one, its source."""

    @property
    def quantity(self) -> int | None: ...
    @property
    def unit_value(self) -> Decimal | None: ...
    @property
    def source(self) -> str: ...


def gift_key(category: str, label: str) -> str:
    """Return what names a gift of a year in what a sheet left as."""
    return f"{category} / {label.strip()}"


def as_given(gift: GivenGift) -> str:
    """Return all that is said of a gift, as it is compared."""
    value = "" if gift.unit_value is None else digits(gift.unit_value.normalize())
    return json.dumps([gift.quantity, value, gift.source.strip()])


def leaving(fiscal_year: FiscalYear) -> Leaving:
    return Leaving(f"purchases:{fiscal_year.pk}", key_for("left-as"))


def parts_of(line: BudgetLine) -> str:
    """Return all that is said of a line, as it is compared."""
    parts = line.purchase_parts.all()
    return compared(
        (one.category, one.origin, one.amount, one.ht, one.vat, one.invoice_year) for one in parts
    )


def compared(parts: Iterable[Sequence[object]]) -> str:
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
        first: list[Cell] = [
            key_of(line),
            line.pk,
            line.order_ref,
            line.nature,
            line.label,
            line.realised,
        ]
        parts: list[PurchasePart | None] = [*line.purchase_parts.all()]
        for part in parts or [None]:
            yield [*first, *_part(part, language)]


def key_of(line: BudgetLine) -> str:
    """Return the key of a line, the same in the next file of its tool: its piece is in it."""
    return line_key(getattr(line, name) for name in KEYED)


def _part(part: PurchasePart | None, language: Language) -> list[Cell]:
    if part is None:
        return [""] * 7
    origin = ORIGINS[ProductOrigin(part.origin)].say(language) if part.category else ""
    return [
        part.category or NOT_A_PRODUCT.say(language),
        origin,
        part.amount,
        part.ht,
        part.vat,
        part.invoice_year,
        part.read_from,
    ]
