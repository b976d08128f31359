"""Deciding the lines that wait: those ticked, all that are alike, or as past decisions propose."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portulan.accounts.access import Operation
from portulan.budget.models import FiscalYear
from portulan.budget.selectors.doors import get_year
from portulan.budget.selectors.figures import figure_of
from portulan.budget.selectors.lines import LineFilter, kept_lines
from portulan.budget.services import verdicts_together as services
from portulan.web import formats
from portulan.web.budget.forms.attributions import VerdictForm
from portulan.web.budget.queue_rows import shown_proposals
from portulan.web.language import page_language
from portulan.web.received import identifiers, way_back
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import saved


def decided(
    request: OrganisationRequest, fiscal_year: FiscalYear, wanted: LineFilter
) -> VerdictForm | None:
    """Do what the form of the queue asks; return it when it is refused, with its reasons."""
    before = figure_of(fiscal_year, wanted.stage).figure.coverage
    accepted = request.POST.get("accept")
    if accepted is not None:
        shown = [accepted] if accepted != "page" else request.POST.getlist("shown")
        try:
            given = services.accept_proposals(
                request.actor, fiscal_year=fiscal_year, shown=shown_proposals(shown)
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
    else:
        form = VerdictForm(request.POST)
        done = saved(
            form,
            lambda: services.decide_lines(
                request.actor,
                fiscal_year=fiscal_year,
                lines=_chosen(request, fiscal_year, wanted),
                **form.cleaned_data,
            ),
        )
        if done is None:
            return form
        given = done
    after = figure_of(fiscal_year, wanted.stage).figure.coverage
    text = ngettext(
        "%(count)s ligne décidée. Couverture : %(before)s → %(after)s.",
        "%(count)s lignes décidées. Couverture : %(before)s → %(after)s.",
        given.lines,
    )
    language = page_language()
    told = {
        "count": formats.number(given.lines, language),
        "before": formats.percent(before, language),
        "after": formats.percent(after, language),
    }
    here = [request.organisation.slug, fiscal_year.year, given.entry]
    undo = reverse("budget:take-back", args=here)
    undo += "?" + urlencode({"next": request.get_full_path()})
    messages.success(request, text % told, extra_tags=f"undo {undo}")
    return None


def _chosen(request: OrganisationRequest, fiscal_year: FiscalYear, wanted: LineFilter) -> list[int]:
    """Return the lines that are ticked, or all that are like one."""
    if wanted.alike and "all" in request.POST:
        return list(kept_lines(fiscal_year, wanted).values_list("pk", flat=True))
    return identifiers(request.POST.getlist("line"))


@require_POST
def take_back(request: OrganisationRequest, year: int, entry: int) -> HttpResponse:
    """Give the lines that were decided together back to the rules."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    try:
        count = services.take_back(request.actor, fiscal_year=fiscal_year, entry=entry)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext(
            "%(count)s ligne attend de nouveau.", "%(count)s lignes attendent de nouveau.", count
        )
        messages.success(request, text % {"count": formats.number(count, page_language())})
    here = reverse("budget:queue", args=[request.organisation.slug, year])
    return redirect(way_back(request, here))
