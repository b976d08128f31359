"""Abatement costs: a bar per action, as wide as what it spares, as high as what a tonne costs.

A curve to be read with caution (Kesicki & Ekins, Climate Policy 12, 2012): negative costs prefer,
of two actions that pay for themselves, the one that spares less, so they stand apart and unranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import Box, Canvas, Drawing, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.portfolio.abatement.reads import ActionWorth

WIDTH, HEIGHT = 400.0, 236.0
LEFT, RIGHT, TOP, BASE = 58.0, 392.0, 28.0, 192.0
NARROWEST, AIR, APART = 3.0, 2.0, 18.0  # the least bar, between two bars, before those ranked

WORDS: Words = {
    "empty": Text("Aucun coût d’abattement connu.", "No abatement cost is known."),
    "bar": Text(
        "{name} : {cost} par tonne, {tonnes} t par an.",
        "{name}: {cost} a tonne, {tonnes} t a year.",
    ),
    "columns": Text(
        "Action|tCO₂e par an|€ par tonne|Intervalle", "Action|tCO₂e a year|€ a tonne|Interval"
    ),
    "up": Text("€ par tonne", "€ a tonne"),
    "across": Text("largeur : tCO₂e par an", "width: tCO₂e a year"),
    "unranked": Text("non classées", "not ranked"),
    "interval": Text("{low} à {high}", "{low} to {high}"),
}


# An action and its cost of a tonne, in euros.
type Bar = tuple[ActionWorth, Decimal]


def in_order(rows: Iterable[ActionWorth]) -> tuple[list[Bar], list[Bar]]:
    """Return those below 0, by what they spare, then the others, the cheapest tonne first.

    One that spares nothing, or whose cost is unknown, has no bar.
    """
    bars = [
        (row, row.worth.per_tonne)
        for row in rows
        if row.worth.per_tonne is not None and row.worth.a_year > 0
    ]
    below = [(row, cost) for row, cost in bars if cost < 0]
    over = [(row, cost) for row, cost in bars if cost >= 0]
    return (
        sorted(below, key=lambda bar: (-bar[0].worth.a_year, bar[0].action.number)),
        sorted(over, key=lambda bar: (bar[1], bar[0].action.number)),
    )


def abatement(
    actions: Iterable[ActionWorth], *, title: str, language: Language, prefix: str
) -> Drawing:
    """Return the bars; nothing is drawn without one."""
    words = in_language(WORDS, language)
    below, over = in_order(actions)
    columns = tuple(local(words["columns"], language).split("|"))
    bars = [*below, *over]
    rows = tuple(_row(*bar, language) for bar in bars)
    if not bars:
        return Drawing(Svg(""), words["empty"], columns, rows)
    canvas = _Plot(below, over, language)
    canvas.draw_axis()
    for row, cost, left, right in _placed(below, over):
        canvas.draw_bar(row, cost, left, right)
    if below:
        canvas.text(words["unranked"], Spot(LEFT + 2, BASE + 20), "tm")
    canvas.text(words["across"], Spot(RIGHT, BASE + 36, "end"), "tm")
    description = " ".join(
        words["bar"].format(
            name=told[0], tonnes=told[1], cost=numbers.money(cost, language, decimals=0)
        )
        for (_, cost), told in zip(bars, rows, strict=True)
    )
    svg = canvas.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _row(row: ActionWorth, cost: Decimal, language: Language) -> tuple[str, ...]:
    interval = numbers.UNKNOWN
    low, high = row.worth.per_tonne_low, row.worth.per_tonne_high
    if low is not None and high is not None:
        ends = [numbers.number(end, language, decimals=0) for end in (low, high)]
        interval = WORDS["interval"].say(language).format(low=ends[0], high=ends[1])
    return (
        f"{row.action.number}. {row.action.title}",
        numbers.number(row.worth.a_year.scaleb(-3), language, decimals=1),
        numbers.number(cost, language, decimals=0),
        interval,
    )


def _placed(
    below: list[Bar], over: list[Bar]
) -> Iterator[tuple[ActionWorth, Decimal, float, float]]:
    """Yield each bar with its left and right ends."""
    bars = [*below, *over]
    apart = APART if below and over else 0.0
    spared = sum((row.worth.a_year for row, _ in bars), Decimal(0))
    room = RIGHT - LEFT - apart - AIR * len(bars) - NARROWEST * len(bars)
    x = LEFT
    for index, (row, cost) in enumerate(bars):
        if index == len(below) and below:
            x += apart
        width = NARROWEST + max(0.0, room) * float(row.worth.a_year / spared)
        yield row, cost, x, x + width
        x += width + AIR


class _Plot(Canvas):
    def __init__(self, below: list[Bar], over: list[Bar], language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.language = language
        self.axis = axis_through_zero(
            end
            for row, cost in (*below, *over)
            for end in (cost, row.worth.per_tonne_low, row.worth.per_tonne_high)
        )

    def y(self, cost: Decimal) -> float:
        return BASE - (BASE - TOP) * self.axis.ratio(cost)

    def draw_axis(self) -> None:
        for tick in self.axis.ticks:
            y = self.y(tick)
            self.path(f"M{at(LEFT)} {at(y)}H{at(RIGHT)}", "i" if tick == 0 else "x")
            text = numbers.number(tick, self.language, decimals=self.axis.decimals)
            self.text(text, Spot(LEFT - 6, y + 4, "end"), "tm")
        self.text(local(WORDS["up"].say(self.language), self.language), Spot(2, 12), "tm")

    def draw_bar(self, row: ActionWorth, cost: Decimal, left: float, right: float) -> None:
        zero, end = self.y(Decimal(0)), self.y(cost)
        fill = "fp i w2" if cost < 0 else "fe"
        self.path(f"M{at(left)} {at(end)}H{at(right)}V{at(zero)}H{at(left)}Z", fill)
        self.reserve(Box(left, min(zero, end), right, max(zero, end)))
        middle = (left + right) / 2
        tips = [end]
        low, high = row.worth.per_tonne_low, row.worth.per_tonne_high
        if low is not None and high is not None:
            ends = [self.y(low), self.y(high)]
            tips += ends
            self.path(f"M{at(middle)} {at(ends[0])}V{at(ends[1])}", "i w2")
            self.reserve_line(middle, min(ends), middle, max(ends))
        spots = [Spot(middle, min(*tips, zero) - 5 - lift, "mid") for lift in (0.0, 13.0, 26.0)]
        under = Spot(middle, max(*tips, zero) + 13, "mid")
        self.label(str(row.action.number), (*spots, under), "tb")
