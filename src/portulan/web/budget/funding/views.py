"""What is wanted or reserved before lines exist: ambitions, envelopes, allotments, forecasts.

Money wanted or reserved before lines exist.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.funding.by_year import plan_years, year_money
from portulan.budget.funding.reads import allotments as allotments_of
from portulan.budget.funding.reads import co_funding as co_funding_of
from portulan.budget.funding.reads import envelopes as envelopes_of
from portulan.budget.funding.reads import forecasts as forecasts_of
from portulan.budget.funding.reads import fundable_actions, get_plan_with_ambitions
from portulan.budget.funding.writes import (
    allot,
    set_ambition_amounts,
    set_ambitions,
    set_co_funding,
    set_envelope,
    set_forecast,
)
from portulan.budget.years.reads import year_on
from portulan.plans.actions.reads import shown_year
from portulan.plans.models import SECTIONS, Action, Plan
from portulan.web.budget.funding import page
from portulan.web.budget.register import given, other_years, require_a_year, show
from portulan.web.fields import ActionChoice, AmountField, CalendarYearField, DayField, PercentField
from portulan.web.grouped_forms import GroupedForm
from portulan.web.pages import posted, saved
from portulan.web.requests import OrganisationRequest


@require_GET
def money(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money of a year, action by action: asked, reserved, and what lines hold at each stage."""
    require_a_year(year)
    found = year_money(actor=request.actor, year=year)
    sheet = page.money_sheet(request, found)
    return show(request, sheet, None, year=year, years=other_years(request, "budget:money", year))


@require_http_methods(["GET", "POST"])
def ambitions(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The share of the IT budget wanted in each year of a plan, and the euros by section."""
    found = get_plan_with_ambitions(actor=request.actor, slug=plan)
    may_set = request.actor.may(Operation.EDIT_PLAN) or request.actor.may(Operation.EDIT_BUDGET)
    form = AmbitionsForm(found, posted(request))
    if request.method == "POST":
        if not may_set:
            request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: _set_ambitions(request, form)) is not None:
            messages.success(request, _("Ambitions enregistrées."))
            return redirect("budget:ambitions", request.organisation.slug, plan)
    years = plan_years(actor=request.actor, plan=found)
    sheet = page.ambitions_sheet(found, years)
    year = shown_year(found, _this_year(request))
    return show(request, sheet, form if may_set else None, year=year, plan=found)


def _set_ambitions(request: OrganisationRequest, form: AmbitionsForm) -> int:
    changed = set_ambitions(request.actor, plan=form.plan, percents=form.percents())
    return changed + set_ambition_amounts(request.actor, plan=form.plan, amounts=form.amounts())


@require_http_methods(["GET", "POST"])
def envelopes(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The money voted for the NR of a plan, year by year."""
    found = get_plan_with_ambitions(actor=request.actor, slug=plan)
    form = EnvelopeForm(found, posted(request), initial={"decided_on": request.today})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: _set_envelope(request, form)) is not None:
            messages.success(request, _("Enveloppe enregistrée."))
            return redirect("budget:envelopes", request.organisation.slug, plan)
    years = plan_years(actor=request.actor, plan=found)
    sheet = page.envelopes_sheet(list(envelopes_of(actor=request.actor, plan=found)), years)
    year = shown_year(found, _this_year(request))
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    return show(
        request,
        sheet,
        form if may_set else None,
        year=year,
        plan=found,
        extra="budget/partials/plan_years.html",
        plan_years=years,
    )


def _set_envelope(request: OrganisationRequest, form: EnvelopeForm) -> bool:
    set_envelope(request.actor, plan=form.plan, **form.cleaned_data)
    return True


@require_http_methods(["GET", "POST"])
def forecasts(request: OrganisationRequest) -> HttpResponse:
    """The IT budgets expected for years that have no accounts yet."""
    found = list(forecasts_of(actor=request.actor))
    form = ForecastForm(posted(request), initial={"year": _this_year(request) + 1})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: set_forecast(request.actor, **form.cleaned_data)) is not None:
            messages.success(request, _("Budget attendu enregistré."))
            return redirect("budget:forecasts", request.organisation.slug)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    sheet = page.forecasts_sheet(found)
    return show(
        request,
        sheet,
        form if may_set else None,
        year=_this_year(request),
    )


