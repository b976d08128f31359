"""What a phone says of a practice: four touches, and a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.plans.rooms.agreement import EFFORTS, IMPACTS

UNKNOWN = "0"  # “je ne sais pas” is an answer


def _steps(label: Any, words: Iterable[Any]) -> Any:
    steps = [(str(step), word) for step, word in enumerate(words, 1)]
    return forms.ChoiceField(
        label=label,
        choices=[*steps, (UNKNOWN, _("je ne sais pas"))],
        required=False,
        widget=forms.RadioSelect,
    )


class CodeForm(forms.Form):
    """The code of a room, as its screen shows it."""

    code = forms.CharField(
        label=_("Code affiché à l’écran"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class VoiceForm(forms.Form):
    """What a phone says; all may be left."""

    practice = forms.IntegerField(widget=forms.HiddenInput)
    impact = _steps(_("Pour l’environnement, chez nous, l’effet serait"), IMPACTS)
    effort = _steps(_("L’effort pour y arriver"), EFFORTS)
    who = forms.ChoiceField(label=_("Qui pourrait s’en charger"), required=False)
    could = forms.BooleanField(
        label=_("Je pourrais m’en charger"),
        required=False,
        help_text=_("Dit à la personne qui tient la plume, jamais à l’écran."),
    )
    word = forms.CharField(
        label=_("Un mot"),
        max_length=200,
        required=False,
        help_text=_("Sans nom de personne : lu par qui tient la plume, gardé avec le choix."),
    )

    is_free = True

    def __init__(self, functions: Iterable[str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        who: Any = self.fields["who"]
        who.choices = [("", _("Je ne sais pas")), *((one, one) for one in functions)]

    @property
    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        steps = {name: int(data[name] or UNKNOWN) or None for name in ("impact", "effort")}
        return steps | {name: data[name] for name in ("who", "could", "word")}
