"""How firmly an action is committed to, over time: three rungs and the moves between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.web.charts.canvas import Box, Canvas, Drawing, Spot, Svg, at, half_disc, text_width
from portulan.web.charts.level_dots import Level

WIDTH, HEIGHT = 740.0, 214.0
RIGHT = 720.0
RUNGS: dict[Level, float] = {1: 150.0, 2: 90.0, 3: 30.0}
BANDS: dict[Level, str] = {1: "3", 2: "5", 3: "7"}  # the firmer, the thicker
EDGE = 184.5
YEAR_ROOM = 36.0

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucune décision d’engagement.",
        "today": "aujourd’hui",
        "end": "fin prévue",
        "skipped": "sautée",
        "step": "{day} : {level}{label}.",
        "mark": "{day} : {label}.",
        "planned": "Fin prévue le {day}.",
        "closed": "Engagement clos le {day}.",
        "columns": "Date|Niveau|Décision ou livrable",
    },
    "en": {
        "empty": "No commitment decision.",
        "today": "today",
        "end": "planned end",
        "skipped": "skipped",
        "step": "{day}: {level}{label}.",
        "mark": "{day}: {label}.",
        "planned": "Planned end on {day}.",
        "closed": "Commitment closed on {day}.",
        "columns": "Date|Level|Decision or deliverable",
    },
}


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A decision: the level from that day on (1 study, 2 experiment, 3 implementation)."""

    on: date
    level: Level
    label: str = ""


@dataclass(frozen=True, slots=True)
class LadderMark:
    """A deliverable handed in, shown on the level of that day."""

    on: date
    label: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentLadder:
    """The decisions and deliverables of an action, in any order.

    `levels` are the names of levels 1, 2, 3 in the language of the page; `skipped` says why a rung
    was skipped; `closed` is the day the commitment ended (kept without follow-up, or dropped).
    """

    title: str
    steps: tuple[LadderStep, ...]
    levels: tuple[str, str, str]
    today: date
    marks: tuple[LadderMark, ...] = ()
    planned_end: date | None = None
    closed: date | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class _Plot:
    start: date
    end: date
    left: float

    def x(self, day: date) -> float:
        done = (day - self.start).days / (self.end - self.start).days
        return self.left + (RIGHT - self.left) * min(max(done, 0.0), 1.0)


def commitment_ladder(chart: CommitmentLadder, *, language: Language, prefix: str) -> Drawing:
    """Return the ladder; nothing is drawn before the first decision."""
    words = WORDS[language]
    steps = tuple(sorted(chart.steps, key=lambda step: step.on))
    columns, rows = tuple(words["columns"].split("|")), _rows(chart, steps, language)
    if not steps:
        return Drawing(Svg(""), words["empty"], columns, rows)
    description = _description(chart, steps, language)
    plot = _plot(chart, steps)
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_rungs(canvas, plot, chart.levels)
    _draw_years(canvas, plot)
    _draw_bands(canvas, plot, chart, steps)
    _draw_today(canvas, plot, chart.today, words["today"])
    _draw_moves(canvas, plot, chart, steps, words["skipped"])
    _draw_marks(canvas, plot, chart, steps)
    if chart.planned_end and chart.closed is None:
        x, y = plot.x(chart.planned_end), RUNGS[steps[-1].level]
        if chart.planned_end <= chart.today:
            canvas.path(f"M{at(x)} {at(y - 8)}V{at(y + 8)}", "a w3")
        lifted = [Spot(x, y + dy, "end") for dy in (-14, 24, -28, 38)]
        canvas.label(words["end"], lifted, "h")
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix, classes="wide")
    return Drawing(svg, description, columns, rows)


def _level_on(day: date, steps: Sequence[LadderStep]) -> Level:
    """Return the level in force that day, the first one before any decision."""
    before = [step.level for step in steps if step.on <= day]
    return before[-1] if before else steps[0].level


