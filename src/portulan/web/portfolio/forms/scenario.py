"""A scenario: its years, its weights, what is done with unknown impacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portulan.plans.models import Plan
from portulan.portfolio.models.scenarios import UNKNOWNS
from portulan.portfolio.services.scenarios import ScenarioFields
from portulan.web.portfolio.forms.fields import WholeField

_YEAR = [MinValueValidator(2000), MaxValueValidator(2100)]
_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class NewScenarioForm(forms.Form):
    """What a scenario starts with: the rest comes from the plan and the budget."""

    title = forms.CharField(
        label=_("Titre"), max_length=200, help_text=_("Par exemple : Tenir l’ambition 2027.")
    )
    first_year = forms.IntegerField(label=_("Première année"), validators=_YEAR)
    last_year = forms.IntegerField(
        label=_("Dernière année"),
        validators=_YEAR,
        help_text=_("Quinze années au plus ; au moins deux montrent ce qu’un choix coûte ensuite."),
    )
    plan = forms.ModelChoiceField(
        label=_("Plan d’action"), queryset=Plan.objects.none(), empty_label=None
    )

    def __init__(self, plans: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        if len(plans) == 1:
            self.fields["plan"].widget = forms.HiddenInput()
            self.fields["plan"].initial = plans[0].pk


class SettingsForm(forms.Form):
    """What is typed of a scenario beside its candidates, envelopes and rules."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    residual_years = forms.IntegerField(
        label=_("Années comptées après la dernière"),
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_(
            "Sans elles, ce qui finit la dernière année ne vaudrait rien et tout commencerait tôt."
        ),
    )
    weight_impact = forms.IntegerField(label=_("Poids de l’impact"), validators=_PERCENT)
    weight_law = forms.IntegerField(label=_("Poids de la loi"), validators=_PERCENT)
    weight_readiness = forms.IntegerField(label=_("Poids de la facilité"), validators=_PERCENT)
    weight_social = forms.IntegerField(label=_("Poids de la valeur sociale"), validators=_PERCENT)
    weight_cost = forms.IntegerField(
        label=_("Poids du coût"),
        validators=_PERCENT,
        help_text=_(
            "0 le plus souvent : les enveloppes tiennent déjà le coût. Un poids fait préférer de"
            " dépenser moins qu’elles."
        ),
    )
    unknown = forms.ChoiceField(
        label=_("Impact inconnu"),
        choices=list(UNKNOWNS.items()),
        widget=forms.RadioSelect,
        help_text=_("Inconnu n’est jamais compté pour zéro."),
    )
    unknown_low = WholeField(
        label=_("Borne basse (kgCO2e par an)"),
        required=False,
        help_text=_("Vide : le plus petit des impacts connus."),
    )
    unknown_high = WholeField(
        label=_("Borne haute (kgCO2e par an)"),
        required=False,
        help_text=_("Vide : l’impact connu du milieu."),
    )

    def values(self) -> ScenarioFields:
        """Return what was typed, as the service takes it."""
        typed: Any = self.cleaned_data
        fields: ScenarioFields = typed
        return fields
