"""What is wanted or reserved before lines exist: ambitions, envelopes, allotments, forecasts.

Money wanted or reserved before lines exist.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

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
from portulan.web.budget.register import Register, other_years, require_a_year, show
from portulan.web.fields import (
    ActionChoice,
    AmountField,
    CalendarYearField,
    DayField,
    PercentField,
)
from portulan.web.grouped_forms import GroupedForm
from portulan.web.pages import screen
from portulan.web.requests import OrganisationRequest


@require_GET
def money(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money of a year, action by action: asked, reserved, and what lines hold at each stage."""
    require_a_year(year)
    found = year_money(actor=request.actor, year=year)
    sheet = page.money_sheet(request, found)
    return show(request, sheet, None, year=year, years=other_years(request, "budget:money", year))


@screen
def ambitions(request: OrganisationRequest, plan: str) -> Register[AmbitionsForm]:
    """The share of the IT budget wanted in each year of a plan, and the euros by section."""
    actor, found = request.actor, get_plan_with_ambitions(actor=request.actor, slug=plan)

    def write(form: AmbitionsForm) -> int:
        changed = set_ambitions(actor, plan=found, percents=form.percents())
        return changed + set_ambition_amounts(actor, plan=found, amounts=form.amounts())

    return Register(
        sheet=lambda: page.ambitions_sheet(found, plan_years(actor=actor, plan=found)),
        form=partial(AmbitionsForm, found),
        write=write,
        done=_("Ambitions enregistrées."),
        whole=[*found.ambitions.all(), *found.ambition_amounts.all()],
        may_set=actor.may(Operation.EDIT_PLAN) or actor.may(Operation.EDIT_BUDGET),
        year=shown_year(found, _this_year(request)),
        plan=found,
    )


@screen
def envelopes(request: OrganisationRequest, plan: str) -> Register[EnvelopeForm]:
    """The money voted for the NR of a plan, year by year."""
    actor, found = request.actor, get_plan_with_ambitions(actor=request.actor, slug=plan)
    rows = list(envelopes_of(actor=actor, plan=found))
    years = plan_years(actor=actor, plan=found)
    return Register(
        sheet=lambda: page.envelopes_sheet(rows, years),
        rows=rows,
        key=("year", "section"),
        form=partial(EnvelopeForm, found),
        initial={"decided_on": request.today},
        write=lambda form: set_envelope(actor, plan=found, **form.cleaned_data),
        done=_("Enveloppe enregistrée."),
        may_set=actor.may(Operation.EDIT_BUDGET),
        year=shown_year(found, _this_year(request)),
        plan=found,
        context=lambda: {"extra": "budget/partials/plan_years.html", "plan_years": years},
    )


@screen
def forecasts(request: OrganisationRequest) -> Register[ForecastForm]:
    """The IT budgets expected for years that have no accounts yet."""
    rows, this_year = list(forecasts_of(actor=request.actor)), _this_year(request)
    return Register(
        sheet=lambda: page.forecasts_sheet(rows),
        rows=rows,
        key=("year", "section"),
        form=ForecastForm,
        initial={"year": this_year + 1},
        write=lambda form: set_forecast(request.actor, **form.cleaned_data),
        done=_("Budget attendu enregistré."),
        may_set=request.actor.may(Operation.EDIT_BUDGET),
        year=this_year,
    )


@screen
def allotments(request: OrganisationRequest, year: int) -> Register[AllotmentForm]:
    """The money reserved for actions in a year, and what lines consumed of it."""
    require_a_year(year)
    actor, rows = request.actor, list(allotments_of(actor=request.actor, year=year))
    may_set = actor.may(Operation.EDIT_BUDGET)
    return Register(
        sheet=lambda: page.allotments_sheet(
            rows, year_money(actor=actor, year=year), may_set=may_set
        ),
        rows=rows,
        key=("action",),
        form=partial(AllotmentForm, actor.organisation_id),
        initial={"decided_on": request.today, "action": request.GET.get("action")},
        write=lambda form: allot(actor, year=year, **form.cleaned_data),
        done=_("Dotation enregistrée."),
        may_set=may_set,
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


@screen
def co_funding(request: OrganisationRequest, year: int) -> Register[CoFundingForm]:
    """What others bring to actions in a year: asked, granted, received."""
    require_a_year(year)
    actor, rows = request.actor, list(co_funding_of(actor=request.actor, year=year))
    may_set = actor.may(Operation.EDIT_BUDGET)
    return Register(
        sheet=lambda: page.co_funding_sheet(year, rows, may_set=may_set),
        rows=rows,
        key=("action", "funder"),
        pick="funding",
        form=partial(CoFundingForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: set_co_funding(actor, year=year, **form.cleaned_data),
        may_set=may_set,
        year=year,
        years=other_years(request, "budget:co-funding", year),
    )
