"""The forms that answer a practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator
from portulan.core.folding import squeeze
from portulan.plans.models import CHOICES, LEVELS
from portulan.plans.words import Choice, CommitmentLevel
from portulan.web.received import SeveralField


class AnswerForm(forms.Form):
    """What the plan answers to a practice; pilot, level and indicators only serve to keep it."""

    choice = forms.ChoiceField(label=_("Choix"), choices=CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Motif"),
        max_length=500,
        required=False,
        # In a one-line field, Enter would press the first button: to keep the practice.
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("À donner pour écarter ou dire « sans objet » ; bienvenu pour le reste."),
    )
    pilot_function = forms.CharField(label=_("Fonction du pilote"), max_length=160, required=False)
    level = forms.ChoiceField(label=_("Niveau d’engagement"), choices=LEVELS, required=False)
    indicators = SeveralField(
        label=_("Indicateurs à suivre"),
        queryset=PracticeIndicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Un ou deux suffisent ; le premier sera le principal."),
    )

    # What it changes in the answer: the others only serve to keep the practice.
    CHANGED = ("choice", "reason")

    def __init__(self, practice: Practice, data: Any = None, *, initial: Any = None) -> None:
        version = practice.version
        proposed = list(practice.indicators.all())
        suggested = {
            "pilot_function": version.say_pilot(practice.pilots[0]) if practice.pilots else "",
            "level": CommitmentLevel.STUDY,
            "indicators": [item.pk for item in proposed[:1]],
        }
        super().__init__(data, initial=suggested | (initial or {}))
        self.suggestions = [version.say_pilot(pilot) for pilot in practice.pilots]
        field: Any = self.fields["indicators"]
        field.queryset = practice.indicators.order_by("order")
        field.label_from_instance = lambda item: item.say("text")
        if self.suggestions:
            self.fields["pilot_function"].widget.attrs["list"] = "pilots"
        if not proposed:
            del self.fields["indicators"]

    @property
    def answer(self) -> dict[str, Any]:
        """The arguments of `choose_practice`, once the form is valid."""
        data = dict(self.cleaned_data)
        data["reason"] = squeeze(data["reason"])
        data["choice"] = Choice(data["choice"])
        data["level"] = CommitmentLevel(int(data["level"] or CommitmentLevel.STUDY))
        data.setdefault("indicators", [])
        return data


SHORT = 90  # a select is as wide as its longest option
NOTHING = "-"  # no code is a dash


def edition_words(version: CatalogueVersion) -> str:
    return f"{version.catalogue.say('title')}, {version.version}"[:SHORT]


def practice_option(practice: Practice) -> tuple[int, str]:
    return practice.pk, titled_practice(practice)


def titled_practice(practice: Practice) -> str:
    title = practice.say("title")
    return f"{practice.code} {title if len(title) <= SHORT else title[: SHORT - 1] + '…'}"
