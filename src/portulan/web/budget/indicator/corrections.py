"""Corrections of a closed year: said, taken back, put back; the frozen figure stays.

The value on a date: what was published and what the lines said at the end of any past day.

The levels of prices that tell a variation in constant euros.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.access import get_year
from portulan.budget.indicator import adjustments as indicator_adjustments
from portulan.budget.indicator.adjustments import (
    adjustments_of,
    corrected,
    get_adjustment,
    standing_at,
)
from portulan.budget.indicator.past import KnownOn, known_on
from portulan.budget.indicator.prices import price_indexes, set_price_index
from portulan.budget.indicator.reads import figure_of
from portulan.budget.labels import STAGES
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import Stage, YearStatus
from portulan.budget.years.reads import year_on
from portulan.core.errors import NotFoundError
from portulan.web.budget.lines.filters import year_at
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.words import CARRIED, TITLES
from portulan.web.fields import AmountField, CalendarYearField, DayField, NumberField
from portulan.web.inputs import identifiers
from portulan.web.pages import Act, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


@screen
def adjustments(request: OrganisationRequest, year: int) -> Edit[AdjustmentForm, object]:
    """What was corrected since the closing; finance says one more, of a line or of the year."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    fiscal_year, stage = year_at(request, year, need)
    if stage is None:
        raise NotFoundError(str(year))
    line = _line(request, fiscal_year)
    return Edit(
        back=_adjustments_url(request, year),
        form=partial(AdjustmentForm, line is None, request.today, initial={"stage": stage}),
        write=lambda form: indicator_adjustments.adjust(
            request.actor, fiscal_year=fiscal_year, line=line, **form.cleaned_data
        ),
        done=_("Correction enregistrée : la part close ne change pas."),
        template="budget/adjustments.html",
        context=lambda: _corrections(fiscal_year, stage, line),
    )


def _adjustments_url(request: OrganisationRequest, year: int) -> str:
    return url_in(request, "budget:adjustments", year)


def _corrections(
    fiscal_year: FiscalYear, stage: Stage, line: BudgetLine | None
) -> dict[str, object]:
    found = list(adjustments_of(fiscal_year))
    people = labels_of(one.person_id for one in found)
    computed = figure_of(fiscal_year, stage)
    return {
        "fiscal_year": fiscal_year,
        "line": line,
        "line_name": line_name(line) if line else "",
        "adjustments": [(one, people.get(one.person_id or 0, "")) for one in found],
        "figure": computed.figure,
        "corrected": corrected(computed.figure, standing_at(found, timezone.now()), stage),
        "stage": stage,
        "is_closed": fiscal_year.status == YearStatus.CLOSED,
    }


def _line(request: OrganisationRequest, fiscal_year: FiscalYear) -> BudgetLine | None:
    for pk in identifiers([request.GET.get("line", "")]):
        need = Operation.READ_BUDGET
        return get_line(actor=request.actor, year=fiscal_year.year, pk=pk, need=need)
    return None


@screen
def withdraw(request: OrganisationRequest, year: int, pk: int) -> Act[object]:
    """Take a correction back."""
    found = get_adjustment(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: indicator_adjustments.withdraw_adjustment(request.actor, adjustment=found),
        done=_("Correction retirée."),
        undo=url_in(request, "budget:restore-adjustment", year, pk),
        back=_adjustments_url(request, year),
    )


@screen
def restore(request: OrganisationRequest, year: int, pk: int) -> Act[object]:
    """Put back a correction that was taken back."""
    found = get_adjustment(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: indicator_adjustments.restore_adjustment(request.actor, adjustment=found),
        done=_("Correction rétablie."),
        back=_adjustments_url(request, year),
    )


@require_GET
def on_day(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    form = DayForm(request.today, request.GET if "day" in request.GET else None)
    known: KnownOn | None = None
    now = None
    if form.is_valid():
        known = known_on(fiscal_year, form.cleaned_data["day"], form.cleaned_data["stage"])
        if known.stage is not None:
            now = figure_of(fiscal_year, known.stage)
    run = known.published if known else None
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "known": known,
        "now": now if now and now.figure.lines else None,
        "title": TITLES[known.stage] if known and known.stage else "",
        "publisher": labels_of([run.published_by]).get(run.published_by or 0, "") if run else "",
    }
    return render(request, "budget/past.html", context, status=422 if form.errors else 200)


@screen
def prices(request: OrganisationRequest) -> Edit[PriceIndexForm, object]:
    found = list(price_indexes(actor=request.actor))
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    initial = {
        "year": year_on(request.organisation.pk, request.today),
        "source": found[0].source if found else "",
    }
    return Edit(
        back=url_in(request, "budget:prices"),
        form=partial(PriceIndexForm, initial=initial),
        write=lambda form: set_price_index(request.actor, **form.cleaned_data),
        done=_("Indice enregistré."),
        template="budget/prices.html",
        context={"indexes": found},
    )


_STAGES = [item for item in STAGES.items() if item[0] is not CARRIED]


class DayForm(forms.Form):
    """A past day, and the stage to look at; none is the one that was shown first that day."""

    day = DayField(label=_("Jour"))
    stage = forms.TypedChoiceField(
        label=_("Stade"),
        choices=[("", _("celui d’alors")), *_STAGES],
        coerce=Stage,
        empty_value=None,
        required=False,
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["day"].initial = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self._today:
            raise ValidationError(_("Ce jour n’est pas encore passé."))
        return day


class AdjustmentForm(forms.Form):
    """What a line, or a whole year, should have had more or less."""

    stage = forms.TypedChoiceField(label=_("Stade"), choices=_STAGES, coerce=Stage)
    amount = AmountField(
        label=_("Écart (€)"),
        help_text=_("La somme manquante ; négative si elle est en trop."),
    )
    nr_amount = AmountField(label=_("dont NR (€)"), required=False)
    reason = forms.CharField(label=_("Motif"), max_length=500)
    evidence = forms.CharField(label=_("Preuve (référence ou adresse)"), max_length=500)
    on = DayField(label=_("Connu le"))

    def __init__(self, of_a_year: bool, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        if not of_a_year:
            del self.fields["nr_amount"]


class PriceIndexForm(forms.Form):
    """The index of prices of a year; without an index, what was said is taken back."""

    year = CalendarYearField(label=_("Exercice"))
    index = NumberField(
        label=_("Indice"),
        required=False,
        help_text=_("Par exemple 118,76. Vide, l’indice de cet exercice est retiré."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
