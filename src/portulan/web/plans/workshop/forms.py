"""What a room says of a practice: one of five answers and, to keep it, what its level asks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portulan.catalogue.models import Practice
from portulan.core.folding import squeeze
from portulan.core.say import numbers
from portulan.indicators.values import read
from portulan.indicators.words import Kind
from portulan.plans.choices.keeping import Kept
from portulan.plans.choices.proposals import Proposal
from portulan.plans.choices.wanted import Wanted, named
from portulan.plans.choices.writes import NEEDS_A_REASON
from portulan.plans.models import CHOICES, GUESSES, LEVELS, Action
from portulan.plans.words import Choice, CommitmentLevel, Guess
from portulan.web.fields import AmountField, DayField, WholeField, field_of
from portulan.web.inputs import SeveralField
from portulan.web.language import page_language

UNKNOWN = "0"  # “on ne sait pas” is an answer, and says nothing of the action
THOUSAND = 1000
STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


def _line(length: int, label: Any, **said: Any) -> Any:
    return forms.CharField(label=label, max_length=length, required=False, **said)


class Keys(forms.RadioSelect):
    """A few radios, each pressed by an access key of its own."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self.keys = keys

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["attrs"]["accesskey"] = self.keys[int(option["index"])]
        return option


def _guess(label: Any, keys: str) -> Any:
    words = [(str(step.value), word) for step, word in GUESSES.items()]
    return forms.ChoiceField(
        label=label,
        choices=[*words, (UNKNOWN, _("on ne sait pas"))],
        required=False,
        widget=Keys(keys),
    )


