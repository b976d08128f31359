"""The dashboard's charts, from its plain values."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portulan.budget.labels import STAGES
from portulan.budget.selectors.trajectory import TrajectoryYear
from portulan.budget.stages import Stage
from portulan.core.problems import Language
from portulan.web.charts.canvas import Drawing, Shape
from portulan.web.charts.scale_bar import ScaleBar, scale_bar
from portulan.web.charts.trajectory import trajectory
from portulan.web.charts.trajectory_points import Trajectory, TrajectoryPoint

_SHAPES = {Stage.REALISED: Shape.FULL, Stage.COMMITTED: Shape.HALF, Stage.OPENED: Shape.HALF}


def stage_shape(stage: Stage | None) -> Shape:
    """Return how full the mark of a stage is: realised full, opened half, voted or asked hollow."""
    return Shape.HOLLOW if stage is None else _SHAPES.get(stage, Shape.HOLLOW)


def share_scale(year: TrajectoryYear, language: Language, *, prefix: str = "part") -> Drawing:
    """Return the share of a year with its interval and the ambition, over a scale."""
    return scale_bar(
        ScaleBar(
            title=_("Part dédiée au numérique responsable et son intervalle, %(year)s")
            % {"year": year.year},
            value=year.value,
            shape=stage_shape(year.stage),
            lower=year.lower,
            upper=year.upper,
            aim=year.ambition,
            value_word=_("retenu"),
            lower_word=_("justifié"),
            upper_word=_("proposé"),
            aim_word=_("ambition"),
        ),
        language=language,
        prefix=prefix,
    )


def share_trajectory(
    years: tuple[TrajectoryYear, ...], language: Language, *, prefix: str = "trajectoire"
) -> Drawing:
    """Return the shares of all the years, joined only where they compare."""
    return trajectory(
        Trajectory(
            title=_("Part du budget de la DSI dédiée au numérique responsable"),
            points=tuple(
                TrajectoryPoint(
                    year=item.year,
                    value=item.value,
                    stage=str(STAGES[item.stage]) if item.stage else _("doté ou demandé"),
                    shape=stage_shape(item.stage),
                    perimeter="" if item.perimeter is None else str(item.perimeter),
                    costing=item.computed.fiscal_year.costing if item.computed else None,
                    lower=item.lower,
                    upper=item.upper,
                    ambition=item.ambition,
                    gap=item.gap if item.stage is None else None,
                    numerator=item.numerator,
                    denominator=item.denominator,
                )
                for item in years
            ),
        ),
        language=language,
        prefix=prefix,
    )
