"""Equal shares and the plain count, exactly (pure).

Equal shares: D. Peters, G. Pierczyński, P. Skowron, “Proportional Participatory Budgeting with
Additive Utilities”, NeurIPS 2021. Each voter has an equal share of the envelope; the project that
costs its supporters the least for one unit of utility is bought by them, until none can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Literal

from portulan.portfolio.choice.election import Election

type Rule = Literal["equal-shares", "greedy"]
RULES: tuple[Rule, ...] = ("equal-shares", "greedy")


@dataclass(frozen=True, slots=True)
class Tie:
    """Projects that a rule holds equal, and the one that their identifiers put first."""

    chosen: int
    among: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """A winner: what a supporter pays who has enough (None where nobody pays)."""

    project: int
    paid_each: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The winners in the order in which they won; amounts are in parts, as the election’s."""

    rule: Rule
    bought: tuple[Bought, ...]
    spent: int
    per_voter: Fraction
    ties: tuple[Tie, ...] = ()

    @property
    def winners(self) -> tuple[int, ...]:
        """The places of the winners, in the order of the projects."""
        return tuple(sorted(one.project for one in self.bought))


def choose(election: Election, rule: Rule, *, complete: bool = False) -> Outcome:
    """Return what the rule chooses; `complete` adds to shares while nothing else can be bought."""
    if rule == "greedy":
        return greedy(election)
    return completed(election) if complete else equal_shares(election)


def ranks(election: Election) -> list[tuple[bool, Fraction, str]]:
    """Return what the plain count sorts each project by: the smallest comes first."""
    count = election.count()
    return [
        (one.cost > 0, -Fraction(count[at], one.cost or 1), one.id)
        for at, one in enumerate(election.projects)
    ]


def greedy(election: Election) -> Outcome:
    """Choose by the plain count for one unit of money, and pass over what no longer fits."""
    projects, scores = election.projects, ranks(election)
    left, spent = election.budget, 0
    bought: list[Bought] = []
    ties: list[Tie] = []
    waiting = sorted(range(len(projects)), key=scores.__getitem__)
    for rank, at in enumerate(waiting):
        if projects[at].cost > left - spent:
            continue
        alike = [
            other
            for other in waiting[rank:]
            if scores[other][:2] == scores[at][:2] and projects[other].cost <= left - spent
        ]
        if len(alike) > 1 and projects[at].cost:
            ties.append(Tie(at, tuple(alike)))
        bought.append(Bought(at))
        spent += projects[at].cost
    return Outcome("greedy", tuple(bought), spent, _share(election), tuple(ties))


def equal_shares(election: Election) -> Outcome:
    """Choose by equal shares of the envelope; what nobody can buy together is left."""
    return _Purchases(election, _share(election)).outcome()


# Runs whose share could not be passed over, after which no more of that is looked for.
MOST_IN_VAIN = 12


def completed(election: Election) -> Outcome:
    """Choose by equal shares, one unit of money more to each until the next would cost too much.

    It ends too where no supported project fits in what is left, as pabutools does. Shares that
    buy the same things for the same reasons are passed over at once.
    """
    supported = {at for ballot in election.ballots for at, utility in ballot if utility}
    share, watched = _share(election), 0
    before: Outcome | None = None
    while True:
        # To watch for how long nothing changes costs as much as two runs: it has to pay.
        run = _Purchases(election, share, watch=watched < MOST_IN_VAIN)
        found = run.outcome()
        if found.spent > election.budget:
            return before or replace(found, bought=(), spent=0)
        room = election.budget - found.spent
        if all(election.projects[at].cost > room for at in supported - set(found.winners)):
            return found
        if (same := run.same_for) is None:
            return found
        more = same // election.scale * election.scale
        watched = 0 if more else watched + 1
        before = run.at(Fraction(more))
        share += more + election.scale


def _share(election: Election) -> Fraction:
    return Fraction(election.budget, max(1, election.voters))


@dataclass(slots=True)
class _Price:
    """What one unit of utility costs the supporters of a project, at a share, and its slope.

    All that a run compares moves in a straight line with the share while the order stays.
    """

    value: Fraction
    slope: Fraction


