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
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.engine.targets import Part
from portulan.portfolio.engine.why import priced
from portulan.portfolio.results import targets
from portulan.portfolio.results.left_out import left_out
from portulan.portfolio.results.spending import capacities
from portulan.portfolio.results.timeline import Row, impact_of, rows
from portulan.portfolio.results.words import GOAL_UNITS
from portulan.web.portfolio.results.page import Shown, answered
from portulan.web.requests import OrganisationRequest

MOST_ADDED = 12
MOST_OUT = 5


def reached(request: OrganisationRequest, shown: Shown, context: dict[str, Any]) -> HttpResponse:
    """Answer with the page of a plan that reaches the targets of its scenario."""
    facts, problem, language = shown.facts, shown.problem, shown.language
    evaluation = shown.result.evaluation
    assert evaluation is not None  # noqa: S101
    explained = shown.explained
    every = rows(facts, problem, shown.result.plan, shown.planned)
    added = [row for row in every if row.is_changed]
    out = left_out(facts, problem, shown.result, explained, shown.names, language)
    parts = explained.curve if explained else ()
    asked = (facts, problem, shown.result)
    page = context | {
        "lede": targets.lede(*asked, shown.planned, language),
        "prices": targets.prices_words(*asked, explained, language),
        "columns": targets.columns_of(facts, language),
        "ways": targets.ways(*asked, shown.planned, explained, language),
        "notes": targets.notes(facts, shown.impact, language),
        "added": [_added(shown, row) for row in added[:MOST_ADDED]],
        "money_added": sum(row.money - row.planned for row in added),
        "added_left": len(added[MOST_ADDED:]),
        "kept": len(every) - len(added),
        "left_out": out[:MOST_OUT],
        "more_left_out": len(out[MOST_OUT:]),
        "capacities": [(one, uses) for one, uses in capacities(facts, evaluation) if one.title],
        "years": facts.years,
    }
    if parts:
        page |= {
            "heading": targets.way_heading(problem, parts, language),
            "curve": _curve(shown, parts),
            "turns": targets.way_sentences(parts, shown.names, language),
        }
    questions = {CURVE, *(price_name(one) for one in priced(problem) if one.kind == "target")}
    lacks = not questions <= answered_of(shown.explanation or {})
    return answered(request, "portfolio/result_targets.html", shown, page, lacks=lacks)


def _added(shown: Shown, row: Row) -> dict[str, Any]:
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
        "without": ""
        if answer is None
        else targets.without_words(shown.problem, shown.scale, answer, shown.names, shown.language),
    }


def _curve(shown: Shown, parts: tuple[Part, ...]) -> Drawing:
    """Return what equal parts of the targets take, from the cheapest of them on."""
    # Of parts that take as much, the greatest says it all.
    known = [*{one.goal: one for one in parts if one.goal is not None}.values()]
    unit = GOAL_UNITS[shown.problem.objective[0]]
    least = known[0].goal or 0
    columns = (
        _("Au-delà de %(least)s") % {"least": amount(least, unit, shown.language)},
        _("Part des objectifs"),
        _("En tout"),
    )
    if unit != "EUR":  # an axis of money would say nothing: it is told
        said = (
            (numbers.percent(one.percent, shown.language, decimals=0), one.goal or 0)
            for one in known
        )
        told = [
            f"{part}{colon(shown.language)}{amount(goal, unit, shown.language)}"
            for part, goal in said
        ]
        return Drawing(Svg(""), semicolons(told, shown.language))
    return stairs(
        [
            Stair(
                amount=Decimal((one.goal or 0) - least),
                gain=Decimal(one.percent),
                is_proved=one.proved,
                told=amount(one.goal or 0, unit, shown.language),
                here=one.percent == 100,
            )
            for one in known
        ],
        title=_("Ce que coûte chaque part des objectifs"),
        columns=columns,
        language=shown.language,
        prefix="way",
    )


def nearest_rows(shown: Shown) -> dict[str, Any] | None:
    """Return the nearest point to targets out of reach, None where no rule leaves a plan."""
    found = shown.nearest
    if found is None:
        return None
    return {
        "lede": targets.no_plan(shown.facts, shown.language),
        "rows": targets.nearest_rows(shown.facts, shown.problem, found, shown.language),
        "money": evaluate(shown.problem, found.plan).money,
    }
