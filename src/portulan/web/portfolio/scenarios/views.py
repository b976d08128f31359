"""Scenarios: the list, a new one, its settings, its copies, its end."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.plans.models import Plan
from portulan.plans.plan import plans_of
from portulan.portfolio.from_plan.reads import differences
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Scenario
from portulan.portfolio.models.scenarios import UNKNOWNS
from portulan.portfolio.scenarios.reads import scenarios
from portulan.portfolio.scenarios.writes import (
    create_scenario,
    delete_scenario,
    duplicate_scenario,
    edit_scenario,
    set_status,
)
from portulan.portfolio.words import ScenarioStatus
from portulan.web.fields import CalendarYearField, WholeField
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.portfolio.crumbs import EDIT, address, door, tabs, under_all, under_scenario
from portulan.web.portfolio.from_plan import not_held
from portulan.web.requests import OrganisationRequest

HAVE, REACH = "have", "reach"  # what a new scenario starts from


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The scenarios of the organisation."""
    context = {
        "scenarios": scenarios(actor=request.actor),
        "has_plan": plans_of(actor=request.actor).exists(),
    }
    return render(request, "portfolio/browse.html", context)


@screen
def new(request: OrganisationRequest) -> Edit[NewScenarioForm, Scenario]:
    """Make a scenario and fill it from the plan and the budget, in one go."""
    request.actor.require(EDIT)
    next_year = request.today.year + 1
    years = {"first_year": next_year, "last_year": next_year + 1}
    trail = under_all(request)
    return Edit(
        title=_("Nouveau scénario"),
        submit=_("Remplir depuis le plan et le budget"),
        intro=_(
            "Les actions, leurs niveaux, ce qu’elles demandent et l’enveloppe de l’ambition sont"
            " repris ; tout se change ensuite."
        ),
        trail=trail,
        back=trail[0][0],
        form=partial(NewScenarioForm, plans_of(actor=request.actor), initial=years),
        write=lambda form: _create(request, form),
        done=_("Scénario rempli depuis le plan et le budget."),
        warn=lambda scenario: " ".join(not_held(scenario)),
        then=lambda scenario: address(
            request, "targets" if request.POST.get("start") == REACH else "scenario", scenario
        ),
    )


def _create(request: OrganisationRequest, form: NewScenarioForm) -> Scenario:
    fields = {name: value for name, value in form.cleaned_data.items() if name != "start"}
    scenario = create_scenario(request.actor, **fields)
    keys = None
    if form.cleaned_data["start"] == REACH:  # what there is to spend is what is sought
        found = differences(scenario).proposals
        keys = {one.key for one in found if one.group != "envelope" and not one.typed}
    fill(request.actor, scenario=scenario, keys=keys)
    return scenario


@screen
def settings(request: OrganisationRequest, slug: str) -> Edit[SettingsForm, object]:
    """The title, the weights of the criteria, and what is done with unknown impacts."""
    scenario = door(request, slug, EDIT)
    initial = {name: getattr(scenario, name) for name in SettingsForm.base_fields}
    return Edit(
        title=_("Réglages"),
        submit=_("Enregistrer"),
        trail=under_scenario(request, scenario),
        form=partial(SettingsForm, initial=initial),
        edits=scenario,
        write=lambda form: edit_scenario(request.actor, scenario=scenario, **form.cleaned_data),
        done=_("Réglages enregistrés."),
        template="portfolio/settings.html",
        context={"scenario": scenario, "tabs": tabs(request, scenario)},
    )


@screen
def duplicate(request: OrganisationRequest, slug: str) -> Act[Scenario]:
    """Copy a scenario, to try something else beside it."""
    scenario = door(request, slug, EDIT)
    title = _("%(title)s (copie)") % {"title": scenario.title[:190]}
    return Act(
        write=lambda: duplicate_scenario(request.actor, scenario=scenario, title=title),
        done=_("Scénario copié : changez-en le titre et ce que vous voulez."),
        back=address(request, "scenario", scenario),
        then=lambda copy: address(request, "settings", copy),
    )


