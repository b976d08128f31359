"""The rules of the edition being prepared: what one moves is shown before it is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.selectors.edition_effects import EditionEffect, rule_effects
from portulan.budget.selectors.perimeters import get_draft, get_draft_rule
from portulan.budget.services import perimeter_rules as services
from portulan.web.budget.forms.perimeter import NewRuleForm, RuleForm, values_of
from portulan.web.budget.perimeter_page import rule_rows
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


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
            lambda: services.add_rule(
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
        changed = saved(form, lambda: services.edit_rule(request.actor, rule=rule, **form.values()))
        if changed is not None:
            messages.success(request, _("Règle enregistrée."))
            return _back(request)
    return _page(request, rule.perimeter, form, effects, rule)


def _tried(
    found: ITPerimeter, form: RuleForm, instead_of: PerimeterRule | None = None
) -> list[EditionEffect]:
    """Return what the rule of the form would move, written nowhere."""
    tried = services.drafted_rule(found, **form.values())
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


@require_POST
def change_rule(request: OrganisationRequest, pk: int, deed: str) -> HttpResponse:
    """Move a rule of the draft up or down, or remove it."""
    rule = get_draft_rule(actor=request.actor, pk=pk)
    if deed == "remove":
        services.remove_rule(request.actor, rule=rule)
        messages.success(request, _("Règle retirée."))
    else:
        services.move_rule(request.actor, rule=rule, up=deed == "up")
    return _back(request)


def _back(request: OrganisationRequest) -> HttpResponseRedirect:
    return redirect(reverse("budget:draft", args=[request.organisation.slug]) + "#h-rules")
