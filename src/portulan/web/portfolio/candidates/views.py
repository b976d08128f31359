"""Candidates and their levels, one page each."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.core.errors import NotFoundError
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
from portulan.web.pages import FormPage, confirm_page, form_page, posted
from portulan.web.portfolio.candidates.forms import AddCandidateForm, CandidateForm, LevelForm
from portulan.web.portfolio.crumbs import (
    EDIT,
    address,
    candidate_label,
    candidate_url,
    door,
    under_candidate,
    under_scenario,
)
from portulan.web.portfolio.words import days_text, impact_text, money_text, origin_label, whole
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


def candidate_door(request: OrganisationRequest, slug: str, pk: int) -> Candidate:
    """Return a candidate of a scenario that this person may edit. Raises NotFoundError."""
    scenario = door(request, slug, EDIT)
    found = next((one for one in candidates_of(scenario) if one.pk == pk), None)
    if found is None:
        raise NotFoundError(pk)
    found.scenario = scenario
    return found


@WRITE
def add(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Add an action of the plan, or something to add to one."""
    scenario = door(request, slug, EDIT)
    actions = Action.objects.filter(plan=scenario.plan_id).order_by("number")
    form = AddCandidateForm(actions, posted(request))
    added: list[Candidate] = []
    page = FormPage(
        title=_("Ajouter une candidate"),
        trail=under_scenario(request, scenario),
        back=address(request, "scenario", scenario),
        submit=_("Ajouter"),
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: added.append(
            add_candidate(request.actor, scenario=scenario, **form.cleaned_data)
        ),
        done=lambda: (
            address(request, "candidate", scenario, added[0].pk),
            _("Candidate ajoutée : donnez ce que chaque niveau demande et rapporte."),
        ),
    )


@WRITE
def candidate(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """What binds a candidate, and its levels with where each figure comes from."""
    found = candidate_door(request, slug, pk)
    said = {group: origin_label(origin) for group, origin in found.origins.items()}
    form = CandidateForm(found, said, posted(request))
    page = FormPage(
        title=candidate_label(found),
        trail=under_scenario(request, found.scenario),
        back=address(request, "scenario", found.scenario),
        submit=_("Enregistrer"),
        template="portfolio/candidate.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: edit_candidate(request.actor, candidate=found, **form.cleaned_data),
        done=lambda: (candidate_url(request, found), _("Candidate enregistrée.")),
        candidate=found,
        levels=_levels(request, found),
    )


def _levels(request: OrganisationRequest, found: Candidate) -> list[dict[str, object]]:
    """Return the three levels, with what is said of each."""
    facts = weigh(facts_of(found.scenario))
    titles = {one.id: one.title for one in facts.envelopes}
    weighed = {one.level: one for one in facts.candidate(found.key).levels}
    return [
        {
            "level": level.value,
            "url": address(request, "level", found.scenario, found.pk, level.value),
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


@WRITE
def level(request: OrganisationRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """What a candidate takes and brings at a level."""
    found = candidate_door(request, slug, pk)
    at = _level(number)
    kept = CandidateLevel.objects.filter(candidate=found, level=at).first()
    teams = found.scenario.envelopes.filter(is_money=False).order_by("slug")
    form = LevelForm(kept or CandidateLevel(candidate=found, level=at), teams, posted(request))
    page = FormPage(
        title=_("%(candidate)s : %(level)s")
        % {"candidate": candidate_label(found), "level": LEVELS[at]},
        trail=under_candidate(request, found),
        back=candidate_url(request, found),
        submit=_("Enregistrer"),
        template="portfolio/grouped.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: save_level(request.actor, candidate=found, level=at, **form.values()),
        done=lambda: (page.back, _("Niveau enregistré.")),
        remove=kept and address(request, "remove-level", found.scenario, pk, number),
        remove_label=_("Retirer ce niveau"),
    )


def _level(number: int) -> CommitmentLevel:
    try:
        return CommitmentLevel(number)
    except ValueError:
        raise NotFoundError(number) from None


@WRITE
def remove(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """Take a candidate out of the scenario, once confirmed."""
    found = candidate_door(request, slug, pk)
    page = FormPage(
        title=_("Retirer « %(candidate)s »") % {"candidate": candidate_label(found)},
        trail=under_candidate(request, found),
        back=candidate_url(request, found),
        submit=_("Retirer du scénario"),
        intro=_("Ses chiffres et les règles qui ne parlent que d’elle partent avec."),
    )
    return confirm_page(
        request,
        page,
        lambda: remove_candidate(request.actor, candidate=found),
        _("Candidate retirée."),
        then=address(request, "scenario", found.scenario),
    )


@WRITE
def remove_one_level(request: OrganisationRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Take a level away from a candidate, once confirmed."""
    found = candidate_door(request, slug, pk)
    kept = CandidateLevel.objects.filter(candidate=found, level=_level(number)).first()
    if kept is None:
        return redirect(candidate_url(request, found))
    kept.candidate = found
    page = FormPage(
        title=_("Retirer le niveau %(level)s") % {"level": LEVELS[_level(number)]},
        trail=under_candidate(request, found),
        back=candidate_url(request, found),
        submit=_("Retirer ce niveau"),
        intro=_("Ses chiffres partent avec lui ; les autres niveaux restent."),
    )
    return confirm_page(
        request, page, lambda: remove_level(request.actor, level=kept), _("Niveau retiré.")
    )
