"""What the page of an action shows: its parts in words, its ladder and its money in charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.accounts.reads import label_of
from portulan.budget.funding.by_action import allotted_years_of, funding_of
from portulan.budget.funding.consumption import Need
from portulan.budget.funding.plan_rows import PlanRows, plan_rows
from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.charts.canvas import Drawing, Shape, Svg
from portulan.charts.commitment_ladder import Event, commitment_ladder
from portulan.charts.money_bars import MoneyBar, money_bars
from portulan.charts.spark import spark
from portulan.core.amounts import Amount, known
from portulan.core.say import numbers
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of, with_series
from portulan.indicators.series import Aim, Standing, stand
from portulan.indicators.words import MeasurementRole
from portulan.plans.access import may_on, owns
from portulan.plans.actions.columns import links_by_action
from portulan.plans.actions.history import story_of
from portulan.plans.actions.reads import Row, row_of
from portulan.plans.commitments.reads import commitment_of
from portulan.plans.commitments.rules import missing_to_finish
from portulan.plans.editions import edition_news
from portulan.plans.evidence import evidence_of
from portulan.plans.models import (
    LEVELS,
    Action,
    ActionNote,
    ActionTie,
    CommitmentDecision,
    Deliverable,
    Plan,
)
from portulan.plans.money.funding import Funding, FundingYear
from portulan.plans.notes import noted_in
from portulan.plans.plan import goals_by_action, load_details, load_parts
from portulan.plans.relations import ties_in, ties_of
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.web.crumbs import under_plan
from portulan.web.impact.effects import effects_of
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language
from portulan.web.plans.actions.trial import trial_of
from portulan.web.plans.history import told
from portulan.web.plans.indicators.page import standing_of
from portulan.web.plans.sheet import facts_of
from portulan.web.requests import OrganisationRequest, years_of

RECENT, NOTES = 5, 5
SHAPES = {Stage.REALISED: Shape.FULL, Stage.CARRIED_OVER: Shape.FULL}


def main_of(action: Action) -> Indicator | None:
    """Return the main indicator of an action, the first of its list."""
    return next((link.indicator for link in action.indicator_links.all()), None)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of an action: its row among those of its plan, which are `kept`, if any are."""

    row: Row
    this_year: int
    kept: PlanRows | None


def facts_around(request: OrganisationRequest, action: Action) -> Around:
    """Read what the page of an action says: from what is kept of its plan, else of it alone."""
    known, today = years_of(request), request.today
    kept = plan_rows(action.plan, today, known) if known.version is not None else None
    row = kept.of(action) if kept is not None else None
    if kept is not None and row is not None:
        plan, read = action.plan, kept.read
        links = kept.once("practice links", lambda: links_by_action(plan, read))
        goals = kept.once("goals", lambda: goals_by_action(plan))
        load_parts(action, practices=links.get(action.pk, ()), goals=goals.get(action.pk, ()))
        lines = kept.read.around[action.pk].indicators
        said = {line.pk: one.series for line, one in zip(lines, row.followed, strict=True)}
        for link in action.indicator_links.all():
            if link.indicator_id in said:
                with_series(link.indicator, said[link.indicator_id])
        return Around(row, known.at(today), kept)
    load_details(action)
    row = row_of(
        action=action,
        today=today,
        facts=funding_of([action], known.figures),
        # The allotments of the whole plan say whether this action is left without.
        allotted=allotted_years_of(action.plan),
        this_year=known.at(today),
    )
    return Around(row, known.at(today), None)


def context_of(request: OrganisationRequest, action: Action, around: Around) -> dict[str, Any]:
    """Return what the page shows beside its form (the same number of queries for any action)."""
    language, row, kept = page_language(), around.row, around.kept
    this_year = around.this_year
    commitment = commitment_of(action)
    missing = missing_to_finish(commitment, row.level, today=request.today)
    links = list(action.indicator_links.all())
    main = links[0].indicator if links else None
    evidence, withheld = evidence_of(request.actor, action)
    news = [item for item in edition_news(request.actor, action) if not item.is_same]
    return {
        "news": news,
        "news_unread": any(not item.seen for item in news),
        "action": action,
        "plan": action.plan,
        "sheet": facts_of(action),
        "here": _("Action %(number)s") % {"number": action.number},
        "row": row,
        "trail": under_plan(request, action.plan),
        "ladder": ladder_of(action, request.today),
        "decisions": decision_rows(action),
        "missing": [problem.message(language) for problem in missing],
        "is_implementation": row.level is CommitmentLevel.IMPLEMENTATION,
        "main": standing_of(main, request.today) if main else None,
        "followed": [followed_line(link.indicator, request.today) for link in links],
        "behind": behind_words([link.indicator for link in links], request.today),
        "goals_word": _("Objectifs"),
        "ties": ties_of(action, _ties(action, kept)),
        "notes": notes_of(action, kept),
        "neighbours": neighbours_of(action, kept),
        "funding": row.funding,
        "money": money_chart(row.funding),
        "money_note": _money_note(row.funding),
        "has_accounts": bool(row.funding.of(request.today.year).stage),
        "allotment": _allotment(row.funding.of(this_year)),
        "basis": row.funding.of(this_year).basis,
        "outside": _outside(row.funding),
        "effects": effects_of(request.actor, action, kept),
        "history": told(story_of(action)[:RECENT], action),
        "is_closed": any(made.outcome == Outcome.CLOSE for made in row.decisions[-1:]),
        "is_study": row.level is CommitmentLevel.STUDY,
        "is_experiment": row.level is CommitmentLevel.EXPERIMENT,
        "awaited": (awaited := awaited_decision(action)),
        "trial": trial_of(action, request.today, awaited)
        if row.level is CommitmentLevel.EXPERIMENT
        else None,
        "has_lesson": any(item.delivered_on for item in action.deliverables.all()),
        "is_pilot": owns(request.actor, action),
        "evidence": evidence,
        "evidence_withheld": withheld,
        "can_give": may_on(request.actor, action, Operation.GIVE_EVIDENCE),
        "can_update": may_on(request.actor, action, Operation.UPDATE_ACTION),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
        "can_decide": may_on(request.actor, action, Operation.DECIDE),
    }