@screen
def keep(request: OrganisationRequest, slug: str) -> Act[object]:
    """Say that a scenario is the one for the board, or a draft again."""
    scenario = door(request, slug, EDIT)
    is_kept = scenario.status == ScenarioStatus.KEPT
    status = ScenarioStatus.DRAFT if is_kept else ScenarioStatus.KEPT
    return Act(
        write=lambda: set_status(request.actor, scenario=scenario, status=status),
        done=_("Scénario remis en brouillon.") if is_kept else _("Scénario retenu."),
        back=address(request, "scenario", scenario),
    )


@screen
def delete(request: OrganisationRequest, slug: str) -> Confirm[None]:
    """Remove a scenario, once confirmed."""
    scenario = door(request, slug, EDIT)
    return Confirm(
        title=_("Supprimer le scénario « %(title)s »") % {"title": scenario.title},
        submit=_("Supprimer ce scénario"),
        intro=_(
            "Ses candidates, ses enveloppes, ses règles et ses résultats disparaissent. Le plan ne"
            " change pas ; le journal garde la trace."
        ),
        trail=under_scenario(request, scenario),
        back=address(request, "settings", scenario),
        write=lambda: delete_scenario(request.actor, scenario=scenario),
        done=_("Scénario supprimé."),
        then=lambda _none: under_all(request)[0][0],
    )


class NewScenarioForm(forms.Form):
    """What a scenario starts with: the rest comes from the plan and the budget."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=200,
        help_text=_("Par exemple : Tenir l’ambition 2027."),
    )
    first_year = CalendarYearField(label=_("Première année"))
    last_year = CalendarYearField(
        label=_("Dernière année"),
        help_text=_("Quinze années au plus ; au moins deux montrent ce qu’un choix coûte ensuite."),
    )
    start = forms.ChoiceField(
        label=_("De quoi partez-vous ?"),
        choices=[
            (HAVE, _("De quoi disposez-vous ? Le plan qui apporte le plus avec une enveloppe")),
            (REACH, _("Que voulez-vous atteindre ? Le plan le moins cher qui y arrive")),
        ],
        widget=forms.RadioSelect,
        initial=HAVE,
        required=False,
    )
    start.conditional = True  # type: ignore[attr-defined]
    plan = forms.ModelChoiceField(
        label=_("Plan d’action"), queryset=Plan.objects.none(), empty_label=None
    )

    def __init__(self, plans: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        if len(plans) == 1:
            self.fields["plan"].widget = forms.HiddenInput()
            self.fields["plan"].initial = plans[0].pk


class SettingsForm(forms.Form):
    """What is typed of a scenario beside its candidates, envelopes and rules."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    residual_years = WholeField(
        label=_("Années comptées après la dernière"),
        help_text=_(
            "Sans elles, ce qui finit la dernière année ne vaudrait rien et tout commencerait tôt."
        ),
        most=10,
    )
    weight_impact = WholeField(label=_("Poids de l’impact"), most=100)
    weight_law = WholeField(label=_("Poids de la loi"), most=100)
    weight_readiness = WholeField(label=_("Poids de la facilité"), most=100)
    weight_social = WholeField(label=_("Poids de la valeur sociale"), most=100)
    weight_cost = WholeField(
        label=_("Poids du coût"),
        help_text=_(
            "0 le plus souvent : les enveloppes tiennent déjà le coût. Un poids fait préférer de"
            " dépenser moins qu’elles."
        ),
        most=100,
    )
    unknown = forms.ChoiceField(
        label=_("Impact inconnu"),
        choices=list(UNKNOWNS.items()),
        widget=forms.RadioSelect,
        help_text=_("Inconnu n’est jamais compté pour zéro."),
    )
    unknown_low = WholeField(
        label=_("Borne basse (kgCO₂e par an)"),
        required=False,
        help_text=_("Vide : le plus petit des impacts connus."),
    )
    unknown_high = WholeField(
        label=_("Borne haute (kgCO₂e par an)"),
        required=False,
        help_text=_("Vide : l’impact connu du milieu."),
    )
