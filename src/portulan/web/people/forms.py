from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import LEGAL_FORMS, ROLES, Person, Unit
from portulan.accounts.selectors import people_of
from portulan.web.trail_words import SUBJECTS


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JournalForm(forms.Form):
    """Which entries of the journal to show: what is not asked, or makes no sense, keeps all."""

    kind = forms.ChoiceField(label=_("Objet"), required=False)
    person = forms.ModelChoiceField(
        label=_("Par"), queryset=Person.objects.none(), required=False, empty_label=_("Tous")
    )
    since = forms.DateField(label=_("Du"), required=False, widget=_day())
    until = forms.DateField(label=_("Au"), required=False, widget=_day())

    def __init__(self, organisation_id: int, data: QueryDict) -> None:
        super().__init__(data, auto_id="f_%s")
        fields: dict[str, Any] = self.fields
        kinds = sorted(SUBJECTS.items(), key=lambda item: str(item[1]))
        fields["kind"].choices = [("", _("Tous")), *kinds]
        fields["person"].queryset = people_of(organisation_id).order_by("function")
        fields["person"].label_from_instance = lambda person: person.function

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        self.errors.clear()
        return {name: value for name, value in self.cleaned_data.items() if value}


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
        widget=_day(),
    )
    roles = forms.MultipleChoiceField(
        label=_("Rôles"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Lecture : tout voir. Pilote d’actions : tenir à jour les siennes. Plan d’action : le "
            "plan, ses votes, les référentiels. Finances : les comptes et la part publiée. Audit : "
            "tout voir, journal et fichiers reçus compris. Administration : tout. Sans rôle, la "
            "personne n’a pas de compte."
        ),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
