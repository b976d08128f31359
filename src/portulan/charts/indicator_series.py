"""An indicator year by year: its baseline, its readings, its target and the line expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import pairwise

from portulan.charts.canvas import (
    Canvas,
    Drawing,
    Spot,
    Svg,
    Words,
    at,
    in_language,
    text_width,
)
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 330.0, 178.0
TOP, BOTTOM, BASE = 32.0, 128.0, 150.0
LEFT, RIGHT, WIDEST = 30.0, 264.0, 78.0
LABELLED = 7  # beyond, only the first, the last, the lowest and the highest carry their value

WORDS: Words = {
    "empty": Text("Aucun relevé à montrer.", "No reading to show."),
    "reading": Text("{year}\u00a0: {value}.", "{year}: {value}."),
    "broken": Text(
        "{year}\u00a0: {value} (rupture, ne se compare pas aux années d’avant).",
        "{year}: {value} (break, not comparable with the years before).",
    ),
    "missing": Text("{year}\u00a0: pas de relevé.", "{year}: no reading."),
    "baseline": Text("{year}\u00a0: {value} (référence).", "{year}: {value} (baseline)."),
    "target": Text("Cible {year}\u00a0: {value}.", "Target {year}: {value}."),
    "none": Text("pas de relevé", "no reading"),
    "columns": Text("Année|Valeur|Attendu", "Year|Value|Expected"),
    "baseline_row": Text("{year} (référence)", "{year} (baseline)"),
    "target_row": Text("{year} (cible)", "{year} (target)"),
}


type Point = tuple[int, Decimal]  # a value of the indicator for a year, in its unit


def indicator_series(
    readings: Mapping[int, Decimal | None],
    *,
    title: str,
    language: Language,
    prefix: str,
    baseline: Point | None = None,
    target: Point | None = None,
    decimals: int | None = None,
    unit: str = "",
    breaks: Collection[int] = (),
) -> Drawing:
    """Return the series; nothing is drawn without a single known value.

    `readings` gives the last of each year, None where there is none: such a year takes nothing from
    a baseline of its own. No line leads to a year of `breaks`.
    """
    known = dict([baseline] if baseline else [])
    known |= {year: value for year, value in readings.items() if value is not None}
    found = sorted({*readings, *(end[0] for end in (baseline, target) if end)})
    years = range(found[0], found[-1] + 1) if found else range(0)
    canvas = _Plot(sorted(known.items()), years, baseline, target, decimals, unit, language)
    canvas.breaks = breaks
    columns = tuple(WORDS["columns"].say(language).split("|"))
    if not known:
        return Drawing(Svg(""), WORDS["empty"].say(language), columns, canvas.rows())
    canvas.place()
    canvas.draw_axis()
    canvas.draw_lines()
    canvas.draw_values()
    description = canvas.description()
    svg = canvas.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, canvas.rows())


def _second(point: Point) -> Decimal:
    return point[1]


class _Plot(Canvas):
    """`known` are the baseline and the readings that have a value, by year."""

    breaks: Collection[int] = ()

    def __init__(
        self,
        known: list[Point],
        years: range,
        baseline: Point | None,
        target: Point | None,
        decimals: int | None,
        unit: str,
        language: Language,
    ) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.known, self.years, self.baseline, self.target = known, years, baseline, target
        self.decimals, self.unit, self.language = decimals, unit, language
        # A baseline that a reading of its year stands before is one end of the line to the target.
        ends = ([baseline] if baseline else [], known, [target] if target else [])
        self.values = [value for points in ends for _, value in points]

    def place(self) -> None:
        """Find where the years stand, once there is a value to show."""
        # What stands on the right edge is the target's label, else the last reading's.
        room = text_width(self.number(self.values[-1]), bold=True) + 20
        right = max(min(RIGHT, WIDTH - room), WIDTH / 2)
        gaps = len(self.years) - 1
        self.step = min(WIDEST, (right - LEFT) / max(1, gaps))
        self.start = LEFT if gaps > 1 else LEFT + (right - LEFT - self.step * gaps) / 2

    def x(self, year: int) -> float:
        return self.start + (year - self.years[0]) * self.step

    def at(self, point: Point) -> tuple[float, float]:
        low, high = min(self.values), max(self.values)
        if high == low:
            return self.x(point[0]), (TOP + BOTTOM) / 2
        return self.x(point[0]), BOTTOM - (BOTTOM - TOP) * float((point[1] - low) / (high - low))

    def number(self, value: Decimal) -> str:
        return numbers.number(value, self.language, decimals=self.decimals)

    def draw_axis(self) -> None:
        end = max(290.0, self.x(self.years[-1]) + 20)
        self.path(f"M{at(LEFT)} {BASE + 0.5}H{at(min(end, WIDTH - 4))}", "i")
        self.reserve_line(LEFT, BASE + 0.5, end, BASE + 0.5)
        every = max(1, int(-(-36 // self.step)))
        for year in self.years[::every]:
            self.text(str(year), Spot(self.x(year), 168, "mid"), "tm")

    def _line(self, before: Point, after: Point) -> str:
        x0, y0, x1, y1 = *self.at(before), *self.at(after)
        self.reserve_line(x0, y0, x1, y1)
        return f"M{at(x0)} {at(y0)}L{at(x1)} {at(y1)}"

    def draw_lines(self) -> None:
        if self.target and self.baseline and self.baseline[0] < self.target[0]:
            self.path(self._line(self.baseline, self.target), "a da")
        solid, dotted = "", ""
        for before, after in pairwise(self.known):
            if any(before[0] < year <= after[0] for year in self.breaks):
                continue
            piece = self._line(before, after)
            if after[0] - before[0] == 1:
                solid += piece
            else:
                dotted += piece
        if solid:
            self.path(solid, "i w2", fill="none")
        if dotted:
            self.path(dotted, "i w2", stroke_dasharray="1 4", stroke_linecap="round")

    def draw_values(self) -> None:
        for point in self.known:
            self.circle(*self.at(point), 4.5, "fi i w2")
        if self.target:
            x, y = self.at(self.target)
            self.path(f"M{at(x - 12)} {at(y)}h24", "a w2")
            self.reserve_line(x - 12, y, x + 12, y)
            spots = (Spot(x + 16, y + 4), Spot(x, y - 9, "mid"), Spot(x, y + 17, "mid"))
            self.label(self.number(self.target[1]), (*spots, Spot(x, y - 24, "mid")), "ta h")
        shown = self.known
        if len(shown) > LABELLED:
            extremes = {min(shown, key=_second), max(shown, key=_second)}
            shown = sorted({shown[0], shown[-1], *extremes})
        for point in shown:
            x, y = self.at(point)
            near = (Spot(x + 9, y - 3), Spot(x, y - 10, "mid"), Spot(x, y + 19, "mid"))
            far = (Spot(x + 9, y + 13), Spot(x - 9, y - 5, "end"), Spot(x - 9, y + 14, "end"))
            self.label(self.number(point[1]), (*near, *far, Spot(x, y - 24, "mid")), "tb h")

    def description(self) -> str:
        words, known = in_language(WORDS, self.language), dict(self.known)

        def measure(value: Decimal) -> str:
            text = self.number(value)
            return f"{text}{numbers.NO_BREAK}{self.unit}" if self.unit else text

        sentences = []
        for year in range(self.years[0], max(known) + 1):
            kind = "broken" if year in self.breaks else "reading"
            if self.baseline and self.baseline[0] == year:
                kind = "baseline"
            if year not in known:
                sentences.append(words["missing"].format(year=year))
            else:
                sentences.append(words[kind].format(year=year, value=measure(known[year])))
        if self.target:
            year, aimed = self.target
            sentences.append(words["target"].format(year=year, value=measure(aimed)))
        return " ".join(sentences)

    def rows(self) -> tuple[tuple[str, ...], ...]:
        words, known, target = in_language(WORDS, self.language), dict(self.known), self.target
        # The value expected has no more decimals than the most precise of those that are given.
        most = max([0, *(-int(value.as_tuple().exponent) for value in self.values)])
        decimals = most if self.decimals is None else self.decimals
        rows = []
        for year in self.years:
            if target and year == target[0] and year not in known:
                continue
            name = str(year)
            if self.baseline and self.baseline[0] == year:
                name = words["baseline_row"].format(year=year)
            value = self.number(known[year]) if year in known else words["none"]
            expected = numbers.number(self._expected(year), self.language, decimals=decimals)
            rows.append((name, value, expected))
        if target:
            name = words["target_row"].format(year=target[0])
            rows.append((name, self.number(target[1]), numbers.UNKNOWN))
        return tuple(rows)

    def _expected(self, year: int) -> Decimal | None:
        """Return the value of the straight line from baseline to target, None outside of it."""
        if self.baseline is None or self.target is None:
            return None
        (first, start), (last, end) = self.baseline, self.target
        if not first <= year <= last or first == last:
            return None
        return start + (end - start) * (Decimal(year - first) / (last - first))
