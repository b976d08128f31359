"""Scenarios: the list, a new one, its settings, its copies, its end.

A scenario: its years, its weights, what is done with unknown impacts.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.plans.models import Plan
from portulan.plans.plan import plans_of
from portulan.portfolio.filling.writes import fill
from portulan.portfolio.models import Scenario
from portulan.portfolio.models.scenarios import UNKNOWNS
from portulan.portfolio.scenarios.reads import scenarios
from portulan.portfolio.scenarios.writes import (
    ScenarioFields,
    create_scenario,
    delete_scenario,
    duplicate_scenario,
    edit_scenario,
    set_status,
)
from portulan.portfolio.words import ScenarioStatus
from portulan.web.fields import CalendarYearField, WholeField
from portulan.web.pages import FormPage, attempt, confirm_page, form_page, posted, saved
from portulan.web.portfolio.crumbs import EDIT, address, door, tabs, under_scenario
from portulan.web.portfolio.filling import not_held
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The scenarios of the organisation."""
    context = {
        "scenarios": scenarios(actor=request.actor),
        "has_plan": plans_of(actor=request.actor).exists(),
    }
    return render(request, "portfolio/browse.html", context)


@WRITE
def new(request: OrganisationRequest) -> HttpResponse:
    """Make a scenario and fill it from the plan and the budget, in one go."""
    request.actor.require(EDIT)
    next_year = request.today.year + 1
    years = {"first_year": next_year, "last_year": next_year + 1}
    form = NewScenarioForm(plans_of(actor=request.actor), posted(request), initial=years)
    scenario = saved(form, lambda: _create(request, form))
    if request.method == "POST" and scenario is not None:
        messages.success(request, _("Scénario rempli depuis le plan et le budget."))
        if law := not_held(scenario):
            messages.warning(request, " ".join(law))
        return redirect(address(request, "scenario", scenario))
    above = reverse("portfolio:browse", args=[request.organisation.slug])
    page = FormPage(
        title=_("Nouveau scénario"),
        trail=[(above, _("Arbitrage"))],
        back=above,
        submit=_("Remplir depuis le plan et le budget"),
        intro=_(
            "Les actions, leurs niveaux, ce qu’elles demandent et l’enveloppe de l’ambition sont"
            " repris ; tout se change ensuite."
        ),
    )
    context = {"form": form, "about": page}
    return render(request, page.template, context, status=422 if form.errors else 200)


def _create(request: OrganisationRequest, form: NewScenarioForm) -> Scenario:
    data = form.cleaned_data
    plan: Plan = data["plan"]
    scenario = create_scenario(
        request.actor,
        plan=plan,
        title=data["title"],
        first_year=data["first_year"],
        last_year=data["last_year"],
    )
    fill(request.actor, scenario=scenario)
    return scenario


