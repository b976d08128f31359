"""The list of a plan's actions, its file, the map of who acts, the rules of the states."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.selectors.calendar import year_on
from portulan.budget.selectors.funding import funding_of
from portulan.plans.models import LEVELS, Plan
from portulan.plans.selectors import (
    SORT_NAMES,
    Listing,
    actions_of,
    coverage_of,
    current_plan,
    get_plan,
    list_actions,
    plans_of,
    shown_year,
    themes_of,
    voting_of,
)
from portulan.plans.state_words import LABELS, ORDER, RULES
from portulan.web.charts.level_dots import level_dots
from portulan.web.language import page_language
from portulan.web.plans.crumbs import under_plan
from portulan.web.plans.forms.filters import FilterForm
from portulan.web.plans.rows import basis_of, csv_rows, list_row, stage_words
from portulan.web.requests import OrganisationRequest
from portulan.web.spreadsheet import csv_response

# Twenty-five rows that all have a state would pass the 370 elements of the gate.
PER_PAGE = 20


@require_GET
def current(request: OrganisationRequest) -> HttpResponse:
    """Go to the plan of the year, or invite to make the first one."""
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "plans/empty.html")
    address = reverse("plans:plan", args=[request.organisation.slug, plan.slug])
    asked = request.GET.urlencode()
    return redirect(f"{address}?{asked}" if asked else address)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the list; `sort` is what its link asks for, `order` how it is sorted now."""

    label: str
    note: str = ""
    sort: str = ""
    order: str = ""
    is_number: bool = False


def _heads(sort: str, money: str) -> list[Head]:
    columns = [
        (_("N°"), "number", "", True),
        (_("Action"), "title", "", False),
        (_("Niveau"), "level", "", False),
        (_("Avancement et état"), "progress", "", False),
        (_("Pilote"), "pilot", "", False),
        (_("Indicateur"), "", _("référence → relevé → cible"), False),
        (money, "money", "", True),
    ]
    name = sort.removeprefix("-")
    return [
        Head(
            label,
            note,
            # A second click turns the order round; amounts and levels start from the top.
            sort=_next_sort(key, sort),
            order=("descending" if sort.startswith("-") else "ascending") if key == name else "",
            is_number=is_number,
        )
        for label, key, note, is_number in columns
    ]


def _next_sort(key: str, sort: str) -> str:
    if not key:
        return ""
    if sort.removeprefix("-") == key:
        return key if sort.startswith("-") else f"-{key}"
    return f"-{key}" if key in {"level", "money"} else key


def _asked(request: OrganisationRequest, plan: Plan) -> tuple[FilterForm, Listing, str, int]:
    """Return the filters, the actions they keep, the sort and the year of money.

    The list and its file agree.
    """
    form = FilterForm(themes_of(plan), request.GET)
    sort = request.GET.get("sort", "number")
    if sort.removeprefix("-") not in SORT_NAMES:
        sort = "number"
    read = actions_of(plan)
    this_year = year_on(request.organisation.pk, request.today)
    listing = list_actions(
        plan=plan,
        today=request.today,
        filters=form.filters(),
        sort=sort,
        facts=funding_of(read.actions),
        read=read,
        this_year=this_year,
    )
    return form, listing, sort, shown_year(plan, this_year)


@require_GET
def plan(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    form, listing, sort, year = _asked(request, found)
    page = Paginator(listing.rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "form": form,
        "filtered": form.filters().are_set,
        "listing": listing,
        "levels": [
            {"level": level.value, "label": str(LEVELS[level]).lower(), "count": count}
            for level, count in listing.by_level.items()
            if count
        ],
        "heads": _heads(sort, _("DSI %(year)s (k€)") % {"year": year}),
        "sort": sort,
        "page": page,
        "rows": [list_row(row, year) for row in page.object_list],
        "sum": listing.money(year),
        "unknown": listing.unknown(year),
        "year": year,
        "stage": stage_words(listing, year),
        "basis": basis_of(listing, year),
        "others": [other for other in plans_of(actor=request.actor) if other.pk != found.pk],
        "export": request.GET.urlencode(),
        "voting": voting_of(found),
    }
    return render(request, "plans/plan.html", context)


@require_GET
def export(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Hand over exactly the actions that the same address shows, all pages together."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    _form, listing, _sort, year = _asked(request, found)
    name = f"{found.slug}-{request.today:%Y-%m-%d}.csv"
    return csv_response(name, csv_rows(listing, year))


@require_GET
def coverage(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Who acts on which domain, and where nobody does."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    covered = coverage_of(found)
    context = {
        "plan": found,
        "coverage": covered,
        "trail": under_plan(request, found),
        "themes": [
            {
                "item": item,
                "title": f"{item.theme.code}. {item.theme.say('title')}",
                "dots": level_dots(acting.level.value for acting in item.actions),
            }
            for item in covered.themes
        ],
    }
    return render(request, "plans/coverage.html", context)


@require_GET
def states(request: OrganisationRequest, plan: str) -> HttpResponse:
    """How each state is derived; none is ever typed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    language = page_language()
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "rules": [
            {"label": format(LABELS[state], language), "rule": format(RULES[state], language),
             "state": state.value}
            for state in ORDER
        ],
    }  # fmt: skip
    return render(request, "plans/states.html", context)
