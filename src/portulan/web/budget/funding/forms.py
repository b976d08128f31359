"""What is typed of the money wanted or reserved before lines exist, and of co-funding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.plans.models import SECTIONS, Plan
from portulan.web.budget.register import ZERO, OfAnAction
from portulan.web.fields import AmountField, CalendarYearField, DayField, PercentField
from portulan.web.grouped_forms import GroupedForm

_EUROS = (
    ("", _("Euros")),
    ("F", _("dont fonctionnement (€)")),
    ("I", _("dont investissement (€)")),
)


class AmbitionsForm(GroupedForm):
    """What is wanted in each year of a plan: a share, euros by section; empty is no ambition."""

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        percents = {item.year: item.percent for item in plan.ambitions.all()}
        amounts = {(item.year, item.section): item.amount for item in plan.ambition_amounts.all()}
        for year in range(plan.first_year, plan.last_year + 1):
            share = PercentField(label=_("Part (%)"), required=False, initial=percents.get(year))
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


def _section() -> forms.ChoiceField:
    choices = [("", _("F et I ensemble")), *SECTIONS.items()]
    return forms.ChoiceField(label=_("Section"), choices=choices, required=False)


def _decision() -> forms.CharField:
    return forms.CharField(
        label=_("Décision"),
        max_length=250,
        required=False,
        help_text=_("Budget primitif, délibération, arbitrage…"),
    )


class EnvelopeForm(forms.Form):
    """The money voted for the NR of a plan in a year; without amount, it is taken back."""

    year = forms.TypedChoiceField(label=_("Exercice"), coerce=int)
    section = _section()
    amount = AmountField(
        label=_("Enveloppe (€)"),
        low=ZERO,
        required=False,
        help_text=_("Vide : l’enveloppe de cette année et de cette section est retirée."),
    )
    decided_on = DayField(label=_("Votée le"))
    reference = _decision()

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        years = [(year, str(year)) for year in range(plan.first_year, plan.last_year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]


class ForecastForm(forms.Form):
    """The IT budget expected for a year that has no accounts yet."""

    year = CalendarYearField(label=_("Exercice"))
    section = _section()
    amount = AmountField(label=_("Budget attendu (€)"), low=ZERO)
    source = forms.CharField(
        label=_("D’où vient ce montant"),
        max_length=250,
        help_text=_("Lettre de cadrage, débat d’orientation, estimation de la DSI…"),
    )


class CoFundingForm(OfAnAction):
    """What a funder was asked for, granted and paid for an action; empty is unknown."""

    funder = forms.CharField(
        label=_("Financeur"),
        max_length=160,
        help_text=_("ADEME, État, Région, fonds européen…"),
    )
    asked = AmountField(label=_("Demandé (€)"), low=ZERO, required=False)
    granted = AmountField(label=_("Accordé (€)"), low=ZERO, required=False)
    received = AmountField(
        label=_("Versé (€)"),
        low=ZERO,
        required=False,
        help_text=_(
            "Laissez vide ce que vous ne savez pas encore. Sans aucun montant, la ligne est"
            " retirée."
        ),
    )


class AllotmentForm(OfAnAction):
    """Money reserved for an action in a year, by a dated decision."""

    amount = AmountField(label=_("Dotation (€)"), low=ZERO)
    decided_on = DayField(label=_("Décidée le"))
    reference = _decision()
