"""A programme, and a decision on it with its payment credits by year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.budget.enums import ProgrammeKind
from portulan.budget.labels import PROGRAMME_KINDS
from portulan.web.budget.forms.years import day_input
from portulan.web.fields import AmountField


class ProgrammeForm(forms.Form):
    """What a programme is, and which lines are its own."""

    title = forms.CharField(label=_("Programme"), max_length=200)
    kind = forms.ChoiceField(label=_("Forme"), choices=PROGRAMME_KINDS.items())
    codes = forms.CharField(
        label=_("Codes de ses lignes"),
        required=False,
        help_text=_(
            "Opération, numéro d’autorisation ou marché, tels que les comptes les portent, séparés"
            " par des virgules."
        ),
    )

    def clean_kind(self) -> ProgrammeKind:
        return ProgrammeKind(self.cleaned_data["kind"])

    def clean_codes(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["codes"].split(",") if code.strip()]


class RevisionForm(forms.Form):
    """What a decision authorises in all, and what it foresees to pay in each year."""

    amount = AmountField(label=_("Montant autorisé en tout (€)"), low=Decimal(0))
    decided_on = forms.DateField(label=_("Décidé le"), widget=day_input())
    reference = forms.CharField(label=_("Délibération ou décision"), max_length=250)

    def __init__(self, years: Iterable[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._years = list(years)
        for year in self._years:
            self.fields[f"year-{year}"] = AmountField(
                label=_("Crédits de paiement %(year)s (€)") % {"year": year},
                low=Decimal(0),
                required=False,
            )

    def decision(self) -> dict[str, Any]:
        """Return what the service takes: a year left empty foresees nothing."""
        given = {year: self.cleaned_data.get(f"year-{year}") for year in self._years}
        said: dict[str, Decimal | date | str] = {
            name: self.cleaned_data[name] for name in ("amount", "decided_on", "reference")
        }
        return said | {"payments": {year: paid for year, paid in given.items() if paid is not None}}