def _ties(action: Action, kept: PlanRows | None) -> list[ActionTie] | None:
    return None if kept is None else kept.once("ties", lambda: ties_in(action.plan))


def decision_rows(action: Action) -> list[tuple[date, str, CommitmentDecision | Deliverable]]:
    """Return decisions and deliverables handed over, in the order of the days, with their words."""
    rows: list[tuple[date, str, CommitmentDecision | Deliverable]] = [
        (made.decided_on, _decided(made, before), made)
        for before, made in pairwise([None, *action.decisions.all()])
        if made is not None
    ]
    rows += [
        (item.delivered_on, _("Livrable remis"), item)
        for item in action.deliverables.all()
        if item.delivered_on is not None
    ]
    return sorted(rows, key=lambda item: item[0])


def _decided(made: CommitmentDecision, before: CommitmentDecision | None) -> str:
    name = str(LEVELS[CommitmentLevel(made.level)])
    match made.outcome:
        case Outcome.MOVE if before is not None:
            return f"{LEVELS[CommitmentLevel(before.level)]} → {name}"
        case Outcome.EXTEND:
            return _("%(level)s prolongée") % {"level": name}
        case Outcome.CLOSE:
            return _("%(level)s close, sans suite") % {"level": name}
    return name


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """An indicator in the table of an action: where it began, is, goes, and by how much it is off.

    `behind` says that the gap is on the wrong side; `line` is its sparkline.
    """

    indicator: Indicator
    baseline: str
    last: str
    on: date | None
    target: str
    due: date | None
    gap: str
    behind: bool
    line: Svg


def followed_line(indicator: Indicator, today: date) -> FollowedLine:
    """Return the line of an indicator, from what `load_details` fetched."""
    series = series_of(indicator)
    standing = stand(series, today)
    points = [(item.on, item.value) for item in series.readings]
    aim = series.target
    last = standing.last if _is_read(standing) else None
    return FollowedLine(
        indicator=indicator,
        baseline=with_unit(indicator, series.baseline) if series.baseline else "",
        last=with_unit(indicator, last) if last else "",
        on=last.on if last else None,
        target=with_unit(indicator, aim) if aim else "",
        due=aim.due_on if aim else None,
        gap=_gap(standing) if last else "",
        behind=last is not None
        and (bool(standing.behind) or (standing.reached is False and _due(aim, today))),
        line=spark(points, aim.value if aim else None),
    )


def _is_read(standing: Standing) -> bool:
    """Say whether a value is known after the baseline, where the line starts."""
    return standing.last is not None and standing.last.role is not MeasurementRole.BASELINE


def _due(aim: Aim | None, today: date) -> bool:
    return aim is not None and aim.due_on <= today


def _gap(standing: Standing) -> str:
    """Return by how much a series is off its line, in few words; "" when nothing can be said."""
    if standing.reached:
        return _("atteinte")
    if standing.broken:
        return _("série rompue")
    if standing.gap is None:
        return ""
    gap = numbers.number(numbers.rounded(abs(standing.gap), 2), page_language())
    if not standing.gap or standing.behind is False:
        return _("dans les temps")
    return (
        _("%(gap)s au-dessus") % {"gap": gap}
        if standing.gap > 0
        else _("%(gap)s au-dessous") % {"gap": gap}
    )


