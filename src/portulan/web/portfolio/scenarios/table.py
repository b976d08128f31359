"""The first screen of an arbitration: the plain sorted table with its running total."""

from __future__ import annotations

from typing import get_args

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.core.models import Task
from portulan.core.tasks import latest
from portulan.portfolio.engine.problem import problem_document
from portulan.portfolio.facts import ScenarioFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.words import level_word, listed
from portulan.portfolio.scenarios.reads import candidates_of, facts_of
from portulan.portfolio.scenarios.table import Order, Row, envelope_of, listing
from portulan.portfolio.solving.writes import formulated
from portulan.portfolio.words import SOLVE
from portulan.web.language import page_language
from portulan.web.paging import page_of
from portulan.web.portfolio.crumbs import EDIT, READ, address, door, tabs
from portulan.web.portfolio.words import whole
from portulan.web.requests import OrganisationRequest

PER_PAGE = 25
ORDERS: tuple[Order, ...] = get_args(Order.__value__)


@require_GET
def scenario(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The candidates by what they bring per euro, and where the envelope ends."""
    found = door(request, slug, READ)
    facts = facts_of(found)
    order = request.GET.get("sort", "ratio")
    chosen: Order = next((one for one in ORDERS if one == order), "ratio")
    rows = listing(facts, chosen)
    decided = request.GET.get("show") == "decided"
    asked = [row for row in rows if row.decided is decided]
    page = page_of(request, asked, PER_PAGE)
    context = {
        "scenario": found,
        "tabs": tabs(request, found),
        "page": page,
        "lines": _lines(request, found, page),
        "decided": decided,
        "orders": _orders(chosen),
        "unit": _("kgCO₂e par k€"),
        "first_year": facts.years[0],
        "envelope": envelope_of(facts),
        "sums": _sums(facts, rows),
        "not_costed": listed(_not_costed(rows), page_language(), most=4),
        "out": [one for one in facts.candidates if one.out_reason],
        "task": shown_task(found),
    }
    return render(request, "portfolio/scenario.html", context)


def shown_task(found: Scenario) -> Task | None:
    """Return the last computation when it deserves a word: all but those that are done."""
    task = latest(SOLVE, found.pk)
    return None if task is None or task.status == "done" else task


def _lines(
    request: OrganisationRequest, found: Scenario, page: Page[Row]
) -> list[tuple[Row, str, str]]:
    """Return the rows, each with the page of its candidate for who may edit, and its ratio."""
    may_edit = request.actor.may(EDIT)
    pks = {one.key: one.pk for one in candidates_of(found)} if may_edit else {}
    return [
        (
            row,
            address(request, "candidate", found, pks[row.candidate.id]) if may_edit else "",
            _per_euro(row),
        )
        for row in page.object_list
    ]


def _per_euro(row: Row) -> str:
    """Return the effect per thousand euros, or the word of what has none."""
    if row.per_euro is not None:
        return whole(row.per_euro * 1000)
    if row.gain:
        return _("rapporte") if row.gain == "pays" else _("gratuit")
    return _("inconnu") if row.cost is None or row.impact is None else "–"


def _orders(chosen: Order) -> list[tuple[str, str, bool]]:
    labels: dict[Order, str] = {
        "ratio": _("Effet par euro"),
        "impact": _("Impact"),
        "cost": _("Coût"),
        "number": _("Numéro"),
    }
    return [(name, label, name == chosen) for name, label in labels.items()]


def _sums(facts: ScenarioFacts, rows: list[Row]) -> dict[str, int]:
    """Return what is decided, what fits after it, and how much nobody knows."""
    decided = sum(row.cost or 0 for row in rows if row.decided)
    wanted = sum(row.cost or 0 for row in rows if not row.decided)
    envelope = envelope_of(facts) or 0
    return {
        "decided": decided,
        "room": max(0, envelope - decided),
        "missing": max(0, decided - envelope),
        "left": envelope - decided,
        "wanted": wanted,
        "over": max(0, wanted - max(0, envelope - decided)),
        "not_costed": sum(1 for row in rows if row.cost is None),
        "unknown": sum(1 for row in rows if row.impact is None and row.cost is not None),
        "rows": sum(1 for row in rows if row.decided),
        "offered": sum(1 for row in rows if not row.decided),
    }


def _not_costed(rows: list[Row]) -> list[str]:
    """Return the levels that nobody costed: “action 17 en réflexion”."""
    return [
        _("action %(key)s en %(level)s")
        % {"key": row.candidate.id, "level": level_word(row.level, page_language())}
        for row in rows
        if row.cost is None
    ]


@require_GET
def problem(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The scenario as a file of `portulan-portfolio`, for `portulan portfolio solve`."""
    found = door(request, slug, READ)
    try:
        asked, _facts = formulated(found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(address(request, "scenario", found))
    answer = JsonResponse(problem_document(asked))
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}.json"'
    return answer
