"""À qualifier: the lines that wait for a person, the largest first.

Deciding the lines that wait: those ticked, all that are alike, or as past decisions propose.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.attributions.reads import get_attribution, get_attributions
from portulan.budget.attributions.together import declare_together, justify_together
from portulan.budget.attributions.writes import edit_attribution, part_of, review_many
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.sentences import coverage_words
from portulan.budget.lines.reads import (
    LineFilter,
    get_line,
    kept_lines,
    lines_in_force,
    page_of_lines,
)
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.queue import writes
from portulan.budget.queue.reads import proposals_for
from portulan.budget.words import AttributionStatus, Method, Stage, YearStatus
from portulan.core.errors import NotFoundError
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.web.budget.lines.filters import query, year_at
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.lines.views import line_url
from portulan.web.budget.perimeter.forms import VerdictForm
from portulan.web.budget.queue.page import LIKENESSES, alike, progress, shown_proposals
from portulan.web.budget.words import COLUMNS
from portulan.web.inputs import identifiers, way_back
from portulan.web.language import page_language
from portulan.web.pages import Act, saved, screen
from portulan.web.paging import page_of, places
from portulan.web.requests import OrganisationRequest, url_in, years_of

KINDS = ("undecided", "to_review", "declared", "proposed")


# Rows with a form of their own weigh more: fewer of them stand on a page.
AT_ONCE = 300  # lines reviewed together: the address of what undoes it names them
PER_PAGE = {"undecided": 12, "to_review": 20, "declared": 16, "proposed": 14}


@require_http_methods(["GET", "POST"])
def waiting_lines(request: OrganisationRequest, year: int) -> HttpResponse:
    """The lines that wait, and a person's verdict on some of them."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    fiscal_year, stage = year_at(request, year, need)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    like = _like(request, year)
    refused = None
    if request.method == "POST" and "preview" in request.POST:
        wanted = _filter(stage, "undecided", like)
        form = VerdictForm(request.POST)
        foreseen = saved(form, lambda: _foreseen(request, fiscal_year, wanted, form)) or ""
        return _queue_page(request, fiscal_year, stage, like, form, foreseen)
    if request.method == "POST":
        refused = decided(request, fiscal_year, _filter(stage, "undecided", like))
        if refused is None:
            return redirect(request.get_full_path())
    return _queue_page(request, fiscal_year, stage, like, refused)


def _queue_page(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    stage: Stage,
    like: tuple[BudgetLine, str] | None,
    form: VerdictForm | None,
    foreseen: str = "",
) -> HttpResponse:
    sums = YearSums(fiscal_year, stage, years_of(request))
    counts = {kind: sums.count(_filter(stage, kind)) for kind in KINDS}
    kind = request.GET.get("kind", "undecided" if like else "")
    if kind not in KINDS:
        kind = next((kind for kind in KINDS if counts[kind]), "to_review")
    wanted = _filter(stage, kind, like)
    kept = sums.of(wanted) if like else None
    count = counts[kind] if kept is None else kept.count
    page = page_of(request, range(count), PER_PAGE[kind])
    found = page_of_lines(fiscal_year, wanted, places(page), count)
    is_open = fiscal_year.status != YearStatus.CLOSED
    asks = kind == "undecided" and is_open and request.actor.holds(Operation.EDIT_BUDGET)
    proposals = proposals_for(fiscal_year, found) if asks else {}
    context = {
        "fiscal_year": fiscal_year,
        "stage": stage,
        "kind": kind,
        "tabs": _tabs(request, fiscal_year, stage, kind, counts),
        "page": page,
        "lines": found,
        "column": COLUMNS[stage],
        "is_open": is_open,
        "perimeter": fiscal_year.judged_under,
        "here": request.get_full_path(),
        "progress": progress(sums.figure, found, kind),
        "proposals": proposals,
        "like": like and {"line": line_name(like[0]), "by": LIKENESSES[like[1]], "sums": kept},
        "form": form or VerdictForm(),
        "foreseen": foreseen,
        "ticked": set(request.POST.getlist("line")),
    }
    refused = form is not None and not foreseen
    return render(request, "budget/queue.html", context, status=422 if refused else 200)


def _like(request: OrganisationRequest, year: int) -> tuple[BudgetLine, str] | None:
    """Return the line that others are to be like, and in what, if the address says so."""
    for pk in identifiers([request.GET.get("like", "")]):
        found = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
        by = request.GET.get("by", "")
        if by in LIKENESSES and alike(found, by):
            return found, by
    return None


