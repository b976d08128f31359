"""What more money brings, in stairs: a gain is sure from the amount where it was computed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language
from portulan.web.charts.axis import Axis, axis_through_zero
from portulan.web.charts.canvas import Canvas, Drawing, Shape, Spot, Svg, at

WIDTH, HEIGHT = 400.0, 214.0
LEFT, RIGHT, TOP, BASE = 52.0, 380.0, 28.0, 172.0
MOST_LABELS = 6  # beyond, the two ends alone are labelled; the table has them all

WORDS: dict[Language, dict[str, str]] = {
    "fr": {"empty": "Rien à montrer.", "step": "{x} : {y}.", "least": "au moins {y}"},
    "en": {"empty": "Nothing to show.", "step": "{x}: {y}.", "least": "at least {y}"},
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


@dataclass(frozen=True, slots=True)
class Stairs:
    """The stairs by amount; the words name the axes on the chart and the columns of its table."""

    title: str
    stairs: tuple[Stair, ...]
    amount_word: str
    gain_word: str
    told_word: str


@dataclass(frozen=True, slots=True)
class _Plot:
    across: Axis
    up: Axis

    def x(self, amount: Decimal) -> float:
        return LEFT + (RIGHT - LEFT) * self.across.ratio(amount)

    def y(self, gain: Decimal) -> float:
        return BASE - (BASE - TOP) * self.up.ratio(gain)


def stairs(chart: Stairs, *, language: Language, prefix: str) -> Drawing:
    """Return the stairs; nothing is drawn without two of them."""
    found = sorted(chart.stairs, key=lambda stair: stair.amount)
    columns = (chart.amount_word, chart.gain_word, chart.told_word)
    rows = tuple((_amount(stair, language), _gain(stair, language), stair.told) for stair in found)
    if len(found) < 2:
        return Drawing(Svg(""), WORDS[language]["empty"], columns, rows)
    plot = _Plot(
        axis_through_zero([stair.amount for stair in found]),
        axis_through_zero([stair.gain for stair in found], most=4),
    )
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_axes(canvas, plot, chart, language)
    _draw_line(canvas, plot, found)
    _draw_marks(canvas, plot, found, language)
    said = [
        WORDS[language]["step"].format(x=_amount(stair, language), y=_gain(stair, language))
        for stair in found
    ]
    description = " ".join(said)
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _amount(stair: Stair, language: Language) -> str:
    return numbers.money(stair.amount, language, unit="k€")


def _gain(stair: Stair, language: Language) -> str:
    text = numbers.percent(stair.gain, language)
    return text if stair.is_proved else WORDS[language]["least"].format(y=text)


def _draw_axes(canvas: Canvas, plot: _Plot, chart: Stairs, language: Language) -> None:
    for tick in plot.up.ticks:
        y = plot.y(tick)
        canvas.path(f"M{at(LEFT)} {at(y)}H{at(RIGHT)}", "i" if tick == 0 else "x")
        text = numbers.percent(tick, language, decimals=plot.up.decimals)
        canvas.text(text, Spot(LEFT - 6, y + 4, "end"), "tm")
    for tick in plot.across.ticks:
        x = plot.x(tick)
        canvas.path(f"M{at(x)} {at(BASE)}V{at(BASE + 5)}", "i")
        text = numbers.number(tick.scaleb(-3), language)
        canvas.text(text, Spot(x, BASE + 19, "mid"), "tm", room=52)
    canvas.text(local(f"{chart.amount_word} (k€)", language), Spot(RIGHT, BASE + 36, "end"), "tm")
    canvas.text(chart.gain_word, Spot(2, 12), "tm")


def _draw_line(canvas: Canvas, plot: _Plot, found: Sequence[Stair]) -> None:
    first = found[0]
    line = f"M{at(plot.x(first.amount))} {at(plot.y(first.gain))}"
    for stair in found[1:]:
        line += f"H{at(plot.x(stair.amount))}V{at(plot.y(stair.gain))}"
    canvas.path(line, "i w2", fill="none")


def _draw_marks(canvas: Canvas, plot: _Plot, found: Sequence[Stair], language: Language) -> None:
    for stair in found:
        x, y = plot.x(stair.amount), plot.y(stair.gain)
        if stair.here:
            canvas.circle(x, y, 6, "fa a")
        else:
            canvas.sounding(x, y, Shape.FULL if stair.is_proved else Shape.HOLLOW, radius=4)
    shown = ""
    crowded = len(found) > MOST_LABELS
    for stair in [found[0], found[-1]] if crowded else found:
        text = numbers.percent(stair.gain, language)
        if text == shown:
            continue  # a flat stair is labelled once, where it begins
        shown = text
        x, y = plot.x(stair.amount), plot.y(stair.gain)
        spots = (Spot(x, y - 9, "mid"), Spot(x - 7, y - 7, "end"), Spot(x + 8, y + 16))
        canvas.label(text, spots, "tb")