class _Purchases:
    """One run of equal shares: what is left to each kind of ballot, in `unit`ths of a part.

    `same_for` is how many parts more the share may have, whole ones, with the same purchases.
    """

    def __init__(self, election: Election, share: Fraction, *, watch: bool = False) -> None:
        self._election, self._share, self._watch = election, share, watch
        kinds = list(election.ballots.items())
        self._weights = [weight for _ballot, weight in kinds]
        self._unit = share.denominator
        self._left = [share.numerator] * len(kinds)
        self._slopes = [self._unit if watch else 0] * len(kinds)
        self._backers: list[list[tuple[int, int]]] = [[] for _one in election.projects]
        for kind, (ballot, _weight) in enumerate(kinds):
            for place, utility in ballot:
                if utility:  # what costs nothing brings nothing, where cost is the measure
                    self._backers[place].append((kind, utility))
        self._most: Fraction | None = None
        self._bought: list[tuple[int, _Price]] = []
        self._ties: list[Tie] = []
        self._run()

    @property
    def same_for(self) -> int | None:
        """None: for ever."""
        if self._most is None or not self._watch:
            return None if self._watch else 0
        return max(0, -(-self._most.numerator // self._most.denominator) - 1)

    def outcome(self) -> Outcome:
        return self.at(Fraction(0))

    def at(self, more: Fraction) -> Outcome:
        """Return the outcome with so much more for each, within `same_for`."""
        projects, utility = self._election.projects, self._highest
        return Outcome(
            "equal-shares",
            tuple(
                Bought(at, (price.value + price.slope * more) * utility(at))
                for at, price in self._bought
            ),
            sum(projects[at].cost for at, _price in self._bought),
            self._share + more,
            tuple(self._ties),
        )

    def _highest(self, place: int) -> int:
        return max((utility for _kind, utility in self._backers[place]), default=0)

    def _run(self) -> None:
        projects = self._election.projects
        prices: dict[int, _Price] = {}
        for at, one in enumerate(projects):
            total = sum(self._weights[kind] * utility for kind, utility in self._backers[at])
            if total and not one.cost:
                self._bought.append((at, _Price(Fraction(0), Fraction(0))))
            elif total:
                prices[at] = _Price(Fraction(one.cost, total), Fraction(0))
        while prices:
            if (best := self._cheapest(prices)) is None:
                return
            self._pay(best, prices.pop(best))

    def _cheapest(self, prices: dict[int, _Price]) -> int | None:
        """Return the project of the lowest price; prices known before only rise."""
        best: list[int] = []
        price: _Price | None = None
        for at in sorted(prices, key=lambda one: prices[one].value):
            if price is not None and prices[at].value > price.value:
                break
            found = self._price(at)
            if found is None:
                del prices[at]
                continue
            prices[at] = found
            if price is None or found.value < price.value:
                best, price = [at], found
            elif found.value == price.value:
                best.append(at)
        if price is None:
            return None
        return self._first(best, prices)

    def _first(self, best: list[int], prices: dict[int, _Price]) -> int:
        """Return the one of equal prices whose identifier comes first."""
        ids = self._election.projects
        best.sort(key=lambda one: ids[one].id)
        if len(best) > 1:
            self._ties.append(Tie(best[0], tuple(best)))
        first = prices[best[0]]
        for at, other in prices.items() if self._watch else ():
            if at != best[0]:
                self._holds(other.value - first.value, other.slope - first.slope)
        return best[0]

    def _holds(self, margin: Fraction | int, slope: Fraction | int) -> None:
        """Keep how far the share may rise before this margin is 0, or is no longer."""
        if slope < 0 or (slope and not margin):
            until = Fraction(margin) / -slope
            self._most = until if self._most is None else min(self._most, until)

    def _price(self, at: int) -> _Price | None:
        """Return the price of a project now, None for ever once its supporters have too little."""
        left, slopes, weights = self._left, self._slopes, self._weights
        backers = [one for one in self._backers[at] if left[one[0]]]
        self._backers[at] = backers
        rest = self._election.projects[at].cost * self._unit
        lacks = sum(weights[kind] * left[kind] for kind, _utility in backers) - rest
        if self._watch:
            rises = sum(weights[kind] * slopes[kind] for kind, _utility in backers)
            self._holds(abs(lacks), -rises if lacks < 0 else rises)
        if lacks < 0:
            return None
        full, slope = list(backers), 0
        weight = sum(weights[kind] * utility for kind, utility in backers)
        while True:
            limits = {utility: -(-rest * utility // weight) for utility in {u for _k, u in full}}
            short = [kind for kind, utility in full if left[kind] < limits[utility]]
            if not short:
                break
            full, before = [], full
            for kind, utility in before:
                if left[kind] < limits[utility]:
                    rest -= weights[kind] * left[kind]
                    slope -= weights[kind] * slopes[kind]
                    weight -= weights[kind] * utility
                else:
                    full.append((kind, utility))
        price = _Price(Fraction(rest, weight * self._unit), Fraction(slope, weight * self._unit))
        if self._watch:
            self._watch_payers(backers, price)
        return price

    def _watch_payers(self, backers: Sequence[tuple[int, int]], price: _Price) -> None:
        """Hold that who has enough keeps enough, and who has too little has too little still."""
        value, slope = price.value * self._unit, price.slope * self._unit
        for kind, utility in backers:
            margin = self._left[kind] - value * utility
            rises = self._slopes[kind] - slope * utility
            self._holds(abs(margin), -rises if margin < 0 else rises)

    def _pay(self, at: int, price: _Price) -> None:
        self._bought.append((at, price))
        unit = lcm(self._unit, price.value.denominator, price.slope.denominator)
        if (factor := unit // self._unit) > 1:
            self._left = [one * factor for one in self._left]
            if self._watch:
                self._slopes = [one * factor for one in self._slopes]
            self._unit = unit
        value, slope = int(price.value * unit), int(price.slope * unit)
        left, slopes = self._left, self._slopes
        for kind, utility in self._backers[at]:
            if left[kind] <= value * utility:
                left[kind] = slopes[kind] = 0
            else:
                left[kind] -= value * utility
                slopes[kind] -= slope * utility
