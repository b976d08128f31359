"""What was chosen, on one page that a board can read and print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.portfolio.engine.explaining import STABILITY
from portulan.portfolio.reading.board import Board, board_of
from portulan.portfolio.reading.left_out import SHOWN, LeftOut, left_out
from portulan.portfolio.reading.obligations import obligation_summary
from portulan.portfolio.reading.spending import ambition_sentences, capacities
from portulan.portfolio.reading.trust import (
    baseline_sentences,
    proof_sentence,
    stability_sentence,
)
from portulan.web.portfolio.conflict_page import conflict_context
from portulan.web.portfolio.drawings import spending
from portulan.web.portfolio.pages import under_scenario
from portulan.web.portfolio.reading import Shown, answered, shown_or_none, tonnes
from portulan.web.portfolio.timeline_rows import timeline_rows
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
    context["proof"] = proof_sentence(shown.result, shown.language)
    if shown.result.evaluation is None:
        context |= conflict_context(request, shown)
        return render(request, "portfolio/result_none.html", context)
    board = board_of(
        shown.facts,
        shown.problem,
        shown.result,
        shown.kept.planned,
        shown.explained,
        shown.names,
        shown.language,
    )
    page = context | _page(shown, board)
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
    return {
        "board": board,
        "ambitions": ambition_sentences(board.years, shown.unit, language),
        "law": obligation_summary(shown.facts.obligations, language),
        "first": board.years[0],
        "spending": spending(shown, board.years),
        "capacities": capacities(shown.facts, shown.problem, evaluation),
        "changed": timeline_rows(shown, changed),
        "unchanged": timeline_rows(shown, kept),
        "rows_left": len(board.rows) + len(board.stopped) - len(changed) - len(kept),
        "years": shown.facts.years,
        "planned": board.planned,
        "impact": _impact(board, shown),
        "left_out": out[:SHOWN],
        "more_left_out": len(out[SHOWN:]),
        "trust": [
            *baseline_sentences(shown.baseline, shown.names, language),
            *(
                [stability_sentence(shown.result, stability, shown.names, language)]
                if stability is not None
                else []
            ),
        ],
    }


def _impact(board: Board, shown: Shown) -> dict[str, Any] | None:
    """The impact a year once all is in place, in tonnes, and what is not in it."""
    found, before = board.impact, board.impact_planned
    if found is None:
        return None
    return {
        "likely": tonnes(found.likely, shown.language),
        "low": tonnes(found.low, shown.language),
        "high": tonnes(found.high, shown.language),
        "unknown": found.unknown,
        "planned": tonnes(before.likely, shown.language) if before else "",
    }
