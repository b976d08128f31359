"""Opening and editing an exercice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portulan.budget.enums import Costing, YearStatus
from portulan.budget.labels import COSTINGS, STAGES, YEAR_STATUSES
from portulan.budget.stages import Stage
from portulan.core.money import TaxBasis
from portulan.web.fields import AmountField

CARRIED = Stage.CARRIED_OVER
# Closing freezes figures: it has a page of its own, that says so.
OPEN_STATUSES = [item for item in YEAR_STATUSES.items() if item[0] != YearStatus.CLOSED]


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class YearForm(forms.Form):
    """What an exercice says of itself."""

    starts_on = forms.DateField(label=_("Début"), widget=day_input(), required=False)
    ends_on = forms.DateField(label=_("Fin"), widget=day_input(), required=False)
    status = forms.ChoiceField(
        label=_("État"), choices=OPEN_STATUSES, initial=YearStatus.EXECUTING.value
    )
    tax_basis = forms.ChoiceField(
        label=_("Montants"),
        choices=[
            (TaxBasis.TTC.value, _("toutes taxes comprises (M57, M14)")),
            (TaxBasis.HT.value, _("hors taxes (M4, plan comptable général)")),
        ],
        initial=TaxBasis.TTC.value,
        help_text=_("Deux bases ne s’ajoutent pas : elle ne change plus une fois des lignes lues."),
    )

    costing = forms.ChoiceField(
        label=_("D’un achat responsable, compter"),
        choices=[("", _("pas encore dit")), *COSTINGS.items()],
        required=False,
        help_text=_(
            "Un équipement reconditionné aurait été acheté de toute façon : le prix entier compte,"
            " ou seulement ce qu’il coûte de plus. Une seule réponse par exercice ; deux exercices"
            " qui répondent autrement ne se comparent pas."
        ),
    )
    costing_on = forms.DateField(label=_("Décidé le"), widget=day_input(), required=False)

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
    year = forms.IntegerField(
        label=_("Exercice"),
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today.year
        self.fields["ends_on"].help_text = _("Laissez vide pour l’année civile.")


class EditYearForm(YearForm):
    """An open exercice: its dates are known and stay given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = self.fields["ends_on"].required = True


class DocumentDateForm(forms.Form):
    """Which number a budget document bears, and when it was voted."""

    number = forms.CharField(label=_("Numéro"), max_length=10, required=False)
    voted_on = forms.DateField(label=_("Date du vote"), widget=day_input(), required=False)


class DayForm(forms.Form):
    """A past day, and the stage to look at; none is the one that was shown first that day."""

    day = forms.DateField(label=_("Jour"), widget=day_input())
    stage = forms.ChoiceField(
        label=_("Stade"),
        choices=[
            ("", _("celui d’alors")),
            *(item for item in STAGES.items() if item[0] is not CARRIED),
        ],
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

    stage = forms.ChoiceField(
        label=_("Stade"), choices=[item for item in STAGES.items() if item[0] is not CARRIED]
    )
    amount = AmountField(
        label=_("Écart (€)"), help_text=_("Ce qui manquait ; négatif si c’était en trop.")
    )
    nr_amount = AmountField(label=_("dont NR (€)"), required=False)
    reason = forms.CharField(label=_("Motif"), max_length=500)
    evidence = forms.CharField(label=_("Preuve (référence ou adresse)"), max_length=500)
    on = forms.DateField(label=_("Connu le"), widget=day_input())

    def __init__(self, of_a_year: bool, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        if not of_a_year:
            del self.fields["nr_amount"]

    def clean_stage(self) -> Stage:
        return Stage(self.cleaned_data["stage"])


class PriceIndexForm(forms.Form):
    """The index of prices of a year; without an index, what was said is taken back."""

    year = forms.IntegerField(
        label=_("Exercice"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    index = forms.DecimalField(
        label=_("Indice"),
        required=False,
        max_digits=9,
        decimal_places=4,
        localize=True,
        help_text=_("Par exemple 118,76. Vide, l’indice de cet exercice est retiré."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
