"""The charts of documents: those of screens, each with its data as a table beside it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.labels import STAGES
from portulan.charts.canvas import Drawing, Shape
from portulan.charts.effects import Effect, effects_chart
from portulan.charts.ranked_bars import RankedBar, ranked_bars
from portulan.charts.stages import stage_shape
from portulan.charts.trajectory import trajectory
from portulan.core.amounts import together
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text
from portulan.impact.effects import ActionImpact
from portulan.impact.engine.archetype import View
from portulan.impact.words import Moment
from portulan.plans.actions.reads import Row
from portulan.publication.board import Dashboard
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    EMPTY,
    Block,
    Cell,
    Chart,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
    text,
)

SHARES = Text(
    "La part et l’ambition, par année, en\u00a0% du budget informatique",
    "The share and the ambition, by year, in % of the IT budget",
)
SHARES_KEY = Text(
    "Disque plein\u00a0: mandaté\u202f; à demi\u00a0: ouvert ou engagé\u202f; creux\u00a0: voté,"
    " doté ou demandé. Le trait fin va du justifié seul à tout ce qui est proposé.",
    "Full disc: realised; half: opened or committed; hollow: voted, allotted or asked for. The thin"
    " line goes from what is justified to all that is proposed.",
)
SPENDING = Text("Ce que chaque action reçoit, {}, en k€", "What each action receives, {}, in k€")
FIGURES = Text("Les chiffres de ce graphique ({})", "The figures of this chart ({})")
OTHERS = Text("Sans action", "Without an action")
# Beyond these, the smaller ones are one bar.
MOST_BARS = 12
WIDE = 560.0  # a page has room for long names
MOST_EFFECTS = 20
MOMENT_SHAPES = {
    Moment.EX_ANTE: Shape.HOLLOW,
    Moment.IN_PROGRESS: Shape.HALF,
    Moment.MEASURED: Shape.FULL,
}
EFFECTS = Text(
    "Ce que chaque action estimée épargne, avec son intervalle",
    "What each estimated action spares, with its interval",
)
EFFECTS_KEY = Text(
    "Cercle creux\u00a0: estimé avant\u202f; à demi\u00a0: en cours\u202f; plein\u00a0: mesuré."
    " Le trait va du 5e au 95e centile\u202f; sans trait, les facteurs publiés n’en donnent pas.",
    "Hollow circle: estimated before; half: under way; full: measured. The line goes from the 5th"
    " to the 95th percentile; without a line, published factors give none.",
)
SMALLER = Text("Autres ({} actions)", "Others ({} actions)")


def share_trajectory(years: Iterable[TrajectoryYear], language: Language) -> Drawing:
    """Return the shares of all the years, joined only where they compare."""
    return trajectory(
        years,
        title=_("Part du budget de la DSI dédiée au numérique responsable"),
        stage_name=lambda stage: str(STAGES[stage]) if stage else _("doté ou demandé"),
        stage_shape=stage_shape,
        language=language,
        prefix="trajectoire",
    )


def shares_of(board: Dashboard, asked: Asked) -> list[Block]:
    """Return the share year by year before its ambition; nothing when no year has either."""
    drawing = share_trajectory(board.trajectory, asked.language)
    if not drawing.svg:
        return []
    heads = (
        Text("Exercice", "Fiscal year"),
        Text("Stade", "Stage"),
        Text("Part", "Share"),
        Text("Justifié seul", "Justified only"),
        Text("Avec le proposé", "With proposals"),
        Text("Ambition", "Ambition"),
    )
    rows = tuple(_share(one, asked) for one in board.trajectory)
    chart, table = _with_figures(asked.say(SHARES), drawing, heads, rows, asked)
    return [chart, Prose(asked.say(SHARES_KEY), "small"), table]


def _share(one: TrajectoryYear, asked: Asked) -> tuple[Cell, ...]:
    asked_for = Text("doté ou demandé", "allotted or asked for")
    return (
        Cell(str(one.year)),
        Cell(str(STAGES[one.stage]) if one.stage else asked.say(asked_for)),
        amount(one.value, Unit.PERCENT),
        *(
            EMPTY if known is None else amount(known, Unit.PERCENT, quality=quality)
            for known, quality in (
                (one.lower, Quality.COMPUTED),
                (one.upper, Quality.COMPUTED),
                (one.ambition, Quality.DECLARED),
            )
        ),
    )


def spending_of(
    rows: Iterable[Row], dedicated: dict[int | None, Decimal], asked: Asked, stage: str
) -> list[Chart | Table]:
    """Return what each action receives of the year's dedicated amounts, the largest first.

    `dedicated` are euros by action, under None what no action receives.
    """
    names = {
        row.action.pk: f"{row.action.called}. {row.action.short_title or row.action.title}"
        for row in rows
    }
    known = sorted(
        ((names[pk], euros) for pk, euros in dedicated.items() if pk in names and euros > 0),
        key=lambda item: (-item[1], item[0]),
    )
    rest = together([euros for pk, euros in dedicated.items() if pk not in names])
    if not known:
        return []
    # One more is shown by its name: it takes the room of “others”.
    more = known[MOST_BARS:] if len(known) > MOST_BARS + 1 else []
    bars = [RankedBar(name, euros) for name, euros in known[: len(known) - len(more)]]
    if more:
        name = asked.say(SMALLER).format(len(more))
        bars.append(RankedBar(name, together([euros for _name, euros in more])))
    if rest > 0:
        bars.append(RankedBar(asked.say(OTHERS), rest))
        known.append((asked.say(OTHERS), rest))
    caption = local(asked.say(SPENDING), asked.language).format(stage)
    drawing = ranked_bars(
        bars, title=caption, language=asked.language, prefix="depenses", width=WIDE
    )
    heads = (Text("Action", "Action"), Text("Montant dédié", "Dedicated amount"))
    lines = tuple(
        (text(name), amount(euros, Unit.THOUSANDS, quality=Quality.DECLARED))
        for name, euros in known
    )
    return _with_figures(caption, drawing, heads, lines, asked)


def effects_drawn(rows: Iterable[ActionImpact], language: Language) -> Drawing:
    """Return what each action that counts spares a year, the most first, with its interval.

    What is spared elsewhere, or once and for all, is not on the same scale: it is not drawn.
    """
    known = [
        (one.action, estimate, estimate.carbon)
        for one in rows
        if one.aside is None and (estimate := one.known.reduction) is not None
        if estimate.view == View.AMORTISED
    ]
    found = [
        Effect(
            f"{action.called}. {action.short_title or action.title}",
            low=_tonnes(carbon.p5),
            median=_tonnes(carbon.p50),
            high=_tonnes(carbon.p95),
            shape=MOMENT_SHAPES[Moment(estimate.moment)],
        )
        for action, estimate, carbon in known
        if carbon is not None
    ]
    return effects_chart(
        sorted(found, key=lambda one: -one.median)[:MOST_EFFECTS],
        title=EFFECTS.say(language),
        language=language,
        prefix="effets",
    )


def _tonnes(kilograms: float) -> Decimal:
    return Decimal(str(kilograms)).scaleb(-3)


def drawn(caption: str, drawing: Drawing) -> Chart:
    """Return a chart for a document: it has a size of its own, whatever is wide on a screen."""
    return Chart(caption, drawing.svg.replace(' class="big"', "", 1), drawing.description)


def _with_figures(
    caption: str,
    drawing: Drawing,
    heads: tuple[Text, ...],
    rows: tuple[tuple[Cell, ...], ...],
    asked: Asked,
) -> list[Chart | Table]:
    """Return a chart, then its data: nobody needs to see it to know what it says."""
    named = asked.say(FIGURES).format(caption)
    return [
        drawn(caption, drawing),
        Table(named, tuple(map(asked.say, heads)), rows),
    ]
