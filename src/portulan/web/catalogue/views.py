"""The catalogue: editions, practices, and what the plan answers to them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.selectors import labels_of
from portulan.catalogue import selectors
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.plans.models import Plan
from portulan.plans.selectors import current_plan
from portulan.plans.selectors.answers import Answer, edition_in_use
from portulan.web.catalogue.beside import links_beside, places_beside
from portulan.web.catalogue.board import UNDECIDED, Board, Domain, Row, lay
from portulan.web.catalogue.forms import AnswerForm, FilterForm
from portulan.web.catalogue.markdown import render as render_markdown
from portulan.web.catalogue.saving import answer_of, give_answer, plan_to_write, posted, take_back
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


@require_http_methods(["GET", "POST"])
def practice(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """A practice: what its edition says, what the plan answers, the actions that follow it."""
    found = selectors.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )
    if request.method == "POST":
        plan: Plan | None = plan_to_write(request)
    else:
        plan = current_plan(actor=request.actor, today=request.today)
    answer = answer_of(plan, found)
    form = AnswerForm(found, posted(request), initial=_initial(answer))
    if plan is not None and request.method == "POST":
        done = give_answer(request, form, plan=plan, practice=found, undo="catalogue:undo")
        if done is not None:
            return redirect("catalogue:practice", request.organisation.slug, version_id, code)
    context = {
        "practice": found,
        "version": found.version,
        "plan": plan,
        "answer": answer,
        "state": answer.choice or UNDECIDED,
        "author": _author(answer),
        "form": form,
        "body": render_markdown(found.body, table=_("Tableau")),
        "others": places_beside(request.actor, found),
        "links": links_beside(request.actor, found),
    }
    status = 422 if form.errors else 200
    return render(request, "catalogue/practice.html", context, status=status)


def _initial(answer: Answer) -> dict[str, str]:
    given = answer.given
    if given is None:
        return {"choice": answer.choice or ""}
    return {"choice": given.choice, "reason": given.reason}


def _author(answer: Answer) -> str:
    person_id = answer.given.person_id if answer.given is not None else None
    return labels_of([person_id]).get(person_id or 0, "")


@require_POST
def undo(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """Take the last answer to a practice back."""
    _take_back(request, version_id, code)
    return redirect("catalogue:practice", request.organisation.slug, version_id, code)


@require_POST
def undo_in_workshop(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """Take the last answer back, and ask again."""
    _take_back(request, version_id, code)
    return redirect("catalogue:step", request.organisation.slug, version_id, code)


def _take_back(request: OrganisationRequest, version_id: int, code: str) -> Practice:
    found = selectors.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )
    take_back(request, plan=plan_to_write(request), practice=found)
    return found
