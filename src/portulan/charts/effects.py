"""What each action spares, the most first: a point at the median, a line from low to high.

Hollow before, half under way, full once measured. An effect whose figures give no interval has
no line. One below 0 does harm, and stands on the other side of the axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import Canvas, Drawing, Shape, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, LEFT, RIGHT, RADIUS = 400.0, 8.0, 350.0, 5.0
STEP, NAME = 36.0, 18.0  # of an action, and of its name above its own strip

WORDS: Words = {
    "empty": Text("Aucun effet chiffré.", "No effect with a number."),
    "effect": Text("{name}\u00a0: {value}.", "{name}: {value}."),
    "between": Text(
        "{name}\u00a0: {value}, de {low} à {high}.", "{name}: {value}, from {low} to {high}."
    ),
    "columns": Text(
        "Action|Médiane (tCO₂e)|5e centile|95e centile",
        "Action|Median (tCO₂e)|5th percentile|95th percentile",
    ),
    "unit": Text("tCO₂e par an", "tCO₂e a year"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action spares, in tonnes of CO₂e a year: below 0, it adds some."""

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
        super().__init__(WIDTH, STEP * len(effects) + 40)
        self.effects, self.values, self.language = effects, values, language
        ends = (end for one in effects for end in (one.low, one.median, one.high))
        self.axis = axis_through_zero(ends)
        self.base = STEP * len(effects)

    def x(self, value: Decimal) -> float:
        return LEFT + (RIGHT - LEFT) * self.axis.ratio(value)

    def draw(self, unit: str) -> None:
        """Draw the names, each over its own strip of the axis: no line crosses one."""
        strips = [place * STEP + NAME for place in range(len(self.effects))]
        for tick in self.axis.ticks:
            x = at(self.x(tick))
            lines = "".join(f"M{x} {at(top)}v{at(STEP - NAME)}" for top in strips)
            self.path(lines, "i" if tick == 0 else "x")
            said = numbers.number(tick, self.language, decimals=self.axis.decimals)
            self.text(said, Spot(self.x(tick), self.base + 16, "mid"), "tm")
        self.text(unit, Spot(RIGHT, self.base + 32, "end"), "tm")
        for top, one, value in zip(strips, self.effects, self.values, strict=True):
            self.text(one.name, Spot(LEFT - 6, top - 4))
            y = top + (STEP - NAME) / 2
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
