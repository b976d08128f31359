"""A rule of attribution: what it is about, and the share it proposes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.budget.attribution_rules import Criteria
from portulan.budget.enums import Method
from portulan.budget.labels import METHODS
from portulan.budget.selectors.before_lines import fundable_actions
from portulan.plans.models import Action
from portulan.web.budget.forms.attributions import ActionChoice
from portulan.web.fields import ShareField


class AttributionRuleForm(forms.Form):
    """“30 % of contract X goes to action 12”, with the reason and the evidence."""

    contract = forms.CharField(label=gettext_lazy("Marché"), max_length=60, required=False)
    supplier = forms.CharField(
        label=gettext_lazy("Fournisseur contenant"), max_length=160, required=False
    )
    nature_prefix = forms.CharField(
        label=gettext_lazy("Compte commençant par"), max_length=12, required=False
    )
    service = forms.CharField(
        label=gettext_lazy("Service ou gestionnaire"), max_length=80, required=False
    )
    label = forms.CharField(
        label=gettext_lazy("Libellé contenant"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Au moins un critère ; tous ceux donnés doivent être remplis."),
    )
    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        required=False,
        empty_label=gettext_lazy("NR en général, sans action"),
    )
    share = ShareField(label=gettext_lazy("Part dédiée au NR (%)"))
    method = forms.ChoiceField(
        label=gettext_lazy("Méthode"), choices=METHODS, initial=Method.KEY.value
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("À partir de l’exercice"),
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence = forms.CharField(
        label=gettext_lazy("Preuve"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Une référence ou une adresse : marché, délibération, note."),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = fundable_actions(organisation_id)  # type: ignore[attr-defined]
        for name in Criteria.__slots__:
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # one is enough

    def clean_share(self) -> Any:
        share = self.cleaned_data["share"]
        if not share:
            raise ValidationError(_("Une part est supérieure à zéro."))
        return share

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        criteria = Criteria(**{name: data[name].strip() for name in Criteria.__slots__})
        kept = ("action", "share", "first_year", "reason", "evidence")
        values = {name: data[name] for name in kept}
        return {"criteria": criteria, "method": Method(data["method"]), **values}
