"""The list of exercices; opening, editing, closing and opening again.

Opening and editing an exercice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.funding.reads import forecasts, plans_with_ambitions
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import default_stage, perimeter_of
from portulan.budget.labels import COSTINGS, YEAR_STATUSES
from portulan.budget.models import FiscalYear
from portulan.budget.queue.reads import queue
from portulan.budget.words import Costing, YearStatus
from portulan.budget.years import writes
from portulan.budget.years.reads import year_on
from portulan.core.money import TaxBasis
from portulan.plans.models import Plan
from portulan.web.budget.years.page import year_rows
from portulan.web.fields import CalendarYearField, DayField
from portulan.web.pages import posted, saved
from portulan.web.requests import OrganisationRequest


@require_GET
def years(request: OrganisationRequest) -> HttpResponse:
    rows = year_rows(request.actor)
    this_year = year_on(request.organisation.pk, request.today)
    plans = list(plans_with_ambitions(actor=request.actor))
    context = {
        "rows": rows,
        "unit": rows[0].unit if rows else None,
        "perimeter": perimeter_of(request.actor.organisation_id),
        "plans": plans,
        "forecasts": forecasts(actor=request.actor),
        "next_year": max((row.fiscal_year.year + 1 for row in rows), default=this_year),
        "plan_year": _plan_year(plans, this_year),
    }
    return render(request, "budget/years.html", context)


def _plan_year(plans: Iterable[Plan], this_year: int) -> int:
    """Return this year if a plan holds it, else the nearest that one does."""
    nearest = (min(max(this_year, plan.first_year), plan.last_year) for plan in plans)
    return min(nearest, key=lambda year: abs(year - this_year), default=this_year)


@require_http_methods(["GET", "POST"])
def open_year(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.EDIT_BUDGET)
    form = OpenYearForm(request.today, posted(request))
    if request.method == "POST":
        opened = saved(form, lambda: writes.open_year(request.actor, **form.cleaned_data))
        if opened is not None:
            text = _("Exercice %(year)s ouvert. Importez ses comptes, ou saisissez ses chiffres.")
            messages.success(request, text % {"year": opened.year})
            return redirect("budget:year", request.organisation.slug, opened.year)
    context = {"form": form}
    return render(request, "budget/open_year.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_year(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    if fiscal_year.status == YearStatus.CLOSED:
        return redirect("budget:reopen-year", request.organisation.slug, year)
    initial = {
        "starts_on": fiscal_year.starts_on,
        "ends_on": fiscal_year.ends_on,
        "status": fiscal_year.status,
        "tax_basis": fiscal_year.tax_basis,
        "costing": fiscal_year.costing or "",
        "costing_on": fiscal_year.costing_on,
    }
    form = EditYearForm(posted(request), initial=initial)
    if request.method == "POST":
        edited = saved(
            form,
            lambda: writes.edit_year(request.actor, fiscal_year=fiscal_year, **form.cleaned_data),
        )
        if edited is not None:
            messages.success(request, _("Exercice enregistré."))
            return redirect("budget:year", request.organisation.slug, year)
    context = {"form": form, "fiscal_year": fiscal_year}
    return render(request, "budget/edit_year.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def close_year(request: OrganisationRequest, year: int) -> HttpResponse:
    """Freeze the figures of a year, once told what still waits."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    if request.method == "POST":
        _set_status(request, fiscal_year, YearStatus.CLOSED)
        text = _("Exercice %(year)s clos : ses chiffres ne changent plus.")
        messages.success(request, text % {"year": year})
        return redirect("budget:year", request.organisation.slug, year)
    stage = default_stage(fiscal_year)
    waiting = queue(YearSums(fiscal_year, stage)) if stage is not None else {}
    context = {"fiscal_year": fiscal_year, "queue": waiting}
    return render(request, "budget/close_year.html", context)


@require_http_methods(["GET", "POST"])
def reopen_year(request: OrganisationRequest, year: int) -> HttpResponse:
    """Let the figures of a closed year change again."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    if request.method == "POST":
        _set_status(request, fiscal_year, YearStatus.EXECUTING)
        text = _("Exercice %(year)s rouvert : ses lignes et ses fléchages se modifient.")
        messages.success(request, text % {"year": year})
        return redirect("budget:year", request.organisation.slug, year)
    return render(request, "budget/reopen_year.html", {"fiscal_year": fiscal_year})


def _set_status(request: OrganisationRequest, fiscal_year: FiscalYear, status: YearStatus) -> None:
    writes.edit_year(
        request.actor,
        fiscal_year=fiscal_year,
        starts_on=fiscal_year.starts_on,
        ends_on=fiscal_year.ends_on,
        status=status,
        tax_basis=TaxBasis(fiscal_year.tax_basis),
    )


# Closing freezes figures: it has a page of its own, that says so.
OPEN_STATUSES = [item for item in YEAR_STATUSES.items() if item[0] != YearStatus.CLOSED]


class YearForm(forms.Form):
    """What an exercice says of itself."""

    starts_on = DayField(label=gettext_lazy("Début"), required=False)
    ends_on = DayField(label=gettext_lazy("Fin"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("État"), choices=OPEN_STATUSES, initial=YearStatus.EXECUTING.value
    )
    tax_basis = forms.ChoiceField(
        label=gettext_lazy("Montants"),
        choices=[
            (TaxBasis.TTC.value, gettext_lazy("toutes taxes comprises (M57, M14)")),
            (TaxBasis.HT.value, gettext_lazy("hors taxes (M4, plan comptable général)")),
        ],
        initial=TaxBasis.TTC.value,
        help_text=gettext_lazy(
            "Deux bases ne s’ajoutent pas : elle ne change plus une fois des lignes lues."
        ),
    )

    costing = forms.ChoiceField(
        label=gettext_lazy("D’un achat responsable, compter"),
        choices=[("", gettext_lazy("pas encore dit")), *COSTINGS.items()],
        required=False,
        help_text=gettext_lazy(
            "Un équipement reconditionné aurait été acheté de toute façon : le prix entier compte,"
            " ou seulement ce qu’il coûte de plus. Une seule réponse par exercice ; deux exercices"
            " qui répondent autrement ne se comparent pas."
        ),
    )
    costing_on = DayField(label=gettext_lazy("Décidé le"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "costing" in data:
            data["costing"] = Costing(data["costing"]) if data["costing"] else None
        if "status" in data:
            data["status"] = YearStatus(data["status"])
        if "tax_basis" in data:
            data["tax_basis"] = TaxBasis(data["tax_basis"])
        return data


class OpenYearForm(YearForm):
    """A new exercice: the calendar year unless told otherwise."""

    field_order = ("year", "starts_on", "ends_on", "status", "tax_basis", "costing", "costing_on")
    year = CalendarYearField(label=gettext_lazy("Exercice"))

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today.year
        self.fields["ends_on"].help_text = gettext_lazy("Laissez vide pour l’année civile.")


class EditYearForm(YearForm):
    """An open exercice: its dates are known and stay given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = self.fields["ends_on"].required = True
