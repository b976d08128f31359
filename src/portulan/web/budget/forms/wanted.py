"""Money wanted or reserved before lines exist."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portulan.budget.selectors.wanted import fundable_actions
from portulan.plans.models import SECTIONS, Action, Plan
from portulan.web.budget.forms.attributions import ActionChoice
from portulan.web.budget.forms.years import day_input
from portulan.web.fields import AmountField, PercentField

ZERO = Decimal(0)


class AmbitionsForm(forms.Form):
    """The share wanted in each year of a plan; empty is no ambition."""

    def __init__(self, plan: Plan, known: dict[int, Decimal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for year in range(plan.first_year, plan.last_year + 1):
            self.fields[f"year-{year}"] = PercentField(
                label=str(year), required=False, initial=known.get(year)
            )

    def percents(self) -> dict[int, Decimal | None]:
        """Return the share typed for each year."""
        return {int(name.removeprefix("year-")): value for name, value in self.cleaned_data.items()}


class ForecastForm(forms.Form):
    """The IT budget expected for a year that has no accounts yet."""

    year = forms.IntegerField(
        label=_("Exercice"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    section = forms.ChoiceField(
        label=_("Section"), choices=[("", _("F et I ensemble")), *SECTIONS.items()], required=False
    )
    amount = AmountField(label=_("Budget attendu (€)"), low=ZERO)
    source = forms.CharField(
        label=_("D’où vient ce montant"),
        max_length=250,
        help_text=_("Lettre de cadrage, débat d’orientation, estimation de la DSI…"),
    )


class CoFundingForm(forms.Form):
    """What a funder was asked for, granted and paid for an action; empty is unknown."""

    action = ActionChoice(
        label=_("Action"), queryset=Action.objects.none(), empty_label=_("Choisir une action")
    )
    funder = forms.CharField(
        label=_("Financeur"), max_length=160, help_text=_("ADEME, État, Région, fonds européen…")
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

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = fundable_actions(organisation_id)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]


class AllotmentForm(forms.Form):
    """Money reserved for an action in a year, by a dated decision."""

    action = ActionChoice(
        label=_("Action"), queryset=Action.objects.none(), empty_label=_("Choisir une action")
    )
    amount = AmountField(label=_("Dotation (€)"), low=ZERO)
    decided_on = forms.DateField(label=_("Décidée le"), widget=day_input())
    reference = forms.CharField(
        label=_("Décision"),
        max_length=250,
        required=False,
        help_text=_("Budget primitif, délibération, arbitrage…"),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = fundable_actions(organisation_id)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]
