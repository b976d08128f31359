"""What a civil year bought of each type of product, HT, and what of it is circular (pure).

Law 2020-105 (AGEC), article 58; décret 2024-134; arrêté of 13 January 2025. Reuse, gifts and
recycled matter are three amounts that are never one. A part of a line is counted HT: as typed, or
from a typed rate of VAT, and is then an estimate. A credit note is a negative part, and subtracts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from portulan.budget.words import ProductOrigin
from portulan.core.money import ZERO, to_cents

HUNDRED = Decimal(100)
# Accounts that hold things bought, in M57, M14, M4 and the PCG: supplies that are neither water nor
# energy, tools, equipment. What is rented is not known to count, and is not asked about.
PRODUCT_ACCOUNTS = (
    *("601", "602", "6062", "6063", "6064", "6065", "6067", "6068"),
    *("2157", "2158", "218"),
)
NOT_PRODUCTS = ("60621", "60622", "60623")  # fuels, food


class Part(Protocol):
    """A part of a line, as the table keeps it: its amount in the tax basis of the line."""

    @property
    def category(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def ht(self) -> Decimal | None: ...
    @property
    def vat(self) -> Decimal | None: ...


class Given(Protocol):
    """A gift received, at the flat value that somebody typed with its source."""

    @property
    def category(self) -> str: ...
    @property
    def value(self) -> Decimal: ...


@dataclass(slots=True)
class Bought:
    """A type of product over a year, in euros HT; `estimated` is what rests on a rate of VAT."""

    total: Decimal = ZERO
    reuse: Decimal = ZERO
    recycled: Decimal = ZERO
    gifts: Decimal = ZERO
    estimated: Decimal = ZERO
    parts: int = 0


def ht_of(part: Part) -> Decimal:
    """Return a part without VAT, to the cent; its own amount where its accounts are HT."""
    if part.ht is not None:
        return part.ht
    return part.amount if part.vat is None else to_cents(part.amount / (1 + part.vat / HUNDRED))


def bought(parts: Iterable[Part], gifts: Iterable[Given]) -> dict[str, Bought]:
    """Return what was bought and given, by type; what is not a product is left out."""
    found: dict[str, Bought] = defaultdict(Bought)
    for part in parts:
        if not part.category:
            continue
        kind, amount = found[part.category], ht_of(part)
        kind.parts += 1
        kind.total += amount
        if part.vat is not None:
            kind.estimated += amount
        if part.origin in (ProductOrigin.REUSE, ProductOrigin.REUTILISATION):
            kind.reuse += amount
        elif part.origin == ProductOrigin.RECYCLED:
            kind.recycled += amount
    for gift in gifts:
        found[gift.category].gifts += gift.value
    return dict(found)


@dataclass(frozen=True, slots=True)
class Readings:
    """The share of circular purchases in its three readings, in percent; None if nothing is bought.

    No text that was read says whether gifts enter the total: with them above and below, above only,
    and without.
    """

    with_gifts: Decimal | None
    gifts_above: Decimal | None
    without_gifts: Decimal | None


def readings(kind: Bought) -> Readings:
    circular = kind.reuse + kind.recycled
    return Readings(
        _percent(circular + kind.gifts, kind.total + kind.gifts),
        _percent(circular + kind.gifts, kind.total),
        _percent(circular, kind.total),
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return HUNDRED * part / whole if whole > 0 else None
