"""The share of the IT budget dedicated to NR, in percent (pure).

    value = 100 × N / D
    D = Σ amount × perimeter share          over the real expense lines
    N = Σ amount × Σ attribution shares     declared or justified, inside the perimeter share

Source: good practice a.5 of the guide ("% du budget … dédié au numérique responsable"), whose two
terms are defined by docs/reference/truths.md, cases 1 to 20 of the indicator.
Amounts are exact decimals in euros; shares are in [0, 1]; percentages are not rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

from portulan.budget.lines.sums import EXACT, Heap, Kind, Sums
from portulan.budget.lines.weighing import ZERO, WeighedLine
from portulan.budget.words import Costing, Verdict
from portulan.core.amounts import Of, identified

HUNDRED = Decimal(100)
# Under this coverage, in percent, a share is provisional and is not compared with another.
PROVISIONAL_BELOW = Decimal(80)
SURPRISING_ABOVE = Decimal(25)


class Caution(StrEnum):
    """What whoever reads the figure must know."""

    NO_LINE = "no-line"
    NO_DENOMINATOR = "no-denominator"
    NEGATIVE_DENOMINATOR = "negative-denominator"
    NEGATIVE_NUMERATOR = "negative-numerator"
    OVER_ATTRIBUTED = "over-attributed"
    PROVISIONAL = "provisional"
    SURPRISING = "surprisingly-high"


class Tally(NamedTuple):
    """An amount and the number of lines it comes from."""

    amount: Decimal = ZERO
    lines: int = 0

    def plus(self, amount: Decimal, lines: int) -> Tally:
        return Tally(self.amount + amount, self.lines + lines)


class PostSum(NamedTuple):
    """What the IT budget spends on a post, and what of it is dedicated to NR, in euros."""

    amount: Decimal = ZERO
    nr: Decimal = ZERO


_NOTHING = Tally()
_TERMS = (
    *("denominator", "justified", "declared", "proposed", "outside_it", "internal"),
    *("candidates", "qualified", "undecided"),
)


@dataclass(slots=True)
class Figure:
    """The indicator with all that makes it readable; amounts in euros, exact.

    `internal` is what budgets of the organisation refund to each other, in neither term: the
    budget that paid the provider counts it (docs/reference/truths.md, case 10).
    `by_post` sorts the two terms by post, then by run or build; "" where nobody said. `typed` where
    a person typed all that it is made of: nobody looked at any line.
    """

    denominator: Tally = _NOTHING
    by_section: dict[str, Tally] = field(default_factory=dict)
    by_post: dict[tuple[str, str], PostSum] = field(default_factory=dict)
    justified: Tally = _NOTHING
    declared: Tally = _NOTHING
    proposed: Tally = _NOTHING
    outside_it: Tally = _NOTHING
    internal: Tally = _NOTHING
    candidates: Tally = _NOTHING
    qualified: Tally = _NOTHING
    undecided: Tally = _NOTHING
    by_action: dict[int | None, Decimal] = field(default_factory=dict)
    outside_by_action: dict[int | None, Decimal] = field(default_factory=dict)
    over_attributed: list[int] = field(default_factory=list)
    without_amount: int = 0
    lines: int = 0
    typed: bool = False
    of: Of | None = None  # what its share is of

    def is_of(self, of: Of) -> Figure:
        """Say what its share is of, and so what its terms are."""
        self.of = of
        for name in _TERMS:
            found: Tally = getattr(self, name)
            setattr(self, name, found._replace(amount=self._told(name, found.amount)))
        for action, held in list(self.by_action.items()):
            self.by_action[action] = identified(held, of._replace(what="held", who=(action,)))
        for section, its in self.by_section.items():
            self.by_section[section] = its._replace(amount=self._told(f"in {section}", its.amount))
        for post, sums in self.by_post.items():
            its_post = (self._told(f"{one} {post}", getattr(sums, one)) for one in sums._fields)
            self.by_post[post] = PostSum(*its_post)
        return self

    def _told(self, what: str, value: Decimal) -> Decimal:
        return value if self.of is None else identified(value, self.of._replace(what=what))

    @property
    def numerator(self) -> Decimal:
        return self._told("nr", self.justified.amount + self.declared.amount)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody looked at anything of an IT budget: its share is not known, not 0 %."""
        return self.denominator.amount > 0 and self.coverage == 0

    def _percent(self, amount: Decimal, what: str) -> Decimal | None:
        if self.denominator.amount <= 0 or self.is_unknown:
            return None
        return self._told(what, HUNDRED * amount / self.denominator.amount)

    @property
    def value(self) -> Decimal | None:
        """100 × N / D; None ("non calculable") when D is missing, zero or negative.

        None too while it is not known yet (`is_unknown`), as are its two bounds.
        """
        return self._percent(self.numerator, "nr-share")

    @property
    def lower(self) -> Decimal | None:
        """With justified attributions only."""
        return self._percent(self.justified.amount, "lower")

    @property
    def upper(self) -> Decimal | None:
        """If every proposed attribution were accepted."""
        return self._percent(self.numerator + self.proposed.amount, "upper")

    @property
    def coverage(self) -> Decimal | None:
        """100 × qualified / candidates, in absolute amounts; None without candidates.

        None too of a whole that was typed: it was said of no line, and covers none.
        """
        whole = self.qualified.amount == self.candidates.amount
        if not self.candidates.amount or (self.typed and whole):
            return None
        return self._told("coverage", HUNDRED * self.qualified.amount / self.candidates.amount)

    @property
    def provisional(self) -> bool:
        return self.coverage is not None and self.coverage < PROVISIONAL_BELOW

    @property
    def cautions(self) -> list[Caution]:
        checks = (
            (Caution.NO_LINE, not self.lines),
            (Caution.NO_DENOMINATOR, self.lines and not self.denominator.amount),
            (Caution.NEGATIVE_DENOMINATOR, self.denominator.amount < 0),
            (Caution.NEGATIVE_NUMERATOR, self.numerator < 0),
            (Caution.OVER_ATTRIBUTED, self.over_attributed),
            (Caution.PROVISIONAL, self.provisional),
            (Caution.SURPRISING, self.value is not None and self.value > SURPRISING_ABOVE),
        )
        return [caution for caution, holds in checks if holds]


