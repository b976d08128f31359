"""The answer of `portulan portfolio choice`, as docs/reference/portfolio.md has it (pure)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from portulan.portfolio.choice.election import Election
from portulan.portfolio.choice.rules import Outcome


def cents(amount: Fraction) -> Decimal:
    """Return an amount with two decimals, a half cent going up."""
    whole = (amount * 100 + Fraction(1, 2)).__floor__()
    return (Decimal(whole) / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def document(election: Election, outcome: Outcome, beside: Outcome) -> dict[str, Any]:
    """Return the answer; `beside` is what the other rule chooses."""
    ids = [one.id for one in election.projects]
    backers = election.supporters()

    def money(parts: Fraction | int) -> str:
        return str(cents(election.money(parts)))

    return {
        "rule": outcome.rule,
        "winners": [ids[at] for at in outcome.winners],
        "spent": money(outcome.spent),
        "per_voter": money(outcome.per_voter),
        "ties": [
            {"chosen": ids[tie.chosen], "among": [ids[at] for at in tie.among]}
            for tie in outcome.ties
        ],
        "explained": [
            {
                "project": ids[one.project],
                "supporters": backers[one.project],
                "paid_each": None if one.paid_each is None else money(one.paid_each),
            }
            for one in outcome.bought
        ],
        "beside": {
            one.rule: [ids[at] for at in one.winners]
            for one in (beside, outcome)
            if one is beside or one.rule == "greedy"
        },
    }
