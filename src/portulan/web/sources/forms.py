"""The forms of a source: what it is, what it gives, what its words mean, what it feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.indicators.models import FREQUENCIES, Indicator
from portulan.indicators.words import Frequency
from portulan.sources.apis import SECRETS, Api
from portulan.sources.feeding import Entrance, Manner
from portulan.sources.formulas import FORMULAS
from portulan.sources.models import API_NAMES, ENTRANCES, MANNERS, Source
from portulan.sources.words import DEVICES, STATES, TOOLS, Device, State, Tool
from portulan.web.fields import DayField, PersonChoiceField, WholeField, field_of
from portulan.web.language import page_language
from portulan.web.uploads import FilesField


class SourceForm(forms.Form):
    field_order: Sequence[str] = (
        "name",
        "entrance",
        "api",
        "url",
        "kind",
        "scope",
        "every",
        "function",
        "person",
    )

    name = field_of(Source, "name", help_text=_("Son nom dans la maison : GLPI, Compteurs…"))
    entrance = forms.TypedChoiceField(
        label=_("Comment cela arrive"),
        choices=ENTRANCES.items(),
        coerce=Entrance,
        widget=forms.RadioSelect,
        initial=Entrance.FILE,
        help_text=_("Un dépôt : l’outil envoie lui-même, avec un jeton qui ne peut que déposer."),
    )
    api = forms.TypedChoiceField(
        label=_("Ce qui s’y parle"),
        choices=[("", "—"), *API_NAMES.items()],
        coerce=Api,
        required=False,
        empty_value=None,
        help_text=_("Pour une adresse lue."),
    )
    url = field_of(
        Source,
        "url",
        help_text=_("Celle de l’API : https://glpi.exemple.fr/apirest.php, /api.php/v2…"),
    )
    kind = forms.TypedChoiceField(
        label=_("D’où cela vient"), coerce=Tool, required=False, empty_value=None
    )
    every = forms.TypedChoiceField(
        label=_("Attendu"),
        choices=[("", _("sans rythme dit")), *FREQUENCIES.items()],
        coerce=Frequency,
        required=False,
        empty_value=None,
        help_text=_("Passé ce délai, la source est en retard, et le dit."),
    )
    function = field_of(
        Source, "function", help_text=_("La personne à joindre si un chiffre étonne.")
    )
    scope = field_of(
        Source,
        "scope",
        help_text=_("L’entité de l’outil que le plan couvre, en entier ; vide : tout."),
    )

    def __init__(self, data: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        language = page_language()
        kinds = [(one.value, TOOLS[one].say(language)) for one in Tool]
        self.fields["kind"].choices = [("", _("reconnu de lui-même")), *kinds]  # type: ignore[attr-defined]
        self.fields["person"] = PersonChoiceField(organisation_id, label=_("Personne qui répond"))
        self.order_fields(self.field_order)


class SettingsForm(SourceForm):
    """What a source is, and what its figures need."""

    field_order = (*SourceForm.field_order, "refused_under", "warned_under")

    refused_under = WholeField(
        label=_("Aucun chiffre sous"),
        low=1,
        most=100,
        help_text=_("En % de connus : dessous, rien n’est proposé."),
    )
    warned_under = WholeField(
        label=_("Une question sous"),
        low=1,
        most=100,
        help_text=_("En % de connus : dessous, la valeur peut bouger, et on vous le demande."),
    )


class SecretForm(forms.Form):
    """What opens the address of a source: written, and never shown."""

    def __init__(self, data: Any, api: Api, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for part in SECRETS[api]:
            name = part.removeprefix("*")
            self.fields[name] = forms.CharField(
                label=_PARTS[name],
                required=part == name,
                max_length=4000,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        self.fields["until"] = DayField(label=_("Valable jusqu’au"), required=False)

    def parts(self) -> dict[str, str]:
        return {name: one for name, one in self.cleaned_data.items() if name in _PARTS}


_PARTS = {
    "user_token": _("Jeton du compte de service (user_token)"),
    "app_token": _("Jeton de l’application (App-Token)"),
    "client_id": _("Identifiant du client OAuth"),
    "client_secret": _("Secret du client OAuth"),
    "username": _("Compte de service"),
    "password": _("Son mot de passe"),
    "token": _("Jeton"),
}


class GivenForm(forms.Form):
    """Files of one day: several lists of one inventory make one snapshot."""

    given = FilesField(
        label=_("Fichiers"),
        help_text=_("CSV, XLSX ou ODS, tels que l’outil les donne ; plusieurs à la fois."),
    )
    on = DayField(label=_("Tels qu’ils étaient le"), required=False)


STARTS = {
    "bought": _("la date d’achat"),
    "in_service": _("la mise en service"),
    "delivered": _("la livraison"),
    "ordered": _("la commande"),
}


class WordsForm(forms.Form):
    """What words of the tool mean; one left open stays unknown."""

    start = forms.ChoiceField(
        label=_("L’usage commence à"),
        choices=STARTS.items(),
        help_text=_(
            "Quand ce jour manque, le suivant de cette liste. En changer est une rupture de série."
        ),
    )

    def __init__(self, data: Any, words: Sequence[Any], *, dated: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.words = words
        if not dated:
            del self.fields["start"]
        for rank, one in enumerate(words):
            field = forms.ChoiceField(
                label=one.label, choices=one.choices, required=False, initial=one.means or ""
            )
            self.fields[f"w{rank}"] = field

    def rows(self) -> Iterable[tuple[Any, Any]]:
        """Yield each word with its field."""
        return zip(self.words, (self[f"w{rank}"] for rank in range(len(self.words))), strict=True)

    def said(self) -> Iterable[tuple[str, str, str]]:
        for rank, one in enumerate(self.words):
            yield one.member, one.word, self.cleaned_data[f"w{rank}"]


def meanings_of(member: str) -> list[tuple[str, str]]:
    """Return what a word may mean, by the member of the meanings that it stands in."""
    language = page_language()
    if member == "states":
        known = [(str(one), STATES[one].say(language)) for one in State]
    else:
        phones = {Device.SMARTPHONE, Device.DESK_PHONE, Device.BASIC_PHONE}
        of_phones = member == "phone_types"
        known = [
            (str(one), DEVICES[one].say(language)) for one in Device if (one in phones) is of_phones
        ]
    return [("", str(_("inconnu"))), *known]


class LinkForm(forms.Form):
    """Which indicator a source feeds, by which formula, and how."""

    indicator = forms.ModelChoiceField(
        label=_("Indicateur du plan"), queryset=Indicator.objects.none()
    )
    formula = forms.ChoiceField(label=_("Nourri par"))
    manner = forms.TypedChoiceField(
        label=_("Chaque nouveau relevé"),
        choices=MANNERS.items(),
        coerce=Manner,
        widget=forms.RadioSelect,
        initial=Manner.PROPOSE,
        help_text=_("Même sans question, un saut ou un doute en redevient une."),
    )

    def __init__(self, data: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        language = page_language()
        own = Indicator.objects.filter(organisation=organisation_id, computed_by="")
        numbers = own.filter(kind__in=("percentage", "count", "quantity"))
        self.fields["indicator"].queryset = numbers.order_by("name")  # type: ignore[attr-defined]
        self.fields["formula"].choices = [  # type: ignore[attr-defined]
            (key, one.name.say(language)) for key, one in FORMULAS.items()
        ]