def weigh(lines: Iterable[WeighedLine]) -> Figure:
    """Return the figure of these lines, read once and never kept (memory does not grow)."""
    return figure_from(Sums.of(lines))


def figure_from(sums: Sums) -> Figure:
    """Return the figure of lines already added up: the same as weighing them one by one."""
    figure = Figure(
        by_action=dict(sums.actions),
        outside_by_action=dict(sums.outside),
        over_attributed=sorted(sums.over),
        without_amount=sums.without_amount,
        lines=sums.without_amount,
        typed=sums.declared,
    )
    with localcontext(EXACT):
        for kind, heap in sums.heaps.items():
            _add_heap(figure, kind, heap)
    return figure


def _add_heap(figure: Figure, kind: Kind, heap: Heap) -> None:
    figure.lines += heap.lines
    figure.justified = figure.justified.plus(heap.justified, heap.justified_lines)
    figure.declared = figure.declared.plus(heap.declared, heap.declared_lines)
    figure.proposed = figure.proposed.plus(heap.proposed, heap.proposed_lines)
    figure.outside_it = figure.outside_it.plus(heap.outside, heap.outside_lines)
    if kind.it_share:
        inside = heap.amount * kind.it_share
        figure.denominator = figure.denominator.plus(inside, heap.lines)
        section = figure.by_section.get(kind.section, _NOTHING)
        figure.by_section[kind.section] = section.plus(inside, heap.lines)
        post = figure.by_post.get((kind.post, kind.run_build), PostSum())
        figure.by_post[kind.post, kind.run_build] = PostSum(
            post.amount + inside, post.nr + heap.justified + heap.declared
        )
    if kind.verdict == Verdict.INTERNAL:
        figure.internal = figure.internal.plus(heap.amount, heap.lines)
    if kind.verdict not in {Verdict.IN, Verdict.MIXED}:
        return
    figure.candidates = figure.candidates.plus(heap.absolute, heap.lines)
    if kind.it_share is None:
        figure.undecided = figure.undecided.plus(heap.absolute, heap.lines)
    elif kind.reviewed or kind.counted:
        figure.qualified = figure.qualified.plus(heap.absolute, heap.lines)


def counts_alike(before: Costing | str | None, after: Costing | str | None) -> bool | None:
    """Return whether two years count a purchase alike; None where one says its policy alone.

    Whole price against additional cost would show as a change of effort what is a change of method
    (docs/reference/truths.md, case 5 of the indicator): two policies that differ are never
    compared. Two years that say nothing are taken to follow the same habit.
    """
    if before == after:
        return True
    return None if before is None or after is None else False


@dataclass(frozen=True, slots=True)
class Variation:
    """Why the share moved between two years, in points: by NR spending, by the IT budget."""

    numerator_effect: Decimal
    denominator_effect: Decimal

    @property
    def total(self) -> Decimal:
        return self.numerator_effect + self.denominator_effect


def explain(*, n0: Decimal, d0: Decimal, n1: Decimal, d1: Decimal) -> Variation | None:
    """Return the two effects, whose sum is the change of the share; None if a share is missing.

    Only between equal stages and equal perimeters; the caller sees to it:
    numerator effect 100 (N1 − N0) / D0, denominator effect 100 N1 (1/D1 − 1/D0).
    """
    if d0 <= 0 or d1 <= 0:
        return None
    return Variation(
        numerator_effect=HUNDRED * (n1 - n0) / d0,
        denominator_effect=HUNDRED * n1 / d1 - HUNDRED * n1 / d0,
    )
