"""When a search stops, and how it says where it stands (pure)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

type Found = tuple[frozenset[int], int]  # the columns of a plan at 1, and what it is worth

type Status = Literal["optimal", "feasible", "infeasible", "unknown"]
# `precision`: numbers too large for the last units to be told apart in floats.
type StoppedBy = Literal["proof", "time", "nodes", "request", "precision"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a search stands: the best found and the best possible, None while unknown."""

    seconds: float
    found: float | None
    bound: float | None


# Told regularly where the search stands; answers whether to go on.
type Watch = Callable[[Sighting], bool]


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop without a proof. Only `nodes` gives the same answer on any machine.

    `watch` stops it on request. `workers` search the tree of a whole problem together, where there
    is a core for each: what one proves in a minute, two prove in half of it, for as much CPU; one
    is enough for short questions.
    """

    seconds: float = 60.0
    nodes: int | None = None
    watch: Watch | None = None
    workers: int = 2


class Best:
    """The best plan that searches know of, side by side."""

    def __init__(self, found: Found | None = None) -> None:
        self._lock, self.found = threading.Lock(), found

    def tell(self, ones: frozenset[int], worth: int) -> None:
        """Remember a plan if none better is known."""
        with self._lock:
            if self.found is None or worth > self.found[1]:
                self.found = ones, worth
