"""The impact of a plan a year, once all is in place, with its interval (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from portulan.portfolio.facts import Impact

DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of impacts in kgCO2e a year; `low` and `high` hold nine draws in ten.

    `unknown` actions are not in the sum: they are not estimated, which is not 0.
    """

    low: int
    likely: int
    high: int
    known: int
    unknown: int


def total(impacts: Sequence[Impact | None], *, seed: int = 0) -> Total | None:
    """Return the sum of the known impacts, from triangular laws taken apart; None of none.

    The likely value is the sum of the likely ones; the draws are the same at each call.
    """
    known = [one for one in impacts if one is not None]
    if not known:
        return None
    random = Random(seed)  # noqa: S311
    sums = sorted(
        sum(random.triangular(one.low, one.high, one.likely) for one in known) for _ in range(DRAWS)
    )
    likely = sum(one.likely for one in known)
    return Total(
        low=min(likely, round(sums[DRAWS * 5 // 100])),
        likely=likely,
        high=max(likely, round(sums[DRAWS * 95 // 100])),
        known=len(known),
        unknown=len(impacts) - len(known),
    )
