from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import LEGAL_FORMS, ROLES, Unit


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=200)
    legal_form = forms.ChoiceField(label=_("Forme juridique"), choices=LEGAL_FORMS)
    population = forms.IntegerField(
        label=_("Population"),
        min_value=0,
        required=False,
        help_text=_("Des seuils légaux en dépendent."),
    )
    headcount = forms.IntegerField(
        label=_("Effectif (équivalents temps plein)"),
        min_value=0,
        required=False,
        help_text=_("Sans habitants, il dit si des montants sont bien en euros."),
    )
    siren = forms.CharField(
        label=_("SIREN"),
        max_length=9,
        required=False,
        validators=[RegexValidator(r"^\d{9}$", _("Un SIREN compte neuf chiffres."))],
        help_text=_("Les fichiers d’un autre organisme seront refusés."),
    )


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Nom de l’entité"), max_length=200)
    parent = forms.ModelChoiceField(
        label=_("Fait partie de"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Aucune autre"),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).order_by("name")
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    function = forms.CharField(
        label=_("Fonction"),
        max_length=160,
        help_text=_("C’est elle que l’on montre ; le nom reste entre vous."),
    )
    name = forms.CharField(label=_("Nom"), max_length=120, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    unit = forms.ModelChoiceField(
        label=_("Entité"), queryset=Unit.objects.none(), required=False, empty_label=_("Aucune")
    )
    left_on = forms.DateField(
        label=_("Partie le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    roles = forms.MultipleChoiceField(
        label=_("Rôles"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sans rôle, la personne n’a pas de compte."),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