def _filter(stage: Stage, kind: str, like: tuple[BudgetLine, str] | None = None) -> LineFilter:
    same = alike(*like) if like else ()
    if kind == "undecided":
        return LineFilter(stage, verdict="undecided", order="-amount", alike=same)
    return LineFilter(stage, attribution=kind, order="-amount", alike=same)


def _tabs(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    stage: Stage,
    kind: str,
    counts: dict[str, int],
) -> list[dict[str, object]]:
    names = {
        "undecided": _("À décider"),
        "to_review": _("À examiner"),
        "declared": _("Sans preuve"),
        "proposed": _("Proposées"),
    }
    address = url_in(request, "budget:queue", fiscal_year.year)
    return [
        {
            "label": f"{names[name]} ({numbers.number(counts[name], page_language())})",
            "url": address + query(stage, kind=name),
            "current": name == kind,
        }
        for name in KINDS
    ]


@screen
def review_checked(request: OrganisationRequest, year: int) -> Act[int] | HttpResponse:
    """Say of the checked lines that nothing of them is dedicated to NR."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    back = _queue_url(request, year)
    if "all" in request.POST and (like := _like(request, year)):
        _year, stage = year_at(request, year, Operation.EDIT_BUDGET)
        wanted = _filter(stage, "to_review", like) if stage else None
        lines = list(kept_lines(fiscal_year, wanted)[:AT_ONCE]) if wanted else []
    else:
        asked = identifiers(request.POST.getlist("line"))
        lines = list(lines_in_force(fiscal_year).filter(pk__in=asked))
    ids = [line.pk for line in lines]
    if not lines and request.method == "POST":
        messages.warning(request, _("Aucune ligne n’est cochée."))
        return redirect(back)
    undo = url_in(request, "budget:unreview-lines", year, _listed(ids) or "0")
    return Act(
        write=lambda: review_many(request.actor, lines=lines, on=request.today),
        done=lambda count: (
            ngettext(
                "%(count)s ligne examinée : rien n’y est dédié au NR.",
                "%(count)s lignes examinées : rien n’y est dédié au NR.",
                count,
            )
            % {"count": count}
        ),
        undo=f"{undo}?{urlencode({'next': back})}",
        back=back,
    )


@screen
def justify_checked(request: OrganisationRequest, year: int) -> Act[int] | HttpResponse:
    """Justify the checked attributions by one piece of evidence."""
    asked = identifiers(request.POST.getlist("attribution"))
    found = get_attributions(
        actor=request.actor, year=year, pks=asked[:AT_ONCE], need=Operation.EDIT_BUDGET
    )
    waiting = [one.pk for one in found if one.status == AttributionStatus.DECLARED]
    back = _queue_url(request, year)
    undo = url_in(request, "budget:declare-attributions", year, _listed(waiting) or "0")
    return Act(
        write=lambda: justify_together(
            request.actor, attributions=found, evidence=request.POST.get("evidence", "")
        ),
        done=lambda count: (
            ngettext("%(count)s fléchage justifié.", "%(count)s fléchages justifiés.", count)
            % {"count": count}
        ),
        undo=f"{undo}?{urlencode({'next': back})}",
        back=back,
    )


@screen
def declare_again(request: OrganisationRequest, year: int, pks: str) -> Act[int]:
    """Take back what `justify_checked` said of these attributions."""
    found = get_attributions(
        actor=request.actor,
        year=year,
        pks=identifiers(pks.split("-")),
        need=Operation.EDIT_BUDGET,
    )
    if not found:
        raise NotFoundError(pks)
    return Act(
        write=lambda: declare_together(request.actor, attributions=found),
        done=_("Ces fléchages sont de nouveau déclarés ; leur preuve reste écrite."),
        back=_queue_url(request, year),
    )


def _listed(ids: list[int]) -> str:
    return "-".join(map(str, ids))


@screen
def unreview_lines(request: OrganisationRequest, year: int, pks: str) -> Act[int]:
    """Take back what `review_checked` said of these lines."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    lines = list(lines_in_force(fiscal_year).filter(pk__in=identifiers(pks.split("-"))))
    return Act(
        write=lambda: review_many(request.actor, lines=lines, on=request.today, reviewed=False),
        done=_("Ces lignes attendent de nouveau."),
        back=_queue_url(request, year),
    )


