"""The share of the budget year by year, its stage, its interval, and the ambition voted.

A line joins only what compares. All of it is said in words and in a table as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import (
    Box,
    Canvas,
    Drawing,
    Shape,
    Spot,
    Svg,
    Words,
    at,
    in_language,
    text_width,
)
from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.budget.indicator.trajectory import TrajectoryYear
    from portulan.budget.words import Stage

WIDTH, HEIGHT = 600.0, 244.0
TOP, BASE = 24.0, 214.0
RIGHT = 590.0
YEARS_Y = 238.0
FIRST, LAST, WIDEST = 76.0, 496.0, 140.0  # centres of the first and last years, widest step

WORDS: Words = {
    "empty": Text("Aucun exercice à montrer.", "No fiscal year to show."),
    "ambition": Text("ambition", "ambition"),
    "point": Text(
        "{year}{stage}\u00a0: {value}{interval}{aim}{joined}.",
        "{year}{stage}: {value}{interval}{aim}{joined}.",
    ),
    "interval": Text(", intervalle {lower} à {upper}", ", interval {lower} to {upper}"),
    "aim": Text(", ambition {value}", ", ambition {value}"),
    "joined": Text(", relié à l’année d’avant", ", joined to the year before"),
    "columns": Text(
        "Exercice|Stade|NR (k€)|DSI (k€)|Part|Ambition",
        "Fiscal year|Stage|NR (k€)|IT (k€)|Share|Ambition",
    ),
    "perimeter": Text("Périmètre", "Perimeter"),
    "unknown": Text("non calculable", "not computable"),
    "not-yet": Text("pas encore connu", "not known yet"),
}


def trajectory(
    years: Iterable[TrajectoryYear],
    *,
    title: str,
    stage_name: Callable[[Stage | None], str],
    stage_shape: Callable[[Stage | None], Shape],
    language: Language,
    prefix: str,
) -> Drawing:
    """Return the trajectory; nothing is drawn without a single share or ambition."""
    words, points = in_language(WORDS, language), sorted(years, key=lambda point: point.year)
    several = len({point.perimeter for point in points}) > 1
    columns = (
        *local(words["columns"], language).split("|"),
        *([words["perimeter"]] if several else []),
    )
    rows = tuple(
        _row(point, stage_name(point.stage), language, several=several) for point in points
    )
    if not any(value is not None for point in points for value in (point.value, point.ambition)):
        return Drawing(Svg(""), words["empty"], columns, rows)
    canvas = _Plot(points, language)
    canvas.draw_grid()
    canvas.draw_strokes()
    canvas.draw_links()
    canvas.draw_labels(stage_shape)
    description = " ".join(
        _sentence(before, point, stage_name(point.stage), language)
        for before, point in pairwise([None, *points])
        if point
    )
    svg = canvas.svg(title=title, description=description, prefix=prefix, classes="big")
    return Drawing(svg, description, columns, rows)


def joined(before: TrajectoryYear, after: TrajectoryYear) -> bool:
    """Return whether a line may join two points: next years, same stage, nothing else apart."""
    return (
        before.value is not None
        and after.value is not None
        and after.year - before.year == 1
        and before.stage == after.stage
        and not after.obstacles
    )


def has_gap(point: TrajectoryYear) -> bool:
    """Return whether money is missing to keep the ambition of a year to come."""
    return (
        point.stage is None
        and point.gap is not None
        and point.gap > 0
        and point.value is not None
        and point.ambition is not None
        and point.ambition > point.value
    )


class _Plot(Canvas):
    def __init__(self, points: list[TrajectoryYear], language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.points, self.language = points, language
        self.axis = axis_through_zero(
            value
            for point in points
            for value in (point.value, point.lower, point.upper, point.ambition)
        )
        widest = max(text_width(self.number(tick, self.axis.decimals)) for tick in self.axis.ticks)
        self.left = min(max(34.0, widest + 12), 120.0)
        self.years = range(points[0].year, points[-1].year + 1)
        span, first = len(self.years) - 1, max(FIRST, self.left + 42)
        self.step = min(WIDEST, (LAST - first) / max(1, span))
        self.first = first + max(0.0, (LAST - FIRST - self.step * span) / 2)
        self.half = min(36.0, self.step * 0.27)  # of the stroke of an ambition

    def x(self, year: int) -> float:
        return self.first + (year - self.years[0]) * self.step

    def y(self, value: Decimal) -> float:
        return BASE - (BASE - TOP) * self.axis.ratio(value)

    def number(self, value: Decimal, decimals: int = 1) -> str:
        return numbers.number(value, self.language, decimals=decimals)

    def draw_grid(self) -> None:
        run = f"H{at(RIGHT)}"
        lines = [self.y(tick) for tick in self.axis.ticks if tick != 0]
        self.path("".join(f"M{at(self.left)} {at(y + 0.5)}{run}" for y in lines), "x")
        self.path(f"M{at(self.left)} {at(self.y(Decimal(0)) + 0.5)}{run}", "i")
        for tick in self.axis.ticks:
            text = self.number(tick, self.axis.decimals)
            self.text(text, Spot(self.left - 8, self.y(tick) + 5, "end"), "tm")
        every = max(1, int(-(-36 // self.step)))
        for year in self.years[::every]:
            self.text(str(year), Spot(self.x(year), YEARS_Y, "mid"))

    def draw_strokes(self) -> None:
        aims, intervals, half = "", "", self.half
        for point in self.points:
            x = self.x(point.year)
            if point.ambition is not None:
                y = self.y(point.ambition)
                aims += f"M{at(x - half)} {at(y)}H{at(x + half)}"
                self.reserve(Box(x - half, y - 2, x + half, y + 2))
            if point.lower is not None and point.upper is not None:
                low, high = self.y(point.lower), self.y(point.upper)
                caps = f"M{at(x - 6)} {at(low)}h12M{at(x - 6)} {at(high)}h12"
                intervals += f"M{at(x)} {at(low)}V{at(high)}{caps}"
                self.reserve(Box(x - 6, min(low, high), x + 6, max(low, high)))
        for d, classes in ((aims, "a w2"), (intervals, "e")):
            if d:
                self.path(d, classes)

    def draw_links(self) -> None:
        d = ""
        previous: TrajectoryYear | None = None
        for before, after in pairwise(self.points):
            if not joined(before, after) or before.value is None or after.value is None:
                continue
            start = (self.x(before.year), self.y(before.value))
            end = (self.x(after.year), self.y(after.value))
            d += "" if previous is before else f"M{at(start[0])} {at(start[1])}"
            d += f"L{at(end[0])} {at(end[1])}"
            self.reserve_line(*start, *end)
            previous = after
        if d:
            self.path(d, "i w2")

    def draw_labels(self, stage_shape: Callable[[Stage | None], Shape]) -> None:
        for point in self.points:
            if point.value is not None:
                shape = stage_shape(point.stage)
                self.sounding(self.x(point.year), self.y(point.value), shape)
        for point in self.points:
            if has_gap(point):
                self._draw_gap(point)
        word = f"{WORDS['ambition'].say(self.language)} "
        for point in self.points:
            if point.ambition is not None:
                self._label_ambition(point, point.ambition, word)
                word = ""
        for point in self.points:
            if point.value is not None:
                x, y = self.x(point.year), self.y(point.value)
                right = [Spot(x + 12, y + dy) for dy in (-11, 5, 18)]
                left = [Spot(x - 12, y + dy, "end") for dy in (-11, 18, 5)]
                around = [Spot(x, y - 14, "mid"), Spot(x, y + 24, "mid")]
                self.label(self.number(point.value), (*right, *left, *around), "tb h")

    def _draw_gap(self, point: TrajectoryYear) -> None:
        if point.value is None or point.ambition is None or point.gap is None:
            return
        x, low, high = self.x(point.year), self.y(point.value) - 10, self.y(point.ambition) + 3
        if low > high:
            self.path(f"M{at(x)} {at(low)}V{at(high)}", "a da")
            self.reserve_line(x, low, x, high)
        text = numbers.money(-point.gap, self.language, unit="k€", signed=True)
        middle = (low + high) / 2 + 5
        spots = (Spot(x + 9, middle), Spot(x + 42, middle), Spot(x - 9, middle, "end"))
        self.label(text, (*spots, Spot(x + 9, high - 9)), "ta h")

    def _label_ambition(self, point: TrajectoryYear, ambition: Decimal, word: str) -> None:
        x, y, half = self.x(point.year), self.y(ambition), self.half
        above, below = Spot(x, y - 9, "mid"), Spot(x, y + 16, "mid")
        left = [Spot(x - half - 5, y + dy, "end") for dy in (5, -4, 14)]
        right = [Spot(x + half + 5, y + 5), Spot(x + half + 5, y - 6)]
        lifted = Spot(x, y - 22, "mid")
        order = (above, *left) if has_gap(point) else (*left[:2], above, left[2])
        self.label(word + self.number(ambition), (*order, *right, below, lifted), "ta h")


def _sentence(
    before: TrajectoryYear | None, point: TrajectoryYear, stage: str, language: Language
) -> str:
    """Return a point in words, for who does not see the drawing."""
    words = in_language(WORDS, language)

    def percent(value: Decimal | None) -> str:
        return numbers.percent(value, language, none=_unknown(point, language))

    interval = point.lower is not None and point.upper is not None
    bounds = {"lower": percent(point.lower), "upper": percent(point.upper)}
    aim = words["aim"].format(value=percent(point.ambition))
    return words["point"].format(
        year=point.year,
        stage=f", {stage}",
        value=percent(point.value),
        interval=words["interval"].format(**bounds) if interval else "",
        aim=aim if point.ambition is not None else "",
        joined=words["joined"] if before is not None and joined(before, point) else "",
    )


def _unknown(point: TrajectoryYear, language: Language) -> str:
    return WORDS["not-yet" if point.is_unknown else "unknown"].say(language)


def _row(
    point: TrajectoryYear, stage: str, language: Language, *, several: bool
) -> tuple[str, ...]:
    cells = (
        str(point.year),
        stage,
        numbers.thousands(point.numerator, language),
        numbers.thousands(point.denominator, language),
        numbers.percent(point.value, language, none=_unknown(point, language)),
        numbers.percent(point.ambition, language),
    )
    perimeter = "" if point.perimeter is None else str(point.perimeter)
    return (*cells, perimeter) if several else cells
