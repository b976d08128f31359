"""The corrections of a closed year, and what its figure would be with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.indicator import HUNDRED, Figure
from portulan.budget.models import Adjustment, FiscalYear
from portulan.budget.selectors.doors import get_year
from portulan.budget.stages import Stage
from portulan.core.errors import NotFoundError
from portulan.core.money import ZERO


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrections in force at a stage, beside the frozen figure; euros, percent.

    `denominator` and `numerator` are what they add to the two terms, `value` the share they would
    give, None when it is not computable.
    """

    count: int
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None


def adjustments_of(fiscal_year: FiscalYear) -> QuerySet[Adjustment]:
    """Return the corrections of a year, those withdrawn included, the latest first (one query)."""
    return (
        Adjustment.objects.filter(fiscal_year=fiscal_year)
        .select_related("line")
        .order_by("-recorded_at", "-pk")
    )


def get_adjustment(*, actor: Actor, year: int, pk: int, need: Operation) -> Adjustment:
    """Return a correction of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = adjustments_of(fiscal_year).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(str(pk))
    return found


def standing_at(adjustments: Iterable[Adjustment], moment: datetime) -> list[Adjustment]:
    """Keep the corrections that were said, and not taken back, before a moment."""
    return [
        adjustment
        for adjustment in adjustments
        if adjustment.recorded_at < moment
        and (adjustment.withdrawn_at is None or adjustment.withdrawn_at >= moment)
    ]


def corrected(figure: Figure, adjustments: Iterable[Adjustment], stage: Stage) -> Corrected | None:
    """Return what corrections at a stage would make of a figure, None without any."""
    standing = [adjustment for adjustment in adjustments if adjustment.stage == stage]
    if not standing:
        return None
    numerator = sum(map(_dedicated, standing), ZERO)
    denominator = sum(map(_inside, standing), ZERO)
    n1, d1 = figure.numerator + numerator, figure.denominator.amount + denominator
    value = HUNDRED * n1 / d1 if d1 > 0 else None
    return Corrected(len(standing), numerator, denominator, value)


def _inside(adjustment: Adjustment) -> Decimal:
    """Return what a correction adds to the IT budget; of a line, its IT share of it."""
    if adjustment.line is None:
        return adjustment.amount
    return adjustment.amount * (adjustment.line.it_share or ZERO)


def _dedicated(adjustment: Adjustment) -> Decimal:
    """Return what a correction adds to NR spending; of a line, what its attributions hold of it."""
    if adjustment.line is None:
        return adjustment.nr_amount or ZERO
    return adjustment.amount * (adjustment.line.nr_share or ZERO)