def _last_day(chart: CommitmentLadder, steps: Sequence[LadderStep]) -> date:
    """Return the day up to which the last level holds for certain."""
    return max(chart.closed or chart.today, steps[-1].on)


def _plot(chart: CommitmentLadder, steps: Sequence[LadderStep]) -> _Plot:
    days = [chart.today, *(step.on for step in steps), *(mark.on for mark in chart.marks)]
    days += [day for day in (chart.planned_end, chart.closed) if day]
    span = max((max(days) - min(days)).days, 90)
    before = timedelta(days=max(7, span // 100))
    after = timedelta(days=1 if chart.planned_end == max(days) else max(14, span // 20))
    widest = max(text_width(name) for name in chart.levels)
    left = min(max(120.0, widest + 16), 260.0)
    first, last = min(days), max(days)
    start = first - before if (first - date.min).days > before.days else first
    end = last + after if (date.max - last).days > after.days else last
    return _Plot(start, max(end, start + timedelta(days=90)) if end < date.max else end, left)


def _draw_rungs(canvas: Canvas, plot: _Plot, levels: tuple[str, str, str]) -> None:
    rungs = "".join(f"M{at(plot.left)} {at(y)}H{at(RIGHT)}" for y in RUNGS.values())
    canvas.path(rungs, "x")
    for level, y in RUNGS.items():
        canvas.text(levels[level - 1], Spot(plot.left - 12, y + 4, "end"))


def _draw_years(canvas: Canvas, plot: _Plot) -> None:
    """Draw the graduated edge: the first half of every year is inked."""
    lines = "".join(f"M{at(plot.left)} {at(y)}H{at(RIGHT)}" for y in (EDGE, EDGE + 6))
    canvas.path(lines, "i")
    inked = ""
    for year in range(plot.start.year, plot.end.year + 1):
        left, right = plot.x(date(year, 1, 1)), plot.x(date(year, 7, 1))
        if right > left:
            inked += f"M{at(left)} 186H{at(right)}V189H{at(left)}Z"
    canvas.path(inked, "fi")
    free = 0.0
    for year in range(plot.start.year, plot.end.year + 1):
        x = plot.x(date(year, 1, 1))
        shown = x > plot.left or plot.x(date(min(year, 9998) + 1, 1, 1)) - x > 2 * YEAR_ROOM
        if shown and free <= x <= RIGHT - YEAR_ROOM / 2:
            canvas.text(str(year), Spot(x, 207), "tm")
            free = x + YEAR_ROOM


def _draw_bands(
    canvas: Canvas, plot: _Plot, chart: CommitmentLadder, steps: Sequence[LadderStep]
) -> None:
    last_day = _last_day(chart, steps)
    ends = [*(step.on for step in steps[1:]), last_day]
    for step, end in zip(steps, ends, strict=True):
        x0, x1, y = plot.x(step.on), plot.x(end), RUNGS[step.level]
        if x1 > x0:
            band = f"M{at(x0)} {at(y)}H{at(x1)}"
            canvas.path(band, f"s{step.level}", stroke_width=BANDS[step.level])
            canvas.reserve(Box(x0, y - 4, x1, y + 4))
    if chart.closed is None and chart.planned_end and chart.planned_end > last_day:
        y = RUNGS[steps[-1].level]
        x0, x1 = plot.x(last_day), plot.x(chart.planned_end)
        canvas.path(f"M{at(x0)} {at(y)}H{at(x1)}", f"s{steps[-1].level} w3 da")
        canvas.reserve(Box(x0, y - 2, x1, y + 2))


def _draw_today(canvas: Canvas, plot: _Plot, today: date, word: str) -> None:
    x = plot.x(today)
    canvas.path(f"M{at(x)} 14V184", "a")
    canvas.reserve_line(x, 14, x, 184)
    canvas.label(word, (Spot(x + 6, 176), Spot(x - 6, 176, "end")), "ta")


def _draw_moves(
    canvas: Canvas,
    plot: _Plot,
    chart: CommitmentLadder,
    steps: Sequence[LadderStep],
    skipped_word: str,
) -> None:
    moves = ""
    for before, after in pairwise(steps):
        if before.level != after.level:
            x, y0, y1 = plot.x(after.on), RUNGS[before.level], RUNGS[after.level]
            moves += f"M{at(x)} {at(y0)}V{at(y1)}"
            canvas.reserve_line(x, y0, x, y1)
    if moves:
        canvas.path(moves, "i w2")
    for before, after in pairwise(steps):
        if after.level - before.level == 2:
            x, y = plot.x(after.on), RUNGS[2]
            canvas.circle(x, y, 5, "fp e")
            text = chart.skipped or skipped_word
            canvas.label(text, (Spot(x + 12, y + 4), Spot(x - 12, y + 4, "end")), "tm h")
    for step in steps:
        _draw_sounding(canvas, step.level, plot.x(step.on), RUNGS[step.level])
    for step in steps:
        _label_event(canvas, step.label, plot.x(step.on), RUNGS[step.level], above=True)


def _draw_sounding(canvas: Canvas, level: Level, x: float, y: float) -> None:
    canvas.circle(x, y, 6, f"{'f3' if level == 3 else 'fp'} s{level} w2")
    if level == 2:
        canvas.path(half_disc(x, y, 6), "f2")


def _draw_marks(
    canvas: Canvas, plot: _Plot, chart: CommitmentLadder, steps: Sequence[LadderStep]
) -> None:
    places = [(mark, _level_on(mark.on, steps)) for mark in chart.marks]
    for mark, level in places:
        canvas.circle(plot.x(mark.on), RUNGS[level], 5, f"f{level} s{level} w2")
    for mark, level in places:
        _label_event(canvas, mark.label, plot.x(mark.on), RUNGS[level], above=False)


def _label_event(canvas: Canvas, text: str, x: float, y: float, *, above: bool) -> None:
    """Name an event over or under its rung, wherever there is room."""
    over = [Spot(x, y - 13), Spot(x + 4, y - 14), Spot(x - 4, y - 13, "end"), Spot(x, y - 27)]
    under = [Spot(x, y + 22, "mid"), Spot(x, y + 22), Spot(x, y + 22, "end"), Spot(x, y + 35)]
    if text.strip():
        canvas.label(text, (*over, *under) if above else (*under, *over), "h")


def _events(
    chart: CommitmentLadder, steps: Sequence[LadderStep]
) -> list[tuple[date, int, Level, str]]:
    """Return decisions and deliverables in order; on one day, what was handed in comes first."""
    found = [(step.on, 1, step.level, step.label) for step in steps]
    if steps:
        found += [(mark.on, 0, _level_on(mark.on, steps), mark.label) for mark in chart.marks]
    return sorted(found, key=lambda event: event[:2])


def _description(chart: CommitmentLadder, steps: Sequence[LadderStep], language: Language) -> str:
    words = WORDS[language]
    sentences = []
    for day, is_step, level, label in _events(chart, steps):
        name = chart.levels[level - 1]
        note = f", {label}" if label and is_step else label or name
        kind = "step" if is_step else "mark"
        shown = numbers.long_date(day, language)
        sentences.append(words[kind].format(day=shown, level=name, label=note if label else ""))
    if chart.closed:
        sentences.append(words["closed"].format(day=numbers.long_date(chart.closed, language)))
    elif chart.planned_end:
        end = numbers.long_date(chart.planned_end, language)
        sentences.append(words["planned"].format(day=end))
    return " ".join(sentences)


def _rows(
    chart: CommitmentLadder, steps: Sequence[LadderStep], language: Language
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (numbers.date(day, language), chart.levels[level - 1], label or numbers.UNKNOWN)
        for day, _, level, label in _events(chart, steps)
    )
