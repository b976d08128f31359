"""Numbers that may be uncertain: a central value, and draws when there is something to draw."""

from __future__ import annotations

import math
import operator
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Annotated

from pydantic import PlainSerializer

type Term = Sample | float


def clean(number: float) -> float:
    """Return twelve digits: enough to subtract, without the noise of binary numbers."""
    return float(f"{number:.12g}")


# A number in documents.
Clean = Annotated[float, PlainSerializer(clean)]


@dataclass(frozen=True, slots=True)
class Sample:
    """A number computed draw by draw; without draws it is certain.

    Two samples of the same request have the same number of draws, and their i-th draws happen
    together: a figure used on both sides of a difference is the same figure.
    """

    central: float
    draws: Sequence[float] | None = None

    def _with(self, other: Term, act: Callable[[float, float], float]) -> Sample:
        if not isinstance(other, Sample):
            other = Sample(other)
        central = act(self.central, other.central)
        if self.draws is None and other.draws is None:
            return Sample(central)
        left = repeat(self.central) if self.draws is None else self.draws
        right = repeat(other.central) if other.draws is None else other.draws
        return Sample(central, list(map(act, left, right)))

    # Adding nothing and multiplying by one are most frequent, and need no walk through the draws.

    def __add__(self, other: Term) -> Sample:
        if other is ZERO:
            return self
        return (
            other if self is ZERO and isinstance(other, Sample) else self._with(other, operator.add)
        )

    def __sub__(self, other: Term) -> Sample:
        return self if other is ZERO else self._with(other, operator.sub)

    def __mul__(self, other: Term) -> Sample:
        if other is ONE:
            return self
        return (
            other if self is ONE and isinstance(other, Sample) else self._with(other, operator.mul)
        )

    def __truediv__(self, other: Term) -> Sample:
        return self._with(other, operator.truediv)

    def at_least(self, other: Term) -> Sample:
        """Return the greater of the two, draw by draw."""
        return self._with(other, max)

    def floor(self) -> Sample:
        """Return the whole part, draw by draw."""
        draws = None if self.draws is None else [float(math.floor(draw)) for draw in self.draws]
        return Sample(float(math.floor(self.central)), draws)

    def packed(self) -> Sample:
        """Return the same in a quarter of the memory, to be kept a while."""
        return self if self.draws is None else Sample(self.central, array("d", self.draws))

    @property
    def is_nil(self) -> bool:
        """Whether it is certainly 0: then it needs no factor to be multiplied by."""
        return self.central == 0 and (self.draws is None or not any(self.draws))


ZERO, ONE = Sample(0.0), Sample(1.0)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """What is shown of a sample: the value of its likeliest inputs, and its 5th, 50th, 95th."""

    central: Clean
    p5: Clean
    p50: Clean
    p95: Clean


def quantiles(sample: Sample) -> Quantiles:
    """Return the quantiles of the draws, interpolated between the two nearest."""
    central = sample.central + 0.0  # never -0.0
    if sample.draws is None:
        return Quantiles(central, central, central, central)
    ordered = sorted(sample.draws)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        low = ordered[below]
        return low + (place - below) * (ordered[above] - low) + 0.0

    return Quantiles(central, at(0.05), at(0.5), at(0.95))


def probability_better(one: Sample, other: Sample) -> float:
    """Return the share of the common draws where `one` spares more than `other`; ties count half.

    Both must come from the same seed and number of draws, else the question has no meaning.
    """
    gap = one - other
    draws = [gap.central] if gap.draws is None else gap.draws
    return sum(1.0 if draw > 0 else 0.5 if draw == 0 else 0.0 for draw in draws) / len(draws)
