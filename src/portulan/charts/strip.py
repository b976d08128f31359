"""Where one body stands among its peers: a point for each, the middle half, the median, and it.

A small one, of one account, stands in the cell of a table.

Points are in euros per inhabitant; far ones stand at the end of the axis and are counted. When
there are thousands, a point is for several and the caption says how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from portulan.charts.axis import Axis, axis_through_zero
from portulan.charts.canvas import Anchor, Canvas, Drawing, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 1216.0, 168.0
LEFT, RIGHT = 8.0, 1208.0
FLOOR, EDGE, BAR = 116.0, 134.5, 124.0
STEP = 6.0  # between the centres of two points
MOST_POINTS, HIGHEST = 450, 14

WORDS: Words = {
    "median": Text("médiane {value}", "median {value}"),
    "own": Text("{name}, au moins {value}", "{name}, at least {value}"),
    "said": Text(
        "{own}. Médiane {median}\u202f; la moitié centrale entre {q1} et {q3}. Pairs\u00a0: {n}.",
        "{own}. Median {median}; the middle half between {q1} and {q3}. Peers: {n}.",
    ),
    "few": Text("{own}. Pairs\u00a0: {n}.", "{own}. Peers: {n}."),
    "columns": Text("Repère|€ par habitant", "Mark|€ per inhabitant"),
    "rows": Text(
        "Premier quartile|Médiane|Troisième quartile|{name}, au moins",
        "First quartile|Median|Third quartile|{name}, at least",
    ),
    "several": Text("Un point pour {each} pairs.", "One point for {each} peers."),
    "far": Text(
        "Au-delà de {high}, comptés au bout\u00a0: {count}.",
        "Beyond {high}, counted at the end: {count}.",
    ),
    "empty": Text("Trop peu de pairs pour les dessiner.", "Too few peers to draw them."),
}


def strip(
    values: Sequence[Decimal],
    *,
    own: Decimal,
    quartiles: tuple[Decimal, Decimal, Decimal] | None,
    name: str,
    title: str,
    language: Language,
    prefix: str,
) -> Drawing:
    """Return the spread of the peers' values, the body's own among them."""
    words = in_language(WORDS, language)

    def euros(value: Decimal) -> str:
        return numbers.money(value, language, decimals=2)

    columns = tuple(words["columns"].split("|"))
    if quartiles is None:
        return Drawing(Svg(""), words["empty"], columns)
    low, median, high = quartiles
    rows = tuple(
        (label.format(name=name), euros(value))
        for label, value in zip(words["rows"].split("|"), (low, median, high, own), strict=True)
    )
    end = min(max(values), high + 3 * (high - low))  # the farthest would press all the others
    plot = _Strip(values, axis_through_zero([own, end, min(values)]), language)
    plot.draw_edge()
    plot.draw_points()
    plot.draw_middle(low, high)
    said_own = words["own"].format(name=name, value=euros(own))
    plot.mark(median, words["median"].format(value=euros(median)), "i w2", "h", left=own >= median)
    plot.mark(own, said_own, "a w2", "ta h", left=own < median)
    plot.circle(plot.x(own), BAR, 6, "fa")
    said = words["said"].format(
        own=said_own, median=euros(median),
        q1=euros(low), q3=euros(high), n=numbers.number(len(values), language),
    )  # fmt: skip
    notes = [
        words["several"].format(each=plot.each) if plot.each > 1 else "",
        words["far"].format(high=euros(plot.axis.high), count=plot.far) if plot.far else "",
    ]
    description = " ".join(filter(None, [said, *notes]))
    svg = plot.svg(title=title, description=description, prefix=prefix, classes="wide")
    return Drawing(svg, description, columns, rows)


MINI_LEFT, MINI_RIGHT = 4.0, 116.0


def mini_strip(own: Decimal, quartiles: tuple[Decimal, Decimal, Decimal] | None, axis: Axis) -> Svg:
    """Return one account in the cell of a table: the middle half, the median, the body’s own point.

    Hidden from assistive technology: the cells beside it hold its values. All rows of a table share
    an axis, which the head of the column says.
    """

    def x(value: Decimal) -> str:
        ratio = min(max(axis.ratio(value), 0.0), 1.0)
        return at(MINI_LEFT + ratio * (MINI_RIGHT - MINI_LEFT))

    marks = [f'<path d="M{at(MINI_LEFT)} 9H{at(MINI_RIGHT)}" class="x"/>']
    if quartiles is not None:
        low, median, high = quartiles
        marks.append(f'<path d="M{x(low)} 9H{x(high)}" class="i" stroke-width="5"/>')
        marks.append(f'<path d="M{x(median)} 3V15" class="i w2"/>')
    marks.append(f'<circle cx="{x(own)}" cy="9" r="5" class="fa"/>')
    drawn = "".join(marks)
    return Svg(f'<svg class="strip-mini" viewBox="0 0 120 18" aria-hidden="true">{drawn}</svg>')


class _Strip(Canvas):
    def __init__(self, values: Sequence[Decimal], axis: Axis, language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.axis, self.language = axis, language
        self.far = sum(value > axis.high for value in values)
        self.columns = Counter(round(self.x(value) / STEP) for value in values)
        tallest = max(self.columns.values(), default=0)
        self.each = max(1, -(-len(values) // MOST_POINTS), -(-tallest // HIGHEST))

    def x(self, value: Decimal) -> float:
        ratio = min(max(self.axis.ratio(value), 0.0), 1.0)
        return LEFT + ratio * (RIGHT - LEFT)

    def draw_edge(self) -> None:
        """Draw the axis as the edge of a chart: two lines, black one interval in two."""
        self.path(f"M{at(LEFT)} {EDGE}H{at(RIGHT)}M{at(LEFT)} {EDGE + 6}H{at(RIGHT)}", "i")
        ticks = self.axis.ticks
        bars = "".join(
            f"M{at(self.x(start))} {EDGE + 1.5}H{at(self.x(end))}v3H{at(self.x(start))}Z"
            for start, end in zip(ticks[::2], ticks[1::2], strict=False)
        )
        self.path(bars, "fi")
        for tick in ticks:
            anchor: Anchor = "" if tick == ticks[0] else "end" if tick == ticks[-1] else "mid"
            say = numbers.money if tick == ticks[-1] else numbers.number
            text = say(tick, self.language, decimals=self.axis.decimals)
            self.text(text, Spot(self.x(tick), 158, anchor), "tm")

    def draw_points(self) -> None:
        """Draw a point for each peer, or for several, as one path of round ends."""
        points = "".join(
            f"M{at(column * STEP)} {at(FLOOR - STEP * row)}h0"
            for column, count in sorted(self.columns.items())
            for row in range(-(-count // self.each))
        )
        self.path(points, "e", stroke_width="4", stroke_linecap="round")

    def draw_middle(self, low: Decimal, high: Decimal) -> None:
        left, right = at(self.x(low)), at(self.x(high))
        self.path(f"M{left} {BAR}H{right}", "i w3")
        self.path(f"M{left} {BAR - 5}v10M{right} {BAR - 5}v10", "i w2")

    def mark(self, value: Decimal, words: str, line: str, css: str, *, left: bool) -> None:
        """Draw a value from top to edge, and name it on its side, above where that has no room."""
        x = self.x(value)
        self.path(f"M{at(x)} 26V131", line)
        near, far = (
            (Spot(x - 6, 20, "end"), Spot(x + 6, 8)),
            (Spot(x + 6, 20), Spot(x - 6, 8, "end")),
        )
        self.label(words, near if left else far, css)
