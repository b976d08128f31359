"""Seeded draws, one stream per name: a stream never moves when another is added.

Each stream is seeded by the SHA-256 of the request's seed and its own name. Distributions are
drawn by inverting their cumulative function on `Random.random()`, the only generator whose
sequence Python promises to keep from one version to the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist

from portulan.impact.engine.samples import Sample

_NORMAL = NormalDist()
# `random()` may give 0, whose inverse is infinite: the median stands for it.
_MEDIAN = 0.5


@dataclass(frozen=True, slots=True)
class Triangle:
    """A range and its likeliest value; `low <= mode <= high`."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A spread by ratio around the median: 68 % lie between median/gsd and median*gsd."""

    gsd: float


@dataclass(frozen=True, slots=True)
class Streams:
    """The source of all draws of a request."""

    seed: int
    size: int

    def _stream(self, *name: object) -> Callable[[], float]:
        text = json.dumps([self.seed, *name])
        return Random(hashlib.sha256(text.encode()).digest()).random  # noqa: S311 (not a secret)

    def lognormal(self, name: str, median: float, spread: LogNormal) -> Sample:
        """Draw a factor around its median."""
        scale, invert, draw = log(spread.gsd), _NORMAL.inv_cdf, self._stream(name)
        draws = [median * exp(scale * invert(draw() or _MEDIAN)) for _ in range(self.size)]
        return Sample(median, draws)

    def triangular(self, name: str, shape: Triangle) -> Sample:
        """Draw between the bounds of a triangle.

        The stream is named by the quantity *and* its three numbers: when “before” and “after” are
        the same quantity they are the same draws, their difference is exactly 0, and swapping
        them changes the sign of each draw.
        """
        low, mode, high = shape.low, shape.mode, shape.high
        if low == high:
            return Sample(mode)
        turn = (mode - low) / (high - low)
        rise, fall = (high - low) * (mode - low), (high - low) * (high - mode)
        draw = self._stream(name, low, mode, high)
        draws = [
            low + sqrt(u * rise) if (u := draw()) < turn else high - sqrt((1 - u) * fall)
            for _ in range(self.size)
        ]
        return Sample(mode, draws)
