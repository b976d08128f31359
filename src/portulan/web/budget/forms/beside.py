"""What stands beside the budget: savings, staff time, day rates, legal ratios, green ratings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portulan.budget.enums import Axis, Rating, SavingKind
from portulan.budget.labels import AXES, RATINGS, RATIOS, SAVINGS
from portulan.budget.legal import LegalRatio
from portulan.budget.models import BudgetLine
from portulan.budget.selectors.before_lines import fundable_actions
from portulan.plans.models import Action
from portulan.web.budget.forms.attributions import ActionChoice
from portulan.web.budget.forms.years import day_input
from portulan.web.fields import AmountField

ZERO = Decimal(0)


class _OfAnAction(forms.Form):
    action = ActionChoice(
        label=_("Action"), queryset=Action.objects.none(), empty_label=_("Choisir une action")
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = fundable_actions(organisation_id)  # type: ignore[attr-defined]


class SavingForm(_OfAnAction):
    """What an action spares in a year; without amount, it is taken back."""

    kind = forms.TypedChoiceField(label=_("Nature"), choices=SAVINGS, coerce=SavingKind)
    potential = AmountField(label=_("Possible (€)"), low=ZERO, required=False)
    assumption = forms.CharField(
        label=_("Hypothèse"),
        max_length=500,
        required=False,
        help_text=_("Ce qui serait dépensé sans l’action : nombre, prix, durée."),
    )
    realised = AmountField(label=_("Réalisée (€)"), low=ZERO, required=False)
    evidence = forms.CharField(
        label=_("Preuve"),
        max_length=500,
        required=False,
        help_text=_("Facture, relevé, inventaire. Une économie réalisée en a toujours une."),
    )


class StaffTimeForm(_OfAnAction):
    """The days of a function or a team for an action; without any, they are taken back."""

    function = forms.CharField(
        label=_("Fonction ou équipe"), max_length=160, help_text=_("Jamais le nom d’une personne.")
    )
    planned = AmountField(label=_("Jours prévus"), low=ZERO, required=False)
    done = AmountField(label=_("Jours passés"), low=ZERO, required=False)


class DayRateForm(forms.Form):
    """What a day of a function costs, from a day on; without amount, the rate is taken back."""

    function = forms.CharField(label=_("Fonction ou équipe"), max_length=160)
    since = forms.DateField(label=_("À partir du"), widget=day_input())
    amount = AmountField(label=_("Coût d’une journée (€)"), low=ZERO, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=250, help_text=_("Délibération, coût moyen du grade…")
    )


class LegalFigureForm(forms.Form):
    """The two terms of a legal ratio in a civil year."""

    ratio = forms.TypedChoiceField(label=_("Ratio"), choices=RATIOS, coerce=LegalRatio)
    year = forms.IntegerField(
        label=_("Année civile"), validators=[MinValueValidator(2020), MaxValueValidator(2100)]
    )
    numerator = AmountField(label=_("Part réemployée"), low=ZERO)
    denominator = AmountField(
        label=_("Tout"),
        low=ZERO,
        help_text=_("En euros hors taxes pour AGEC, en nombre d’équipements pour REEN."),
    )
    source = forms.CharField(label=_("Source"), max_length=500)


class GreenRatingForm(forms.Form):
    """How a line, or those of an account, stand on an axis; “not rated” takes it back."""

    nature = forms.CharField(label=_("Compte commençant par"), max_length=12)
    axis = forms.TypedChoiceField(
        label=_("Axe"), choices=AXES, coerce=lambda value: Axis(int(value))
    )
    rating = forms.TypedChoiceField(
        label=_("Cotation"),
        choices=[*RATINGS.items(), ("", _("Non coté"))],
        coerce=Rating,
        empty_value=None,
        required=False,
        initial=Rating.NEUTRAL.value,
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=250,
        required=False,
        help_text=_("Toujours donné, sauf pour retirer une cotation."),
    )

    def __init__(self, *args: Any, line: BudgetLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if line is not None:
            del self.fields["nature"]
        for name in ("rating", "reason"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # the help says when
