"""Abatement costs: a bar per action, as wide as what it spares, as high as what a tonne costs.

A curve to be read with caution (Kesicki & Ekins, Climate Policy 12, 2012): negative costs prefer,
of two actions that pay for themselves, the one that spares less, so they stand apart and unranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language
from portulan.web.charts.axis import Axis, axis_through_zero
from portulan.web.charts.canvas import Box, Canvas, Drawing, Spot, Svg, at

WIDTH, HEIGHT = 400.0, 236.0
LEFT, RIGHT, TOP, BASE = 58.0, 392.0, 28.0, 192.0
NARROWEST, AIR, APART = 3.0, 2.0, 18.0  # the least bar, between two bars, before those ranked

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucun coût d’abattement connu.",
        "bar": "{name} : {cost} par tonne, {tonnes} t par an.",
        "columns": "Action|tCO2e par an|€ par tonne|Intervalle",
        "up": "€ par tonne",
        "across": "largeur : tCO2e par an",
        "unranked": "non classées",
        "interval": "{low} à {high}",
    },
    "en": {
        "empty": "No abatement cost is known.",
        "bar": "{name}: {cost} a tonne, {tonnes} t a year.",
        "columns": "Action|tCO2e a year|€ a tonne|Interval",
        "up": "€ a tonne",
        "across": "width: tCO2e a year",
        "unranked": "not ranked",
        "interval": "{low} to {high}",
    },
}


@dataclass(frozen=True, slots=True)
class AbatementBar:
    """An action: what it spares a year, in tonnes, over 0; euros per tonne, with their interval.

    `mark` is what stands over the bar: the number of the action.
    """

    name: str
    mark: str
    tonnes: Decimal
    cost: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Abatement:
    title: str
    bars: tuple[AbatementBar, ...]


def in_order(bars: Sequence[AbatementBar]) -> tuple[list[AbatementBar], list[AbatementBar]]:
    """Return those below 0, by what they spare, then the others, the cheapest tonne first."""
    below = sorted((bar for bar in bars if bar.cost < 0), key=lambda bar: (-bar.tonnes, bar.name))
    over = sorted((bar for bar in bars if bar.cost >= 0), key=lambda bar: (bar.cost, bar.name))
    return below, over


def abatement(chart: Abatement, *, language: Language, prefix: str) -> Drawing:
    """Return the bars; nothing is drawn without one."""
    words = WORDS[language]
    below, over = in_order([bar for bar in chart.bars if bar.tonnes > 0])
    bars = [*below, *over]
    columns = tuple(local(words["columns"], language).split("|"))
    rows = tuple(_row(bar, language) for bar in bars)
    if not bars:
        return Drawing(Svg(""), words["empty"], columns, rows)
    axis = axis_through_zero([end for bar in bars for end in (bar.cost, bar.low, bar.high)])
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_axis(canvas, axis, language)
    for bar, left, right in _placed(below, over):
        _draw_bar(canvas, axis, bar, left, right)
    if below:
        canvas.text(words["unranked"], Spot(LEFT + 2, BASE + 20), "tm")
    canvas.text(words["across"], Spot(RIGHT, BASE + 36, "end"), "tm")
    description = " ".join(
        words["bar"].format(
            name=bar.name,
            cost=numbers.money(bar.cost, language, decimals=0),
            tonnes=numbers.number(bar.tonnes, language, decimals=1),
        )
        for bar in bars
    )
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _row(bar: AbatementBar, language: Language) -> tuple[str, ...]:
    interval = numbers.UNKNOWN
    if bar.low is not None and bar.high is not None:
        ends = [numbers.number(end, language, decimals=0) for end in (bar.low, bar.high)]
        interval = WORDS[language]["interval"].format(low=ends[0], high=ends[1])
    return (
        bar.name,
        numbers.number(bar.tonnes, language, decimals=1),
        numbers.number(bar.cost, language, decimals=0),
        interval,
    )


def _placed(
    below: Sequence[AbatementBar], over: Sequence[AbatementBar]
) -> Iterator[tuple[AbatementBar, float, float]]:
    """Yield each bar with its left and right ends."""
    bars = [*below, *over]
    apart = APART if below and over else 0.0
    spared = sum((bar.tonnes for bar in bars), Decimal(0))
    room = RIGHT - LEFT - apart - AIR * len(bars) - NARROWEST * len(bars)
    x = LEFT
    for index, bar in enumerate(bars):
        if index == len(below) and below:
            x += apart
        width = NARROWEST + max(0.0, room) * float(bar.tonnes / spared)
        yield bar, x, x + width
        x += width + AIR


def _y(axis: Axis, cost: Decimal) -> float:
    return BASE - (BASE - TOP) * axis.ratio(cost)


def _draw_axis(canvas: Canvas, axis: Axis, language: Language) -> None:
    for tick in axis.ticks:
        y = _y(axis, tick)
        canvas.path(f"M{at(LEFT)} {at(y)}H{at(RIGHT)}", "i" if tick == 0 else "x")
        text = numbers.number(tick, language, decimals=axis.decimals)
        canvas.text(text, Spot(LEFT - 6, y + 4, "end"), "tm")
    canvas.text(local(WORDS[language]["up"], language), Spot(2, 12), "tm")


def _draw_bar(canvas: Canvas, axis: Axis, bar: AbatementBar, left: float, right: float) -> None:
    zero, end = _y(axis, Decimal(0)), _y(axis, bar.cost)
    fill = "fp i w2" if bar.cost < 0 else "fe"
    canvas.path(f"M{at(left)} {at(end)}H{at(right)}V{at(zero)}H{at(left)}Z", fill)
    canvas.reserve(Box(left, min(zero, end), right, max(zero, end)))
    middle = (left + right) / 2
    tips = [end]
    if bar.low is not None and bar.high is not None:
        ends = [_y(axis, bar.low), _y(axis, bar.high)]
        tips += ends
        canvas.path(f"M{at(middle)} {at(ends[0])}V{at(ends[1])}", "i w2")
        canvas.reserve_line(middle, min(ends), middle, max(ends))
    spots = [Spot(middle, min(*tips, zero) - 5 - lift, "mid") for lift in (0.0, 13.0, 26.0)]
    canvas.label(bar.mark, (*spots, Spot(middle, max(*tips, zero) + 13, "mid")), "tb")
