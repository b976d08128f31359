"""What three choices leave to each group of people, and why they differ (pure)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from portulan.portfolio.choice.election import Election
from portulan.portfolio.choice.rules import Outcome, ranks


@dataclass(frozen=True, slots=True)
class Obtained:
    """What a choice brings: utility of the supporters of each project, in the mean.

    None for a project that nobody supports; `empty` is how many people obtain nothing.
    """

    winners: frozenset[int]
    spent: int
    means: tuple[Fraction | None, ...]
    empty: int


def obtained(election: Election, winners: Collection[int]) -> Obtained:
    """Return what people obtain: the cost of what they approve, or their points."""
    sums, counts, empty = [0] * len(election.projects), [0] * len(election.projects), 0
    for ballot, weight in election.ballots.items():
        total = sum(utility for at, utility in ballot if at in winners)
        empty += 0 if any(at in winners for at, _utility in ballot) else weight
        for at, _utility in ballot:
            sums[at] += total * weight
            counts[at] += weight
    means = (
        Fraction(total, count) if count else None for total, count in zip(sums, counts, strict=True)
    )
    spent = sum(election.projects[at].cost for at in winners)
    return Obtained(frozenset(winners), spent, tuple(means), empty)


def purses(election: Election, outcome: Outcome) -> list[Fraction]:
    """Return what equal shares leave together to the supporters of each project, in parts."""
    kinds = list(election.ballots)
    left = [outcome.per_voter] * len(kinds)
    for one in outcome.bought:
        backers = {
            kind: utility
            for kind, ballot in enumerate(kinds)
            for at, utility in ballot
            if at == one.project and left[kind] and utility
        }
        price = (one.paid_each or Fraction(0)) / max(backers.values(), default=1)
        for kind, utility in backers.items():
            left[kind] -= min(left[kind], price * utility)
    found = [Fraction(0)] * len(election.projects)
    for kind, ballot in enumerate(kinds):
        for at, _utility in ballot:
            found[at] += left[kind] * election.ballots[ballot]
    return found


def room_left(election: Election, outcome: Outcome, place: int) -> int:
    """Return what the plain count still had when the turn of a project came, in parts."""
    scores = ranks(election)
    before = (one.project for one in outcome.bought if scores[one.project] < scores[place])
    return election.budget - sum(election.projects[at].cost for at in before)
