"""The commitment levels of a few actions, one sounding each: hollow, half, full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Literal

from portulan.charts.canvas import ILLEGAL, Svg, at, half_disc

type Level = Literal[1, 2, 3]

PITCH, MIDDLE, RADIUS = 17.0, 7.0, 5.0
MOST = 12  # beyond, one sounding per level and its count
FIRMEST_FIRST: tuple[Level, ...] = (3, 2, 1)


def level_dots(levels: Iterable[Level], *, label: str = "") -> Svg:
    """Return the soundings, firmest first (1 = study, 2 = experiment, 3 = implementation).

    Hidden from assistive technology unless `label` says what they show in words; empty without
    levels.
    """
    counts = Counter(levels)
    if not counts:
        return Svg("")
    marks: list[str] = []
    x = MIDDLE
    for level in FIRMEST_FIRST:
        if counts.total() <= MOST:
            for _ in range(counts[level]):
                marks.append(sounding(level, x, MIDDLE, RADIUS))
                x += PITCH
        elif counts[level]:
            text = str(counts[level])
            marks.append(sounding(level, x, MIDDLE, RADIUS))
            marks.append(f'<text x="{at(x + 9)}" y="11.5">{text}</text>')
            x += PITCH + 8 + 8 * len(text)
    named = (
        f'role="img" aria-label="{escape(ILLEGAL.sub(" ", label))}"'
        if label
        else 'aria-hidden="true"'
    )
    width = at(x - PITCH + MIDDLE)
    return Svg(f'<svg class="mini" viewBox="0 0 {width} 14" {named}>{"".join(marks)}</svg>')


def sounding(level: Level, x: float, y: float, radius: float) -> str:
    """Return the mark of a level: a disc as full as the level is firm."""
    fill = "f3" if level == 3 else "fp"
    disc = f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}" class="{fill} s{level} w2"/>'
    if level == 2:
        disc += f'<path d="{half_disc(x, y, radius)}" class="f2"/>'
    return disc
