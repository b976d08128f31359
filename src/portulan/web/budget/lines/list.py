"""The lines of an exercice: filtered, sorted, summed, exported.

The heads of the table of lines, which sort it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.decisions.sheet import sheet_of
from portulan.budget.funding.reads import fundable_actions
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import YearStages
from portulan.budget.labels import STAGES
from portulan.budget.lines.reads import (
    actions_of_lines,
    filtered_lines,
    found_first,
    page_of_lines,
)
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.core.errors import NotFoundError
from portulan.core.say.country import currency
from portulan.core.workbooks import MOST_ROWS, WRITERS
from portulan.web.budget.lines.files import handed_over
from portulan.web.budget.lines.filters import Asked, asked, asked_stage, query, year_at
from portulan.web.budget.words import COLUMNS, TITLES
from portulan.web.downloads import CSV
from portulan.web.inputs import identifiers
from portulan.web.paging import page_of, places
from portulan.web.requests import OrganisationRequest, url_in, years_of

# As many as the page may hold, with its filters and all its page numbers.
PER_PAGE = 22  # nodes of a page: the widest filters leave room for so many


# A select is as wide as its longest option; beyond so many, an action is asked by its number.
_CHARS, _MOST_ACTIONS = 44, 60


@require_GET
def lines(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    known = years_of(request)
    stages = known.stages_of(fiscal_year)
    stage = asked_stage(fiscal_year, stages, request.GET)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    wanted = _asked(request, fiscal_year, stage, stages)
    year_sums = YearSums(fiscal_year, stage, known)
    lines_wanted = found_first(fiscal_year, wanted.filter)
    sums = year_sums.of(lines_wanted)
    # Places, not lines: those of the page are the only ones asked for.
    page = page_of(request, range(sums.count), PER_PAGE)
    found = page_of_lines(fiscal_year, lines_wanted, places(page), sums.count)
    address = url_in(request, "budget:lines", year)
    context = {
        "fiscal_year": fiscal_year,
        "stage": stage,
        "stage_links": [
            {
                "label": str(STAGES[other]).capitalize(),
                "url": address + query(other),
                "current": other is stage,
            }
            for other in stages.given
        ],
        "form": wanted.form,
        "order": wanted.filter.order,
        "heads": line_heads(stage, wanted.filter.order, address, request.GET),
        "page": page,
        "lines": found,
        "sums": sums,
        "total": year_sums.total,
        "perimeter": fiscal_year.judged_under,
        "export": request.GET.urlencode(),
        "kinds": [CSV, *(WRITERS if sums.count < MOST_ROWS else ())],
    }
    return render(request, "budget/lines.html", context)


@require_GET
def lines_file(
    request: OrganisationRequest, year: int, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """Hand over exactly the lines that the same address shows, as a sheet that comes back."""
    fiscal_year, stage = year_at(request, year)
    if stage is None:
        raise NotFoundError(str(year))
    wanted = _asked(request, fiscal_year, stage, years_of(request).stages_of(fiscal_year)).filter
    return handed_over(
        request,
        sheet=partial(sheet_of, fiscal_year, stage, filtered_lines(fiscal_year, wanted)),
        fiscal_year=fiscal_year,
        count=lambda: YearSums(fiscal_year, stage).of(wanted).count,
        kind=kind,
        title=f"{fiscal_year.year} {TITLES[stage]}",
        name=_name(fiscal_year, stage),
    )


def _asked(
    request: OrganisationRequest, fiscal_year: FiscalYear, stage: Stage, stages: YearStages
) -> Asked:
    # Those that lines go to, and the one whose page led here: alone where they are hundreds.
    chosen = identifiers([request.GET.get("action", "")])
    every = fundable_actions(request.actor.organisation_id)
    found = every.filter(Q(pk__in=actions_of_lines(fiscal_year)) | Q(pk__in=chosen))
    listed = found.values_list("pk", "number", "title")[: _MOST_ACTIONS + 1]
    if by_number := len(listed) > _MOST_ACTIONS:
        listed = found.filter(pk__in=chosen).values_list("pk", "number", "title")
    actions = [
        (str(pk), Truncator(f"{number}. {title}").chars(_CHARS)) for pk, number, title in listed
    ]
    suppliers = request.actor.may(Operation.EDIT_BUDGET)
    return asked(
        stage,
        request.GET,
        actions,
        budgets=sorted(stages.budgets) if len(stages.budgets) > 1 else (),
        suppliers=suppliers,
        by_number=by_number,
    )


def _name(fiscal_year: FiscalYear, stage: Stage) -> str:
    perimeter = fiscal_year.judged_under
    edition = f"-perimetre-{perimeter.edition}" if perimeter else ""
    return f"lignes-{fiscal_year.year}-{stage.column}{edition}"


@dataclass(frozen=True, slots=True)
class Head:
    """A column; `sort` is its present order as `aria-sort` says it, "" when it does not sort."""

    name: str
    is_number: bool = False
    url: str = ""
    sort: str = ""


def line_heads(stage: Stage, order: str, address: str, data: QueryDict) -> list[Head]:
    """Return the heads of the lines of a stage, sorted by `order`; filters of `data` stay."""

    def head(name: str, key: str = "", *, number: bool = False) -> Head:
        if not key:
            return Head(name, number)
        kept = data.copy()
        kept.pop("page", None)
        # A number is first asked from its largest; a second press turns the order.
        first, second = (f"-{key}", key) if number else (key, f"-{key}")
        kept["order"] = second if order == first else first
        kept["stage"] = stage.column
        sort = {key: "ascending", f"-{key}": "descending"}.get(order, "")
        return Head(name, number, f"{address}?{kept.urlencode()}", sort)

    return [
        head(_("Ligne"), "label"),
        head(_("Compte"), "nature"),
        head(f"{COLUMNS[stage]} ({currency().symbol})", "amount", number=True),
        head(_("Périmètre")),
        head(_("Fléchage")),
        head(_("Part"), number=True),
        head(_("Statut")),
        head(_("NR (€)"), "nr", number=True),
    ]
