from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.catalogue.enums import Relation
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator, Theme
from portulan.catalogue.selectors import PracticeFilters, pilots_of, practices
from portulan.core.text import squeeze
from portulan.plans.enums import Choice, CommitmentLevel
from portulan.plans.models import CHOICES, LEVELS
from portulan.web.catalogue.board import UNDECIDED
from portulan.web.catalogue.words import SENTENCES
from portulan.web.received import SeveralField


class FilterForm(forms.Form):
    """The filters of an edition; what it does not know is ignored, as old addresses may hold."""

    q = forms.CharField(
        label=gettext_lazy("Chercher"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Thématique"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priorité du guide"), required=False)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulté"), required=False)
    pilot = forms.ChoiceField(label=gettext_lazy("Pilote possible"), required=False)
    choice = forms.ChoiceField(label=gettext_lazy("Choix"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        version: CatalogueVersion,
        themes: Iterable[Theme],
        practices: Iterable[Practice],
        with_choices: bool,
    ) -> None:
        super().__init__(data, auto_id="f_%s")
        priorities = [step["key"] for step in version.priority_scale]
        steps = [step["key"] for step in version.difficulty_scale]
        self._offer("theme", _("Toutes"), [(item.code, _titled(item)) for item in themes])
        self._offer("priority", _("Toutes"), [(k, version.say_priority(k)) for k in priorities])
        self._offer("difficulty", _("Toutes"), [(k, version.say_difficulty(k)) for k in steps])
        self._offer("pilot", _("Tous"), [(k, version.say_pilot(k)) for k in pilots_of(practices)])
        if with_choices:
            words = [(str(key), str(word)) for key, word in CHOICES.items()]
            self._offer("choice", _("Tous"), [*words, (UNDECIDED, _("À décider"))])
        else:
            del self.fields["choice"]

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that mean something here."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def practice_filters(self) -> PracticeFilters:
        wanted = self.wanted
        wanted.pop("choice", None)
        return PracticeFilters(**wanted)


def _titled(theme: Theme) -> str:
    return f"{theme.code}. {theme.say('title')}"


class AnswerForm(forms.Form):
    """What the plan answers to a practice; pilot, level and indicators only serve to keep it."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Choix"), choices=CHOICES, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=500,
        required=False,
        # In a one-line field, Enter would press the first button: to keep the practice.
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "À donner pour écarter ou dire « sans objet » ; bienvenu pour le reste."
        ),
    )
    pilot_function = forms.CharField(
        label=gettext_lazy("Fonction du pilote"), max_length=160, required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Niveau d’engagement"), choices=LEVELS, required=False
    )
    indicators = SeveralField(
        label=gettext_lazy("Indicateurs à suivre"),
        queryset=PracticeIndicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Un ou deux suffisent ; le premier sera le principal."),
    )

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


class LinkForm(forms.Form):
    """What a practice is to one of another catalogue."""

    relation = forms.ChoiceField(
        label=gettext_lazy("Cette pratique est"), choices=SENTENCES, initial=Relation.EQUAL
    )
    target = forms.ModelChoiceField(
        label=gettext_lazy("La pratique de l’autre référentiel"),
        queryset=Practice.objects.none(),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Ce que l’une demande et que l’autre ne demande pas."),
    )

    def __init__(self, editions: Iterable[CatalogueVersion], data: Any = None) -> None:
        super().__init__(data)
        editions = list(editions)
        field: Any = self.fields["target"]
        field.queryset = Practice.objects.filter(version__in=editions).select_related(
            "version__catalogue"
        )
        groups = [(_edition(one), [_option(item) for item in practices(one)]) for one in editions]
        field.choices = [("", "–"), *groups]


NOTHING = "-"  # no code is a dash


class SuccessorForm(forms.Form):
    """What a practice becomes in a newer edition: one of its practices, or none."""

    new = forms.ChoiceField(label=gettext_lazy("Elle devient"))
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, offered: Sequence[Practice], data: Any = None, *, suggested: str = ""
    ) -> None:
        super().__init__(data, initial={"new": suggested})
        self._offered = {item.code: item for item in offered}
        field: Any = self.fields["new"]
        field.choices = [
            ("", _("à choisir")),
            (NOTHING, _("rien : elle n’a pas de suite")),
            *((item.code, _titled_practice(item)) for item in offered),
        ]

    @property
    def chosen(self) -> Practice | None:
        return self._offered.get(self.cleaned_data["new"])


class CatalogueFileForm(forms.Form):
    """A catalogue in one file."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        allow_empty_file=True,  # the reader says what to do about it
        help_text=gettext_lazy(
            "Notre YAML, l’export JSON du guide ou le JSON du RGESN. 1 Mo au plus."
        ),
    )


def _edition(version: CatalogueVersion) -> str:
    return f"{version.catalogue.say('title')}, {version.version}"[:SHORT]


def _option(practice: Practice) -> tuple[int, str]:
    return practice.pk, _titled_practice(practice)


def _titled_practice(practice: Practice) -> str:
    title = practice.say("title")
    return f"{practice.code} {title if len(title) <= SHORT else title[: SHORT - 1] + '…'}"
