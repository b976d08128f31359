"""What was chosen, on one page that a board can read and print.

What cannot hold together, with the way to what may be changed.

The timeline of a plan, as its table has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.core.say import numbers
from portulan.plans.models import LEVELS
from portulan.portfolio.engine.explaining import STABILITY
from portulan.portfolio.results.board import Board, board_of
from portulan.portfolio.results.conflicts import Barrier, barriers, missing_sentences
from portulan.portfolio.results.left_out import SHOWN, LeftOut, left_out
from portulan.portfolio.results.obligations import obligation_summary
from portulan.portfolio.results.spending import ambition_sentences, capacities
from portulan.portfolio.results.timeline import Band, Row
from portulan.portfolio.results.trust import baseline_sentences, proof_sentence, stability_sentence
from portulan.portfolio.scenarios.reads import candidates_of
from portulan.web.pages import Trail
from portulan.web.portfolio.crumbs import EDIT, address, under_scenario
from portulan.web.portfolio.results.drawings import spending
from portulan.web.portfolio.results.page import Shown, answered, shown_or_none, tonnes
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


MOST = 4  # actions named under a rule


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, why it is there, and links: to the actions it names, the rules, the envelope."""

    sentence: str
    reason: str
    links: Trail


def conflict_context(request: OrganisationRequest, shown: Shown) -> dict[str, object]:
    """Return what a page says of a scenario that no plan keeps."""
    if shown.conflict is None:
        return {}
    pks = {one.key: one.pk for one in candidates_of(shown.scenario)}
    found = barriers(shown.facts, shown.problem, shown.conflict, shown.names, shown.language)
    may_edit = request.actor.may(EDIT)
    return {
        "rules": [
            Line(one.sentence, one.reason, _links(request, shown, one, pks, may_edit=may_edit))
            for one in found
        ],
        "repair": missing_sentences(shown.problem, shown.conflict, shown.names, shown.language),
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
        return address(request, name, shown.scenario, *more)

    found: Trail = [
        (to("candidate", pks[one]) if may_edit and one in pks else "", shown.names.heading(one))
        for one in barrier.candidates[:MOST]
    ]
    if barrier.is_between:
        found.append((to("rules"), _("Voir les règles")))
    if barrier.envelope:
        found.append((to("envelopes"), _("Voir les enveloppes")))
    return found


LONGEST = 62  # a title is cut at a word, so that the page prints on one sheet


@dataclass(frozen=True, slots=True)
class BandCell:
    """A run of years: the word of its level, over as many columns, and its classes."""

    text: str
    years: int
    classes: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An action: `planned` and `money` in thousands of euros, `impact` in tonnes, as text."""

    id: str
    heading: str
    cells: tuple[BandCell, ...]
    planned: str
    money: str
    is_raised: bool
    impact: str


def timeline_rows(shown: Shown, rows: Iterable[Row]) -> list[TimelineRow]:
    """Return the rows in the language of the page."""
    return [
        TimelineRow(
            id=row.candidate.id,
            heading=_cut(f"{row.candidate.number}. {row.candidate.title}"),
            cells=tuple(_cell(band) for band in row.bands),
            planned=_thousands(shown, row.planned),
            money=_thousands(shown, row.money),
            is_raised=row.money != row.planned,
            impact=_impact_words(shown, row),
        )
        for row in rows
    ]


def _impact_words(shown: Shown, row: Row) -> str:
    """Return what the action brings with the choice: one that stops brings nothing more."""
    if row.stops:
        return "0"
    return _("non estimé") if row.impact is None else tonnes(row.impact, shown.language)


def _cut(title: str) -> str:
    """Return a title that fits on a line, cut at a word; no-break spaces are not places to cut."""
    if len(title) <= LONGEST:
        return title
    return title[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:\u00a0\u202f") + " …"


def _cell(band: Band) -> BandCell:
    if band.level is None:
        return BandCell(_("Arrêtée") if band.is_new else "", band.years, "")
    changed = " new" if band.is_new else ""
    text = ", ".join([str(LEVELS[band.level]), *band.added])
    return BandCell(text, band.years, f"l{int(band.level)}{changed}")


def _thousands(shown: Shown, euros: int) -> str:
    return numbers.thousands(Decimal(euros), shown.language)
