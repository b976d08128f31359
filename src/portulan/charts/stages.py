"""How firm the mark of a stage is drawn."""

from __future__ import annotations

from portulan.budget.words import Stage
from portulan.charts.canvas import Shape

_SHAPES = {Stage.REALISED: Shape.FULL, Stage.COMMITTED: Shape.HALF, Stage.OPENED: Shape.HALF}


def stage_shape(stage: Stage | None) -> Shape:
    """Return how full the mark of a stage is: realised full, opened half, voted or asked hollow."""
    return Shape.HOLLOW if stage is None else _SHAPES.get(stage, Shape.HOLLOW)
