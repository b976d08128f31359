"""What the public accounts say over the years: a line joins two years of the same nomenclature.

Where the nomenclature changes, accounts move by that alone: the break is drawn and nothing crosses.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import Canvas, Drawing, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.observatory.reads import PastYear

WIDTH, HEIGHT = 400.0, 168.0
TOP, BASE = 44.0, 136.5

WORDS: Words = {
    "break": Text("rupture", "break"),
    "year": Text(
        "{year} ({family})\u00a0: {own}, médiane {median}.",
        "{year} ({family}): {own}, median {median}.",
    ),
    "broken": Text(
        "Rupture en {year}\u00a0: {before} puis {after}.",
        "Break in {year}: {before}, then {after}.",
    ),
    "columns": Text(
        "Exercice|Nomenclature|€ par habitant|Médiane de la strate",
        "Fiscal year|Nomenclature|€ per inhabitant|Median of the stratum",
    ),
    "empty": Text(
        "Aucune année ne se rapporte à une population connue.",
        "No year relates to a known population.",
    ),
}


def public_years(
    years: Sequence[PastYear], *, title: str, language: Language, prefix: str
) -> Drawing:
    """Return the years of a body and of the median of its stratum, cut at each break."""
    words = in_language(WORDS, language)

    def euros(value: Decimal | None) -> str:
        return numbers.number(value, language, decimals=2)

    columns = tuple(words["columns"].split("|"))
    rows = tuple((str(one.year), one.family, euros(one.own), euros(one.median)) for one in years)
    if not any(one.own is not None for one in years):
        return Drawing(Svg(""), words["empty"], columns, rows)
    description = " ".join([*(_sentence(one, language) for one in years), *_breaks(years, words)])
    plot = _Years(years, language)
    plot.draw_joints()
    plot.draw_years()
    svg = plot.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _sentence(one: PastYear, language: Language) -> str:
    own, median = (numbers.number(value, language, decimals=2) for value in (one.own, one.median))
    words = WORDS["year"].say(language)
    return words.format(year=one.year, family=one.family, own=own, median=median)


def _breaks(years: Sequence[PastYear], words: dict[str, str]) -> list[str]:
    return [
        words["broken"].format(year=after.year, before=before.family, after=after.family)
        for before, after in pairwise(years)
        if before.family != after.family
    ]


class _Years(Canvas):
    def __init__(self, years: Sequence[PastYear], language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.years, self.language = years, language
        self.axis = axis_through_zero(value for one in years for value in (one.own, one.median))
        self.step = (WIDTH - 60) / (len(years) - 1) if len(years) > 1 else 0.0
        self.path(f"M8 {BASE}H392", "i")

    def spot(self, index: float, value: Decimal) -> tuple[float, float]:
        return 30 + self.step * index, BASE - (BASE - TOP) * self.axis.ratio(value)

    def draw_joints(self) -> None:
        """Draw a line between two years that compare, and the break between two that do not."""
        for index, (before, after) in enumerate(pairwise(self.years)):
            if before.family != after.family:
                x = 30 + self.step * (index + 0.5)
                self.path(f"M{at(x)} 8V150", "a da")
                self.text(WORDS["break"].say(self.language), Spot(x - 6, 16, "end"), "ta h")
                self.text(f"{before.family} → {after.family}", Spot(x + 6, 16), "ta h")
            elif joins(before, after) and before.own is not None and after.own is not None:
                (x0, y0), (x1, y1) = self.spot(index, before.own), self.spot(index + 1, after.own)
                self.path(f"M{at(x0)} {at(y0)}L{at(x1)} {at(y1)}", "i w2")
                self.reserve_line(x0, y0, x1, y1)

    def draw_years(self) -> None:
        for index, one in enumerate(self.years):
            x, _ = self.spot(index, Decimal(0))
            self.text(str(one.year), Spot(x, 156, "mid"), "tm")
            if one.median is not None:
                _, y = self.spot(index, one.median)
                self.path(f"M{at(x - 18)} {at(y)}H{at(x + 18)}", "e w3")
            if one.own is not None:
                self.circle(*self.spot(index, one.own), 5, "fi")
        for index, one in enumerate(self.years):
            for value, css in ((one.own, "tb h"), (one.median, "tm h")):
                if value is not None:
                    x, y = self.spot(index, value)
                    told = numbers.number(value, self.language, decimals=2)
                    self.label(told, [Spot(x, y - 12, "mid"), Spot(x, y + 18, "mid")], css)


def joins(before: PastYear, after: PastYear) -> bool:
    """Return whether a line may join two years: they follow, in one nomenclature, both known."""
    return (
        before.family == after.family
        and after.year - before.year == 1
        and None not in (before.own, after.own)
    )
