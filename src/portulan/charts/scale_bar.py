"""A value, its interval and what it aims at, over the graduated edge of a chart."""

from __future__ import annotations

from decimal import Decimal

from portulan.charts.axis import Axis, axis_through_zero
from portulan.charts.canvas import Canvas, Drawing, Shape, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 400.0, 72.0
LEFT, RIGHT = 8.0, 388.0
LINE = 30.0  # where the interval and the value stand
EDGE = 48.5  # the upper line of the graduated edge

WORDS: Words = {
    "scale": Text("Échelle de {low} à {high}.", "Scale from {low} to {high}."),
    "entry": Text("{name}\u00a0: {value}.", "{name}: {value}."),
    "value": Text("Valeur", "Value"),
    "lower": Text("Bas de l’intervalle", "Low end of the interval"),
    "upper": Text("Haut de l’intervalle", "High end of the interval"),
    "aim": Text("Visé", "Aim"),
    "empty": Text("Valeur inconnue.", "Unknown value."),
    "columns": Text("Repère|Valeur", "Mark|Value"),
}


def scale_bar(
    value: Decimal | None,
    *,
    title: str,
    language: Language,
    prefix: str,
    shape: Shape = Shape.HOLLOW,
    lower: Decimal | None = None,
    upper: Decimal | None = None,
    aim: Decimal | None = None,
    value_word: str = "",
    lower_word: str = "",
    upper_word: str = "",
    aim_word: str = "",
    unit: str = "%",
) -> Drawing:
    """Return a value over its scale, in percent or a unit; nothing is drawn when none is known.

    The words name the ends of the interval and the aim, on the chart and in its table; without
    them the ends show bare numbers.
    """
    words = in_language(WORDS, language)
    columns = tuple(words["columns"].split("|"))
    entries = tuple(
        (name[:1].upper() + name[1:], _said(known, unit, language))
        for name, known in (
            (lower_word or words["lower"], lower),
            (value_word or words["value"], value),
            (upper_word or words["upper"], upper),
            (aim_word or words["aim"], aim),
        )
        if known is not None
    )
    if not entries:
        return Drawing(Svg(""), words["empty"], columns)
    canvas = _Scale(axis_through_zero((value, lower, upper, aim)), language, unit)
    ends = [canvas.said(end) for end in (canvas.axis.low, canvas.axis.high)]
    sentences = [words["scale"].format(low=ends[0], high=ends[1])]
    sentences += [words["entry"].format(name=name, value=told) for name, told in entries]
    canvas.draw_edge()
    canvas.draw_interval([end for end in (lower, upper) if end is not None])
    if aim is not None:
        canvas.draw_aim(aim, aim_word)
    if value is not None:
        canvas.sounding(canvas.x(value), LINE, shape, radius=7)
    canvas.label_end(lower, lower_word, -1)
    if upper != value:
        canvas.label_end(upper, upper_word, 1)
    description = " ".join(sentences)
    svg = canvas.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, entries)


def _said(value: Decimal, unit: str, language: Language, decimals: int = 1) -> str:
    if unit == "%":
        return numbers.percent(value, language, decimals=decimals)
    return f"{numbers.number(value, language, decimals=decimals)}\u00a0{unit}"


class _Scale(Canvas):
    def __init__(self, axis: Axis, language: Language, unit: str) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.axis, self.language, self.unit = axis, language, unit

    def x(self, value: Decimal) -> float:
        return LEFT + (RIGHT - LEFT) * self.axis.ratio(value)

    def number(self, value: Decimal, decimals: int = 1) -> str:
        return numbers.number(value, self.language, decimals=decimals)

    def said(self, tick: Decimal) -> str:
        return _said(tick, self.unit, self.language, self.axis.decimals)

    def draw_edge(self) -> None:
        """Draw the neatline: two hairlines, the first half of each graduation inked between."""
        ticks, decimals = self.axis.ticks, self.axis.decimals
        self.path(f"M{at(LEFT)} {EDGE}H{at(RIGHT)}M{at(LEFT)} {EDGE + 6}H{at(RIGHT)}", "i")
        half = (RIGHT - LEFT) / (len(ticks) - 1) / 2
        inked = (
            f"M{at(self.x(tick))} 50H{at(self.x(tick) + half)}V53H{at(self.x(tick))}Z"
            for tick in ticks[:-1]
        )
        self.path("".join(inked), "fi")
        room = 2 * half
        for tick in ticks[1:-1]:
            self.text(self.number(tick, decimals), Spot(self.x(tick), 70, "mid"), "tm", room=room)
        self.text(self.number(ticks[0], decimals), Spot(LEFT, 70), "tm", room=room)
        last = Spot(RIGHT, 70, "end")
        self.text(self.said(ticks[-1]), last, "tm", room=max(room * 0.75, 40))

    def draw_interval(self, ends: list[Decimal]) -> None:
        if not ends:
            return
        places = [self.x(end) for end in ends]
        left, right = min(places), max(places)
        if right > left:
            self.path(f"M{at(left)} {at(LINE)}H{at(right)}", "i w3")
        caps = "".join(f"M{at(x)} {at(LINE - 6)}V{at(LINE + 6)}" for x in places)
        self.path(caps, "i w2")
        self.reserve_line(left, LINE, right, LINE)

    def draw_aim(self, aim: Decimal, word: str) -> None:
        x = self.x(aim)
        self.path(f"M{at(x)} 17V58", "a w2")
        self.reserve_line(x, 18, x, 58)
        self.label(f"{word} {self.number(aim)}".strip(), (Spot(x, 11, "mid"),), "ta")

    def label_end(self, end: Decimal | None, word: str, side: int) -> None:
        """Name one end of the interval: beside it, else above, lifted until nothing is covered."""
        if end is None:
            return
        x, over = self.x(end), (LINE - 12, LINE - 33)
        beside = Spot(x - 8, LINE + 4, "end") if side < 0 else Spot(x + 8, LINE + 4)
        lifted = [Spot(x + 4, y, "end") if side < 0 else Spot(x - 4, y) for y in over]
        # At the very edge of the scale the label may have to run the other way.
        turned = [Spot(x, y, "mid") for y in (*over, LINE - 47)]
        self.label(f"{word} {self.number(end)}".strip(), (beside, *lifted, *turned), "")