def _queue_url(request: OrganisationRequest, year: int) -> str:
    here = url_in(request, "budget:queue", year)
    return way_back(request, here)


@screen
def accept(request: OrganisationRequest, year: int, pk: int) -> Act[object] | HttpResponse:
    """Accept a proposal as it is: it is declared, and counts."""
    found = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    back = way_back(request, line_url(request, found.line))
    if found.status != AttributionStatus.PROPOSED and request.method == "POST":
        return redirect(back)
    return Act(
        write=lambda: edit_attribution(
            request.actor,
            attribution=found,
            **part_of(found),
            method=Method(found.method),
            reason=found.reason,
            action=found.action,
            status=AttributionStatus.DECLARED,
            evidence=found.evidence,
        ),
        done=_("Proposition acceptée : elle compte comme déclarée."),
        back=back,
    )


def decided(
    request: OrganisationRequest, fiscal_year: FiscalYear, wanted: LineFilter
) -> VerdictForm | None:
    """Do what the form of the queue asks; return it when it is refused, with its reasons."""
    before = figure_of(fiscal_year, wanted.stage).figure.coverage
    accepted = request.POST.get("accept")
    if accepted is not None:
        shown = [accepted] if accepted != "page" else request.POST.getlist("shown")
        try:
            given = writes.accept_proposals(
                request.actor, fiscal_year=fiscal_year, shown=shown_proposals(shown)
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
    else:
        form = VerdictForm(request.POST)
        done = saved(
            form,
            lambda: writes.decide_lines(
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
    told = {
        "count": numbers.number(given.lines, page_language()),
        "before": coverage_words(before),
        "after": coverage_words(after),
    }
    here = [request.organisation.slug, fiscal_year.year, given.entry]
    undo = reverse("budget:take-back", args=here)
    undo += "?" + urlencode({"next": request.get_full_path()})
    messages.success(request, text % told, extra_tags=f"undo {undo}")
    return None


def _foreseen(
    request: OrganisationRequest, fiscal_year: FiscalYear, wanted: LineFilter, form: VerdictForm
) -> str:
    """Return what one verdict on the chosen lines would do, said before anything is written."""
    chosen, before = _chosen(request, fiscal_year, wanted), figure_of(fiscal_year, wanted.stage)
    column = wanted.stage.column
    amounts = lines_in_force(fiscal_year).filter(pk__in=chosen).values_list(column, flat=True)
    amount = known_sum(amounts)
    with transaction.atomic():
        given = writes.decide_lines(
            request.actor, fiscal_year=fiscal_year, lines=chosen, **form.cleaned_data
        )
        after = figure_of(fiscal_year, wanted.stage)
        transaction.set_rollback(True)
    text = ngettext(
        "%(count)s ligne, %(amount)s : couverture %(before)s → %(after)s, part %(was)s → %(is)s."
        " Rien n’est encore écrit.",
        "%(count)s lignes, %(amount)s : couverture %(before)s → %(after)s, part %(was)s → %(is)s."
        " Rien n’est encore écrit.",
        given.lines,
    )
    language = page_language()
    return text % {
        "count": numbers.number(given.lines, language),
        "amount": numbers.money(amount, language, decimals=0),
        "before": numbers.percent(before.figure.coverage, language),
        "after": numbers.percent(after.figure.coverage, language),
        "was": numbers.percent(before.figure.value, language),
        "is": numbers.percent(after.figure.value, language),
    }


def _chosen(request: OrganisationRequest, fiscal_year: FiscalYear, wanted: LineFilter) -> list[int]:
    """Return the lines that are ticked, or all that are like one."""
    if wanted.alike and "all" in request.POST:
        return list(kept_lines(fiscal_year, wanted).values_list("pk", flat=True))
    return identifiers(request.POST.getlist("line"))


@screen
def take_back(request: OrganisationRequest, year: int, entry: int) -> Act[int]:
    """Give the lines that were decided together back to the rules."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: writes.take_back(request.actor, fiscal_year=fiscal_year, entry=entry),
        done=lambda count: (
            ngettext(
                "%(count)s ligne attend de nouveau.",
                "%(count)s lignes attendent de nouveau.",
                count,
            )
            % {"count": numbers.number(count, page_language())}
        ),
        back=_queue_url(request, year),
    )