class WorkshopForm(forms.Form):
    """An answer; all that is not `CHANGED` only serves to keep the practice.

    The end is asked level by level (`due_1`…), so that each has its own proposal.
    """

    choice = forms.ChoiceField(label=_("Choix"), choices=CHOICES)
    # In a field of one line, Enter would press the first button.
    reason = _line(
        500,
        _("Motif, à donner pour écarter ou dire « sans objet »"),
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    title = field_of(Action, "title", label=_("Action"), required=False)
    pilot_function = _line(160, _("Qui pilote ?"))
    decided_by = _line(160, _("Qui décide ?"))
    contributors = _line(300, _("Qui fait ?"))
    follow_up_function = _line(160, _("Qui suit ?"))
    level = forms.ChoiceField(
        label=_("Jusqu’où s’engage-t-on ?"),
        choices=LEVELS,
        required=False,
        widget=Keys("123"),
    )
    deliverable = _line(250, _("Quel livrable ?"))
    to_hear = _line(300, _("Qui entendre ?"))
    scope = _line(300, _("Où essaie-t-on ?"))
    indicator = _line(250, _("À quoi verra-t-on que c’est réussi ?"))
    target = _line(250, _("Cible, un nombre ou une phrase"))
    due_1 = DayField(label=_("Pour quand ?"), required=False)
    due_2 = DayField(label=_("Jusqu’à quand ?"), required=False)
    due_3 = DayField(label=_("Pour quand ?"), required=False)
    impact_guess = _guess(_("L’impact, selon nous"), "4567")
    effort_guess = _guess(_("L’effort, selon nous"), "890x")
    days_per_year = WholeField(label=_("Jours par an"), most=99_999, required=False)
    thousands = AmountField(low=Decimal(0), required=False)
    beside = SeveralField(
        label=_("Réunir avec"),
        queryset=Practice.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    CHANGED = ("choice", "reason")

    def __init__(
        self,
        practice: Practice,
        proposal: Proposal,
        beside: Any,
        year: int,
        data: Any = None,
        *,
        initial: Any = None,
    ) -> None:
        indicators = proposal.indicators
        proposed = {
            "title": practice.say("title"),
            "pilot_function": proposal.pilot,
            "decided_by": proposal.decided_by,
            "contributors": proposal.contributors,
            "follow_up_function": proposal.follow_up,
            "level": str(STUDY.value),
            "deliverable": proposal.deliverable,
            "to_hear": proposal.to_hear,
            "indicator": indicators[0].name if indicators else "",
            "target": proposal.target,
            **{f"due_{level.value}": day for level, day in proposal.due.items()},
        }
        super().__init__(data, initial=proposed | (initial or {}))
        self.practice, self.proposal, self.year = practice, proposal, year
        fields: dict[str, Any] = self.fields
        fields["beside"].queryset = beside
        fields["thousands"].label = _now("k€ en %(year)s, en gros") % {"year": year}
        for name, listed in (("pilot_function", "functions"), ("indicator", "indicators")):
            fields[name].widget.attrs["list"] = listed
        for field in fields.values():
            field.conditional = True  # what is needed follows from the answer and the level

    @property
    def computed(self) -> str:
        """The name of the proposed indicator that Portulan computes, if there is one."""
        return next((one.name for one in self.proposal.indicators if one.computed_by), "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._wanted: list[Wanted] = []
        if data.get("choice") == Choice.KEEP:
            self._wanted = self._indicator(data)
        return data

    def _indicator(self, data: dict[str, Any]) -> list[Wanted]:
        """Return the indicator of the action, at whatever level."""
        wanted = named(self.practice, data.get("indicator", ""))
        target = squeeze(data.get("target", ""))
        if wanted is None:
            return []
        if not target:
            return [wanted]
        try:
            value, words = aim_of(wanted, target)
        except ValidationError as error:
            self.add_error("target", error)
            return []
        return [replace(wanted, kind=kind_of(wanted.kind, words), target=value, words=words)]

    @property
    def kept(self) -> Kept:
        """What makes the action, once the form is valid."""
        data = self.cleaned_data
        level = CommitmentLevel(int(data["level"] or STUDY))
        thousands = data["thousands"]
        return Kept(
            title=data["title"],
            level=level,
            pilot_function=data["pilot_function"],
            decided_by=data["decided_by"],
            contributors=[one.strip() for one in data["contributors"].split(",") if one.strip()],
            follow_up_function=data["follow_up_function"] if level is IMPLEMENTATION else "",
            scope=data["scope"] if level is EXPERIMENT else "",
            due_on=data[f"due_{level.value}"],
            deliverable=data["deliverable"] if level is STUDY else "",
            to_hear=data["to_hear"] if level is STUDY else "",
            indicators=self._wanted,
            impact_guess=_said(data["impact_guess"]),
            effort_guess=_said(data["effort_guess"]),
            days_per_year=data["days_per_year"],
            money_year=self.year,
            euros=None if thousands is None else thousands * THOUSAND,
        )

    @property
    def practices(self) -> Sequence[Practice]:
        """The practices answered at once: the others are only those that are kept with it."""
        beside = self.cleaned_data["beside"]
        return [self.practice, *beside] if self.answer is Choice.KEEP else [self.practice]

    @property
    def answer(self) -> Choice:
        return Choice(self.cleaned_data["choice"])

    @property
    def because(self) -> str:
        return squeeze(self.cleaned_data["reason"])


def _said(guess: str) -> Guess | None:
    return Guess(int(guess)) if guess not in {"", UNKNOWN} else None


def kind_of(kind: Kind, words: str) -> Kind:
    """Return the kind of an indicator by what is aimed at: a sentence is judged, never counted."""
    if words:
        return kind if kind is Kind.SCALE else Kind.TEXT
    return Kind.QUANTITY if kind is Kind.TEXT else kind


def aim_of(wanted: Wanted, target: str) -> tuple[Decimal | None, str]:
    """Return a target as a number, or as the sentence that it is.

    Raises ValidationError for a sentence where a figure is computed, and for what could be two
    numbers.
    """
    if wanted.kind is Kind.SCALE:
        return None, target
    if wanted.kind is Kind.YES_NO:
        with suppress(ValidationError):
            return read(Kind.YES_NO, None, target)
        return None, target
    units = tuple({"%", wanted.unit} - {""})
    language = page_language()
    try:
        return numbers.parse(target, language, units=units, decimals=4), ""
    except numbers.MistypedError as error:
        if error.readings:
            raise ValidationError(error.sentence(language)) from None
    if wanted.computed_by:
        raise ValidationError(_now("Portulan calcule cet indicateur : sa cible est un nombre."))
    return None, target


class RestForm(forms.Form):
    """One answer, and one reason, for all that remains of a theme."""

    choice = forms.ChoiceField(
        label=_("Même réponse pour toutes celles qui restent"),
        choices=[(key, word) for key, word in CHOICES.items() if key is not Choice.KEEP],
        initial=Choice.LATER,
    )
    reason = forms.CharField(
        label=_("Motif, écrit une seule fois"),
        max_length=500,
        required=False,
        help_text=_("À donner pour écarter ou dire « sans objet » ; bienvenu pour le reste."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("choice") in NEEDS_A_REASON and not data.get("reason"):
            self.add_error("reason", _now("Donnez le motif : on le relira dans un an."))
        return data


class PutOffForm(forms.Form):
    """The actions that the room takes back."""

    actions = SeveralField(
        label=_("Remettre à plus tard"),
        queryset=Action.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actions: Any, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["actions"]
        field.queryset = actions
