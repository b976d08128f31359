"""The money of a small town: what IT costs, what of it is for the plan, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.indicator.facts import year_facts
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.web.fields import AmountField
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest

CENT = Decimal("0.01")


@screen
def money(request: OrganisationRequest) -> Edit[MoneyForm, object]:
    """Say the IT spending of the year as it was voted; what is not known stays unknown."""
    request.actor.require(Operation.READ_BUDGET)
    year = request.today.year
    figures = year_facts(request.organisation.pk).figures
    return Edit(
        back=reverse("dashboard:page", args=[request.organisation.slug]),
        form=MoneyForm,
        write=lambda form: _write(request, year, form),
        done=_("Chiffres enregistrés."),
        template="budget/small.html",
        context={
            "year": year,
            "figures": sorted(figures.items(), reverse=True),
        },
    )


@transaction.atomic
def _write(request: OrganisationRequest, year: int, form: MoneyForm) -> object:
    actor, data = request.actor, form.cleaned_data
    actor.require(Operation.EDIT_BUDGET)
    known = FiscalYear.objects.filter(organisation_id=actor.organisation_id, year=year).first()
    fiscal_year = known or open_year(actor, year=year)
    lines = []
    if data["dedicated"]:
        label = data["reason"] or str(form.fields["dedicated"].label)
        lines.append(TypedLine(label[:300], data["dedicated"], label))
    return type_figures(
        actor,
        on=request.today,
        fiscal_year=fiscal_year,
        stage=Stage.VOTED,
        it_budget=data["it_budget"],
        lines=lines,
        replace=known is not None,
    )


class MoneyForm(forms.Form):
    it_budget = AmountField(
        label=_("Ce que coûte l’informatique dans l’année (€)"),
        low=CENT,
        help_text=_("Matériel, logiciels, téléphonie, abonnements : le budget voté."),
    )
    dedicated = AmountField(
        label=_("Dont, pour ces actions (€)"),
        low=CENT,
        required=False,
        help_text=_("Vide : pas encore connu, ce qui n’est pas zéro."),
    )
    reason = forms.CharField(
        label=_("Ce que c’est"),
        max_length=300,
        required=False,
        help_text=_("Par exemple « six ordinateurs remis en état »."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].conditional = True  # type: ignore[attr-defined]
