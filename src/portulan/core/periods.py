"""Spans of dates and of years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Years:
    """An inclusive span of fiscal years, first ≤ last."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.first <= year <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1


def days_between(start: date, end: date) -> int:
    """Return the days from start to end, negative when end comes first."""
    return (end - start).days
