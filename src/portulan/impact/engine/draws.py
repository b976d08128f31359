"""Seeded draws, one stream per name: a stream never moves when another is added.

Draws are stratified (a Latin hypercube): each stream takes the middle of each of as many slices of
its distribution as there are draws, once, in an order of its own. Any one stream is then drawn as
well as can be, and the quantiles of a result depend little on the seed.

The order of a stream comes from the SHA-256 of the request's seed and its own name. Orders are
made of a few shuffles, composed after a rotation that is the stream's: as good as a shuffle each,
and twenty times cheaper. Shuffles rest on `Random.random()`, the only generator whose sequence
Python promises to keep from one version to the next.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt
from operator import itemgetter
from random import Random
from statistics import NormalDist
from typing import Annotated

from pydantic import Field, PlainSerializer

from portulan.impact.engine.samples import Sample

_SHUFFLES = 4

type Grid = tuple[float, ...]
# What somebody wrote: a whole number stays whole.
Written = Annotated[float, PlainSerializer(lambda number: number)]


@dataclass(frozen=True, slots=True)
class Triangle:
    """A range and its likeliest value; `low <= mode <= high`."""

    low: Annotated[Written, Field(alias="min")]
    mode: Written
    high: Annotated[Written, Field(alias="max")]


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A spread by ratio around the median: 68 % lie between median/gsd and median*gsd."""

    gsd: float


# How a figure spreads around its value; unknown when None.
type Spread = LogNormal | Triangle | None


@dataclass(frozen=True, slots=True)
class Streams:
    """The source of all draws of a request."""

    seed: int
    size: int

    def lognormal(self, name: str, median: float, spread: LogNormal) -> Sample:
        """Draw a factor around its median."""
        scale = log(spread.gsd)
        deviations = self._in_order(_normal(self.size), name)
        return Sample(median, [median * exp(scale * deviation) for deviation in deviations])

    def triangular(self, name: str, shape: Triangle) -> Sample:
        """Draw between the bounds of a triangle.

        The stream is named by the quantity *and* its three numbers: when “before” and “after” are
        the same quantity they are the same draws, their difference is exactly 0, and swapping
        them changes the sign of each draw.
        """
        if shape.low == shape.high:
            return Sample(shape.mode)
        slices = _triangle(shape, self.size)
        # 4 and 4.0 are one number, and one stream.
        bounds = [
            int(bound) if bound == int(bound) else bound
            for bound in (shape.low, shape.mode, shape.high)
        ]
        return Sample(shape.mode, self._in_order(slices, name, *bounds))

    def _in_order(self, slices: Grid, *name: object) -> Grid:
        """Return the slices in the order of the stream of that name."""
        if self.size == 1:
            return slices
        text = json.dumps([self.seed, *name])
        digest = hashlib.sha256(text.encode()).digest()
        first, second = digest[0] % _SHUFFLES, digest[1] % _SHUFFLES
        turned = int.from_bytes(digest[2:10]) % self.size
        once = _shuffle(self.seed, self.size, first)(slices)
        return _shuffle(self.seed, self.size, second)(once[turned:] + once[:turned])


@lru_cache(maxsize=8)
def _uniform(size: int) -> Grid:
    """Return the middles of the slices, between 0 and 1."""
    return tuple((index + 0.5) / size for index in range(size))


@lru_cache(maxsize=8)
def _roots(size: int) -> Grid:
    """Return the square roots of the middles, read backwards those of their complements to 1."""
    return tuple(map(sqrt, _uniform(size)))


@lru_cache(maxsize=8)
def _normal(size: int) -> Grid:
    """Return the middles of the slices of the normal distribution."""
    invert = NormalDist().inv_cdf
    return tuple(invert(share) for share in _uniform(size))


@lru_cache(maxsize=16)
def _triangle(shape: Triangle, size: int) -> Grid:
    """Return the middles of the slices of a triangle: rising up to its mode, falling after it.

    Actions of one request often share their ranges, so those met last are kept.
    """
    low, mode, high = shape.low, shape.mode, shape.high
    roots, width = _roots(size), high - low
    turn = bisect_left(_uniform(size), (mode - low) / width)
    rise, fall = sqrt(width * (mode - low)), sqrt(width * (high - mode))
    rising = [low + root * rise for root in roots[:turn]]
    falling = [high - root * fall for root in roots[: size - turn]]
    return (*rising, *reversed(falling))


@lru_cache(maxsize=32)
def _shuffle(seed: int, size: int, number: int) -> Callable[[Grid], Grid]:
    """Return one of the shuffles of a seed, that puts draws in its order."""
    text = json.dumps([seed, "shuffle", number])
    draw = Random(hashlib.sha256(text.encode()).digest()).random  # noqa: S311 (not a secret)
    keys = [draw() for _ in range(size)]
    return itemgetter(*sorted(range(size), key=keys.__getitem__))
