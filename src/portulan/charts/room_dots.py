"""What a room thinks of one practice: effort across, effect upwards, a dot for each answer."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.charts.canvas import Canvas, Drawing, Spot, at

LEFT, TOP, WIDE, HIGH = 85.0, 5.0, 130.0, 90.0
PITCH, A_ROW, MOST = 30.0, 4, 12  # beyond, the count stands beside one dot


def room_dots(
    dots: Sequence[tuple[int, int, int]],
    *,
    efforts: Sequence[str],
    impacts: Sequence[str],
    axes: tuple[str, str],
    title: str,
    description: str,
    is_split: bool = False,
) -> Drawing:
    """Return the dots, as (effort, impact, how many), each from 1 (low) to 3.

    `is_split` marks the two ends of the effort, where the room does not agree.
    """
    canvas = Canvas(500, 320)
    right, bottom = LEFT + 3 * WIDE, TOP + 3 * HIGH
    lines = "".join(f"M{at(LEFT + n * WIDE)} {at(TOP)}V{at(bottom)}" for n in range(4))
    lines += "".join(f"M{at(LEFT)} {at(TOP + n * HIGH)}H{at(right)}" for n in range(4))
    canvas.path(lines, "x")
    canvas.path(f"M{at(LEFT)} {at(TOP)}V{at(bottom)}H{at(right)}", "i", fill="none")
    for effort, impact, count in dots:
        _cell(canvas, LEFT + (effort - 0.5) * WIDE, TOP + (3.5 - impact) * HIGH, count)
    if is_split:
        y = at(bottom - 12)
        ends = f"M{at(LEFT + 3)} {y}h{at(WIDE - 6)}M{at(right - 3)} {y}h{at(6 - WIDE)}"
        canvas.path(ends, "a w3")
        canvas.path(f"M{at(LEFT + WIDE)} {y}h{at(WIDE)}", "a da")
    for step, word in enumerate(impacts):
        canvas.text(word, Spot(LEFT - 7, TOP + (2.5 - step) * HIGH + 4, "end"), room=75)
    for step, word in enumerate(efforts):
        canvas.text(word, Spot(LEFT + (step + 0.5) * WIDE, bottom + 21, "mid"), room=WIDE - 8)
    canvas.text(axes[0], Spot(2, 14), "tb", room=76)
    canvas.text(axes[1], Spot(right, 318, "end"), "tb")
    rows = tuple((impacts[i - 1], efforts[e - 1], str(n)) for e, i, n in dots)
    svg = canvas.svg(title=title, description=description, prefix="room", classes="big")
    return Drawing(svg, description, (*axes, "n"), rows)


def _cell(canvas: Canvas, x: float, y: float, count: int) -> None:
    shown = count if count <= MOST else 1
    rows = [min(A_ROW, shown - first) for first in range(0, shown, A_ROW)]
    top = y - (len(rows) - 1) * PITCH / 2
    for row, many in enumerate(rows):
        for place in range(many):
            left = x - (many - 1) * PITCH / 2 + place * PITCH
            canvas.circle(left, top + row * PITCH, 9.5, "fi")
    if count > MOST:
        canvas.text(str(count), Spot(x + 16, y + 4), "tb", room=40)
