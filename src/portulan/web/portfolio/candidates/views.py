"""Candidates and their levels, one page each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.budget.contracts.reads import contracts_on
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.plans.models import LEVELS, Action
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.candidates import (
    add_candidate,
    edit_candidate,
    remove_candidate,
    remove_level,
    save_level,
)
from portulan.portfolio.facts import LevelFacts
from portulan.portfolio.models import Candidate, CandidateLevel
from portulan.portfolio.scenarios.reads import candidates_of, facts_of
from portulan.portfolio.solving.weighing import weigh
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, screen
from portulan.web.portfolio import crumbs
from portulan.web.portfolio.candidates.forms import AddCandidateForm, CandidateForm, LevelForm
from portulan.web.portfolio.words import days_text, impact_text, money_text, origin_label, whole
from portulan.web.requests import OrganisationRequest


def candidate_door(request: OrganisationRequest, slug: str, pk: int) -> Candidate:
    """Return a candidate of a scenario that this person may edit. Raises NotFoundError."""
    scenario = crumbs.door(request, slug, crumbs.EDIT)
    found = next((one for one in candidates_of(scenario) if one.pk == pk), None)
    if found is None:
        raise NotFoundError(pk)
    found.scenario = scenario
    return found


@screen
def add(request: OrganisationRequest, slug: str) -> Edit[AddCandidateForm, Candidate]:
    """Add an action of the plan, or something to add to one."""
    scenario = crumbs.door(request, slug, crumbs.EDIT)
    actions = Action.objects.filter(plan=scenario.plan_id).order_by("number")
    return Edit(
        title=_("Ajouter une candidate"),
        submit=_("Ajouter"),
        trail=crumbs.under_scenario(request, scenario),
        form=partial(AddCandidateForm, actions),
        write=lambda form: add_candidate(request.actor, scenario=scenario, **form.cleaned_data),
        done=_("Candidate ajoutée : donnez ce que chaque niveau demande et rapporte."),
        then=lambda added: crumbs.address(request, "candidate", scenario, added.pk),
    )


@screen
def candidate(request: OrganisationRequest, slug: str, pk: int) -> Edit[CandidateForm, object]:
    """What binds a candidate, and its levels with where each figure comes from."""
    found = candidate_door(request, slug, pk)
    said = {group: origin_label(origin) for group, origin in found.origins.items()}
    return Edit(
        title=crumbs.candidate_label(found),
        submit=_("Enregistrer"),
        trail=crumbs.under_scenario(request, found.scenario),
        form=partial(CandidateForm, found, said, _contracts(request, found)),
        edits=found,
        write=lambda form: edit_candidate(request.actor, candidate=found, **form.cleaned_data),
        done=_("Candidate enregistrée."),
        then=lambda _kept: crumbs.candidate_url(request, found),
        template="portfolio/candidate.html",
        context={"candidate": found, "levels": _levels(request, found)},
    )


def _contracts(request: OrganisationRequest, found: Candidate) -> str:
    """Say until when the contracts of an action run, to who may read them (three queries)."""
    told = _("Avant cette année, seule une Réflexion commence.")
    if not request.actor.grant(Operation.READ_BUDGET):
        return told
    ends = [
        _("« %(name)s » finit le %(day)s au plus tard.")
        % {"name": row.contract.subject, "day": numbers.date(row.standing.end, page_language())}
        for row in contracts_on(request.organisation, request.today, estimates=False).rows
        if row.standing.end and found.action in row.contract.actions.all()
    ]
    return " ".join([told, *ends])


def _levels(request: OrganisationRequest, found: Candidate) -> list[dict[str, object]]:
    """Return the three levels, with what is said of each."""
    facts = weigh(facts_of(found.scenario))
    titles = {one.id: one.title for one in facts.envelopes}
    weighed = {one.level: one for one in facts.candidate(found.key).levels}
    return [
        {
            "level": level.value,
            "url": crumbs.address(request, "level", found.scenario, found.pk, level.value),
            **({} if level not in weighed else _said(weighed[level], titles)),
        }
        for level in CommitmentLevel
    ]


def _said(level: LevelFacts, titles: Mapping[str, str]) -> dict[str, object]:
    said = [
        (_("Coût des travaux"), money_text(level.cost), "cost"),
        (_("Chaque année ensuite"), money_text(level.running), "running"),
        (_("Jours"), days_text(level.days, titles), "days"),
        (_("Jours chaque année ensuite"), days_text(level.running_days, titles), "running_days"),
        (_("Impact"), impact_text(level.impact), "impact"),
    ]
    return {
        "known": True,
        "duration": level.duration,
        "figures": [
            (label, text, origin_label(level.origins.get(group, "")))
            for label, text, group in said
            if text != "–"
        ],
        "value": None if level.value is None else whole(level.value),
    }


@screen
def level(request: OrganisationRequest, slug: str, pk: int, number: int) -> Edit[LevelForm, object]:
    """What a candidate takes and brings at a level."""
    found = candidate_door(request, slug, pk)
    at = _level(number)
    kept = CandidateLevel.objects.filter(candidate=found, level=at).first()
    teams = found.scenario.envelopes.filter(is_money=False).order_by("slug")
    remove = kept and crumbs.address(request, "remove-level", found.scenario, pk, number)
    return Edit(
        title=_("%(candidate)s : %(level)s")
        % {"candidate": crumbs.candidate_label(found), "level": LEVELS[at]},
        submit=_("Enregistrer"),
        trail=crumbs.under_candidate(request, found),
        form=partial(LevelForm, kept or CandidateLevel(candidate=found, level=at), teams),
        edits=kept,
        write=lambda form: save_level(request.actor, candidate=found, level=at, **form.values()),
        done=_("Niveau enregistré."),
        template="portfolio/grouped.html",
        context={"remove": remove, "remove_label": _("Retirer ce niveau")},
    )


def _level(number: int) -> CommitmentLevel:
    try:
        return CommitmentLevel(number)
    except ValueError:
        raise NotFoundError(number) from None


@screen
def remove(request: OrganisationRequest, slug: str, pk: int) -> Confirm[None]:
    """Take a candidate out of the scenario, once confirmed."""
    found = candidate_door(request, slug, pk)
    return Confirm(
        title=_("Retirer « %(candidate)s »") % {"candidate": crumbs.candidate_label(found)},
        submit=_("Retirer du scénario"),
        intro=_("Ses chiffres et les règles qui ne parlent que d’elle partent avec."),
        trail=crumbs.under_candidate(request, found),
        about=[found],
        write=lambda: remove_candidate(request.actor, candidate=found),
        done=_("Candidate retirée."),
        then=lambda _none: crumbs.address(request, "scenario", found.scenario),
    )


@screen
def remove_one_level(
    request: OrganisationRequest, slug: str, pk: int, number: int
) -> Confirm[None] | HttpResponse:
    """Take a level away from a candidate, once confirmed."""
    found = candidate_door(request, slug, pk)
    kept = CandidateLevel.objects.filter(candidate=found, level=_level(number)).first()
    if kept is None:
        return redirect(crumbs.candidate_url(request, found))
    kept.candidate = found
    return Confirm(
        title=_("Retirer le niveau %(level)s") % {"level": LEVELS[_level(number)]},
        submit=_("Retirer ce niveau"),
        intro=_("Ses chiffres partent avec lui ; les autres niveaux restent."),
        trail=crumbs.under_candidate(request, found),
        about=[kept],
        write=lambda: remove_level(request.actor, level=kept),
        done=_("Niveau retiré."),
    )
