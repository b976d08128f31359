"""Which exercice a day is in, by the years’ own dates: not all start on 1 January (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """An exercice, named by a year, and its first and last days."""

    year: int
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def moved(self, years: int) -> Span:
        """Return the exercice that many years later, with the same days, named likewise."""
        return Span(self.year + years, _moved(self.starts_on, years), _moved(self.ends_on, years))


def year_of(day: date, spans: Iterable[Span]) -> int:
    """Return the exercice that a day is in.

    A day in none of them is in the one that the nearest would make if it were repeated (a year
    from September to August stays so); without any exercice, the calendar year.
    """
    spans = list(spans)
    for span in spans:
        if span.holds(day):
            return span.year
    if not spans:
        return day.year
    nearest = min(spans, key=lambda span: abs((span.starts_on - day).days))
    years = day.year - nearest.starts_on.year
    return nearest.year + (years if day >= _moved(nearest.starts_on, years) else years - 1)


def span_like(year: int, spans: Iterable[Span]) -> Span:
    """Return the dates that an exercice has when nobody tells: those of the nearest, moved."""
    calendar = Span(year, date(year, 1, 1), date(year, 12, 31))
    nearest = min(spans, key=lambda span: abs(span.year - year), default=calendar)
    return nearest.moved(year - nearest.year)


def year_before(day: date) -> date:
    """Return the same day a year before; the 28th for a 29 February."""
    return _moved(day, -1)


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
