"""A line that waits, with what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy

from portulan.budget.enums import AttributionStatus
from portulan.budget.labels import proposal_words
from portulan.budget.learning import Proposal
from portulan.budget.models import BudgetLine
from portulan.budget.verdicts import Verdict
from portulan.web.budget.perimeter_page import said_verdict
from portulan.web.budget.rows import LineRow, destination, line_rows, verdict_reason
from portulan.web.received import identifiers


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
class Proposed:
    """What past decisions propose; `value` is what its button sends back, as it was shown."""

    said: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue; `why` is what the perimeter says of it.

    `likenesses` are the ways in which others may be like it, by their word in the address.
    """

    line: LineRow
    why: str
    pending: list[Pending]
    proposed: Proposed | None
    likenesses: list[tuple[str, str]]


def queue_rows(
    lines: Iterable[BudgetLine], proposals: Mapping[int, Proposal] | None = None
) -> list[QueueRow]:
    """Return the rows of lines annotated by `filtered_lines` (no query)."""
    lines, proposals = list(lines), proposals or {}
    return [
        QueueRow(
            row,
            verdict_reason(line),
            _pending(line),
            _proposed(line.pk, proposals.get(line.pk)),
            [(by, str(words)) for by, words in LIKENESSES.items() if alike(line, by)],
        )
        for row, line in zip(line_rows(lines), lines, strict=True)
    ]


LIKENESSES = {
    "supplier": gettext_lazy("Même fournisseur"),
    "account": gettext_lazy("Même compte"),
    "label": gettext_lazy("Même libellé"),
}


def alike(line: BudgetLine, by: str) -> tuple[tuple[str, str], ...]:
    """Return the columns in which lines like this one are equal to it, none if it lacks them."""
    columns = {"supplier": ("supplier",), "account": ("nature",), "label": ("label", "nature")}
    values = [(name, str(getattr(line, name))) for name in columns.get(by, ())]
    return tuple(values) if values and values[0][1] else ()


def _proposed(pk: int, proposal: Proposal | None) -> Proposed | None:
    if proposal is None:
        return None
    said = said_verdict(proposal.verdict, proposal.share)
    value = f"{pk}:{proposal.verdict}:{proposal.share.normalize():f}"
    return Proposed(said, proposal_words(proposal), value)


def shown_proposals(values: Iterable[str]) -> dict[int, tuple[Verdict, Decimal]]:
    """Return what buttons sent back of the proposals they showed; nonsense is left out."""
    shown = {}
    for value in values:
        pk, _, said = value.partition(":")
        verdict, _, share = said.partition(":")
        for known in identifiers([pk]):
            if verdict in set(Verdict) and re.fullmatch(r"[01](\.\d{1,10})?", share):
                shown[known] = (Verdict(verdict), Decimal(share))
    return shown


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
