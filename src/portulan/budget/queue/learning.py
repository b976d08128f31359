"""What the verdicts of the same organisation suggest for a line that waits (pure).

A rule that a person can check: among the lines that are decided, those alike, first as closely as
can be, then less; only of the last two years in which there are some; enough of them, and nearly
all of one verdict and share. Nothing is guessed beyond that, and nothing is applied:
whoever decides is told how many lines speak, and of which years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portulan.budget.words import Verdict

# How many of the lines alike, at least, must have been decided in the same way.
AGREEMENT = Decimal("0.9")
RECENT_YEARS = 2


class By(StrEnum):
    """How two lines are alike, the closest first."""

    LINE = "line"
    SUPPLIER_AND_ACCOUNT = "supplier_and_account"
    SUPPLIER = "supplier"


# How many decided lines, at least, speak for another one.
SUPPORT = {By.LINE: 1, By.SUPPLIER_AND_ACCOUNT: 2, By.SUPPLIER: 3}


class Likeness(NamedTuple):
    """What makes lines alike, as their files say it; "" when absent."""

    nature: str
    supplier: str
    label: str

    def key(self, by: By) -> tuple[str, ...] | None:
        """Return what must be equal, None where the line lacks it."""
        match by:
            case By.LINE:
                return tuple(self) if self.label else None
            case By.SUPPLIER_AND_ACCOUNT:
                return (self.nature, self.supplier) if self.nature and self.supplier else None
            case By.SUPPLIER:
                return (self.supplier,) if self.supplier else None


@dataclass(frozen=True, slots=True)
class Past:
    """Lines alike that were decided alike in a year: how many."""

    of: Likeness
    verdict: Verdict
    share: Decimal
    year: int
    lines: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict and a share in [0, 1], and its source: `lines` of the `of` lines alike, in `years`.

    The other lines alike were decided otherwise.
    """

    verdict: Verdict
    share: Decimal
    by: By
    lines: int
    of: int
    years: tuple[int, ...]


def propose(line: Likeness, past: Iterable[Past]) -> Proposal | None:
    """Return what the lines alike suggest, by the closest likeness that says enough, else None."""
    known = list(past)
    for by in By:
        key = line.key(by)
        if key is None:
            continue
        alike = _recent([one for one in known if one.of.key(by) == key])
        if found := _agreed(alike, by):
            return found
    return None


def _recent(alike: list[Past]) -> list[Past]:
    last = max((one.year for one in alike), default=0)
    return [one for one in alike if one.year > last - RECENT_YEARS]


def _agreed(alike: list[Past], by: By) -> Proposal | None:
    counts: Counter[tuple[Verdict, Decimal]] = Counter()
    for one in alike:
        counts[one.verdict, one.share] += one.lines
    total = counts.total()
    if total < SUPPORT[by]:
        return None
    (verdict, share), lines = counts.most_common(1)[0]
    if lines < AGREEMENT * total:
        return None
    years = sorted({one.year for one in alike if (one.verdict, one.share) == (verdict, share)})
    return Proposal(verdict, share, by, lines, total, tuple(years))
