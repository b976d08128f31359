"""A line that waits, with what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.enums import AttributionStatus
from portulan.budget.models import BudgetLine
from portulan.web.budget.forms.attributions import VerdictForm
from portulan.web.budget.rows import LineRow, destination, line_rows, verdict_reason


@dataclass(frozen=True, slots=True)
class Pending:
    """An attribution that waits for a proof or for an answer; `amount` in euros."""

    pk: int
    text: str
    share: Decimal
    amount: Decimal
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue; `why` is what the perimeter says of it.

    `refused` is the verdict that could not be kept, as it was typed and with its errors.
    """

    line: LineRow
    why: str
    pending: list[Pending]
    refused: VerdictForm | None


def queue_rows(
    lines: Iterable[BudgetLine], refused: tuple[int, VerdictForm] | None
) -> list[QueueRow]:
    """Return the rows of lines annotated by `filtered_lines` (no query)."""
    lines, refusals = list(lines), dict([refused] if refused else [])
    return [
        QueueRow(row, verdict_reason(line), _pending(line), refusals.get(line.pk))
        for row, line in zip(line_rows(lines), lines, strict=True)
    ]


def _pending(line: BudgetLine) -> list[Pending]:
    return [
        Pending(
            pk=item.pk,
            text=destination(item),
            share=item.share,
            amount=item.share * line.amount,  # type: ignore[attr-defined]
            reason=item.reason,
            status=item.status,
        )
        for item in line.attributions.all()
        if not item.outside_it and item.status != AttributionStatus.JUSTIFIED
    ]
