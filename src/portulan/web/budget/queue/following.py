"""The verdicts of one year taken over by the next in one step: previewed, taken, undone."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.budget.models import FiscalYear
from portulan.budget.queue.following import (
    Following,
    figure_after,
    sources_for,
    take_verdicts,
    verdicts_from,
)
from portulan.budget.queue.writes import Given
from portulan.budget.words import Stage, YearStatus
from portulan.core.say import numbers
from portulan.web.budget.lines.filters import query, year_at
from portulan.web.budget.words import COLUMNS
from portulan.web.language import page_language
from portulan.web.pages import Confirm, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20


@screen
def follow_verdicts(request: OrganisationRequest, year: int) -> Confirm[Given] | HttpResponse:
    """What a year would take of the verdicts of another, then all of it at once."""
    fiscal_year, stage = year_at(request, year, Operation.EDIT_BUDGET)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    back = url_in(request, "budget:year", year) + query(stage)
    sources = sources_for(fiscal_year)
    wanted = request.GET.get("from", "")
    source = next((one for one in sources if str(one.year) == wanted), None)
    source = source or next(iter(sources), fiscal_year)
    digest = request.POST.get("digest", "")
    return Confirm(
        back=request.get_full_path(),
        then=lambda _given: back,
        write=lambda: take_verdicts(
            request.actor, fiscal_year=fiscal_year, source=source, digest=digest
        ),
        done=_done,
        undo=lambda given: _undo_url(request, year, given, back),
        about=[fiscal_year],
        template="budget/follow_verdicts.html",
        context=lambda: _context(request, fiscal_year, source, sources, stage),
    )


def _done(given: Given) -> str:
    text = ngettext("%(count)s verdict repris.", "%(count)s verdicts repris.", given.lines)
    return text % {"count": numbers.number(given.lines, page_language())}


def _undo_url(request: OrganisationRequest, year: int, given: Given, back: str) -> str:
    undo = url_in(request, "budget:take-back", year, given.entry)
    return f"{undo}?{urlencode({'next': back})}"


def _context(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    source: FiscalYear,
    sources: list[FiscalYear],
    stage: Stage,
) -> dict[str, object]:
    following = verdicts_from(fiscal_year, source)
    before, after = figure_after(following, stage)
    shown = [*following.taken, *((line, None) for line in following.left)]
    page = page_of(request, shown, PER_PAGE)
    return {
        "fiscal_year": fiscal_year,
        "source": source,
        "sources": [one for one in sources if one != source],
        "stage": stage,
        "following": following,
        "sums": _sums(following, stage),
        "before": before.figure,
        "after": after.figure,
        "page": page,
        "column": COLUMNS[stage],
        "is_open": fiscal_year.status != YearStatus.CLOSED,
    }


def _sums(following: Following, stage: Stage) -> list[tuple[object, object, int, object]]:
    """Return each verdict and share taken, how many lines take it, and their amount."""
    return [
        (verdict, share, len(lines), sum(getattr(line, stage.column) or 0 for line in lines))
        for (verdict, share), lines in following.by_verdict.items()
    ]
