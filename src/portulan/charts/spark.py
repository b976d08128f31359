"""A few values of an indicator in the cell of a table: its line, its last point, its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portulan.charts.canvas import Svg, at

WIDTH, HEIGHT, LEFT, RIGHT = 104.0, 24.0, 4.0, 84.0
TOP, BOTTOM = 4.0, 20.0

# A day and its value: None when it is not known, which parts nothing and is joined by dots.
type Point = tuple[date, Decimal | None]


def spark(points: Sequence[Point], target: Decimal | None = None) -> Svg:
    """Return the points in the order of their days; empty without two days and a known value.

    Hidden from assistive technology: the cells beside it hold its values. The axis does not start
    at 0.
    """
    known = [(on, value) for on, value in points if value is not None]
    if not known:
        return Svg("")
    values = [value for _on, value in known] + ([] if target is None else [target])
    low, high = min(values), max(values)
    first, last = points[0][0], points[-1][0]
    days = max((last - first).days, 1)

    def x(on: date) -> str:
        return at(LEFT + (RIGHT - LEFT) * (on - first).days / days if first != last else RIGHT)

    def y(value: Decimal) -> str:
        return at(BOTTOM - (BOTTOM - TOP) * float((value - low) / ((high - low) or Decimal(1))))

    marks = []
    if len(known) > 1:
        line = "L".join(f"{x(on)} {y(value)}" for on, value in known)
        dotted = " dot" if len(known) < len(points) else ""
        marks.append(f'<path d="M{line}" class="i{dotted}" fill="none"/>')
    if target is not None:
        marks.append(f'<path d="M92 {y(target)}h11" class="a w2"/>')
    on, value = known[-1]
    marks.append(f'<circle cx="{x(on)}" cy="{y(value)}" r="3" class="fi"/>')
    drawn = "".join(marks)
    return Svg(f'<svg class="spark" viewBox="0 0 104 24" aria-hidden="true">{drawn}</svg>')
