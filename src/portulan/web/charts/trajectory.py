"""The share of the budget year by year, its stage, its interval, and the ambition voted.

What a trajectory shows: a point a year, and which of them a line may join.

A trajectory in words and in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language
from portulan.web.charts.axis import Axis, axis_through_zero
from portulan.web.charts.canvas import Box, Canvas, Drawing, Shape, Spot, Svg, at, text_width

WIDTH, HEIGHT = 600.0, 244.0
TOP, BASE = 24.0, 214.0
RIGHT = 590.0
YEARS_Y = 238.0
FIRST, LAST, WIDEST = 76.0, 496.0, 140.0  # centres of the first and last years, widest step


@dataclass(frozen=True, slots=True)
class _Plot:
    axis: Axis
    years: tuple[int, int]
    left: float
    step: float
    decimals: int
    language: Language

    def x(self, year: int) -> float:
        span = self.step * (self.years[1] - self.years[0])
        first = max(FIRST, self.left + 42) + max(0.0, (LAST - FIRST - span) / 2)
        return first + (year - self.years[0]) * self.step

    def y(self, value: Decimal) -> float:
        return BASE - (BASE - TOP) * self.axis.ratio(value)

    def text(self, value: Decimal) -> str:
        return numbers.number(value, self.language, decimals=self.decimals)


def trajectory(chart: Trajectory, *, language: Language, prefix: str) -> Drawing:
    """Return the trajectory; nothing is drawn without a single share or ambition."""
    points = tuple(sorted(chart.points, key=lambda point: point.year))
    columns, rows = tabulate(points, chart.decimals, language)
    if not any(value is not None for point in points for value in (point.value, point.ambition)):
        return Drawing(Svg(""), WORDS[language]["empty"], columns, rows)
    links = [pair for pair in pairwise(points) if joined(*pair)]
    description = describe(points, links, chart.decimals, language)
    plot = _plot(points, chart.decimals, language)
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_grid(canvas, plot)
    _draw_strokes(canvas, plot, points, links)
    _draw_labels(canvas, plot, points)
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix, classes="big")
    return Drawing(svg, description, columns, rows)


def _plot(points: Sequence[TrajectoryPoint], decimals: int, language: Language) -> _Plot:
    axis = axis_through_zero(
        value
        for point in points
        for value in (point.value, point.lower, point.upper, point.ambition)
    )
    widest = max(
        text_width(numbers.number(tick, language, decimals=axis.decimals)) for tick in axis.ticks
    )
    left = min(max(34.0, widest + 12), 120.0)
    years = (points[0].year, points[-1].year)
    room = LAST - max(FIRST, left + 42)
    step = min(WIDEST, room / max(1, years[1] - years[0]))
    return _Plot(axis, years, left, step, decimals, language)


def _draw_grid(canvas: Canvas, plot: _Plot) -> None:
    lines = [tick for tick in plot.axis.ticks if tick != 0]
    run = f"H{at(RIGHT)}"
    grid = (f"M{at(plot.left)} {at(plot.y(tick) + 0.5)}{run}" for tick in lines)
    canvas.path("".join(grid), "x")
    canvas.path(f"M{at(plot.left)} {at(plot.y(Decimal(0)) + 0.5)}{run}", "i")
    for tick in plot.axis.ticks:
        text = numbers.number(tick, plot.language, decimals=plot.axis.decimals)
        canvas.text(text, Spot(plot.left - 8, plot.y(tick) + 5, "end"), "tm")
    years = range(plot.years[0], plot.years[1] + 1)
    every = max(1, int(-(-36 // plot.step)))
    for year in years[::every]:
        canvas.text(str(year), Spot(plot.x(year), YEARS_Y, "mid"))


def _draw_strokes(
    canvas: Canvas,
    plot: _Plot,
    points: Sequence[TrajectoryPoint],
    links: Sequence[tuple[TrajectoryPoint, TrajectoryPoint]],
) -> None:
    half = min(36.0, plot.step * 0.27)
    aims, intervals = "", ""
    for point in points:
        x = plot.x(point.year)
        if point.ambition is not None:
            y = plot.y(point.ambition)
            aims += f"M{at(x - half)} {at(y)}H{at(x + half)}"
            canvas.reserve(Box(x - half, y - 2, x + half, y + 2))
        if point.lower is not None and point.upper is not None:
            low, high = plot.y(point.lower), plot.y(point.upper)
            caps = f"M{at(x - 6)} {at(low)}h12M{at(x - 6)} {at(high)}h12"
            intervals += f"M{at(x)} {at(low)}V{at(high)}{caps}"
            canvas.reserve(Box(x - 6, min(low, high), x + 6, max(low, high)))
    for d, classes in ((aims, "a w2"), (intervals, "e")):
        if d:
            canvas.path(d, classes)
    _draw_links(canvas, plot, links)


def _draw_links(
    canvas: Canvas, plot: _Plot, links: Sequence[tuple[TrajectoryPoint, TrajectoryPoint]]
) -> None:
    d = ""
    previous: TrajectoryPoint | None = None
    for before, after in links:
        if before.value is None or after.value is None:
            continue
        start = (plot.x(before.year), plot.y(before.value))
        end = (plot.x(after.year), plot.y(after.value))
        d += "" if previous is before else f"M{at(start[0])} {at(start[1])}"
        d += f"L{at(end[0])} {at(end[1])}"
        canvas.reserve_line(*start, *end)
        previous = after
    if d:
        canvas.path(d, "i w2")


def _draw_labels(canvas: Canvas, plot: _Plot, points: Sequence[TrajectoryPoint]) -> None:
    for point in points:
        if point.value is not None:
            canvas.sounding(plot.x(point.year), plot.y(point.value), point.shape)
    gaps = [point for point in points if has_gap(point)]
    for point in gaps:
        _draw_gap(canvas, plot, point)
    word = f"{WORDS[plot.language]['ambition']} "
    for point in points:
        if point.ambition is not None:
            _label_ambition(canvas, plot, point, word + plot.text(point.ambition))
            word = ""
    for point in points:
        if point.value is not None:
            x, y = plot.x(point.year), plot.y(point.value)
            right = [Spot(x + 12, y + dy) for dy in (-11, 5, 18)]
            left = [Spot(x - 12, y + dy, "end") for dy in (-11, 18, 5)]
            around = [Spot(x, y - 14, "mid"), Spot(x, y + 24, "mid")]
            canvas.label(plot.text(point.value), (*right, *left, *around), "tb h")


def _draw_gap(canvas: Canvas, plot: _Plot, point: TrajectoryPoint) -> None:
    if point.value is None or point.ambition is None or point.gap is None:
        return
    x, low, high = plot.x(point.year), plot.y(point.value) - 10, plot.y(point.ambition) + 3
    if low > high:
        canvas.path(f"M{at(x)} {at(low)}V{at(high)}", "a da")
        canvas.reserve_line(x, low, x, high)
    text = numbers.money(-point.gap, plot.language, unit="k€", signed=True)
    middle = (low + high) / 2 + 5
    spots = (Spot(x + 9, middle), Spot(x + 42, middle), Spot(x - 9, middle, "end"))
    canvas.label(text, (*spots, Spot(x + 9, high - 9)), "ta h")


def _label_ambition(canvas: Canvas, plot: _Plot, point: TrajectoryPoint, text: str) -> None:
    if point.ambition is None:
        return
    x, y = plot.x(point.year), plot.y(point.ambition)
    half = min(36.0, plot.step * 0.27)
    above, below = Spot(x, y - 9, "mid"), Spot(x, y + 16, "mid")
    left = [Spot(x - half - 5, y + dy, "end") for dy in (5, -4, 14)]
    right = [Spot(x + half + 5, y + 5), Spot(x + half + 5, y - 6)]
    lifted = Spot(x, y - 22, "mid")
    order = (above, *left) if has_gap(point) else (*left[:2], above, left[2])
    canvas.label(text, (*order, *right, below, lifted), "ta h")


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """A fiscal year. Shares are in percent; amounts in euros; None is unknown.

    `stage` is its name in the language of the page; points are joined only between consecutive
    years of equal stage, equal perimeter and equal costing policy. `gap`
    is the money missing to keep the ambition, drawn when positive.
    """

    year: int
    value: Decimal | None
    stage: str = ""
    shape: Shape = Shape.HOLLOW
    perimeter: str = ""
    costing: str | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    ambition: Decimal | None = None
    gap: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trajectory:
    title: str
    points: tuple[TrajectoryPoint, ...]
    decimals: int = 1


def joined(before: TrajectoryPoint, after: TrajectoryPoint) -> bool:
    """Return whether a line may join two points: next years, same stage, perimeter, policy."""
    return (
        before.value is not None
        and after.value is not None
        and after.year - before.year == 1
        and (before.stage, before.shape) == (after.stage, after.shape)
        and before.perimeter == after.perimeter
        and before.costing == after.costing
    )


def has_gap(point: TrajectoryPoint) -> bool:
    """Return whether money is missing to keep the ambition of the year."""
    return (
        point.gap is not None
        and point.gap > 0
        and point.value is not None
        and point.ambition is not None
        and point.ambition > point.value
    )


WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucun exercice à montrer.",
        "ambition": "ambition",
        "point": "{year}{stage} : {value}{interval}{aim}{joined}.",
        "interval": ", intervalle {lower} à {upper}",
        "aim": ", ambition {value}",
        "joined": ", relié à l’année d’avant",
        "columns": "Exercice|Stade|NR (k€)|DSI (k€)|Part|Ambition",
        "perimeter": "Périmètre",
        "unknown": "non calculable",
    },
    "en": {
        "empty": "No fiscal year to show.",
        "ambition": "ambition",
        "point": "{year}{stage}: {value}{interval}{aim}{joined}.",
        "interval": ", interval {lower} to {upper}",
        "aim": ", ambition {value}",
        "joined": ", joined to the year before",
        "columns": "Fiscal year|Stage|NR (k€)|IT (k€)|Share|Ambition",
        "perimeter": "Perimeter",
        "unknown": "not computable",
    },
}


def describe(
    points: Sequence[TrajectoryPoint],
    links: Sequence[tuple[TrajectoryPoint, TrajectoryPoint]],
    decimals: int,
    language: Language,
) -> str:
    """Return the points in sentences, for who does not see the drawing."""
    words = WORDS[language]
    ends = {id(after) for _, after in links}

    def percent(value: Decimal | None) -> str:
        return numbers.percent(value, language, decimals=decimals, none=words["unknown"])

    def sentence(point: TrajectoryPoint) -> str:
        interval = point.lower is not None and point.upper is not None
        bounds = {"lower": percent(point.lower), "upper": percent(point.upper)}
        aim = {"value": percent(point.ambition)}
        return words["point"].format(
            year=point.year,
            stage=f", {point.stage}" if point.stage else "",
            value=percent(point.value),
            interval=words["interval"].format(**bounds) if interval else "",
            aim=words["aim"].format(**aim) if point.ambition is not None else "",
            joined=words["joined"] if id(point) in ends else "",
        )

    return " ".join(sentence(point) for point in points)


def tabulate(
    points: Sequence[TrajectoryPoint], decimals: int, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the points as a table: its columns, then its rows."""
    words = WORDS[language]
    columns = tuple(local(words["columns"], language).split("|"))
    several = len({point.perimeter for point in points}) > 1

    def row(point: TrajectoryPoint) -> tuple[str, ...]:
        cells = (
            str(point.year),
            point.stage or numbers.UNKNOWN,
            numbers.thousands(point.numerator, language),
            numbers.thousands(point.denominator, language),
            numbers.percent(point.value, language, decimals=decimals, none=words["unknown"]),
            numbers.percent(point.ambition, language, decimals=decimals),
        )
        return (*cells, point.perimeter) if several else cells

    return (*columns, words["perimeter"]) if several else columns, tuple(map(row, points))
