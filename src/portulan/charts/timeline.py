"""Actions over the years of a plan: a band thicker as the commitment is firmer, what is to come
lighter, what is late in red, and the links between actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from portulan.charts.canvas import (
    Canvas,
    Drawing,
    Spot,
    Svg,
    Words,
    at,
    clipped,
    in_language,
)
from portulan.charts.level_dots import Level
from portulan.core.say.text import Language, Text

WIDTH, LEFT, RIGHT = 1216.0, 300.0, 1120.0
TOP, ROW, GROUP = 44.0, 26.0, 34.0
BANDS: dict[Level, str] = {1: "w2", 2: "w4", 3: "w7"}
WORDS: Words = {
    "empty": Text("Aucune action dans ces années.", "No action in these years."),
    "today": Text("aujourd’hui", "today"),
    "late": Text("{days} jours de retard", "{days} days late"),
    "said": Text(
        "Une bande par action ({count}), plus épaisse quand l’engagement est plus ferme, pleine"
        " jusqu’à aujourd’hui, claire ensuite\u00a0; {late} en retard. Les données sont dans le"
        " tableau qui suit.",
        "A band for each action ({count}), thicker as the commitment is firmer, full up to today,"
        " lighter afterwards; {late} late. The data are in the table that follows.",
    ),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone, or a deliverable: its day, whether it is behind us, its words."""

    on: date
    done: bool
    words: str
    deliverable: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """An action: its levels from their days on, its end, and what happened to it.

    `late` is the day since when it is late, `stopped` since when it is paused or dropped, `ended`
    when it was over; `note` is said beside it, in red when it is to be looked at (`watch`).
    """

    name: str
    group: str
    starts: date
    levels: tuple[tuple[date, Level], ...]
    ends: date
    late: date | None = None
    stopped: date | None = None
    ended: date | None = None
    marks: tuple[Mark, ...] = ()
    note: str = ""
    watch: bool = False
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """A link between two tracks, by their place; `over` when they cover one another."""

    first: int
    second: int
    over: bool = False


def timeline(
    tracks: Sequence[Track],
    *,
    title: str,
    first_year: int,
    last_year: int,
    today: date,
    language: Language,
    prefix: str,
    columns: tuple[str, ...] = (),
    ties: Iterable[Tie] = (),
) -> Drawing:
    """Return the timeline of tracks in their order; those of one group stand together.

    `columns` are the heads of the data, each track's `row` being its cells.
    """
    words = in_language(WORDS, language)
    if not tracks:
        return Drawing(Svg(""), words["empty"], columns)
    chart = _Timeline(tracks, first_year, last_year, today, words)
    chart.draw_edges()
    for place, track in enumerate(tracks):
        chart.draw_track(place, track)
    chart.draw_bands()
    chart.draw_marks(tracks)
    chart.draw_ties(ties)
    chart.draw_today()
    late = sum(track.late is not None for track in tracks)
    said = words["said"].format(count=len(tracks), late=late)
    svg = chart.svg(title=title, description=said, prefix=prefix, classes="wide xl")
    return Drawing(svg, said, columns, tuple(track.row for track in tracks))


