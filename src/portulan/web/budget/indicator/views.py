"""The page of an exercice: its figure explained, its attributed lines, its publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.access import get_year
from portulan.budget.alerts.reads import year_alerts
from portulan.budget.funding.by_year import sources_in
from portulan.budget.funding.reads import ambitions_of
from portulan.budget.funding.sentences import landing_sentence
from portulan.budget.imports.reads import sources_of
from portulan.budget.indicator.adjustments import adjustments_of, corrected, standing_at
from portulan.budget.indicator.by_budget import figures_by_budget
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.frozen import rows_of
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.published import get_run, runs_of
from portulan.budget.indicator.sentences import run_words
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.labels import COSTINGS, STAGES
from portulan.budget.lines.reads import LineFilter, page_of_lines
from portulan.budget.models import FiscalYear
from portulan.budget.queue.reads import queue
from portulan.budget.words import Stage, YearStatus
from portulan.core.errors import NotFoundError
from portulan.core.say.numbers import share
from portulan.observatory.proof import part_proved
from portulan.steering.forecast import landing_total
from portulan.web.budget.alerts import SAID_AS_CAUTIONS, sentence
from portulan.web.budget.indicator.comparison import comparison
from portulan.web.budget.indicator.page import FigurePage, sources_words
from portulan.web.budget.indicator.posts import post_rows, posts_sentence, total_row
from portulan.web.budget.lines.filters import asked, asked_stage, query, year_at
from portulan.web.budget.lines.list import line_heads
from portulan.web.budget.queue.page import waiting
from portulan.web.budget.units import Unit
from portulan.web.budget.words import TITLES
from portulan.web.budget.years.page import neighbours
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Notice, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in, years_of

# The page stays under its number of nodes; the rest is on the page of lines.
SHOWN = 15


@require_GET
def year(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    known = years_of(request)
    stages = known.stages_of(fiscal_year)
    stage = asked_stage(fiscal_year, stages, request.GET)
    others = neighbours(fiscal_year, known)
    if stage is None:
        context = {"fiscal_year": fiscal_year, "others": others}
        return render(request, "budget/year_empty.html", context)
    sources = sources_of(known).get(fiscal_year.pk, [])
    amending = sum(1 for source in sources if source.delta)
    sums = YearSums(fiscal_year, stage, known)
    several = len({name for source in sources for name in source.budgets}) > 1
    context = _figure(request, sums, known, amending) | _lines(request, sums)
    landing = landing_total(fiscal_year=fiscal_year, today=request.today, known=known)
    context |= {
        "fiscal_year": fiscal_year,
        "others": others,
        "stage_links": stage_links(request, fiscal_year, stages.given, stage),
        "sources": sources,
        "proved": _proved(fiscal_year, stage),
        "landing": landing_sentence(landing, page_language()) if landing.is_said else "",
        "by_budget": figures_by_budget(fiscal_year, stage) if several else [],
    }
    return render(request, "budget/year.html", context)


def _proved(fiscal_year: FiscalYear, stage: Stage) -> str:
    """Return in words what part of the expenses comes from files that prove themselves."""
    part = part_proved(fiscal_year, stage)
    if part is None:
        return ""
    said = share(part, page_language())
    return _("%(share)s des dépenses viennent de fichiers prouvés par leurs totaux.") % {
        "share": said
    }


def _figure(
    request: OrganisationRequest,
    sums: YearSums,
    known: YearFacts,
    amending: int,
) -> dict[str, Any]:
    fiscal_year, stage = sums.fiscal_year, sums.stage
    computed = sums.computed
    ambition = ambitions_of(known).get(fiscal_year.year)
    published = known.published(fiscal_year, stage)
    page = FigurePage(request.organisation.slug, computed, known, ambition, published, amending)
    sources = known.once(
        ("funding", fiscal_year.year, stage),
        lambda: sources_in(
            known.organisation_id, fiscal_year.year, computed.figure.by_action, stage
        ),
    )
    publisher = published.published_by if published else None
    return {
        "page": page,
        "figure": page.figure,
        "stage": stage,
        "actions": sources_words(sources, stage=stage) if sources else "",
        "posts": posts_sentence(computed.figure),
        "comparison": comparison(computed, page.unit, request.organisation.slug, known),
        "alerts": [
            sentence(alert)
            for alert in year_alerts(computed, ambition.percent if ambition else None, known)
            if alert.kind not in SAID_AS_CAUTIONS
        ],
        "corrected": corrected(
            computed.figure, standing_at(adjustments_of(fiscal_year), timezone.now()), stage
        )
        if fiscal_year.status == YearStatus.CLOSED
        else None,
        "waiting": _waiting(request, sums, known),
        "publisher": labels_of([publisher]).get(publisher or 0, ""),
    }


def _waiting(request: OrganisationRequest, sums: YearSums, known: YearFacts) -> Notice | None:
    """Return what waits; in a closed year nothing does, its coverage says what was left."""
    if sums.fiscal_year.status == YearStatus.CLOSED:
        return None
    name = "queue", sums.fiscal_year.year, sums.stage
    counts = known.once(name, lambda: queue(sums))
    return waiting(request.organisation.slug, sums.fiscal_year, sums.stage, counts)


def _lines(request: OrganisationRequest, sums: YearSums) -> dict[str, Any]:
    fiscal_year, stage = sums.fiscal_year, sums.stage
    address = url_in(request, "budget:lines", fiscal_year.year)
    kept = query(stage, attribution="attributed")
    wanted = LineFilter(stage, attribution="attributed")
    found = sums.of(wanted)
    shown = range(min(SHOWN, found.count))
    return {
        "lines": page_of_lines(fiscal_year, wanted, shown, found.count),
        "sums": found,
        "total": sums.total,
        "form": asked(stage, {"attribution": "attributed"}).form,
        "heads": line_heads(stage, wanted.order, address, QueryDict(kept[1:])),
        "query": kept,
        "lines_url": address + kept,
    }


@require_GET
def posts(request: OrganisationRequest, year: int) -> HttpResponse:
    """What the IT budget of a year is spent on, by post, to run or to build."""
    fiscal_year, stage = year_at(request, year)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    known = years_of(request)
    computed = known.figure(fiscal_year, stage)
    page = FigurePage(request.organisation.slug, computed, known)
    context = {
        "fiscal_year": fiscal_year,
        "perimeter": computed.perimeter,
        "page": page,
        "internal": computed.figure.internal,
        "internal_amount": page.unit.full(computed.figure.internal.amount),
        "internal_url": url_in(request, "budget:lines", year) + query(stage, verdict="internal"),
        "rows": post_rows(computed.figure, page.unit),
        "total": total_row(computed.figure, page.unit),
    }
    return render(request, "budget/posts.html", context)


def stage_links(
    request: OrganisationRequest, fiscal_year: FiscalYear, stages: Sequence[Stage], shown: Stage
) -> list[dict[str, object]]:
    """Return the tabs between the stages of a year."""
    address = url_in(request, "budget:year", fiscal_year.year)
    return [
        {
            "label": str(STAGES[stage]).capitalize(),
            "url": address + query(stage),
            "current": stage is shown,
        }
        for stage in stages
    ]


@screen
def publish(request: OrganisationRequest, year: int) -> Confirm[object]:
    """Compute, keep and publish the figure of a stage, once read again."""
    fiscal_year, stage = year_at(request, year, Operation.PUBLISH)
    if stage is None:
        raise NotFoundError(str(year))
    back = url_in(request, "budget:year", year) + query(stage)

    def write() -> object:
        run = compute_run(request.actor, fiscal_year=fiscal_year, stage=stage)
        return publish_run(request.actor, run=run)

    def context() -> dict[str, object]:
        known = years_of(request)
        page = FigurePage(
            request.organisation.slug,
            known.figure(fiscal_year, stage),
            known,
            published=known.published(fiscal_year, stage),
        )
        return {
            "fiscal_year": fiscal_year,
            "page": page,
            "figure": page.figure,
            "stage": stage,
            "title": TITLES[stage],
            "back": back,
        }

    return Confirm(
        back=back,
        write=write,
        done=_("La part %(year)s est publiée ; ce calcul ne changera plus.") % {"year": year},
        template="budget/publish.html",
        context=context,
    )


@require_GET
def runs(request: OrganisationRequest, year: int) -> HttpResponse:
    """The figures computed for a year, each as it was."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    found = list(runs_of(fiscal_year)[:60])
    context = {
        "fiscal_year": fiscal_year,
        "runs": found,
        "people": labels_of(run.person_id for run in found),
    }
    return render(request, "budget/runs.html", context)


@require_GET
def run(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """One computed figure, with the numbers it was made of."""
    found = get_run(actor=request.actor, year=year, pk=pk)
    labels = labels_of([found.person_id, found.published_by])
    frozen = rows_of(found)
    address = url_in(request, "budget:lines", year)
    context = {
        "fiscal_year": found.fiscal_year,
        "run": found,
        "costing": COSTINGS.get(found.document.get("costing")),
        "compared": run_words(found),
        "lines_url": "" if frozen else address + query(Stage(found.stage), order="-amount"),
        "frozen": frozen is not None,
        "complete": frozen is not None and frozen[1],
        "page": page_of(request, frozen[0] if frozen else [], SHOWN),
        "unit": Unit(),
        "author": labels.get(found.person_id or 0, ""),
        "publisher": labels.get(found.published_by or 0, ""),
    }
    return render(request, "budget/run.html", context)
