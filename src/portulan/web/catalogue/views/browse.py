"""The practices of an edition by theme, with what the plan answers to each."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.catalogue import selectors
from portulan.catalogue.models import CatalogueVersion
from portulan.plans.models import Plan
from portulan.plans.selectors import current_plan
from portulan.plans.selectors.answers import edition_in_use
from portulan.web.catalogue.board import Board, Domain, Row, lay
from portulan.web.catalogue.forms import FilterForm
from portulan.web.catalogue.words import tallied
from portulan.web.requests import OrganisationRequest

PER_PAGE = 25
MOST_DOMAINS = 12  # beyond, only those where the plan acts are listed one by one


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """An edition's practices by theme, filtered, with what the plan answers to each."""
    editions = list(selectors.versions_for(request.actor))
    plan = current_plan(actor=request.actor, today=request.today)
    if not editions:
        return render(request, "catalogue/none.html")
    board = lay(_edition(request, editions, plan), plan)
    domains = board.domains()
    form = FilterForm(
        request.GET,
        version=board.version,
        themes=[domain.theme for domain in domains],
        practices=[row.practice for row in board.rows],
        with_choices=plan is not None,
    )
    matching, shown = _filtered(board, form)
    context = {
        "editions": editions,
        "version": board.version,
        "plan": plan,
        "form": form,
        "filtered": bool(form.wanted),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "tally": board.tally(),
        "counts": tallied(board.tally(matching)) if plan is not None else [],
        "choice": form.wanted.get("choice"),
        "domains": domains,
        "listed": _listed(domains),
        "covered": sum(bool(domain.actions) for domain in domains),
    }
    return render(request, "catalogue/browse.html", context)


def _listed(domains: list[Domain]) -> list[Domain]:
    if len(domains) <= MOST_DOMAINS:
        return domains
    return [domain for domain in domains if domain.actions]


def _edition(
    request: OrganisationRequest, editions: Sequence[CatalogueVersion], plan: Plan | None
) -> CatalogueVersion:
    """Return the edition asked for, else the one the plan answered to, else the first."""
    known = {str(edition.pk): edition for edition in editions}
    if (asked := request.GET.get("edition", "")) in known:
        return known[asked]
    used = edition_in_use(plan) if plan is not None else None
    return known.get(str(used), editions[0])


def _filtered(board: Board, form: FilterForm) -> tuple[list[Row], list[Row]]:
    """Return the rows that the filters on practices keep, and those with the answer wanted."""
    filters, choice = form.practice_filters, form.wanted.get("choice")
    matching = [row for row in board.rows if filters.keeps(row.practice)]
    return matching, [row for row in matching if choice in (None, row.state)]
