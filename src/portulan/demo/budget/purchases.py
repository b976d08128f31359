"""What lines bought, and gifts received, for the declaration of article 58. All made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.models import BudgetLine
from portulan.budget.purchases.reads import lines_bought
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.purchases.writes import Said, qualify, set_gift
from portulan.budget.words import ProductOrigin
from portulan.core.money import to_cents
from portulan.demo.cast import Cast
from portulan.demo.clock import Event

VAT = Decimal(20)
# To the letter, as the schema writes them.
INK, FURNITURE = "Consommables d'impression", "Mobilier et aménagement d'intérieur"
PRINTERS = "Matériel de reprographie et d'impression"
# Account, words of the label, type of product, and the share of each origin. What no row knows
# waits: the lycées, telephony, and network equipment that nobody has said to be of the list.
NEW, REUSE, REUTILISATION, RECYCLED = ProductOrigin
BOUGHT: tuple[tuple[str, str, str, dict[ProductOrigin, str]], ...] = (
    ("21838", "reconditionn", IT_CATEGORY, {REUSE: "1"}),
    ("21838", "ordinateurs portables", IT_CATEGORY, {NEW: "0.777", REUSE: "0.223"}),
    ("21838", "postes fixes", IT_CATEGORY, {NEW: "0.75", REUTILISATION: "0.25"}),
    ("21838", "cran", IT_CATEGORY, {NEW: "0.6", RECYCLED: "0.4"}),
    ("21838", "Tablettes", IT_CATEGORY, {NEW: "1"}),
    ("21838", "Stations", IT_CATEGORY, {NEW: "1"}),
    ("21838", "Imprimantes", PRINTERS, {NEW: "1"}),
    ("60632", "Batteries", IT_CATEGORY, {NEW: "1"}),
    ("60632", "Casques", IT_CATEGORY, {NEW: "1"}),
    ("6064", "", INK, {NEW: "0.7", RECYCLED: "0.3"}),
    ("2188", "Chariots", FURNITURE, {NEW: "1"}),
)
GRID = "Grille de l’arrêté du 29 février 2024, portable de moins de cinq ans"
GIFTS = (
    (2025, "Portables de moins de cinq ans, don d’une agglomération", 6),
    (2026, "Portables de moins de cinq ans, don d’une entreprise", 10),
)


def purchases_events(cast: Cast) -> Iterator[Event]:
    """Yield what finance says of purchases: last year's for its declaration, this year's so far."""
    yield Event(date(2026, 5, 18), partial(_tell, cast, 2025))
    yield Event(date(2026, 11, 12), partial(_tell, cast, 2026))


def _tell(cast: Cast, year: int) -> None:
    fiscal_year = get_year(actor=cast.finance, year=year, need=Operation.EDIT_BUDGET)
    said = {line.pk: parts for line in lines_bought([fiscal_year]) if (parts := _parts(line, year))}
    qualify(cast.finance, fiscal_year=fiscal_year, said=said)
    for of, label, number in GIFTS:
        if of == year:
            set_gift(
                cast.finance,
                year=of,
                category=IT_CATEGORY,
                label=label,
                quantity=number,
                unit_value=Decimal(200),
                source=GRID,
            )


def _parts(line: BudgetLine, year: int) -> list[Said]:
    for nature, words, category, origins in BOUGHT:
        if line.nature.startswith(nature) and words in line.label:
            parts, left = [], line.realised or Decimal()
            for at, (origin, share) in enumerate(origins.items(), 1):
                whole = (line.realised or Decimal()) * Decimal(share)
                amount = left if at == len(origins) else to_cents(whole)
                left -= amount
                parts.append(Said(category, origin, amount, None, VAT, year))
            return parts
    return []
