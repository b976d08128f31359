"""Amounts side by side, the largest first: where the money of a year goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.charts.canvas import (
    Canvas,
    Drawing,
    Spot,
    Svg,
    Words,
    at,
    clipped,
    in_language,
    text_width,
)
from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text

WIDTH, STEP, THICK = 400.0, 24.0, 12.0
MOST_NAME, MOST_VALUE = 0.6, 46.0  # of the width; units

WORDS: Words = {
    "empty": Text("Aucun montant à montrer.", "No amount to show."),
    "bar": Text("{name}\u00a0: {amount}.", "{name}: {amount}."),
    "columns": Text("Quoi|Montant (k€)", "What|Amount (k€)"),
}


@dataclass(frozen=True, slots=True)
class RankedBar:
    """What receives something, and how much, in euros."""

    name: str
    amount: Decimal


def ranked_bars(
    bars: Iterable[RankedBar],
    *,
    title: str,
    language: Language,
    prefix: str,
    width: float = WIDTH,
) -> Drawing:
    """Return the bars in thousands of euros, in their order; nothing without any.

    The wider it is, the longer the names that it writes whole.
    """
    words, found = in_language(WORDS, language), list(bars)
    columns = tuple(local(words["columns"], language).split("|"))
    rows = tuple((bar.name, numbers.thousands(bar.amount, language)) for bar in found)
    if not found:
        return Drawing(Svg(""), words["empty"], columns, rows)
    said = " ".join(
        words["bar"].format(name=bar.name, amount=numbers.money(bar.amount, language, unit="k€"))
        for bar in found
    )
    plot = _Plot(found, language, width)
    plot.draw()
    return Drawing(plot.svg(title=title, description=said, prefix=prefix), said, columns, rows)


class _Plot(Canvas):
    def __init__(self, bars: Sequence[RankedBar], language: Language, width: float) -> None:
        super().__init__(width, STEP * len(bars) + 8)
        self.bars, self.language = bars, language
        widest = max(text_width(bar.name) for bar in bars)
        self.left = min(max(widest + 10, 40.0), MOST_NAME * width)
        largest = max((bar.amount for bar in bars), default=Decimal(0))
        self.unit = (width - self.left - MOST_VALUE) / float(largest) if largest > 0 else 0.0

    def draw(self) -> None:
        self.path(f"M{at(self.left)} 4V{at(self.bottom - 4)}", "i")
        d = ""
        for place, bar in enumerate(self.bars):
            y, width = 6 + place * STEP, max(0.0, float(bar.amount)) * self.unit
            if width:
                d += f"M{at(self.left)} {at(y)}h{at(width)}v{at(THICK)}h-{at(width)}Z"
            name = clipped(bar.name, self.left - 8)
            self.text(name, Spot(self.left - 8, y + 10, "end"))
            amount = numbers.thousands(bar.amount, self.language)
            self.text(amount, Spot(self.left + width + 8, y + 10), "tb")
        if d:
            self.path(d, "fi")
