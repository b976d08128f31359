"""The IT perimeter: the edition in force, the past ones, and preparing the next.

The rules of the edition being prepared: what one moves is shown before it is kept.
"""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

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
from portulan.web.budget.perimeter.page import FAMILIES, account_groups, rules_with
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


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
        "rules": rules_with(found) if found else [],
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
            "rules": rules_with(found, effects),
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
    return url_in(request, "budget:draft")


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
        then=lambda _moved: url_in(request, "budget:perimeter"),
        template="budget/bring_into_force.html",
        context=lambda: {
            "perimeter": found,
            "rules": rules_with(found),
            "effects": edition_effects(found),
        },
    )


@screen
def add_rule(request: OrganisationRequest) -> Edit[NewRuleForm, object]:
    """Write a rule: its effect is seen first, then it is added at its place."""
    found = get_draft(actor=request.actor)
    return Edit(
        back=_draft_url(request) + "#h-rules",
        form=partial(NewRuleForm, list(found.rules.order_by("order"))),
        preview=lambda form: {"effects": _tried(found, form)},
        write=lambda form: rule_writes.add_rule(
            request.actor, perimeter=found, before=form.before(found) or None, **form.values()
        ),
        done=_("Règle ajoutée."),
        template="budget/rule.html",
        context=lambda: {"perimeter": found, "effects": None},
    )


@screen
def edit_rule(request: OrganisationRequest, pk: int) -> Edit[RuleForm, object]:
    """Change a rule at its place; its effect is seen first, and as it stands to begin with."""
    rule = get_draft_rule(actor=request.actor, pk=pk)
    found = rule.perimeter
    return Edit(
        back=_draft_url(request) + "#h-rules",
        form=partial(RuleForm, initial=values_of(rule)),
        edits=rule,
        preview=lambda form: {"effects": _tried(found, form, rule)},
        write=lambda form: rule_writes.edit_rule(request.actor, rule=rule, **form.values()),
        done=_("Règle enregistrée."),
        template="budget/rule.html",
        context=lambda: {
            "perimeter": found,
            "number": _place(rule),
            "effects": None if request.method == "POST" else rule_effects(found, rule),
        },
    )


def _place(rule: PerimeterRule) -> int:
    """Return the place of a rule among those of its edition, from 1."""
    return rule.perimeter.rules.filter(order__lte=rule.order).count()


def _tried(
    found: ITPerimeter, form: RuleForm, instead_of: PerimeterRule | None = None
) -> list[EditionEffect]:
    """Return what the rule of the form would move, written nowhere."""
    tried = rule_writes.drafted_rule(found, **form.values())
    before = form.before(found) if isinstance(form, NewRuleForm) else None
    if instead_of is not None:
        tried.pk = instead_of.pk
    return rule_effects(found, tried, before=before)


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
