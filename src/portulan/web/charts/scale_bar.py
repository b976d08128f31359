"""A value, its interval and what it aims at, over the graduated edge of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.web.charts.axis import Axis, axis_through_zero
from portulan.web.charts.canvas import Canvas, Drawing, Shape, Spot, Svg, at

WIDTH, HEIGHT = 400.0, 72.0
LEFT, RIGHT = 8.0, 388.0
LINE = 30.0  # where the interval and the value stand
EDGE = 48.5  # the upper line of the graduated edge

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "scale": "Échelle de {low} à {high}.",
        "entry": "{name} : {value}.",
        "value": "Valeur",
        "lower": "Bas de l’intervalle",
        "upper": "Haut de l’intervalle",
        "aim": "Visé",
        "empty": "Valeur inconnue.",
        "columns": "Repère|Valeur",
    },
    "en": {
        "scale": "Scale from {low} to {high}.",
        "entry": "{name}: {value}.",
        "value": "Value",
        "lower": "Low end of the interval",
        "upper": "High end of the interval",
        "aim": "Aim",
        "empty": "Unknown value.",
        "columns": "Mark|Value",
    },
}


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """What the scale shows; every number is in `unit`, and None when unknown.

    The words name the ends of the interval and the aim, on the chart and in its table; without
    them the ends show bare numbers. `step` sets the graduation, otherwise chosen.
    """

    title: str
    value: Decimal | None
    shape: Shape = Shape.HOLLOW
    lower: Decimal | None = None
    upper: Decimal | None = None
    aim: Decimal | None = None
    unit: str = "%"
    decimals: int = 1
    value_word: str = ""
    lower_word: str = ""
    upper_word: str = ""
    aim_word: str = ""
    step: Decimal | None = None


def scale_bar(chart: ScaleBar, *, language: Language, prefix: str) -> Drawing:
    """Return the scale bar; nothing is drawn when no number is known."""
    words = WORDS[language]
    entries = _entries(chart, language)
    columns = tuple(words["columns"].split("|"))
    if not entries:
        return Drawing(Svg(""), words["empty"], columns)
    axis = axis_through_zero(
        (chart.value, chart.lower, chart.upper, chart.aim), most=6, step=chart.step
    )
    ends = [_measure(end, axis.decimals, chart.unit, language) for end in (axis.low, axis.high)]
    sentences = [words["scale"].format(low=ends[0], high=ends[1])]
    sentences += [words["entry"].format(name=name, value=value) for name, value in entries]
    description = " ".join(sentences)
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_edge(canvas, axis, chart.unit, language)
    _draw_marks(canvas, chart, axis, language)
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, entries)


def _x(axis: Axis, value: Decimal) -> float:
    return LEFT + (RIGHT - LEFT) * axis.ratio(value)


def _measure(value: Decimal, decimals: int, unit: str, language: Language) -> str:
    text = numbers.number(value, language, decimals=decimals)
    if unit == "%":
        return numbers.percent(value, language, decimals=decimals)
    return f"{text}{numbers.NO_BREAK}{unit}" if unit else text


def _entries(chart: ScaleBar, language: Language) -> tuple[tuple[str, str], ...]:
    words = WORDS[language]
    named = (
        (chart.lower_word or words["lower"], chart.lower),
        (chart.value_word or words["value"], chart.value),
        (chart.upper_word or words["upper"], chart.upper),
        (chart.aim_word or words["aim"], chart.aim),
    )
    return tuple(
        (name[:1].upper() + name[1:], _measure(value, chart.decimals, chart.unit, language))
        for name, value in named
        if value is not None
    )


def _draw_edge(canvas: Canvas, axis: Axis, unit: str, language: Language) -> None:
    """Draw the neatline: two hairlines, the first half of every graduation inked between them."""
    ticks = axis.ticks
    canvas.path(f"M{at(LEFT)} {EDGE}H{at(RIGHT)}M{at(LEFT)} {EDGE + 6}H{at(RIGHT)}", "i")
    half = (RIGHT - LEFT) / (len(ticks) - 1) / 2
    inked = (
        f"M{at(_x(axis, tick))} 50H{at(_x(axis, tick) + half)}V53H{at(_x(axis, tick))}Z"
        for tick in ticks[:-1]
    )
    canvas.path("".join(inked), "fi")
    room = 2 * half
    for tick in ticks[1:-1]:
        text = numbers.number(tick, language, decimals=axis.decimals)
        canvas.text(text, Spot(_x(axis, tick), 70, "mid"), "tm", room=room)
    first = numbers.number(ticks[0], language, decimals=axis.decimals)
    canvas.text(first, Spot(LEFT, 70), "tm", room=room)
    last = _measure(ticks[-1], axis.decimals, unit, language)
    canvas.text(last, Spot(RIGHT, 70, "end"), "tm", room=max(room * 0.75, 40))


def _draw_marks(canvas: Canvas, chart: ScaleBar, axis: Axis, language: Language) -> None:
    ends = [_x(axis, end) for end in (chart.lower, chart.upper) if end is not None]
    if ends:
        left, right = min(ends), max(ends)
        if right > left:
            canvas.path(f"M{at(left)} {at(LINE)}H{at(right)}", "i w3")
        caps = "".join(f"M{at(x)} {at(LINE - 6)}V{at(LINE + 6)}" for x in ends)
        canvas.path(caps, "i w2")
        canvas.reserve_line(left, LINE, right, LINE)
    if chart.aim is not None:
        aim = _x(axis, chart.aim)
        canvas.path(f"M{at(aim)} 17V58", "a w2")
        canvas.reserve_line(aim, 18, aim, 58)
        text = f"{chart.aim_word} {numbers.number(chart.aim, language, decimals=chart.decimals)}"
        canvas.label(text.strip(), (Spot(aim, 11, "mid"),), "ta")
    if chart.value is not None:
        canvas.sounding(_x(axis, chart.value), LINE, chart.shape, radius=7)
    _label_end(canvas, axis, chart.lower, chart.lower_word, -1, chart.decimals, language)
    if chart.upper != chart.value:
        _label_end(canvas, axis, chart.upper, chart.upper_word, 1, chart.decimals, language)


def _label_end(
    canvas: Canvas,
    axis: Axis,
    end: Decimal | None,
    word: str,
    side: int,
    decimals: int,
    language: Language,
) -> None:
    """Name one end of the interval: beside it, else above, lifted until nothing is covered."""
    if end is None:
        return
    text = f"{word} {numbers.number(end, language, decimals=decimals)}".strip()
    x = _x(axis, end)
    beside = Spot(x - 8, LINE + 4, "end") if side < 0 else Spot(x + 8, LINE + 4)
    lifted = [Spot(x + 4, y, "end") if side < 0 else Spot(x - 4, y) for y in (LINE - 12, LINE - 33)]
    # At the very edge of the scale the label may have to run the other way.
    turned = [Spot(x, y, "mid") for y in (LINE - 12, LINE - 33, LINE - 47)]
    canvas.label(text, (beside, *lifted, *turned), "")
