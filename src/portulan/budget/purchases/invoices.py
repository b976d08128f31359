"""The reconditioned devices that an inventory lists, met with lines by the number of the invoice.

An inventory counts devices and knows no amount of the accounts. So a line is proposed whole, where
all that its invoice bought is said to be reconditioned, and no other line bears that number. What
is left is told with the reason, for somebody to say. What was said of a line is never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import hold_year
from portulan.budget.models import FiscalYear
from portulan.budget.purchases.reads import Line, lines_bought
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.purchases.writes import Said, qualify
from portulan.budget.words import ProductOrigin
from portulan.core.folding import fold
from portulan.core.money import TaxBasis
from portulan.sources.counts import Invoice
from portulan.sources.models import ItemsSnapshot, Source
from portulan.sources.reads import get_inventory, told_of


class Why(StrEnum):
    """Why reconditioned devices are not proposed for a line."""

    NO_NUMBER = "no number"
    NO_LINE = "no line"
    SEVERAL = "several"
    MIXED = "mixed"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Met:
    """A line whose invoice bought reconditioned devices alone, and the year of that invoice."""

    line: Line
    invoice: Invoice
    year: int

    @property
    def said(self) -> Said:
        """What is proposed of it, without its rate of VAT."""
        amount = self.line.realised or Decimal(0)
        return Said(IT_CATEGORY, ProductOrigin.REUSE, amount, None, None, self.year)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Reconditioned devices of which nothing is proposed, and why; `lines` bear their invoice."""

    invoice: Invoice
    why: Why
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What is proposed of a year, and what of the inventory is left."""

    met: Sequence[Met]
    unmet: Sequence[Unmet]


def compare(fiscal_year: FiscalYear, snapshot: ItemsSnapshot) -> Compared:
    """Return what the invoices of an inventory say of the lines of a year (two queries)."""
    by_piece: dict[str, list[Line]] = defaultdict(list)
    for line in lines_bought([fiscal_year]):
        if line.order_ref:
            by_piece[_key(line.order_ref)].append(line)
    found = list(
        _met(_together(Invoice(**one) for one in snapshot.invoices), by_piece, fiscal_year)
    )
    return Compared(
        [one for one in found if isinstance(one, Met)],
        [one for one in found if isinstance(one, Unmet)],
    )


def _key(number: str) -> str:
    return "".join(fold(number).split())


def _together(invoices: Iterable[Invoice]) -> Iterator[Invoice]:
    """Yield each invoice once: its devices may have begun in two years, which says no year."""
    found: dict[str, Invoice] = {}
    for one in invoices:
        key = _key(one.number)
        if not key:
            yield one
            continue
        other = found.get(key)
        found[key] = one if other is None else _added(other, one)
    yield from found.values()


def _added(one: Invoice, other: Invoice) -> Invoice:
    return Invoice(
        one.number,
        one.year if one.year == other.year else None,
        one.reconditioned + other.reconditioned,
        one.others + other.others,
        one.unsaid + other.unsaid,
    )


def _met(
    invoices: Iterable[Invoice], by_piece: Mapping[str, Sequence[Line]], fiscal_year: FiscalYear
) -> Iterator[Met | Unmet]:
    for invoice in invoices:
        lines = by_piece.get(_key(invoice.number), ()) if invoice.number else ()
        if invoice.year is not None and abs(invoice.year - fiscal_year.year) > bool(lines):
            continue  # of another year: a supplier may number its invoices anew each year
        if why := _why(invoice, lines):
            yield Unmet(invoice, why, lines)
        else:
            yield Met(lines[0], invoice, invoice.year or fiscal_year.year)


def _why(invoice: Invoice, lines: Sequence[Line]) -> Why | None:
    if not invoice.number:
        return Why.NO_NUMBER
    if not lines:
        return Why.NO_LINE
    if len(lines) > 1:
        return Why.SEVERAL
    if list(lines[0].purchase_parts.all()):
        return Why.SAID
    return Why.MIXED if invoice.others or invoice.unsaid else None


@transaction.atomic
def take_invoices(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    source: Source,
    lines: Collection[int],
    vat: Decimal | None = None,
) -> int:
    """Say of lines, by their identifier, what the invoices of a source say; return how many.

    `vat`: the rate by which their amount HT is estimated, where the accounts are TTC. Raises
    DeniedError, NotFoundError, ValidationError: a line that is not proposed any more, no rate.
    """
    actor.require(Operation.EDIT_BUDGET)
    held = hold_year(fiscal_year.pk)
    snapshot = get_inventory(actor=actor, pk=source.pk)
    proposed = {one.line.pk: one.said for one in compare(held, snapshot).met}
    if not set(lines) <= proposed.keys():
        raise ValidationError(_("Une ligne cochée n’est plus proposée : relisez la liste."))
    rate = None if held.tax_basis == TaxBasis.HT else vat
    said = {pk: [_with(proposed[pk], rate)] for pk in lines}
    changed, _same = qualify(actor, fiscal_year=held, said=said, read_from=told_of(snapshot))
    return changed


def _with(said: Said, vat: Decimal | None) -> Said:
    return Said(said.category, said.origin, said.amount, said.ht, vat, said.invoice_year)
