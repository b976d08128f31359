"""The IT perimeter: the edition in force, the past ones, and preparing the next."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.budget.enums import PerimeterStatus
from portulan.budget.models import ITPerimeter
from portulan.budget.selectors.edition_effects import edition_effects
from portulan.budget.selectors.perimeters import (
    editions,
    get_draft,
    get_edition,
    service_codes_met,
)
from portulan.budget.services import perimeter as services
from portulan.web.budget.forms.perimeter import QuestionsForm
from portulan.web.budget.perimeter_page import FAMILIES, account_groups, rule_rows
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_GET
def perimeter(request: OrganisationRequest) -> HttpResponse:
    """The edition in force, or what to do when there is none yet."""
    found = editions(actor=request.actor).filter(status=PerimeterStatus.IN_FORCE).first()
    return _edition_page(request, found)


@require_GET
def edition(request: OrganisationRequest, edition: int) -> HttpResponse:
    found = get_edition(actor=request.actor, edition=edition, need=Operation.READ_BUDGET)
    if found.status == PerimeterStatus.DRAFT:
        return redirect("budget:draft", request.organisation.slug)
    return _edition_page(request, found)


def _edition_page(request: OrganisationRequest, found: ITPerimeter | None) -> HttpResponse:
    family = request.GET.get("family", "")
    family = family if family in FAMILIES else FAMILIES[0]
    others = list(editions(actor=request.actor))
    context = {
        "perimeter": found,
        "in_force": found is not None and found.status == PerimeterStatus.IN_FORCE,
        "rules": rule_rows(found) if found else [],
        "others": [other for other in others if other.status != PerimeterStatus.DRAFT],
        "draft": next((o for o in others if o.status == PerimeterStatus.DRAFT), None),
        "groups": account_groups(family),
        "tabs": [
            {"label": name, "url": f"?family={name}", "current": name == family}
            for name in FAMILIES
        ],
    }
    return render(request, "budget/perimeter.html", context)


@require_POST
def prepare(request: OrganisationRequest) -> HttpResponse:
    """Start the next edition from the one in force."""
    draft = services.draft_perimeter(request.actor)
    text = _("L’édition %(edition)s est en préparation : elle ne juge encore aucune ligne.")
    messages.success(request, text % {"edition": draft.edition})
    return redirect("budget:draft", request.organisation.slug)


@require_http_methods(["GET", "POST"])
def draft(request: OrganisationRequest) -> HttpResponse:
    """The next edition: answering its questions; its rules have pages of their own."""
    found = get_draft(actor=request.actor)
    form = QuestionsForm(
        service_codes_met(actor=request.actor),
        found.service_codes,
        posted(request),
        initial={
            "with_school_equipment": found.with_school_equipment,
            "with_staff": found.with_staff,
        },
    )
    if request.method == "POST":
        answered = saved(
            form,
            lambda: services.answer_questions(
                request.actor, perimeter=found, **form.service_values()
            ),
        )
        if answered is not None:
            messages.success(request, _("Réponses enregistrées."))
            return redirect("budget:draft", request.organisation.slug)
    effects = edition_effects(found)
    context = {
        "perimeter": found,
        "rules": rule_rows(found, effects),
        "latest": effects[0].before.fiscal_year if effects else None,
        "questions": form,
        "effects": effects,
    }
    return render(request, "budget/draft.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def bring_into_force(request: OrganisationRequest) -> HttpResponse:
    """Make the draft the edition that judges lines, once told what it does."""
    found = get_draft(actor=request.actor)
    if request.method == "POST":
        try:
            moved = services.bring_into_force(request.actor, perimeter=found, on=request.today)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("budget:draft", request.organisation.slug)
        text = ngettext(
            "L’édition %(edition)s est en vigueur : %(count)s ligne a changé de verdict.",
            "L’édition %(edition)s est en vigueur : %(count)s lignes ont changé de verdict.",
            moved,
        )
        messages.success(request, text % {"edition": found.edition, "count": moved})
        return redirect("budget:perimeter", request.organisation.slug)
    context = {
        "perimeter": found,
        "rules": rule_rows(found),
        "effects": edition_effects(found),
    }
    return render(request, "budget/bring_into_force.html", context)
