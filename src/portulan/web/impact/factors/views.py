"""The figures estimates rest on: listed, explained, replaced by one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.folding import fold
from portulan.impact.engine.factors import Factor, source_title
from portulan.impact.factors.reads import FactorPage, Listed, factor_of, get_factor, list_factors
from portulan.impact.factors.stored import spread_as_json
from portulan.impact.factors.writes import give_factor, withdraw_factor
from portulan.impact.models import QUALITIES, FactorOverride
from portulan.web.impact.factors.forms import FactorForm
from portulan.web.impact.sentences import spread_words, value_words
from portulan.web.impact.words import factor_name, licence_name, place_name, stage_of_life
from portulan.web.language import page_language
from portulan.web.pages import (
    Confirm,
    Edit,
    Trail,
    screen,
)
from portulan.web.requests import OrganisationRequest

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the list, in words."""

    id: str
    name: str
    value: str
    source: str
    is_own: bool
    uses: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a figure, shipped or given, with all that makes it worth something."""

    title: str
    value: str
    spread: str
    quality: str
    stage: str
    geography: str
    year: int | None
    source: str
    address: str
    licence: str
    reason: str
    state: str


def under_factors(request: OrganisationRequest) -> Trail:
    return [(reverse("impact:factors", args=[request.organisation.slug]), _("Facteurs d’impact"))]


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """All the figures in force, those in use first; filters stay in the address."""
    words = request.GET.get("q", "")[:80]
    only = request.GET.get("only", "")
    listed = list_factors(actor=request.actor)
    rows = [row for row in _rows(listed) if _matches(row, words, only)]
    rows.sort(key=lambda row: (not row.is_own, -row.uses, fold(row.name)))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": words, "only": only, "total": len(listed), "found": len(rows)}
    return render(request, "impact/factors.html", context)


def _rows(listed: Iterable[Listed]) -> list[Row]:
    language = page_language()
    return [
        Row(
            id=one.factor.id,
            name=factor_name(one.factor.id, language),
            value=value_words(one.factor.value, one.factor.unit, language),
            source=source_title(one.factor.source.title, language),
            is_own=one.is_own,
            uses=one.uses,
        )
        for one in listed
    ]


def _matches(row: Row, words: str, only: str) -> bool:
    if (only == "own" and not row.is_own) or (only == "used" and not row.uses):
        return False
    text = fold(f"{row.name} {row.id}")
    return all(word in text for word in fold(words).split())


@require_GET
def page(request: OrganisationRequest, name: str) -> HttpResponse:
    """A figure: its value and its source, its versions, and the estimates that use it."""
    found = get_factor(actor=request.actor, name=name, need=Operation.READ_PLAN)
    language = page_language()
    context = {
        "id": name,
        "name": factor_name(name, language),
        "trail": under_factors(request),
        "is_own": found.is_own,
        "in_force": _version(found.in_force, "", "") if found.in_force else None,
        "versions": _versions(found),
        "uses": found.uses,
    }
    return render(request, "impact/factor.html", context)


def _versions(found: FactorPage) -> list[VersionRow]:
    labels = labels_of(one.person_id for one in found.given)
    rows = [
        _version(
            factor_of(one),
            _("Donné par %(author)s, version %(version)s")
            % {"author": labels.get(one.person_id or 0, "–"), "version": one.version},
            _("retiré")
            if one.withdrawn_at
            else _("en vigueur")
            if found.in_force and found.is_own and one.version == found.in_force.version
            else _("remplacé"),
            one.reason,
        )
        for one in found.given
    ]
    for factor in found.shipped:
        in_force = factor == found.in_force
        rows.append(
            _version(
                factor,
                _("Livré avec Portulan, version %(version)s") % {"version": factor.version},
                _("en vigueur") if in_force else _("remplacé"),
            )
        )
    return rows


def _version(factor: Factor, title: str, state: str, reason: str = "") -> VersionRow:
    language = page_language()
    return VersionRow(
        title=title,
        value=value_words(factor.value, factor.unit, language),
        spread=spread_words(spread_as_json(factor.spread), language),
        quality=str(QUALITIES[factor.quality]),
        stage=stage_of_life(factor.stage),
        geography=place_name(factor.geography),
        year=factor.year,
        source=source_title(factor.source.title, language),
        address=factor.source.address,
        licence=licence_name(factor.source.licence),
        reason=reason,
        state=state,
    )


@screen
def give(request: OrganisationRequest, name: str = "") -> Edit[FactorForm, FactorOverride]:
    """Put a figure of one's own in place of the one in force, or give a new one."""
    request.actor.require(Operation.EDIT_FACTORS)
    in_force = None
    if name:
        found = get_factor(actor=request.actor, name=name, need=Operation.EDIT_FACTORS)
        in_force = found.in_force
    trail = under_factors(request)
    return Edit(
        title=factor_name(name, page_language()) if name else _("Donner un facteur"),
        submit=_("Enregistrer ce chiffre"),
        intro=_("Les estimations déjà faites gardent le leur ; les prochaines prendront celui-ci."),
        trail=trail,
        back=_factor_url(request, name) if name else trail[0][0],
        form=partial(FactorForm, name, in_force),
        write=lambda form: give_factor(request.actor, figure=form.figure()),
        done=_("Chiffre enregistré : les prochaines estimations l’emploieront."),
        then=lambda given: _factor_url(request, given.name),
    )


def _factor_url(request: OrganisationRequest, name: str) -> str:
    return reverse("impact:factor", args=[request.organisation.slug, name])


@screen
def withdraw(request: OrganisationRequest, name: str) -> Confirm[object]:
    """Come back to the figure shipped."""
    get_factor(actor=request.actor, name=name, need=Operation.EDIT_FACTORS)
    return Confirm(
        title=factor_name(name, page_language()),
        submit=_("Revenir au chiffre livré"),
        intro=_("Vos versions restent lisibles, et les estimations qui les emploient aussi."),
        trail=under_factors(request),
        back=_factor_url(request, name),
        write=lambda: withdraw_factor(request.actor, name=name),
        done=_("Le chiffre livré avec Portulan est de nouveau employé."),
    )
