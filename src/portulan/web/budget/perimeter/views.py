"""The IT perimeter: the edition in force, the past ones, and preparing the next.

The rules of the edition being prepared: what one moves is shown before it is kept.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.indicator.edition_effects import EditionEffect, edition_effects, rule_effects
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter import rule_writes, writes
from portulan.budget.perimeter.reads import (
    editions,
    get_draft,
    get_draft_rule,
    get_edition,
    service_codes_met,
)
from portulan.budget.words import PerimeterStatus
from portulan.web.budget.perimeter.forms import NewRuleForm, QuestionsForm, RuleForm, values_of
from portulan.web.budget.perimeter.page import FAMILIES, account_groups, rule_rows
from portulan.web.pages import Act, Confirm, Edit, posted, saved, screen
from portulan.web.requests import OrganisationRequest


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


@screen
def prepare(request: OrganisationRequest) -> Act[ITPerimeter]:
    """Start the next edition from the one in force."""
    return Act(
        write=lambda: writes.draft_perimeter(request.actor),
        done=lambda draft: (
            _("L’édition %(edition)s est en préparation : elle ne juge encore aucune ligne.")
            % {"edition": draft.edition}
        ),
        back=_draft_url(request),
    )


@screen
def draft(request: OrganisationRequest) -> Edit[QuestionsForm, object]:
    """The next edition: answering its questions; its rules have pages of their own."""
    found = get_draft(actor=request.actor)
    initial = {
        "with_school_equipment": found.with_school_equipment,
        "with_staff": found.with_staff,
    }

    def context() -> dict[str, object]:
        effects = edition_effects(found)
        return {
            "perimeter": found,
            "rules": rule_rows(found, effects),
            "latest": effects[0].before.fiscal_year if effects else None,
            "effects": effects,
        }

    return Edit(
        back=_draft_url(request),
        form=partial(
            QuestionsForm,
            service_codes_met(actor=request.actor),
            found.service_codes,
            initial=initial,
        ),
        edits=found,
        write=lambda form: writes.answer_questions(
            request.actor, perimeter=found, **form.service_values()
        ),
        done=_("Réponses enregistrées."),
        template="budget/draft.html",
        context=context,
    )


def _draft_url(request: OrganisationRequest) -> str:
    return reverse("budget:draft", args=[request.organisation.slug])


@screen
def bring_into_force(request: OrganisationRequest) -> Confirm[int]:
    """Make the draft the edition that judges lines, once told what it does."""
    found = get_draft(actor=request.actor)
    return Confirm(
        back=_draft_url(request),
        about=[found],
        write=lambda: writes.bring_into_force(request.actor, perimeter=found, on=request.today),
        done=lambda moved: (
            ngettext(
                "L’édition %(edition)s est en vigueur : %(count)s ligne a changé de verdict.",
                "L’édition %(edition)s est en vigueur : %(count)s lignes ont changé de verdict.",
                moved,
            )
            % {"edition": found.edition, "count": moved}
        ),
        then=lambda _moved: reverse("budget:perimeter", args=[request.organisation.slug]),
        template="budget/bring_into_force.html",
        context=lambda: {
            "perimeter": found,
            "rules": rule_rows(found),
            "effects": edition_effects(found),
        },
    )


@require_http_methods(["GET", "POST"])
def add_rule(request: OrganisationRequest) -> HttpResponse:
    """Write a rule: its effect is seen first, then it is added at its place."""
    found = get_draft(actor=request.actor)
    form = NewRuleForm(rule_rows(found), posted(request))
    effects = None
    if request.method == "POST" and "preview" in request.POST:
        effects = saved(form, lambda: _tried(found, form))
    elif request.method == "POST":
        before = form.is_valid() and form.before(found)
        added = saved(
            form,
            lambda: rule_writes.add_rule(
                request.actor, perimeter=found, before=before or None, **form.values()
            ),
        )
        if added is not None:
            messages.success(request, _("Règle ajoutée."))
            return _back(request)
    return _page(request, found, form, effects)


@require_http_methods(["GET", "POST"])
def edit_rule(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Change a rule at its place; its effect is seen first, and as it stands to begin with."""
    rule = get_draft_rule(actor=request.actor, pk=pk)
    form = RuleForm(posted(request), initial=values_of(rule))
    effects = None
    if request.method != "POST":
        effects = rule_effects(rule.perimeter, rule)
    elif "preview" in request.POST:
        effects = saved(form, lambda: _tried(rule.perimeter, form, rule))
    else:
        changed = saved(
            form, lambda: rule_writes.edit_rule(request.actor, rule=rule, **form.values())
        )
        if changed is not None:
            messages.success(request, _("Règle enregistrée."))
            return _back(request)
    return _page(request, rule.perimeter, form, effects, rule)


def _tried(
    found: ITPerimeter, form: RuleForm, instead_of: PerimeterRule | None = None
) -> list[EditionEffect]:
    """Return what the rule of the form would move, written nowhere."""
    tried = rule_writes.drafted_rule(found, **form.values())
    before = form.before(found) if isinstance(form, NewRuleForm) else None
    if instead_of is not None:
        tried.pk = instead_of.pk
    return rule_effects(found, tried, before=before)


def _page(
    request: OrganisationRequest,
    found: ITPerimeter,
    form: RuleForm,
    effects: list[EditionEffect] | None,
    rule: PerimeterRule | None = None,
) -> HttpResponse:
    rows = rule_rows(found)
    context: dict[str, Any] = {
        "perimeter": found,
        "form": form,
        "row": next((row for row in rows if rule is not None and row.pk == rule.pk), None),
        "effects": effects,
    }
    return render(request, "budget/rule.html", context, status=422 if form.errors else 200)


@screen
def change_rule(request: OrganisationRequest, pk: int, deed: str) -> Act[object]:
    """Move a rule of the draft up or down, or remove it."""
    rule = get_draft_rule(actor=request.actor, pk=pk)
    back = _draft_url(request) + "#h-rules"
    if deed == "remove":
        return Act(
            write=lambda: rule_writes.remove_rule(request.actor, rule=rule),
            done=_("Règle retirée."),
            back=back,
        )
    return Act(
        write=lambda: rule_writes.move_rule(request.actor, rule=rule, up=deed == "up"),
        done="",
        back=back,
    )


def _back(request: OrganisationRequest) -> HttpResponseRedirect:
    return redirect(reverse("budget:draft", args=[request.organisation.slug]) + "#h-rules")
