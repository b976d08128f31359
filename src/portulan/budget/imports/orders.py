"""Orders: what details lines, and never weighs anything by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import batched

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.budget.imports.bulk import Piece, whole
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.models import ORDER_BOOK, BudgetLine, ImportBatch, Order
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.budget.words import Stage
from portulan.core.folding import fold
from portulan.core.money import as_text

ORDERS_AT_ONCE = 1000
# What the database keeps of a share.
_SHARE = Decimal("0.0000000001")


@dataclass(frozen=True, slots=True)
class OrderShare:
    """A share of an order as the share of its line, in [0, 1], and the key that explains it."""

    share: Decimal
    key: dict[str, str]


def share_of_order(line: BudgetLine, order: Order, share: Decimal, *, stage: Stage) -> OrderShare:
    """Return what a share of an order is of its line: share × order ÷ line, at one stage.

    The orders of an account are in its amount: 30 % of an order of 12 000 € on a line of 120 000 €
    is 3 % of the line. Raises ValidationError where either has no amount at the stage.
    """
    of_order: Decimal | None = getattr(order, stage.column, None)
    of_line: Decimal | None = getattr(line, stage.column)
    if not of_order or not of_line:
        raise ValidationError(
            _("Cette commande ou cette ligne n’a pas de montant à ce stade : changez de stade.")
        )
    found = (share * of_order / of_line).quantize(_SHARE, ROUND_HALF_UP)
    if not 0 < found <= 1:
        raise ValidationError(_("Ce montant dépasse celui de la ligne."))
    key = {
        "order": order.order_ref,
        "contract": order.contract_ref,
        "share": str(share),
        "stage": stage.value,
        "amount": as_text(of_order),
        "of": as_text(of_line),
    }
    return OrderShare(found, key)


def noting_managers(reading: Reading, managers: set[str]) -> Reading:
    """Return the reading of a file, whose managers are noted on the way if it is an order book.

    Folded; "" where an order names nobody. Two books of other managers may stand in one year.
    """
    if reading.header.format != ORDER_BOOK:
        return reading

    def note(line: SourceLine) -> SourceLine:
        managers.add(fold(line.manager or line.service or "")[:80])
        return line

    return reading.changed_by(note)


def write_orders(batch: ImportBatch, *, piece: Piece = whole) -> None:
    """Write the orders of a previewed file, each thousand inside a `piece` (`bulk`)."""
    with reading_of(batch) as reading:
        for orders in batched(_models(reading, batch), ORDERS_AT_ONCE):
            with piece(len(orders)):
                Order.objects.bulk_create(orders)


def _models(reading: Reading, batch: ImportBatch) -> Iterator[Order]:
    for line in reading:
        yield Order(
            fiscal_year_id=batch.fiscal_year_id,
            batch=batch,
            row=line.row,
            nature=(line.nature or "")[:12],
            chapter=(line.chapter or "")[:12],
            function=(line.function or "")[:12],
            service=(line.service or "")[:40],
            manager=(line.manager or "")[:80],
            supplier=(line.supplier or "")[:160],
            contract_ref=(line.contract or "")[:60],
            order_ref=(line.order or "")[:60],
            label=(line.label or "")[:300],
            committed=line.committed,
            realised=line.realised,
        )
