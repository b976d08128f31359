"""The balance sheet of a plan: what was promised, where it ended, what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.commitments.rules import level_on
from portulan.plans.models import Plan, Succession
from portulan.plans.words import CommitmentLevel


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """An action of the plan, its level on the day of the vote, and its fate if it was said."""

    row: Row
    voted: CommitmentLevel | None
    succession: Succession | None


def balance_of(plan: Plan, today: date) -> list[BalanceLine]:
    """Return the actions of a plan by number, with what became of them (nine queries)."""
    fates = {
        one.former_id: one
        for one in Succession.objects.filter(former__plan=plan)
        .select_related("plan", "successor")
        .order_by("id")
    }
    return [
        BalanceLine(
            row,
            level_on(row.decisions, plan.adopted_on) if plan.adopted_on else None,
            fates.get(row.action.pk),
        )
        for row in rows_of(plan=plan, today=today)
    ]
