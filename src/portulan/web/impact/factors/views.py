"""The figures estimates rest on: listed, explained, replaced by one's own."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.folding import fold
from portulan.impact.factors.reads import FactorPage, Listed, factor_of, get_factor, list_factors
from portulan.impact.factors.writes import give_factor, withdraw_factor
from portulan.impact.models import FactorOverride
from portulan.web.impact.factors.forms import FactorForm
from portulan.web.impact.words import factor_name
from portulan.web.pages import Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 25


def under_factors(request: OrganisationRequest) -> Trail:
    return [(url_in(request, "impact:factors"), _("Facteurs d’impact"))]


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """All the figures in force, those in use first; filters stay in the address."""
    words = request.GET.get("q", "")[:80]
    only = request.GET.get("only", "")
    listed = list_factors(actor=request.actor)
    rows = [row for row in listed if _matches(row, words, only)]
    rows.sort(key=lambda row: (not row.is_own, -row.uses, fold(factor_name(row.factor.id))))
    page = page_of(request, rows, PER_PAGE)
    context = {"page": page, "q": words, "only": only, "total": len(listed), "found": len(rows)}
    return render(request, "impact/factors.html", context)


def _matches(row: Listed, words: str, only: str) -> bool:
    if (only == "own" and not row.is_own) or (only == "used" and not row.uses):
        return False
    text = fold(f"{factor_name(row.factor.id)} {row.factor.id}")
    return all(word in text for word in fold(words).split())


@require_GET
def page(request: OrganisationRequest, name: str) -> HttpResponse:
    """A figure: its value and its source, its versions, and the estimates that use it."""
    found = get_factor(actor=request.actor, name=name, need=Operation.READ_PLAN)
    labels = labels_of(one.person_id for one in found.given)
    given = [(factor_of(one), one, labels.get(one.person_id or 0, "–")) for one in found.given]
    context = {
        "id": name,
        "name": factor_name(name),
        "trail": under_factors(request),
        "is_own": found.is_own,
        "in_force": found.in_force,
        "versions": [*given, *((factor, None, "") for factor in found.shipped)],
        "uses": found.uses,
    }
    return render(request, "impact/factor.html", context)


def _get(request: OrganisationRequest, name: str) -> FactorPage:
    return get_factor(actor=request.actor, name=name, need=Operation.EDIT_FACTORS)


@screen
def give(request: OrganisationRequest, name: str = "") -> Edit[FactorForm, FactorOverride]:
    """Put a figure of one's own in place of the one in force, or give a new one."""
    request.actor.require(Operation.EDIT_FACTORS)
    in_force = _get(request, name).in_force if name else None
    trail = under_factors(request)
    return Edit(
        title=factor_name(name) if name else _("Donner un facteur"),
        submit=_("Enregistrer ce chiffre"),
        intro=_("Les estimations déjà faites gardent le leur ; les prochaines prendront celui-ci."),
        trail=trail,
        back=_factor_url(request, name) if name else trail[0][0],
        form=partial(FactorForm, name, in_force),
        write=lambda form: give_factor(
            request.actor, figure=form.figure(), reason=form.cleaned_data["reason"]
        ),
        done=_("Chiffre enregistré : les prochaines estimations l’emploieront."),
        then=lambda given: _factor_url(request, given.name),
    )


def _factor_url(request: OrganisationRequest, name: str) -> str:
    return url_in(request, "impact:factor", name)


@screen
def withdraw(request: OrganisationRequest, name: str) -> Confirm[object]:
    """Come back to the figure shipped."""
    _get(request, name)
    return Confirm(
        title=factor_name(name),
        submit=_("Revenir au chiffre livré"),
        intro=_("Vos versions restent lisibles, et les estimations qui les emploient aussi."),
        trail=under_factors(request),
        back=_factor_url(request, name),
        write=lambda: withdraw_factor(request.actor, name=name),
        done=_("Le chiffre livré avec Portulan est de nouveau employé."),
    )
