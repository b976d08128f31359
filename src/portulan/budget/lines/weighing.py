"""What a line weighs: how much of it is IT, how much of that is given to NR (pure).

Amounts are exact decimals in euros, shares in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from portulan.budget.words import AttributionStatus, Verdict

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class WeighedShare:
    """The share of a line given to NR, to an action (by its key) or at large (None)."""

    share: Decimal
    status: AttributionStatus
    action: int | None = None
    outside_it: bool = False

    @property
    def counts(self) -> bool:
        return self.status in {AttributionStatus.DECLARED, AttributionStatus.JUSTIFIED}


@dataclass(frozen=True, slots=True)
class WeighedLine:
    """A real expense line at one stage; `it_share` is None while the perimeter is not decided."""

    key: int
    section: str
    amount: Decimal | None
    verdict: Verdict
    it_share: Decimal | None
    reviewed: bool = False
    shares: tuple[WeighedShare, ...] = ()
    post: str = ""
    run_build: str = ""


# Where a line holds less than was attributed to it, the firmest attributions are served first.
FIRMNESS = (
    AttributionStatus.JUSTIFIED,
    AttributionStatus.DECLARED,
    AttributionStatus.PROPOSED,
)
type Parts = dict[int | None, Decimal]


@dataclass(slots=True)
class Kept:
    """What holds of a line's attributions within its IT share, as fractions of the line."""

    by_status: dict[AttributionStatus, Decimal]
    outside: Decimal = ZERO
    actions: Parts = field(default_factory=dict)
    outside_actions: Parts = field(default_factory=dict)
    over: bool = False
    # What holds of each attribution inside the IT budget, by its place among those given.
    taken: dict[int, Decimal] = field(default_factory=dict)

    @property
    def retained(self) -> Decimal:
        """The share of the line that the numerator counts."""
        return self.by_status[FIRMNESS[0]] + self.by_status[FIRMNESS[1]]

    @property
    def proposed(self) -> Decimal:
        """The share that it would count besides, were the proposals accepted."""
        return self.by_status[FIRMNESS[2]]


def kept_of(
    it_share: Decimal | None, shares: Iterable[WeighedShare], *, eliminated: bool = False
) -> Kept:
    """Return what holds of these attributions in a line of this IT share (None holds nothing).

    Nothing holds of a line that is eliminated, inside IT or outside: its euros count elsewhere.
    """
    shares = list(shares)
    room = it_share or ZERO
    kept = Kept(dict.fromkeys(FIRMNESS, ZERO))
    for status in FIRMNESS:
        for place, share in enumerate(shares):
            if share.status is not status or share.outside_it:
                continue
            kept.taken[place] = taken = min(share.share, room)
            kept.over |= taken < share.share
            room -= taken
            kept.by_status[status] += taken
            if share.counts:
                kept.actions[share.action] = kept.actions.get(share.action, ZERO) + taken
    for share in shares:
        if share.outside_it and share.counts and eliminated:
            kept.over = True
        elif share.outside_it and share.counts:
            kept.outside += share.share
            before = kept.outside_actions.get(share.action, ZERO)
            kept.outside_actions[share.action] = before + share.share
    return kept
