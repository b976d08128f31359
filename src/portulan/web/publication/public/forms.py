"""The forms of who publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portulan.publication.models import ErrorReport, PublicChoice
from portulan.publication.words import LICENCES, Licence, Part
from portulan.web.fields import WholeField, field_of, text_area

PARTS = {
    Part.SHARE: gettext_lazy("La part du budget, sa trajectoire et les ambitions votées"),
    Part.MONEY: gettext_lazy("Où va l’argent, jusqu’au compte"),
    Part.ACTIONS: gettext_lazy("Les actions : promises, essayées, faites"),
    Part.EFFECTS: gettext_lazy("Ce que les actions épargnent, avec leurs intervalles"),
    Part.TROUBLE: gettext_lazy("Ce qui ne va pas"),
    Part.DROPPED: gettext_lazy("Ce qui est écarté, et pourquoi"),
}


class ChoiceForm(forms.Form):
    """What everybody may read, and under which licence."""

    parts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Ce qui est public"),
        choices=PARTS,
        coerce=Part,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Rien n’est montré avant d’être publié. Jamais un nom, un fournisseur, un montant"
            " seulement prévu."
        ),
    )
    licence = forms.TypedChoiceField(
        label=gettext_lazy("Licence de réutilisation"),
        choices={one: terms.title.fr for one, terms in LICENCES.items()},
        coerce=Licence,
    )
    contact = field_of(
        PublicChoice,
        "contact",
        help_text=gettext_lazy("Une fonction, une adresse de service : jamais une personne."),
    )
    answer_days = WholeField(
        label=gettext_lazy("Réponse aux erreurs signalées, sous (jours)"), most=90
    )
    indexed = forms.BooleanField(
        label=gettext_lazy("Les moteurs de recherche peuvent la trouver"), required=False
    )


class PublishForm(forms.Form):
    """A word on what changed, and that the texts which name somebody were read."""

    note = forms.CharField(
        label=gettext_lazy("Ce qui est corrigé depuis l’édition d’avant"),
        max_length=500,
        required=False,
        widget=text_area(3),
        help_text=gettext_lazy("Lu par tous, dans le journal des corrections."),
    )
    texts_read = forms.BooleanField(
        label=gettext_lazy("J’ai lu ces textes : tout le monde peut les lire."), required=False
    )
    read = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *, asks: bool, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        if not asks:
            del self.fields["texts_read"]


class WithdrawForm(forms.Form):
    """Why something is withdrawn: its address will say it."""

    reason = forms.CharField(
        label=gettext_lazy("Motif du retrait"), max_length=500, widget=text_area(3)
    )


class AnswerForm(forms.Form):
    """What is answered to who told an error."""

    answer = field_of(ErrorReport, "answer", rows=5, required=True)
    corrects = forms.BooleanField(
        label=gettext_lazy("L’erreur est reconnue"),
        required=False,
        help_text=gettext_lazy("Corrigez-la, puis publiez une nouvelle édition."),
    )