@WRITE
def settings(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The title, the weights of the criteria, and what is done with unknown impacts."""
    scenario = door(request, slug, EDIT)
    names = SettingsForm.base_fields
    form = SettingsForm(posted(request), initial={name: getattr(scenario, name) for name in names})
    page = FormPage(
        title=_("Réglages"),
        trail=under_scenario(request, scenario),
        back=address(request, "scenario", scenario),
        submit=_("Enregistrer"),
        template="portfolio/settings.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: edit_scenario(request.actor, scenario=scenario, **form.values()),
        done=lambda: (page.back, _("Réglages enregistrés.")),
        scenario=scenario,
        tabs=tabs(request, scenario),
    )


@require_POST
def duplicate(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Copy a scenario, to try something else beside it."""
    scenario = door(request, slug, EDIT)
    title = _("%(title)s (copie)") % {"title": scenario.title[:190]}
    copy = duplicate_scenario(request.actor, scenario=scenario, title=title)
    messages.success(request, _("Scénario copié : changez-en le titre et ce que vous voulez."))
    return redirect(address(request, "settings", copy))


@require_POST
def keep(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Say that a scenario is the one for the board, or a draft again."""
    scenario = door(request, slug, EDIT)
    is_kept = scenario.status == ScenarioStatus.KEPT
    status = ScenarioStatus.DRAFT if is_kept else ScenarioStatus.KEPT
    sentence = _("Scénario remis en brouillon.") if is_kept else _("Scénario retenu.")
    attempt(request, lambda: set_status(request.actor, scenario=scenario, status=status), sentence)
    return redirect(address(request, "scenario", scenario))


@WRITE
def delete(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Remove a scenario, once confirmed."""
    scenario = door(request, slug, EDIT)
    page = FormPage(
        title=_("Supprimer le scénario « %(title)s »") % {"title": scenario.title},
        trail=under_scenario(request, scenario),
        back=address(request, "settings", scenario),
        submit=_("Supprimer ce scénario"),
        intro=_(
            "Ses candidates, ses enveloppes, ses règles et ses résultats disparaissent. Le plan ne"
            " change pas ; le journal garde la trace."
        ),
    )
    return confirm_page(
        request,
        page,
        lambda: delete_scenario(request.actor, scenario=scenario),
        _("Scénario supprimé."),
        then=reverse("portfolio:browse", args=[request.organisation.slug]),
    )


class NewScenarioForm(forms.Form):
    """What a scenario starts with: the rest comes from the plan and the budget."""

    title = forms.CharField(
        label=gettext_lazy("Titre"),
        max_length=200,
        help_text=gettext_lazy("Par exemple : Tenir l’ambition 2027."),
    )
    first_year = CalendarYearField(label=gettext_lazy("Première année"))
    last_year = CalendarYearField(
        label=gettext_lazy("Dernière année"),
        help_text=gettext_lazy(
            "Quinze années au plus ; au moins deux montrent ce qu’un choix coûte ensuite."
        ),
    )
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan d’action"), queryset=Plan.objects.none(), empty_label=None
    )

    def __init__(self, plans: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        if len(plans) == 1:
            self.fields["plan"].widget = forms.HiddenInput()
            self.fields["plan"].initial = plans[0].pk


class SettingsForm(forms.Form):
    """What is typed of a scenario beside its candidates, envelopes and rules."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=200)
    residual_years = WholeField(
        label=gettext_lazy("Années comptées après la dernière"),
        help_text=gettext_lazy(
            "Sans elles, ce qui finit la dernière année ne vaudrait rien et tout commencerait tôt."
        ),
        most=10,
    )
    weight_impact = WholeField(label=gettext_lazy("Poids de l’impact"), most=100)
    weight_law = WholeField(label=gettext_lazy("Poids de la loi"), most=100)
    weight_readiness = WholeField(label=gettext_lazy("Poids de la facilité"), most=100)
    weight_social = WholeField(label=gettext_lazy("Poids de la valeur sociale"), most=100)
    weight_cost = WholeField(
        label=gettext_lazy("Poids du coût"),
        help_text=gettext_lazy(
            "0 le plus souvent : les enveloppes tiennent déjà le coût. Un poids fait préférer de"
            " dépenser moins qu’elles."
        ),
        most=100,
    )
    unknown = forms.ChoiceField(
        label=gettext_lazy("Impact inconnu"),
        choices=list(UNKNOWNS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Inconnu n’est jamais compté pour zéro."),
    )
    unknown_low = WholeField(
        label=gettext_lazy("Borne basse (kgCO2e par an)"),
        required=False,
        help_text=gettext_lazy("Vide : le plus petit des impacts connus."),
    )
    unknown_high = WholeField(
        label=gettext_lazy("Borne haute (kgCO2e par an)"),
        required=False,
        help_text=gettext_lazy("Vide : l’impact connu du milieu."),
    )

    def values(self) -> ScenarioFields:
        """Return what was typed, as the service takes it."""
        typed: Any = self.cleaned_data
        fields: ScenarioFields = typed
        return fields
