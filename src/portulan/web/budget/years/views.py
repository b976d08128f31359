"""The list of exercices; opening, editing, closing and opening again.

Opening and editing an exercice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

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
from portulan.core.money import TaxBasis
from portulan.core.say.country import FRANCE, country, tax_words
from portulan.plans.models import Plan
from portulan.web.budget.years import small
from portulan.web.budget.years.page import year_rows
from portulan.web.fields import CalendarYearField, DayField
from portulan.web.form_tokens import declared
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in, years_of


@declared
@require_http_methods(["GET", "POST"])
def years(request: OrganisationRequest) -> HttpResponse:
    """The years, or, where nothing more was asked for, what IT costs and what of it is for NR."""
    if request.organisation.is_simple:
        return small.money(request)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET"])
    known = years_of(request)
    rows, this_year = year_rows(request.actor, known), known.at(request.today)
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


@screen
def open_year(request: OrganisationRequest) -> Edit[OpenYearForm, FiscalYear]:
    request.actor.require(Operation.EDIT_BUDGET)
    return Edit(
        back=url_in(request, "budget:years"),
        form=partial(OpenYearForm, request.today),
        write=lambda form: writes.open_year(request.actor, **form.cleaned_data),
        done=lambda opened: (
            _("Exercice %(year)s ouvert. Importez ses comptes, ou saisissez ses chiffres.")
            % {"year": opened.year}
        ),
        then=lambda opened: url_in(request, "budget:year", opened.year),
        template="budget/open_year.html",
    )


@screen
def edit_year(request: OrganisationRequest, year: int) -> Edit[EditYearForm, object]:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    initial = {
        "starts_on": fiscal_year.starts_on,
        "ends_on": fiscal_year.ends_on,
        "status": fiscal_year.status,
        "tax_basis": fiscal_year.tax_basis,
        "costing": fiscal_year.costing or "",
        "costing_on": fiscal_year.costing_on,
    }
    return Edit(
        back=url_in(request, "budget:year", year),
        form=partial(EditYearForm, initial=initial),
        edits=fiscal_year,
        write=lambda form: writes.edit_year(
            request.actor, fiscal_year=fiscal_year, **form.cleaned_data
        ),
        done=_("Exercice enregistré."),
        template="budget/edit_year.html",
        context={"fiscal_year": fiscal_year, "is_over": request.today > fiscal_year.ends_on},
    )


@screen
def whole_year(request: OrganisationRequest, year: int, *, whole: bool) -> Act[FiscalYear]:
    """Say that the accounts of a year are whole, or take it back."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    said = _(
        "%(year)s est déclaré complet : ses montants peuvent être comparés à"
        " ceux d’un autre exercice."
    )
    taken = _("%(year)s n’est plus déclaré complet.")
    return Act(
        write=lambda: writes.say_whole(
            request.actor, fiscal_year=fiscal_year, whole=whole, on=request.today
        ),
        done=(said if whole else taken) % {"year": year},
        back=url_in(request, "budget:edit-year", year),
        undo=url_in(request, "budget:part-year" if whole else "budget:whole-year", year),
    )


@screen
def close_year(request: OrganisationRequest, year: int) -> Confirm[None]:
    """Freeze the figures of a year, once told what still waits."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)

    def context() -> dict[str, object]:
        stage = default_stage(fiscal_year)
        waiting = queue(YearSums(fiscal_year, stage)) if stage is not None else {}
        return {"fiscal_year": fiscal_year, "queue": waiting}

    return Confirm(
        back=url_in(request, "budget:year", year),
        about=[fiscal_year],
        write=lambda: _set_status(request, fiscal_year, YearStatus.CLOSED),
        done=_("Exercice %(year)s clos : ses chiffres ne changent plus.") % {"year": year},
        template="budget/close_year.html",
        context=context,
    )


@screen
def reopen_year(request: OrganisationRequest, year: int) -> Confirm[None]:
    """Let the figures of a closed year change again."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    return Confirm(
        back=url_in(request, "budget:year", year),
        about=[fiscal_year],
        write=lambda: _set_status(request, fiscal_year, YearStatus.EXECUTING),
        done=_("Exercice %(year)s rouvert : ses lignes et ses fléchages se modifient.")
        % {"year": year},
        template="budget/reopen_year.html",
        context={"fiscal_year": fiscal_year},
    )


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

    starts_on = DayField(label=_("Début"), required=False)
    ends_on = DayField(label=_("Fin"), required=False)
    status = forms.TypedChoiceField(
        label=_("État"),
        choices=OPEN_STATUSES,
        coerce=YearStatus,
        initial=YearStatus.EXECUTING.value,
    )
    tax_basis = forms.TypedChoiceField(
        label=_("Montants"),
        coerce=TaxBasis,
        choices=[
            (TaxBasis.TTC.value, _("toutes taxes comprises (M57, M14)")),
            (TaxBasis.HT.value, _("hors taxes (M4, plan comptable général)")),
        ],
        initial=TaxBasis.TTC.value,
        help_text=_("Deux bases ne s’ajoutent pas : elle ne change plus une fois des lignes lues."),
    )

    costing = forms.TypedChoiceField(
        label=_("D’un achat responsable, compter"),
        choices=[("", _("pas encore dit")), *COSTINGS.items()],
        coerce=Costing,
        empty_value=None,
        required=False,
        help_text=_(
            "Un équipement reconditionné aurait été acheté de toute façon : le prix entier compte,"
            " ou seulement ce qu’il coûte de plus. Une seule réponse par exercice ; deux exercices"
            " qui répondent autrement ne se comparent pas."
        ),
    )
    costing_on = DayField(label=_("Décidé le"), required=False)


class OpenYearForm(YearForm):
    """A new exercice: the calendar year unless told otherwise."""

    field_order = ("year", "starts_on", "ends_on", "status", "tax_basis", "costing", "costing_on")
    year = CalendarYearField(label=_("Exercice"))

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today.year
        self.fields["ends_on"].help_text = _("Laissez vide pour l’année civile.")
        if country() is not FRANCE:  # its nomenclatures are nobody else’s
            self.fields["tax_basis"].choices = [  # type: ignore[attr-defined]
                (basis.value, tax_words(basis.value, page_language())) for basis in TaxBasis
            ]


class EditYearForm(YearForm):
    """An open exercice: its dates are known and stay given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = self.fields["ends_on"].required = True
