"""The page of an arbitration turned round: the least that reaches its targets, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portulan.charts.canvas import Drawing, Svg
from portulan.charts.stairs import Stair, stairs
from portulan.core.say import numbers
from portulan.core.say.text import colon, semicolons
from portulan.portfolio.engine.answers import CURVE, price_name
from portulan.portfolio.engine.answers import answered as answered_of
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.targets import Part
from portulan.portfolio.engine.why import priced
from portulan.portfolio.results.left_out import left_out
from portulan.portfolio.results.obligations import obligation_summary
from portulan.portfolio.results.spending import capacities
from portulan.portfolio.results.targets import Turned
from portulan.portfolio.results.timeline import Row, impact_of, rows
from portulan.web.portfolio.results.page import Shown, answered
from portulan.web.requests import OrganisationRequest

MOST_ADDED, MOST_OUT = 12, 5


def turned(shown: Shown) -> Turned:
    return Turned(
        shown.facts,
        shown.problem,
        shown.result,
        shown.planned,
        shown.explained,
        shown.names,
        shown.language,
    )


def reached(request: OrganisationRequest, shown: Shown, context: dict[str, Any]) -> HttpResponse:
    """Answer with the page of a plan that reaches the targets of its scenario."""
    facts, problem, plan = shown.facts, shown.problem, shown.result.plan
    evaluation, explained, said = shown.result.evaluation, shown.explained, turned(shown)
    assert evaluation is not None  # noqa: S101
    every = rows(facts, problem, plan, shown.planned)
    added = [row for row in every if row.is_changed]
    out = left_out(facts, problem, shown.result, explained, shown.names, shown.language)
    parts = explained.curve if explained else ()
    page = context | {
        "said": said,
        "notes": [*said.notes(shown.impact)],
        "added": [_added(shown, said, row) for row in added[:MOST_ADDED]],
        "money_added": sum(row.money - row.planned for row in added),
        "added_left": len(added[MOST_ADDED:]),
        "kept": len(every) - len(added),
        "left_out": out[:MOST_OUT],
        "more_left_out": len(out[MOST_OUT:]),
        "capacities": [one for one in capacities(facts, evaluation) if one[0].title],
        "years": facts.years,
        "law": obligation_summary(facts.obligations, shown.language),
    }
    if parts:
        page["heading"], page["turns"] = said.heading(parts), [*said.turns(parts)]
        page["curve"] = _curve(shown, said, parts)
    questions = {CURVE, *(price_name(one) for one in priced(problem) if one.kind == "target")}
    lacks = not questions <= answered_of(shown.explanation or {})
    return answered(request, "portfolio/result_targets.html", shown, page, lacks=lacks)


def _added(shown: Shown, said: Turned, row: Row) -> dict[str, Any]:
    """Return what the plan adds to an action: its money, its prudent effect, why it is there."""
    plan, planned = shown.result.plan, shown.planned
    added = [one for one in row.candidates if plan[one.id] != planned.get(one.id)]
    impacts = [one for each in added if (one := impact_of(each, plan[each.id])) is not None]
    answer = shown.explained.why(added[0].id) if shown.explained and added else None
    return {
        "id": (added or row.candidates)[0].id,
        "heading": row.heading,
        "labels": [one.label for one in added if one.label],
        "money": row.money - row.planned,
        "prudent": sum(one.low for one in impacts) if impacts else None,
        "without": "" if answer is None else said.without(answer),
    }


def _curve(shown: Shown, said: Turned, parts: tuple[Part, ...]) -> Drawing:
    """Return what equal parts of the targets take, from the cheapest of them on."""
    # Of parts that take as much, the greatest says it all.
    known = {one.goal: one for one in parts if one.goal is not None}
    if shown.scale.unit != "EUR":  # an axis of money would say nothing: it is told
        told = (
            numbers.percent(one.percent, shown.language, decimals=0)
            + colon(shown.language)
            + said.of_goal(goal)
            for goal, one in known.items()
        )
        return Drawing(Svg(""), semicolons(told, shown.language))
    least = min(known)
    return stairs(
        [
            Stair(
                amount=Decimal(goal - least),
                gain=Decimal(one.percent),
                is_proved=one.proved,
                told=said.of_goal(goal),
                here=one.percent == 100,
            )
            for goal, one in known.items()
        ],
        title=_("Ce que coûte chaque part des objectifs"),
        columns=(
            _("Au-delà de %(least)s") % {"least": said.of_goal(least)},
            _("Part des objectifs"),
            _("En tout"),
        ),
        language=shown.language,
        prefix="way",
    )


def nearest(shown: Shown) -> dict[str, Any] | None:
    """Return the nearest point to targets out of reach, None where no rule leaves a plan."""
    found, said = shown.nearest, turned(shown)
    if found is None:
        return None
    money = evaluate(shown.problem, found.plan).money
    return {"lede": said.lede(), "rows": [*said.nearest(found)], "money": money}
