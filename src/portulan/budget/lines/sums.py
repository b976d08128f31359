"""What lines add up to, whatever their number: enough to make the figure, exactly (pure).

Lines of one section, verdict, IT share, state and post weigh alike: they are one heap, with their
number and their amounts. A line can be taken out of the sums as it was put in, so that a change to
one line of a million costs what one line costs. Amounts are exact decimals in euros, shares in
[0, 1].

The sums of a whole import as its lines are written, before anybody decides of them (pure).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from typing import Any, NamedTuple, cast

from portulan.budget.lines.weighing import FIRMNESS, ZERO, Parts, WeighedLine, kept_of
from portulan.budget.words import Stage, Verdict

# Sums of products of amounts and shares, never rounded: taking out gives back what was put in.
EXACT = Context(prec=60)


class Kind(NamedTuple):
    """What makes lines weigh alike; `counted`: an attribution inside IT that is no proposal.

    `post` and `run_build` sort IT spending and change nothing in the figure; "" is unknown.
    """

    section: str
    verdict: str
    it_share: Decimal | None
    reviewed: bool = False
    counted: bool = False
    post: str = ""
    run_build: str = ""


type _Numbers = tuple[Decimal, ...]


class Heap(NamedTuple):
    """Lines of a kind added up; `refunded` is the part of `amount` that is below zero."""

    lines: int = 0
    amount: Decimal = ZERO
    refunded: Decimal = ZERO
    justified: Decimal = ZERO
    justified_lines: int = 0
    declared: Decimal = ZERO
    declared_lines: int = 0
    proposed: Decimal = ZERO
    proposed_lines: int = 0
    outside: Decimal = ZERO
    outside_lines: int = 0

    @property
    def absolute(self) -> Decimal:
        """The sum of the amounts without their signs."""
        return self.amount - 2 * self.refunded

    def plus(self, other: Heap, sign: int = 1) -> Heap:
        numbers = zip(cast("_Numbers", self), cast("_Numbers", other), strict=True)
        return Heap._make(mine + sign * its for mine, its in numbers)


class Sums:
    """The sums of some lines at one stage. Two that hold the same are equal, however made.

    `over` are the keys of the lines that hold less than was attributed to them; `actions` and
    `outside` are what each action receives, inside and outside the IT budget. They are `declared`
    where a person typed the whole: no line of any accounts was looked at.
    """

    declared = False  # how they came, not what they hold: equal sums may differ by it

    def __init__(self) -> None:
        self.heaps: dict[Kind, Heap] = {}
        self.actions: Parts = {}
        self.outside: Parts = {}
        self.over: set[int] = set()
        self.without_amount = 0

    @classmethod
    def of(cls, lines: Iterable[WeighedLine]) -> Sums:
        """Add lines up."""
        sums = cls()
        sums.add(lines)
        return sums

    def add(self, lines: Iterable[WeighedLine]) -> None:
        """Add lines, each read once and none kept."""
        with localcontext(EXACT):
            for line in lines:
                self._add_line(line)

    def _add_line(self, line: WeighedLine) -> None:
        amount = line.amount
        if amount is None:
            self.without_amount += 1
            return
        counted = any(share.counts and not share.outside_it for share in line.shares)
        kind = Kind(
            *(line.section, line.verdict, line.it_share, line.reviewed, counted),
            *(line.post, line.run_build),
        )
        eliminated = line.verdict == Verdict.INTERNAL
        kept = kept_of(line.it_share, line.shares, eliminated=eliminated)
        parts = (*(kept.by_status[status] for status in FIRMNESS), kept.outside)
        weights = (value for part in parts for value in (amount * part, int(part > 0)))
        heap = Heap._make((1, amount, min(amount, ZERO), *weights))
        self.heaps[kind] = self.heaps.get(kind, _EMPTY).plus(heap)
        for sums, shares in ((self.actions, kept.actions), (self.outside, kept.outside_actions)):
            for action, share in shares.items():
                sums[action] = sums.get(action, ZERO) + amount * share
        if kept.over:
            self.over.add(line.key)

    def pile(self, kind: Kind, heap: Heap) -> None:
        """Add lines of a kind already added up."""
        with localcontext(EXACT):
            self.heaps[kind] = self.heaps.get(kind, _EMPTY).plus(heap)

    def without_posts(self) -> Sums:
        """Return the same sums, the posts melted together: all that makes the figure."""
        melted = self.plus(Sums())
        melted.heaps = {}
        for kind, heap in self.heaps.items():
            melted.pile(kind._replace(post="", run_build=""), heap)
        return melted

    def plus(self, other: Sums, sign: int = 1) -> Sums:
        """Return these sums with the others added, or taken out (`sign` −1)."""
        total = Sums()
        with localcontext(EXACT):
            total.heaps = {
                kind: heap
                for kind in self.heaps | other.heaps
                if (
                    heap := self.heaps.get(kind, _EMPTY).plus(other.heaps.get(kind, _EMPTY), sign)
                ).lines
            }
            total.actions = _added(self.actions, other.actions, sign)
            total.outside = _added(self.outside, other.outside, sign)
        total.declared = all(one.declared for one in (self, other) if one.heaps)
        total.over = self.over | other.over if sign > 0 else self.over - other.over
        total.without_amount = self.without_amount + sign * other.without_amount
        return total

    def document(self) -> dict[str, Any]:
        """Return the sums as plain values: one form for equal sums, amounts as text."""
        return {
            "heaps": sorted(
                (
                    [
                        *(kind.section, str(kind.verdict)),
                        None if kind.it_share is None else _text(kind.it_share),
                        *(kind.reviewed, kind.counted),
                        *(_text(x) if isinstance(x, Decimal) else x for x in heap),
                        *(x for x in (kind.post, kind.run_build) if kind.post or kind.run_build),
                    ]
                    for kind, heap in self.heaps.items()
                ),
                key=str,
            ),
            "actions": _texts(self.actions),
            "outside": _texts(self.outside),
            "over": sorted(self.over),
            "without_amount": self.without_amount,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Sums:
        """Return the sums that `document` wrote."""
        sums = cls()
        for section, verdict, it_share, reviewed, counted, *numbers in document["heaps"]:
            share = None if it_share is None else Decimal(it_share)
            posts = numbers[_NUMBERS:]
            sums.heaps[Kind(section, verdict, share, reviewed, counted, *posts)] = Heap._make(
                Decimal(number) if isinstance(number, str) else number
                for number in numbers[:_NUMBERS]
            )
        sums.actions = _parts(document["actions"])
        sums.outside = _parts(document["outside"])
        sums.over = set(document["over"])
        sums.without_amount = document["without_amount"]
        return sums

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sums) and self.document() == other.document()

    __hash__ = None  # type: ignore[assignment] # sums change


_EMPTY = Heap()
_NUMBERS = len(_EMPTY)


def total_of(several: Iterable[Sums]) -> Sums:
    """Return the sums of several added up; those of one alone as they are."""
    total: Sums | None = None
    for sums in several:
        total = sums if total is None else total.plus(sums)
    return Sums() if total is None else total


def _added(mine: Parts, its: Parts, sign: int) -> Parts:
    total: Parts = defaultdict(lambda: ZERO, mine)
    for action, amount in its.items():
        total[action] += sign * amount
    return {action: amount for action, amount in total.items() if amount}


def _text(amount: Decimal) -> str:
    """Return one text for equal amounts: 1.50 and 1.5 are the same."""
    return f"{EXACT.add(amount.normalize(EXACT), ZERO):f}"


def _texts(parts: Parts) -> dict[str, str]:
    return {
        "" if action is None else str(action): _text(parts[action])
        for action in sorted(parts, key=lambda action: action or 0)
        if parts[action]
    }


def _parts(texts: dict[str, str]) -> Parts:
    return {int(action) if action else None: Decimal(text) for action, text in texts.items()}


class PlainSums:
    """The sums of lines that nobody attributed anything of yet, at every stage at once, fast."""

    def __init__(self) -> None:
        # By kind, then for each stage in order: lines, amount, refunded.
        self._heaps: dict[tuple[str, str, Decimal | None, str, str], list[list[Any]]] = {}
        self._without: list[int] = [0] * len(Stage)

    def add(
        self,
        kind: tuple[str, str, Decimal | None, str, str],
        amounts: list[Decimal | None],
    ) -> None:
        """Add a line: its section, verdict, IT share, post, run or build; its amounts by stage."""
        heaps = self._heaps.get(kind)
        if heaps is None:
            heaps = self._heaps[kind] = [[0, ZERO, ZERO] for _ in Stage]
        for rank, amount in enumerate(amounts):
            if amount is None:
                self._without[rank] += 1
                continue
            heap = heaps[rank]
            heap[0] += 1
            heap[1] += amount
            if amount < 0:
                heap[2] += amount

    def by_stage(self) -> dict[Stage, Sums]:
        """Return the sums of each stage."""
        found = {}
        for rank, stage in enumerate(Stage):
            found[stage] = sums = Sums()
            sums.without_amount = self._without[rank]
            sums.heaps = {
                Kind(section, verdict, share, post=post, run_build=run_build): Heap(*heaps[rank])
                for (section, verdict, share, post, run_build), heaps in self._heaps.items()
                if heaps[rank][0]
            }
        return found
