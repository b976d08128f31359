"""The charts of an action: its ladder, its main indicator, its money."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.plans.models import LEVELS, Action, CommitmentDecision
from portulan.plans.money.funding import Funding, FundingYear
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.web.charts.canvas import Drawing, Shape
from portulan.web.charts.commitment_ladder import LadderEvent, commitment_ladder
from portulan.web.charts.money_bars import MoneyBar, money_bars
from portulan.web.language import page_language

SHAPES = {Stage.REALISED: Shape.FULL, Stage.CARRIED_OVER: Shape.FULL}


def ladder_of(action: Action, today: date) -> Drawing:
    """Return how firmly the action was committed to since its adoption."""
    decisions = list(action.decisions.all())
    closed = next(
        (made.decided_on for made in decisions[-1:] if made.outcome == Outcome.CLOSE), None
    )
    steps = [
        LadderEvent(made.decided_on, made.level, _step_words(made, before))  # type: ignore[arg-type]
        for before, made in pairwise([None, *decisions])
        if made is not None
    ]
    handed_in = [
        LadderEvent(item.delivered_on, label=_("livrable remis"))
        for item in action.deliverables.all()
        if item.delivered_on is not None and item.delivered_on <= today
    ]
    return commitment_ladder(
        [*steps, *handed_in],
        title=_("Échelle des engagements de l’action %(number)s") % {"number": action.number},
        levels=tuple(str(LEVELS[level]) for level in CommitmentLevel),  # type: ignore[arg-type]
        today=today,
        planned_end=None if action.progress == Progress.DROPPED else action.due_on,
        closed=closed,
        skipped=_("sautée, motif consigné"),
        language=page_language(),
        prefix="ladder",
    )


def _step_words(made: CommitmentDecision, before: CommitmentDecision | None) -> str:
    if before is None:
        return _("adoption")
    match made.outcome:
        case Outcome.EXTEND:
            return _("prolongée")
        case Outcome.CLOSE:
            return _("close, sans suite")
    rise = made.level - before.level
    if rise == 2:
        return _("saut voté")
    return _("passage décidé") if rise > 0 else _("niveau abaissé")


def money_chart(funding: Funding) -> Drawing | None:
    """Return the IT money of the action by year, each at its stage; None when nothing is said."""
    bars = [_bar(item) for item in funding.years if _says_something(item)]
    if not bars:
        return None
    return money_bars(
        bars,
        title=_("Argent de l’action par exercice, budget de la DSI, en milliers d’euros"),
        envelope_word=_("dotation"),
        language=page_language(),
        prefix="money",
    )


def _says_something(item: FundingYear) -> bool:
    return bool(item.attributed) or item.planned_said or item.allotted is not None


def _bar(item: FundingYear) -> MoneyBar:
    if item.attributed is None:
        return MoneyBar(item.year, item.planned, _("demandé"), Shape.HOLLOW, item.allotted)
    stage = Stage(item.stage)
    shape = SHAPES.get(stage, Shape.HALF)
    return MoneyBar(item.year, item.attributed, str(STAGES[stage]), shape, item.allotted)
