"""How firmly an action is committed to, over time: three rungs and the moves between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter

from portulan.charts.canvas import (
    Box,
    Canvas,
    Drawing,
    Spot,
    Svg,
    Words,
    at,
    half_disc,
    in_language,
    text_width,
)
from portulan.charts.level_dots import Level
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 740.0, 214.0
RIGHT = 720.0
RUNGS: dict[Level, float] = {1: 150.0, 2: 90.0, 3: 30.0}
BANDS: dict[Level, str] = {1: "3", 2: "5", 3: "7"}  # the firmer, the thicker
EDGE = 184.5
YEAR_ROOM = 36.0

WORDS: Words = {
    "empty": Text("Aucune décision d’engagement.", "No commitment decision."),
    "today": Text("aujourd’hui", "today"),
    "end": Text("fin prévue", "planned end"),
    "skipped": Text("sautée", "skipped"),
    "step": Text("{day}\u00a0: {level}{label}.", "{day}: {level}{label}."),
    "mark": Text("{day}\u00a0: {label}.", "{day}: {label}."),
    "planned": Text("Fin prévue le {day}.", "Planned end on {day}."),
    "closed": Text("Engagement clos le {day}.", "Commitment closed on {day}."),
    "columns": Text("Date|Niveau|Décision ou livrable", "Date|Level|Decision or deliverable"),
}


# A decision: a day, the level from that day on (1 study, 2 experiment, 3 implementation), words.
# Without a level, a deliverable handed in, shown on the level of that day.
type Event = tuple[date, Level | None, str]
# A day, a level, words: of a decision, or of a deliverable placed on the level of its day.
type Placed = tuple[date, Level, str]


def commitment_ladder(
    events: Iterable[Event],
    *,
    title: str,
    levels: tuple[str, str, str],
    today: date,
    language: Language,
    prefix: str,
    planned_end: date | None = None,
    closed: date | None = None,
    skipped: str = "",
) -> Drawing:
    """Return the ladder of events in any order; nothing is drawn before the first decision.

    `levels` are the names of levels 1, 2, 3 in the language of the page; `skipped` says why a rung
    was skipped; `closed` is the day the commitment ended (kept without follow-up, or dropped).
    """
    words, found = in_language(WORDS, language), sorted(events, key=itemgetter(0))
    steps = [(day, level, label) for day, level, label in found if level is not None]
    columns = tuple(words["columns"].split("|"))
    if not steps:
        return Drawing(Svg(""), words["empty"], columns)
    marks = [(day, _level_on(day, steps), label) for day, level, label in found if level is None]
    # On one day, what was handed in comes first.
    told = sorted([(*mark, False) for mark in marks] + [(*step, True) for step in steps], key=_when)
    rows = tuple(
        (numbers.date(day, language), levels[level - 1], label or numbers.UNKNOWN)
        for day, level, label, _ in told
    )
    sentences = []
    for day, level, label, is_step in told:
        name, shown = levels[level - 1], numbers.long_date(day, language)
        if is_step:
            label = f", {label}" if label else ""
            sentences.append(words["step"].format(day=shown, level=name, label=label))
        else:
            sentences.append(words["mark"].format(day=shown, label=label or name))
    if end := closed or planned_end:
        kind = "closed" if closed else "planned"
        sentences.append(words[kind].format(day=numbers.long_date(end, language)))
    canvas = _Ladder(steps, marks, levels, today, planned_end, closed, language)
    canvas.draw_rungs(levels)
    canvas.draw_years()
    canvas.draw_bands()
    canvas.draw_today(words["today"])
    canvas.draw_moves(skipped or words["skipped"])
    canvas.draw_marks()
    canvas.draw_end(words["end"])
    description = " ".join(sentences)
    svg = canvas.svg(title=title, description=description, prefix=prefix, classes="wide")
    return Drawing(svg, description, columns, rows)


def _when(told: tuple[date, Level, str, bool]) -> tuple[date, bool]:
    return told[0], told[3]


def _level_on(day: date, steps: Sequence[Placed]) -> Level:
    """Return the level in force that day, the first one before any decision."""
    before = [level for on, level, _ in steps if on <= day]
    return before[-1] if before else steps[0][1]


class _Ladder(Canvas):
    def __init__(
        self,
        steps: list[Placed],
        marks: list[Placed],
        levels: tuple[str, str, str],
        today: date,
        planned_end: date | None,
        closed: date | None,
        language: Language,
    ) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.language = language
        self.steps, self.marks, self.today = steps, marks, today
        self.planned_end = planned_end if closed is None else None
        # The day up to which the last level holds for certain.
        self.last_day = max(closed or today, steps[-1][0])
        days = [today, *(day for day, *_ in (*steps, *marks))]
        days += [day for day in (planned_end, closed) if day]
        first, last = min(days), max(days)
        span = max((last - first).days, 90)
        before = timedelta(days=max(7, span // 100))
        after = timedelta(days=1 if planned_end == last else max(14, span // 20))
        self.left = min(max(120.0, max(text_width(name) for name in levels) + 16), 260.0)
        self.start = first - before if (first - date.min).days > before.days else first
        end = last + after if (date.max - last).days > after.days else last
        self.end = max(end, self.start + timedelta(days=90)) if end < date.max else end

    def x(self, day: date) -> float:
        done = (day - self.start).days / (self.end - self.start).days
        return self.left + (RIGHT - self.left) * min(max(done, 0.0), 1.0)

    def draw_rungs(self, levels: tuple[str, str, str]) -> None:
        rungs = "".join(f"M{at(self.left)} {at(y)}H{at(RIGHT)}" for y in RUNGS.values())
        self.path(rungs, "x")
        for level, y in RUNGS.items():
            self.text(levels[level - 1], Spot(self.left - 12, y + 4, "end"))

    def draw_years(self) -> None:
        """Draw the graduated edge: the first half of every year is inked."""
        lines = "".join(f"M{at(self.left)} {at(y)}H{at(RIGHT)}" for y in (EDGE, EDGE + 6))
        self.path(lines, "i")
        inked, years = "", range(self.start.year, self.end.year + 1)
        for year in years:
            left, right = self.x(date(year, 1, 1)), self.x(date(year, 7, 1))
            if right > left:
                inked += f"M{at(left)} 186H{at(right)}V189H{at(left)}Z"
        self.path(inked, "fi")
        free = 0.0
        for year in years:
            x = self.x(date(year, 1, 1))
            shown = x > self.left or self.x(date(min(year, 9998) + 1, 1, 1)) - x > 2 * YEAR_ROOM
            if shown and free <= x <= RIGHT - YEAR_ROOM / 2:
                self.text(str(year), Spot(x, 207), "tm")
                free = x + YEAR_ROOM

    def draw_bands(self) -> None:
        ends = [*(day for day, *_ in self.steps[1:]), self.last_day]
        for (day, level, _), end in zip(self.steps, ends, strict=True):
            x0, x1, y = self.x(day), self.x(end), RUNGS[level]
            if x1 > x0:
                band = f"M{at(x0)} {at(y)}H{at(x1)}"
                self.path(band, f"s{level}", stroke_width=BANDS[level])
                self.reserve(Box(x0, y - 4, x1, y + 4))
        if self.planned_end and self.planned_end > self.last_day:
            level = self.steps[-1][1]
            x0, x1, y = self.x(self.last_day), self.x(self.planned_end), RUNGS[level]
            self.path(f"M{at(x0)} {at(y)}H{at(x1)}", f"s{level} w3 da")
            self.reserve(Box(x0, y - 2, x1, y + 2))

    def draw_today(self, word: str) -> None:
        x = self.x(self.today)
        self.path(f"M{at(x)} 14V184", "a")
        self.reserve_line(x, 14, x, 184)
        self.label(word, (Spot(x + 6, 176), Spot(x - 6, 176, "end")), "ta")

    def draw_moves(self, skipped: str) -> None:
        moves = ""
        for (_, before, _), (day, after, _) in pairwise(self.steps):
            if before != after:
                x, y0, y1 = self.x(day), RUNGS[before], RUNGS[after]
                moves += f"M{at(x)} {at(y0)}V{at(y1)}"
                self.reserve_line(x, y0, x, y1)
        if moves:
            self.path(moves, "i w2")
        for (_, before, _), (day, after, _) in pairwise(self.steps):
            if after - before == 2:
                x, y = self.x(day), RUNGS[2]
                self.circle(x, y, 5, "fp e")
                self.label(skipped, (Spot(x + 12, y + 4), Spot(x - 12, y + 4, "end")), "tm h")
        for day, level, _ in self.steps:
            x, y = self.x(day), RUNGS[level]
            self.circle(x, y, 6, f"{'f3' if level == 3 else 'fp'} s{level} w2")
            if level == 2:
                self.path(half_disc(x, y, 6), "f2")
        for day, level, label in self.steps:
            self._name(label, day, RUNGS[level], above=True)

    def draw_marks(self) -> None:
        for day, level, _ in self.marks:
            self.circle(self.x(day), RUNGS[level], 5, f"f{level} s{level} w2")
        for day, level, label in self.marks:
            self._name(label, day, RUNGS[level], above=False)

    def draw_end(self, word: str) -> None:
        if self.planned_end is None:
            return
        x, y = self.x(self.planned_end), RUNGS[self.steps[-1][1]]
        if self.planned_end <= self.today:
            self.path(f"M{at(x)} {at(y - 8)}V{at(y + 8)}", "a w3")
        self.label(word, [Spot(x, y + dy, "end") for dy in (-14, 24, -28, 38)], "h")

    def _name(self, label: str, day: date, y: float, *, above: bool) -> None:
        """Name an event and its day over or under its rung, wherever there is room."""
        x, text = self.x(day), f"{label}, {numbers.date(day, self.language)}"
        over = [Spot(x, y - 13), Spot(x + 4, y - 14), Spot(x - 4, y - 13, "end"), Spot(x, y - 27)]
        under = [Spot(x, y + 22, "mid"), Spot(x, y + 22), Spot(x, y + 22, "end"), Spot(x, y + 35)]
        if label.strip():
            self.label(text, (*over, *under) if above else (*under, *over), "h")
