"""What more money brings, in stairs: a gain is sure from the amount where it was computed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import Canvas, Drawing, Shape, Spot, Svg, Words, at
from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 400.0, 214.0
LEFT, RIGHT, TOP, BASE = 52.0, 380.0, 28.0, 172.0
MOST_LABELS = 6  # beyond, the two ends alone are labelled; the table has them all

WORDS: Words = {
    "empty": Text("Rien à montrer.", "Nothing to show."),
    "step": Text("{x} : {y}.", "{x}: {y}."),
    "least": Text("au moins {y}", "at least {y}"),
}


@dataclass(frozen=True, slots=True)
class Stair:
    """What an amount in euros brings, in percent; `is_proved` unless it may bring more.

    `told` is what it does, for the table; the one `here` is where we stand.
    """

    amount: Decimal
    gain: Decimal
    is_proved: bool = True
    told: str = ""
    here: bool = False


def stairs(
    steps: Iterable[Stair],
    *,
    title: str,
    columns: tuple[str, str, str],
    language: Language,
    prefix: str,
) -> Drawing:
    """Return the stairs by amount; nothing is drawn without two of them.

    The columns of its table name the axes of the chart: amount, gain, what it does.
    """
    found = sorted(steps, key=lambda stair: stair.amount)
    rows = tuple((_amount(stair, language), _gain(stair, language), stair.told) for stair in found)
    if len(found) < 2:
        return Drawing(Svg(""), WORDS["empty"].say(language), columns, rows)
    canvas = _Plot(found, language)
    canvas.draw_axes(*columns[:2])
    canvas.draw_line()
    canvas.draw_marks()
    description = " ".join(WORDS["step"].say(language).format(x=x, y=y) for x, y, _ in rows)
    svg = canvas.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _amount(stair: Stair, language: Language) -> str:
    return numbers.money(stair.amount, language, unit="k€")


def _gain(stair: Stair, language: Language) -> str:
    text = numbers.percent(stair.gain, language)
    return text if stair.is_proved else WORDS["least"].say(language).format(y=text)


class _Plot(Canvas):
    def __init__(self, found: list[Stair], language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.found, self.language = found, language
        self.across = axis_through_zero([stair.amount for stair in found])
        self.up = axis_through_zero([stair.gain for stair in found], most=4)

    def x(self, amount: Decimal) -> float:
        return LEFT + (RIGHT - LEFT) * self.across.ratio(amount)

    def y(self, gain: Decimal) -> float:
        return BASE - (BASE - TOP) * self.up.ratio(gain)

    def draw_axes(self, amount_word: str, gain_word: str) -> None:
        for tick in self.up.ticks:
            y = self.y(tick)
            self.path(f"M{at(LEFT)} {at(y)}H{at(RIGHT)}", "i" if tick == 0 else "x")
            text = numbers.percent(tick, self.language, decimals=self.up.decimals)
            self.text(text, Spot(LEFT - 6, y + 4, "end"), "tm")
        for tick in self.across.ticks:
            x = self.x(tick)
            self.path(f"M{at(x)} {at(BASE)}V{at(BASE + 5)}", "i")
            text = numbers.number(tick.scaleb(-3), self.language)
            self.text(text, Spot(x, BASE + 19, "mid"), "tm", room=52)
        amounts = local(f"{amount_word} (k€)", self.language)
        self.text(amounts, Spot(RIGHT, BASE + 36, "end"), "tm")
        self.text(gain_word, Spot(2, 12), "tm")

    def draw_line(self) -> None:
        first, *others = self.found
        line = f"M{at(self.x(first.amount))} {at(self.y(first.gain))}"
        for stair in others:
            line += f"H{at(self.x(stair.amount))}V{at(self.y(stair.gain))}"
        self.path(line, "i w2", fill="none")

    def draw_marks(self) -> None:
        found = self.found
        for stair in found:
            x, y = self.x(stair.amount), self.y(stair.gain)
            if stair.here:
                self.circle(x, y, 6, "fa a")
            else:
                self.sounding(x, y, Shape.FULL if stair.is_proved else Shape.HOLLOW, radius=4)
        shown = ""
        for stair in [found[0], found[-1]] if len(found) > MOST_LABELS else found:
            text = numbers.percent(stair.gain, self.language)
            if text == shown:
                continue  # a flat stair is labelled once, where it begins
            shown = text
            x, y = self.x(stair.amount), self.y(stair.gain)
            spots = (Spot(x, y - 9, "mid"), Spot(x - 7, y - 7, "end"), Spot(x + 8, y + 16))
            self.label(text, spots, "tb")