def behind_words(indicators: Sequence[Indicator], today: date) -> str:
    """Return the finding on the indicators together: how many are behind their line."""
    standings = [stand(series_of(one), today) for one in indicators]
    known = [one for one in standings if one.behind is not None and _is_read(one)]
    if not known:
        return _("Indicateurs")
    behind = sum(bool(one.behind) for one in known)
    if not behind:
        return _("Indicateurs : dans les temps")
    return ngettext(
        "Indicateurs : %(count)s en retard sur sa trajectoire",
        "Indicateurs : %(count)s en retard sur leur trajectoire",
        behind,
    ) % {"count": behind}


def notes_of(action: Action, kept: PlanRows | None) -> list[tuple[ActionNote, str]]:
    """Return the last notes on an action, each with its author (one query, none without notes)."""
    if kept is not None and action.pk not in kept.once("noted", lambda: noted_in(action.plan)):
        return []
    notes = action.notes.order_by("-on", "-id").annotate(who=label_of("person_id"))
    return [(note, note.who or "") for note in notes[:NOTES]]


def neighbours_of(action: Action, kept: PlanRows | None) -> dict[str, int | None]:
    """Return the numbers of the actions before and after this one (a query at most)."""
    if kept is not None:
        numbers = [one.number for one in kept.read.actions]
        return {
            "before": max((one for one in numbers if one < action.number), default=None),
            "after": min((one for one in numbers if one > action.number), default=None),
        }
    return action.plan.actions.aggregate(
        before=Max("number", filter=Q(number__lt=action.number)),
        after=Min("number", filter=Q(number__gt=action.number)),
    )


def awaited_decision(action: Action) -> date | None:
    """Return the day by which a study or an experiment has to be decided on."""
    waited = [one.due_on for one in action.deliverables.all() if one.delivered_on is None]
    return min((day for day in waited if day is not None), default=action.due_on)


def _money_note(funding: Funding) -> str:
    """Return what the shapes of the bars say, for those that are drawn."""
    if any(item.attributed is not None for item in funding.years):
        return _("Plein : mandaté. Mi-plein : ouvert. Creux : demandé.")
    return _("Creux : demandé.")


def _allotment(item: FundingYear) -> str:
    """Return what the year's allotment still holds once lines consumed it; "" without one."""
    need = Need(item.planned, item.allotted, item.attributed)
    if need.allotted is None or need.remaining is None:
        return ""
    language = page_language()
    values = {
        "year": item.year,
        "allotted": numbers.at_least(item.inside_expected, language, unit="k€"),
        "consumed": numbers.at_least(_on_lines(item), language, unit="k€"),
        "rest": numbers.money(abs(need.remaining), language, unit="k€"),
    }
    if need.remaining < 0:
        return _("Dotation %(year)s : %(allotted)s, dépassée de %(rest)s par les lignes.") % values
    return _("Dotation %(year)s : %(allotted)s, dont %(consumed)s déjà sur des lignes.") % values


def _on_lines(item: FundingYear) -> Amount:
    """Return what lines hold of a year that has an allotment: 0 while none does."""
    return item.inside if item.attributed is not None else replace(item.inside, value=Decimal(0))


def _outside(funding: Funding) -> list[tuple[int, str]]:
    """Return, by year, the money beside the IT budget: spent if known, else asked."""
    language = page_language()
    rows = []
    for item in funding.years:
        if item.outside.value is not None or item.outside_said:
            words = numbers.at_least(item.outside, language, unit="k€", none=_("non chiffré"))
            rows.append((item.year, words))
    return rows


def ladder_of(action: Action, today: date) -> Drawing:
    """Return how firmly the action was committed to since its adoption."""
    decisions = list(action.decisions.all())
    closed = next(
        (made.decided_on for made in decisions[-1:] if made.outcome == Outcome.CLOSE), None
    )
    steps: list[Event] = [
        (made.decided_on, made.level, _step_words(made, before, action.plan))  # type: ignore[misc]
        for before, made in pairwise([None, *decisions])
        if made is not None
    ]
    handed_in: list[Event] = [
        (item.delivered_on, None, _("livrable remis"))
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


def _step_words(made: CommitmentDecision, before: CommitmentDecision | None, plan: Plan) -> str:
    if before is None:
        return _("vote du plan") if made.decided_on == plan.adopted_on else _("adoption")
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
        title=_("Argent de l’action par exercice, budget informatique, en milliers d’euros"),
        envelope_word=_("dotation"),
        language=page_language(),
        prefix="money",
    )


def _says_something(item: FundingYear) -> bool:
    return bool(item.attributed) or item.planned_said or item.allotted is not None


def _bar(item: FundingYear) -> MoneyBar:
    allotted = None if item.allotted is None else known(item.inside_expected)
    if item.attributed is None:
        return MoneyBar(item.year, known(item.asked), _("demandé"), Shape.HOLLOW, allotted)
    stage = Stage(item.stage)
    shape = SHAPES.get(stage, Shape.HALF)
    return MoneyBar(item.year, known(item.inside), str(STAGES[stage]), shape, allotted)
