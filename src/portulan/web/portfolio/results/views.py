"""What was chosen, on one page that a board can read and print; or what no plan can keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.plans.models import Action
from portulan.portfolio.engine.answers import STABILITY
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.results.board import Board, board_of
from portulan.portfolio.results.conflicts import (
    Barrier,
    barriers,
    missing_sentences,
    passing_sentence,
)
from portulan.portfolio.results.left_out import SHOWN, LeftOut, left_out
from portulan.portfolio.results.obligations import obligation_summary
from portulan.portfolio.results.spending import ambition_sentences, capacities
from portulan.portfolio.results.timeline import Row
from portulan.portfolio.results.trust import baseline_sentences, stability_sentence
from portulan.portfolio.scenarios.reads import candidates_of
from portulan.web.pages import Trail
from portulan.web.portfolio.crumbs import EDIT, address, under_all, under_scenario
from portulan.web.portfolio.results.cheapest_plan import nearest, reached
from portulan.web.portfolio.results.drawings import spending
from portulan.web.portfolio.results.page import Shown, answered, shown_or_none
from portulan.web.requests import OrganisationRequest

MOST_ROWS = 16  # more would be too long to be read, or to print


@require_GET
def result(request: OrganisationRequest, slug: str) -> HttpResponse:
    scenario, shown = shown_or_none(request, slug)
    context: dict[str, Any] = {
        "scenario": scenario,
        "shown": shown,
        "trail": under_scenario(request, scenario),
    }
    if shown is None:
        return render(request, "portfolio/result_empty.html", context)
    context["proof"] = shown.proof
    if shown.result.evaluation is None:
        context |= conflict_context(request, shown) | {"nearest": nearest(shown)}
        return render(request, "portfolio/result_none.html", context)
    if shown.problem.targets:
        return reached(request, shown, context)
    board = board_of(
        shown.facts,
        shown.problem,
        shown.result,
        shown.planned,
        shown.explained,
        shown.names,
        shown.language,
    )
    page = context | _page(shown, board) | {"trail": under_all(request)}
    lacks = _lacks(shown, page["left_out"])
    return answered(request, "portfolio/result.html", shown, page, lacks=lacks)


def _lacks(shown: Shown, rows: Sequence[LeftOut]) -> bool:
    """Tell whether something of the page is not computed yet."""
    explained = shown.explained
    if explained is None or (explained.stability is None and STABILITY not in explained.failed):
        return True
    return any(row.waits for row in rows)


def _page(shown: Shown, board: Board) -> dict[str, Any]:
    language, evaluation = shown.language, shown.result.evaluation
    assert evaluation is not None  # noqa: S101
    out = left_out(shown.facts, shown.problem, shown.result, shown.explained, shown.names, language)
    stability = shown.explained.stability if shown.explained else None
    changed = board.changed[:MOST_ROWS]
    # What stays as planned and asks for nothing is counted, not listed.
    kept = [row for row in board.kept if row.money][: MOST_ROWS - len(changed)]
    called = _called(shown, [*changed, *kept])
    return {
        "board": board,
        "ambitions": ambition_sentences(board.years, shown.unit, language),
        "law": obligation_summary(shown.facts.obligations, language),
        "first": board.years[0],
        "spending": spending(shown, board.years),
        "capacities": capacities(shown.facts, evaluation),
        "changed": called[: len(changed)],
        "unchanged": called[len(changed) :],
        "rows_left": len(board.rows) + len(board.stopped) - len(changed) - len(kept),
        "years": shown.facts.years,
        "planned": board.planned,
        "impact": board.impact,
        "impact_planned": board.impact_planned,
        "left_out": out[:SHOWN],
        "more_left_out": len(out[SHOWN:]),
        "trust": [
            *baseline_sentences(
                shown.result,
                shown.baseline,
                evaluate(shown.problem, shown.baseline),
                shown.names,
                language,
            ),
            *(
                [stability_sentence(shown.result, stability, shown.names, language)]
                if stability is not None
                else []
            ),
        ],
    }


def _called(shown: Shown, rows: Sequence[Row]) -> list[tuple[Row, str]]:
    """Return rows with what a table calls each: the short title of its action, where it has one."""
    numbers = [row.candidate.number for row in rows]
    actions = Action.objects.filter(plan=shown.selection.scenario.plan, number__in=numbers)
    short = dict(actions.exclude(short_title="").values_list("number", "short_title"))
    return [
        (row, f"{number}. {short[number]}" if number in short else row.heading)
        for row, number in zip(rows, numbers, strict=True)
    ]


MOST = 4  # actions named under a rule


def conflict_context(request: OrganisationRequest, shown: Shown) -> dict[str, object]:
    """Return what a page says of a scenario that no plan keeps."""
    if shown.conflict is None:
        return {}
    pks = {one.key: one.pk for one in candidates_of(shown.selection.scenario)}
    found = barriers(shown.facts, shown.problem, shown.conflict, shown.names, shown.language)
    may_edit = request.actor.may(EDIT)
    return {
        "rules": [(one, _links(request, shown, one, pks, may_edit=may_edit)) for one in found],
        "repair": missing_sentences(shown.problem, shown.conflict, shown.names, shown.language),
        "passing": passing_sentence(shown.problem, shown.conflict, shown.language),
    }


def _links(
    request: OrganisationRequest,
    shown: Shown,
    barrier: Barrier,
    pks: dict[str, int],
    *,
    may_edit: bool,
) -> Trail:
    """Return the address of each, "" for who may only read, and its words."""

    def to(name: str, *more: object) -> str:
        return address(request, name, shown.selection.scenario, *more)

    named = [
        (to("candidate", pks[one]) if may_edit and one in pks else "", shown.names.heading(one))
        for one in barrier.candidates[:MOST]
    ]
    rules = [(to("rules"), _("Voir les règles"))] if barrier.is_between else []
    envelopes = [(to("envelopes"), _("Voir les enveloppes"))] if barrier.envelope else []
    targets = (
        [(to("targets") if may_edit else "", _("Changer les objectifs"))]
        if barrier.is_target
        else []
    )
    fairness = [(to("fairness") if may_edit else "", _("Équité"))] if barrier.is_fair else []
    return [*named, *rules, *envelopes, *targets, *fairness]
