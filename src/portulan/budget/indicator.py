"""The share of the IT budget dedicated to NR, in percent (pure).

    value = 100 × N / D
    D = Σ amount × perimeter share          over the real expense lines
    N = Σ amount × Σ attribution shares     declared or justified, inside the perimeter share

Source: good practice a.5 of the guide ("% du budget … dédié au numérique responsable"), whose two
terms are defined by DESIGN section 4.3 and `reference/budget.md` section 9, edge cases 1 to 20.
Amounts are exact decimals in euros; shares are in [0, 1]; percentages are not rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from portulan.budget.enums import AttributionStatus
from portulan.budget.verdicts import Verdict

ZERO = Decimal(0)
HUNDRED = Decimal(100)
PROVISIONAL_BELOW = Decimal(80)
SURPRISING_ABOVE = Decimal(25)


class Caution(StrEnum):
    """What whoever reads the figure must know."""

    NO_LINE = "no-line"
    NO_DENOMINATOR = "no-denominator"
    NEGATIVE_DENOMINATOR = "negative-denominator"
    OVER_ATTRIBUTED = "over-attributed"
    PROVISIONAL = "provisional"
    SURPRISING = "surprisingly-high"


@dataclass(frozen=True, slots=True)
class WeighedShare:
    """The share of a line given to NR, to an action (by its key) or at large (None)."""

    share: Decimal
    status: AttributionStatus
    action: int | None = None
    outside_it: bool = False


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


@dataclass(slots=True)
class Tally:
    """An amount and the number of lines it comes from."""

    amount: Decimal = ZERO
    lines: int = 0

    def add(self, amount: Decimal) -> None:
        self.amount += amount
        self.lines += 1


@dataclass(slots=True)
class Figure:
    """The indicator with all that makes it readable; amounts in euros, exact."""

    denominator: Tally = field(default_factory=Tally)
    by_section: dict[str, Tally] = field(default_factory=dict)
    justified: Tally = field(default_factory=Tally)
    declared: Tally = field(default_factory=Tally)
    proposed: Tally = field(default_factory=Tally)
    outside_it: Tally = field(default_factory=Tally)
    candidates: Tally = field(default_factory=Tally)
    qualified: Tally = field(default_factory=Tally)
    undecided: Tally = field(default_factory=Tally)
    by_action: dict[int | None, Decimal] = field(default_factory=dict)
    over_attributed: list[int] = field(default_factory=list)
    without_amount: int = 0
    lines: int = 0

    @property
    def numerator(self) -> Decimal:
        return self.justified.amount + self.declared.amount

    def _percent(self, amount: Decimal) -> Decimal | None:
        if self.denominator.amount <= 0:
            return None
        return HUNDRED * amount / self.denominator.amount

    @property
    def value(self) -> Decimal | None:
        """100 × N / D; None ("non calculable") when D is missing, zero or negative."""
        return self._percent(self.numerator)

    @property
    def lower(self) -> Decimal | None:
        """With justified attributions only."""
        return self._percent(self.justified.amount)

    @property
    def upper(self) -> Decimal | None:
        """If every proposed attribution were accepted."""
        return self._percent(self.numerator + self.proposed.amount)

    @property
    def coverage(self) -> Decimal | None:
        """100 × qualified / candidates, in absolute amounts; None without candidates."""
        if not self.candidates.amount:
            return None
        return HUNDRED * self.qualified.amount / self.candidates.amount

    @property
    def provisional(self) -> bool:
        return self.coverage is not None and self.coverage < PROVISIONAL_BELOW

    @property
    def cautions(self) -> list[Caution]:
        checks = (
            (Caution.NO_LINE, not self.lines),
            (Caution.NO_DENOMINATOR, self.lines and not self.denominator.amount),
            (Caution.NEGATIVE_DENOMINATOR, self.denominator.amount < 0),
            (Caution.OVER_ATTRIBUTED, self.over_attributed),
            (Caution.PROVISIONAL, self.provisional),
            (Caution.SURPRISING, self.value is not None and self.value > SURPRISING_ABOVE),
        )
        return [caution for caution, holds in checks if holds]


def weigh(lines: Iterable[WeighedLine]) -> Figure:
    """Return the figure of these lines, read once and never kept (memory does not grow)."""
    figure = Figure()
    for line in lines:
        figure.lines += 1
        if line.amount is None:
            figure.without_amount += 1
            continue
        _weigh_perimeter(figure, line, line.amount)
        _weigh_shares(figure, line, line.amount)
    return figure


def _weigh_perimeter(figure: Figure, line: WeighedLine, amount: Decimal) -> None:
    if line.it_share:
        inside = amount * line.it_share
        figure.denominator.add(inside)
        figure.by_section.setdefault(line.section, Tally()).add(inside)
    if line.verdict not in {Verdict.IN, Verdict.MIXED}:
        return
    figure.candidates.add(abs(amount))
    if line.it_share is None:
        figure.undecided.add(abs(amount))
        return
    if line.reviewed or any(_counts(share) and not share.outside_it for share in line.shares):
        figure.qualified.add(abs(amount))


def _counts(share: WeighedShare) -> bool:
    return share.status in {AttributionStatus.DECLARED, AttributionStatus.JUSTIFIED}


# Where a line holds less than was attributed to it, the firmest attributions are served first.
_FIRMNESS = (
    AttributionStatus.JUSTIFIED,
    AttributionStatus.DECLARED,
    AttributionStatus.PROPOSED,
)


def _weigh_shares(figure: Figure, line: WeighedLine, amount: Decimal) -> None:
    room = line.it_share or ZERO
    tallies = dict(
        zip(_FIRMNESS, (figure.justified, figure.declared, figure.proposed), strict=True)
    )
    for status in _FIRMNESS:
        taken = ZERO
        for share in line.shares:
            if share.status is not status or share.outside_it:
                continue
            kept = min(share.share, room)
            if kept < share.share and line.key not in figure.over_attributed[-1:]:
                figure.over_attributed.append(line.key)
            room -= kept
            taken += kept
            if _counts(share) and kept:
                before = figure.by_action.get(share.action, ZERO)
                figure.by_action[share.action] = before + amount * kept
        if taken:
            tallies[status].add(amount * taken)
    outside = sum(
        (share.share for share in line.shares if share.outside_it and _counts(share)), ZERO
    )
    if outside:
        figure.outside_it.add(amount * outside)


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

    Only between equal stages and equal perimeters; the caller sees to it (DESIGN 4.3):
    numerator effect 100 (N1 − N0) / D0, denominator effect 100 N1 (1/D1 − 1/D0).
    """
    if d0 <= 0 or d1 <= 0:
        return None
    return Variation(
        numerator_effect=HUNDRED * (n1 - n0) / d0,
        denominator_effect=HUNDRED * n1 / d1 - HUNDRED * n1 / d0,
    )