@require_http_methods(["GET", "POST"])
def allotments(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money reserved for actions in a year, and what lines consumed of it."""
    require_a_year(year)
    found = list(allotments_of(actor=request.actor, year=year))
    form = AllotmentForm(
        request.actor.organisation_id,
        posted(request),
        initial={"decided_on": request.today, "action": request.GET.get("action")},
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: allot(request.actor, year=year, **form.cleaned_data)) is not None:
            messages.success(request, _("Dotation enregistrée."))
            return redirect("budget:allotments", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    money_of_year = year_money(actor=request.actor, year=year)
    return show(
        request,
        page.allotments_sheet(found, money_of_year, may_set=may_set),
        form if may_set else None,
        year=year,
        years=other_years(request, "budget:allotments", year),
    )


def _this_year(request: OrganisationRequest) -> int:
    return year_on(request.organisation.pk, request.today)


ZERO = Decimal(0)


class AmbitionsForm(GroupedForm):
    """What is wanted in each year of a plan: a share, euros by section; empty is no ambition."""

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        percents = {item.year: item.percent for item in plan.ambitions.all()}
        amounts = {(item.year, item.section): item.amount for item in plan.ambition_amounts.all()}
        for year in range(plan.first_year, plan.last_year + 1):
            share = PercentField(
                label=gettext_lazy("Part (%)"), required=False, initial=percents.get(year)
            )
            euros = {
                f"euros-{year}-{section}": AmountField(
                    label=label, low=ZERO, required=False, initial=amounts.get((year, section))
                )
                for section, label in _EUROS
            }
            self.group(str(year), "", {f"year-{year}": share, **euros})

    def percents(self) -> dict[int, Decimal | None]:
        """Return the share typed for each year."""
        return {
            int(name.removeprefix("year-")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("year-")
        }

    def amounts(self) -> dict[tuple[int, str], Decimal | None]:
        """Return the euros typed for each year and section."""
        found = {}
        for name, value in self.cleaned_data.items():
            kind, year, *section = name.split("-")
            if kind == "euros":
                found[int(year), section[0]] = value
        return found


_EUROS = (
    ("", gettext_lazy("Euros")),
    ("F", gettext_lazy("dont fonctionnement (€)")),
    ("I", gettext_lazy("dont investissement (€)")),
)


class EnvelopeForm(forms.Form):
    """The money voted for the NR of a plan in a year; without amount, it is taken back."""

    year = forms.TypedChoiceField(label=gettext_lazy("Exercice"), coerce=int)
    section = forms.ChoiceField(
        label=gettext_lazy("Section"),
        choices=[("", gettext_lazy("F et I ensemble")), *SECTIONS.items()],
        required=False,
    )
    amount = AmountField(
        label=gettext_lazy("Enveloppe (€)"),
        low=ZERO,
        required=False,
        help_text=gettext_lazy(
            "Vide : l’enveloppe de cette année et de cette section est retirée."
        ),
    )
    decided_on = DayField(label=gettext_lazy("Votée le"))
    reference = forms.CharField(
        label=gettext_lazy("Décision"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Budget primitif, délibération, arbitrage…"),
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        years = [(year, str(year)) for year in range(plan.first_year, plan.last_year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]


class ForecastForm(forms.Form):
    """The IT budget expected for a year that has no accounts yet."""

    year = CalendarYearField(label=gettext_lazy("Exercice"))
    section = forms.ChoiceField(
        label=gettext_lazy("Section"),
        choices=[("", gettext_lazy("F et I ensemble")), *SECTIONS.items()],
        required=False,
    )
    amount = AmountField(label=gettext_lazy("Budget attendu (€)"), low=ZERO)
    source = forms.CharField(
        label=gettext_lazy("D’où vient ce montant"),
        max_length=250,
        help_text=gettext_lazy("Lettre de cadrage, débat d’orientation, estimation de la DSI…"),
    )


class CoFundingForm(forms.Form):
    """What a funder was asked for, granted and paid for an action; empty is unknown."""

    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        empty_label=gettext_lazy("Choisir une action"),
    )
    funder = forms.CharField(
        label=gettext_lazy("Financeur"),
        max_length=160,
        help_text=gettext_lazy("ADEME, État, Région, fonds européen…"),
    )
    asked = AmountField(label=gettext_lazy("Demandé (€)"), low=ZERO, required=False)
    granted = AmountField(label=gettext_lazy("Accordé (€)"), low=ZERO, required=False)
    received = AmountField(
        label=gettext_lazy("Versé (€)"),
        low=ZERO,
        required=False,
        help_text=gettext_lazy(
            "Laissez vide ce que vous ne savez pas encore. Sans aucun montant, la ligne est"
            " retirée."
        ),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = fundable_actions(organisation_id)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]


class AllotmentForm(forms.Form):
    """Money reserved for an action in a year, by a dated decision."""

    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        empty_label=gettext_lazy("Choisir une action"),
    )
    amount = AmountField(label=gettext_lazy("Dotation (€)"), low=ZERO)
    decided_on = DayField(label=gettext_lazy("Décidée le"))
    reference = forms.CharField(
        label=gettext_lazy("Décision"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Budget primitif, délibération, arbitrage…"),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = fundable_actions(organisation_id)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def co_funding(request: OrganisationRequest, year: int) -> HttpResponse:
    """What others bring to actions in a year: asked, granted, received."""
    require_a_year(year)
    found = list(co_funding_of(actor=request.actor, year=year))
    chosen = next((one for one in found if str(one.pk) == request.GET.get("funding")), None)
    form = CoFundingForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if given(request, form, lambda: set_co_funding(request.actor, year=year, **form.cleaned_data)):
        return redirect("budget:co-funding", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    return show(
        request,
        page.co_funding_sheet(year, found, may_set=may_set),
        form if may_set else None,
        year=year,
        years=other_years(request, "budget:co-funding", year),
    )
