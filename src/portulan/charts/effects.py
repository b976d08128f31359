"""What each action spares, the most first: a point at the median, a line from low to high.

Hollow before, half under way, full once measured. An effect whose figures give no interval has
no line. One below 0 does harm, and stands on the other side of the axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import (
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
from portulan.core.say.text import Language, Text

WIDTH, STEP, RADIUS = 400.0, 24.0, 5.0
MOST_NAME, MOST_VALUE, TOP = 190.0, 44.0, 8.0

WORDS: Words = {
    "empty": Text("Aucun effet chiffré.", "No effect with a number."),
    "effect": Text("{name}\u00a0: {value}.", "{name}: {value}."),
    "between": Text(
        "{name}\u00a0: {value}, de {low} à {high}.", "{name}: {value}, from {low} to {high}."
    ),
    "columns": Text(
        "Action|Médiane (tCO2e)|5e centile|95e centile",
        "Action|Median (tCO2e)|5th percentile|95th percentile",
    ),
    "unit": Text("tCO2e par an", "tCO2e a year"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action spares, in tonnes of CO2e a year: below 0, it adds some."""

    name: str
    low: Decimal
    median: Decimal
    high: Decimal
    shape: Shape = Shape.HOLLOW


def effects_chart(
    effects: Iterable[Effect], *, title: str, language: Language, prefix: str
) -> Drawing:
    """Return the effects in their order; nothing is drawn without one."""
    words, found = in_language(WORDS, language), list(effects)
    columns = tuple(words["columns"].split("|"))

    def tonnes(value: Decimal) -> str:
        return numbers.number(numbers.rounded(value, 1), language, decimals=1)

    rows = tuple((one.name, *map(tonnes, (one.median, one.low, one.high))) for one in found)
    if not found:
        return Drawing(Svg(""), words["empty"], columns, rows)
    said = " ".join(
        words["effect" if low == high else "between"].format(
            name=name, value=value, low=low, high=high
        )
        for name, value, low, high in rows
    )
    plot = _Plot(found, [value for _name, value, _low, _high in rows], language)
    plot.draw(words["unit"])
    return Drawing(plot.svg(title=title, description=said, prefix=prefix), said, columns, rows)


class _Plot(Canvas):
    def __init__(
        self, effects: Sequence[Effect], values: Sequence[str], language: Language
    ) -> None:
        super().__init__(WIDTH, TOP + STEP * len(effects) + 40)
        self.effects, self.values, self.language = effects, values, language
        self.left = min(max(text_width(one.name) for one in effects) + 18, MOST_NAME)
        self.right = WIDTH - MOST_VALUE
        self.axis = axis_through_zero(
            end for one in effects for end in (one.low, one.median, one.high)
        )
        self.base = TOP + STEP * len(effects)

    def x(self, value: Decimal) -> float:
        return self.left + (self.right - self.left) * self.axis.ratio(value)

    def draw(self, unit: str) -> None:
        for tick in self.axis.ticks:
            x = at(self.x(tick))
            self.path(f"M{x} {at(TOP)}V{at(self.base)}", "i" if tick == 0 else "x")
            said = numbers.number(tick, self.language, decimals=self.axis.decimals)
            self.text(said, Spot(self.x(tick), self.base + 16, "mid"), "tm")
        self.text(unit, Spot(self.right, self.base + 34, "end"), "tm")
        for place, (one, value) in enumerate(zip(self.effects, self.values, strict=True)):
            y = TOP + STEP * (place + 0.5)
            self.text(one.name, Spot(self.left - 14, y + 4, "end"), room=self.left - 16)
            self._draw_effect(one, y)
            end = max(self.x(one.high), self.x(one.median) + RADIUS)
            self.text(value, Spot(end + 8, y + 4), "tb")

    def _draw_effect(self, one: Effect, y: float) -> None:
        left, right = self.x(one.low), self.x(one.high)
        if right > left:
            self.path(f"M{at(left)} {at(y)}H{at(right)}", "i w3")
            caps = "".join(f"M{at(x)} {at(y - 5)}V{at(y + 5)}" for x in (left, right))
            self.path(caps, "i w2")
        self.sounding(self.x(one.median), y, one.shape, radius=RADIUS)
