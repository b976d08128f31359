"""An indicator year by year: its baseline, its readings, its target and the line expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.web.charts.canvas import Canvas, Drawing, Spot, Svg, at, text_width

WIDTH, HEIGHT = 330.0, 178.0
TOP, BOTTOM, BASE = 32.0, 128.0, 150.0
LEFT, RIGHT, WIDEST = 30.0, 264.0, 78.0
LABELLED = 7  # beyond, only the first, the last, the lowest and the highest carry their value

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucun relevé à montrer.",
        "reading": "{year} : {value}.",
        "missing": "{year} : pas de relevé.",
        "baseline": "{year} : {value} (référence).",
        "target": "Cible {year} : {value}.",
        "none": "pas de relevé",
        "columns": "Année|Valeur|Attendu",
        "baseline_row": "{year} (référence)",
        "target_row": "{year} (cible)",
    },
    "en": {
        "empty": "No reading to show.",
        "reading": "{year}: {value}.",
        "missing": "{year}: no reading.",
        "baseline": "{year}: {value} (baseline).",
        "target": "Target {year}: {value}.",
        "none": "no reading",
        "columns": "Year|Value|Expected",
        "baseline_row": "{year} (baseline)",
        "target_row": "{year} (target)",
    },
}


@dataclass(frozen=True, slots=True)
class YearValue:
    """A value of the indicator for a year, in its unit; None when there is no reading."""

    year: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class IndicatorSeries:
    """One reading per year at most: of several in a year, the last one says where it stands."""

    title: str
    readings: tuple[YearValue, ...] = ()
    baseline: YearValue | None = None
    target: YearValue | None = None
    decimals: int | None = None
    unit: str = ""

    @property
    def known(self) -> tuple[tuple[int, Decimal], ...]:
        """The baseline and the readings that have a value, by year."""
        points = (*((self.baseline,) if self.baseline else ()), *self.readings)
        # A reading that is not known takes nothing from a baseline of the same year.
        values = {point.year: point.value for point in points if point.value is not None}
        return tuple(sorted(values.items()))

    def expected(self, year: int) -> Decimal | None:
        """Return the value of the straight line from baseline to target, None outside of it."""
        start, end = self.baseline, self.target
        if start is None or end is None or start.value is None or end.value is None:
            return None
        if not start.year <= year <= end.year or start.year == end.year:
            return None
        done = Decimal(year - start.year) / (end.year - start.year)
        return start.value + (end.value - start.value) * done


@dataclass(frozen=True, slots=True)
class _Plot:
    first: int
    low: Decimal
    high: Decimal
    step: float
    start: float

    def x(self, year: int) -> float:
        return self.start + (year - self.first) * self.step

    def y(self, value: Decimal) -> float:
        if self.high == self.low:
            return (TOP + BOTTOM) / 2
        return BOTTOM - (BOTTOM - TOP) * float((value - self.low) / (self.high - self.low))


def indicator_series(chart: IndicatorSeries, *, language: Language, prefix: str) -> Drawing:
    """Return the series; nothing is drawn without a single known value."""
    years = _years(chart)
    columns, rows = _table(chart, years, language)
    if not chart.known:
        return Drawing(Svg(""), WORDS[language]["empty"], columns, rows)
    plot = _plot(chart, years, language)
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_axis(canvas, plot, years)
    _draw_lines(canvas, plot, chart)
    _draw_values(canvas, plot, chart, language)
    description = _description(chart, years, language)
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _target(chart: IndicatorSeries) -> tuple[int, Decimal] | None:
    target = chart.target
    if target is None or target.value is None:
        return None
    return target.year, target.value


def _years(chart: IndicatorSeries) -> range:
    """Return the years of the axis: from the first to the last that says something."""
    found = [reading.year for reading in chart.readings]
    found += [end.year for end in (chart.baseline, chart.target) if end is not None]
    return range(min(found), max(found) + 1) if found else range(0)


def _value(value: Decimal, chart: IndicatorSeries, language: Language) -> str:
    return numbers.number(value, language, decimals=chart.decimals)


def _plot(chart: IndicatorSeries, years: range, language: Language) -> _Plot:
    target = _target(chart)
    values = [value for _, value in chart.known] + ([target[1]] if target else [])
    # What stands on the right edge is the target's label, else the last reading's.
    last = target[1] if target else chart.known[-1][1]
    room = text_width(_value(last, chart, language), bold=True) + 20
    right = max(min(RIGHT, WIDTH - room), WIDTH / 2)
    step = min(WIDEST, (right - LEFT) / max(1, len(years) - 1))
    start = LEFT if len(years) > 2 else LEFT + (right - LEFT - step * (len(years) - 1)) / 2
    return _Plot(years[0], min(values), max(values), step, start)


def _draw_axis(canvas: Canvas, plot: _Plot, years: range) -> None:
    end = max(290.0, plot.x(years[-1]) + 20)
    canvas.path(f"M{at(LEFT)} {BASE + 0.5}H{at(min(end, WIDTH - 4))}", "i")
    canvas.reserve_line(LEFT, BASE + 0.5, end, BASE + 0.5)
    every = max(1, int(-(-36 // plot.step)))
    for year in years[::every]:
        canvas.text(str(year), Spot(plot.x(year), 168, "mid"), "tm")


def _draw_lines(canvas: Canvas, plot: _Plot, chart: IndicatorSeries) -> None:
    target = _target(chart)
    start = chart.baseline
    if target and start and start.value is not None and start.year < target[0]:
        x0, y0, x1, y1 = *_place(plot, start.year, start.value), *_place(plot, *target)
        canvas.path(f"M{at(x0)} {at(y0)}L{at(x1)} {at(y1)}", "a da")
        canvas.reserve_line(x0, y0, x1, y1)
    solid, dotted = "", ""
    for before, after in pairwise(chart.known):
        x0, y0, x1, y1 = *_place(plot, *before), *_place(plot, *after)
        piece = f"M{at(x0)} {at(y0)}L{at(x1)} {at(y1)}"
        canvas.reserve_line(x0, y0, x1, y1)
        if after[0] - before[0] == 1:
            solid += piece
        else:
            dotted += piece
    if solid:
        canvas.path(solid, "i w2", fill="none")
    if dotted:
        canvas.path(dotted, "i w2", stroke_dasharray="1 4", stroke_linecap="round")


def _place(plot: _Plot, year: int, value: Decimal) -> tuple[float, float]:
    return plot.x(year), plot.y(value)


def _draw_values(canvas: Canvas, plot: _Plot, chart: IndicatorSeries, language: Language) -> None:
    for year, value in chart.known:
        canvas.circle(*_place(plot, year, value), 4.5, "fi i w2")
    target = _target(chart)
    if target:
        x, y = _place(plot, *target)
        canvas.path(f"M{at(x - 12)} {at(y)}h24", "a w2")
        canvas.reserve_line(x - 12, y, x + 12, y)
        spots = (Spot(x + 16, y + 4), Spot(x, y - 9, "mid"), Spot(x, y + 17, "mid"))
        canvas.label(_value(target[1], chart, language), (*spots, Spot(x, y - 24, "mid")), "ta h")
    for year, value in _labelled(chart.known):
        x, y = _place(plot, year, value)
        near = (Spot(x + 9, y - 3), Spot(x, y - 10, "mid"), Spot(x, y + 19, "mid"))
        far = (Spot(x + 9, y + 13), Spot(x - 9, y - 5, "end"), Spot(x - 9, y + 14, "end"))
        canvas.label(_value(value, chart, language), (*near, *far, Spot(x, y - 24, "mid")), "tb h")


def _labelled(known: Sequence[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    if len(known) <= LABELLED:
        return list(known)
    extremes = {known[0], known[-1], min(known, key=_second), max(known, key=_second)}
    return sorted(extremes)


def _second(point: tuple[int, Decimal]) -> Decimal:
    return point[1]


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{numbers.NO_BREAK}{unit}" if unit else text


def _description(chart: IndicatorSeries, years: range, language: Language) -> str:
    words, known = WORDS[language], dict(chart.known)
    sentences = []
    for year in range(years[0], max(known) + 1):
        kind = "reading" if year in known else "missing"
        if year in known and chart.baseline and chart.baseline.year == year:
            kind = "baseline"
        value = _value(known[year], chart, language) if year in known else ""
        sentences.append(words[kind].format(year=year, value=_with_unit(value, chart.unit)))
    target = _target(chart)
    if target:
        value = _with_unit(_value(target[1], chart, language), chart.unit)
        sentences.append(words["target"].format(year=target[0], value=value))
    return " ".join(sentences)


def _table(
    chart: IndicatorSeries, years: range, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    words, known, target = WORDS[language], dict(chart.known), _target(chart)
    decimals = chart.decimals if chart.decimals is not None else _most_decimals(chart)
    rows = []
    for year in years:
        if target and year == target[0] and year not in known:
            continue
        name = str(year)
        if chart.baseline and chart.baseline.year == year:
            name = words["baseline_row"].format(year=year)
        value = _value(known[year], chart, language) if year in known else words["none"]
        expected = numbers.number(chart.expected(year), language, decimals=decimals)
        rows.append((name, value, expected))
    if target:
        name = words["target_row"].format(year=target[0])
        rows.append((name, _value(target[1], chart, language), numbers.UNKNOWN))
    return tuple(words["columns"].split("|")), tuple(rows)


def _most_decimals(chart: IndicatorSeries) -> int:
    """Return the decimals of the most precise value, so that the expected one has no more."""
    target = _target(chart)
    values = [value for _, value in chart.known] + ([target[1]] if target else [])
    return max([0, *(-int(value.as_tuple().exponent) for value in values)])