class _Timeline(Canvas):
    def __init__(
        self,
        tracks: Sequence[Track],
        first_year: int,
        last_year: int,
        today: date,
        words: dict[str, str],
    ) -> None:
        self.start, self.end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
        self.today, self.words = min(max(today, self.start), self.end), words
        self.tops, self.groups = _places(tracks)
        self.floor = self.tops[-1] + ROW / 2 + 8
        super().__init__(WIDTH, self.floor + 36)
        self.bands: dict[tuple[Level, bool], list[str]] = {}

    def x(self, day: date) -> float:
        """Return where a day stands, inside the years of the plan."""
        inside = min(max(day, self.start), self.end)
        return LEFT + (RIGHT - LEFT) * (inside - self.start).days / (self.end - self.start).days

    def draw_edges(self) -> None:
        """Draw the years as the edge of a chart, above and below, with its quarters."""
        quarters = [
            date(year, month, 1)
            for year in range(self.start.year, self.end.year)
            for month in (1, 4, 7, 10)
        ]
        years = [day for day in quarters if day.month == 1]
        lines = "".join(
            f"M{at(self.x(day))} {at(TOP)}V{at(self.floor)}" for day in quarters if day.month != 1
        )
        self.path(lines, "x")
        whole = "".join(f"M{at(self.x(day))} {at(TOP)}V{at(self.floor)}" for day in years)
        self.path(f"{whole}M{at(RIGHT)} {at(TOP)}V{at(self.floor)}", "e", stroke_width=".75")
        for edge in (36.5, self.floor + 1.5):
            self.path(
                f"M{at(LEFT)} {at(edge)}H{at(RIGHT)}M{at(LEFT)} {at(edge + 6)}H{at(RIGHT)}", "i"
            )
            bars = "".join(
                f"M{at(self.x(start))} {at(edge + 1.5)}H{at(self.x(end))}v3H{at(self.x(start))}Z"
                for start, end in pairwise([*quarters, self.end])
                if start.month in (1, 7)
            )
            self.path(bars, "fi")
        for day in years:
            self.text(str(day.year), Spot(self.x(day), 30), "tb")
            self.text(str(day.year), Spot(self.x(day), self.floor + 24), "tm")
        for name, top in self.groups:
            self.text(name, Spot(0, top), "tb")

    def draw_track(self, place: int, track: Track) -> None:
        y = self.tops[place]
        name = clipped(track.name, LEFT - 24)
        self.text(name, Spot(LEFT - 12, y + 4, "end"))
        end = min(filter(None, [track.ends, track.stopped, track.ended]))
        steps = [*track.levels, (end, track.levels[-1][1])]
        for (since, level), (until, _next) in pairwise(steps):
            self._band(level, max(since, track.starts), min(until, end), y)
        ticks = "".join(
            f"M{at(self.x(day))} {at(y - 7)}v14"
            for day in [*(since for since, _level in track.levels[1:]), end]
            if self.start < day < self.end
        )
        if ticks:
            self.path(ticks, "i w2")
        if track.stopped is not None and track.stopped < track.ends:
            self.path(f"M{at(self.x(track.stopped))} {at(y)}H{at(self.x(track.ends))}", "e w2 dot")
        if track.late is not None:
            left = self.x(track.late)
            self.path(f"M{at(left)} {at(y)}H{at(self.x(self.today))}", "a w7",
                      stroke_dasharray="2 4")  # fmt: skip
            days = (self.today - track.late).days
            self.text(self.words["late"].format(days=days), Spot(left + 5, y - 11), "ta ts h")
        elif track.note:
            self.text(
                track.note, Spot(self.x(end) + 6, y + 4), f"{'ta' if track.watch else 'tm'} ts h"
            )

    def _band(self, level: Level, since: date, until: date, y: float) -> None:
        """Keep a piece of band, full until today and lighter after: one path for each kind."""
        for start, end, later in (
            (since, min(until, self.today), False),
            (max(since, self.today), until, True),
        ):
            left, right = self.x(start), self.x(end)
            if start < end and right > left:
                self.bands.setdefault((level, later), []).append(f"M{at(left)} {at(y)}H{at(right)}")

    def draw_bands(self) -> None:
        for (level, later), pieces in sorted(self.bands.items()):
            classes = f"s{level} {BANDS[level]}" + (" fut" if later else "")
            self.path("".join(pieces), classes)

    def draw_marks(self, tracks: Sequence[Track]) -> None:
        """Draw milestones as diamonds and deliverables as squares, full once behind us."""
        shapes: dict[bool, list[str]] = {True: [], False: []}
        for place, track in enumerate(tracks):
            y, named = self.tops[place], False
            for mark in sorted(track.marks, key=lambda mark: mark.on):
                if not self.start <= mark.on < self.end:
                    continue
                x = self.x(mark.on)
                shapes[mark.done].append(_square(x, y) if mark.deliverable else _diamond(x, y))
                if not mark.done and not named and track.late is None:
                    anchor = "end" if x > RIGHT - 160 else ""
                    spot = Spot(x - 9 if anchor else x + 9, y - 7, anchor)  # type: ignore[arg-type]
                    self.text(mark.words, spot, "tm ts h", room=180)
                    named = True
        for done, classes in ((True, "fi halo"), (False, "fp i w2")):
            if shapes[done]:
                self.path("".join(shapes[done]), classes)

    def draw_ties(self, ties: Iterable[Tie]) -> None:
        """Draw what an action requires as an arrow beside the years, a cover as a bracket."""
        arrows, heads, brackets = [], [], []
        for rank, tie in enumerate(ties):
            first, second = self.tops[tie.first], self.tops[tie.second]
            x = RIGHT + 10 + 7 * (rank % 10)
            if tie.over:
                brackets.append(f"M{at(x)} {at(first)}h6V{at(second)}h-6")
                continue
            arrows.append(f"M{at(RIGHT + 2)} {at(first)}H{at(x)}V{at(second)}H{at(RIGHT + 6)}")
            heads.append(f"M{at(RIGHT + 1)} {at(second)}l6 -4v8Z")
        if arrows:
            self.path("".join(arrows), "e none w15")
            self.path("".join(heads), "fe")
        if brackets:
            self.path("".join(brackets), "e none w15")

    def draw_today(self) -> None:
        x = self.x(self.today)
        self.path(f"M{at(x)} {at(TOP)}V{at(self.floor)}", "a")
        self.text(self.words["today"], Spot(x, self.floor + 24, "end"), "ta")


def _places(tracks: Sequence[Track]) -> tuple[list[float], list[tuple[str, float]]]:
    """Return where each track stands, and the name of each group above its first."""
    tops: list[float] = []
    groups: list[tuple[str, float]] = []
    y, group = TOP + 4, None
    for track in tracks:
        if track.group != group and track.group:
            y += GROUP - 8 if groups else 16
            groups.append((track.group, y + 6))
        group = track.group
        y += ROW
        tops.append(y)
    return tops, groups


def _diamond(x: float, y: float) -> str:
    return f"M{at(x)} {at(y - 5.5)}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z"


def _square(x: float, y: float) -> str:
    return f"M{at(x - 4.5)} {at(y - 4.5)}h9v9h-9Z"
