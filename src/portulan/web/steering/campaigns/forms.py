"""The forms of campaigns: whom to ask what, and the answer to each proposed change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.budget.funding.by_action import funding_of
from portulan.plans.actions.columns import actions_of
from portulan.plans.actions.reads import rows_of
from portulan.plans.models import Action, Plan
from portulan.plans.words import OVER, State
from portulan.steering.campaigns.links import is_reachable
from portulan.steering.campaigns.reviewing import Choice
from portulan.steering.labels import CAMPAIGN_KINDS, QUESTIONS, WAYS
from portulan.steering.models import Campaign
from portulan.steering.words import CampaignKind, ChangeStatus, Question, Way
from portulan.web.fields import DayField, WholeField, text_area
from portulan.web.steering.campaigns.page import ReviewRow

_RANGE = re.compile(r"(\d{1,5})\s*[-–]\s*(\d{1,5})")
_WAITS = frozenset(
    {State.LATE, State.STALE, State.BLOCKED, State.MILESTONE_LATE, State.DELIVERABLE_LATE}
)
CHOICES = (
    (ChangeStatus.ACCEPTED, gettext_lazy("Accepter")),
    (ChangeStatus.ASKED_AGAIN, gettext_lazy("Redemander")),
    (ChangeStatus.REFUSED, gettext_lazy("Refuser")),
)


class Among(StrEnum):
    ALL = "all"
    WAITING = "waiting"
    THESE = "these"


class CampaignForm(forms.Form):
    """Whom to ask what, by which way, until when: the rest is proposed."""

    FIRST = ("kind", "title", "among", "numbers", "closes_on")

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Que demander"),
        choices=CAMPAIGN_KINDS,
        coerce=CampaignKind,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=pgettext_lazy("of a thing", "Intitulé"), max_length=160)
    among = forms.TypedChoiceField(
        label=gettext_lazy("De quelles actions"),
        choices=[
            (Among.ALL, gettext_lazy("Toutes celles qui ne sont ni finies ni abandonnées")),
            (Among.WAITING, gettext_lazy("Celles en retard, sans nouvelle ou bloquées")),
            (Among.THESE, gettext_lazy("Celles dont voici les numéros")),
        ],
        coerce=Among,
        widget=forms.RadioSelect,
    )
    numbers = forms.CharField(
        label=gettext_lazy("Numéros"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Par exemple : 3, 7, 12-15."),
    )
    questions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Questions, si vous demandez où en sont les actions"),
        choices=QUESTIONS,
        coerce=Question,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    way = forms.TypedChoiceField(
        label=gettext_lazy("Par quelle voie"), choices=WAYS, coerce=Way, widget=forms.RadioSelect
    )
    opens_on = DayField(label=gettext_lazy("Ouvre le"))
    closes_on = DayField(label=gettext_lazy("Ferme le"))
    remind_every = WholeField(
        label=gettext_lazy("Relancer qui n’a pas répondu tous les (jours)"),
        low=7,
        most=90,
        required=False,
        help_text=gettext_lazy("Sept au moins ; vide : une seule fois, sans relance."),
    )
    message = forms.CharField(
        label=gettext_lazy("Votre mot, dans le message"),
        required=False,
        max_length=500,
        widget=text_area(2),
    )

    def __init__(
        self, plan: Plan, campaign: Campaign | None, today: date, data: Any = None
    ) -> None:
        super().__init__(data, initial=_initial(plan, campaign, today))
        self.plan, self.today = plan, today
        for name in ("numbers", "questions"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]
        if not is_reachable():
            self.fields["way"].help_text = _(
                "Depuis une autre machine, personne n’ouvrirait un lien d’ici : choisissez une"
                " feuille par pilote, ou demandez à qui opère de donner une adresse à Portulan."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("among") is Among.THESE:
            try:
                data["actions"] = self._these(data.get("numbers", ""))
            except forms.ValidationError as error:
                self.add_error("numbers", error)
        return data

    def _these(self, text: str) -> list[Action]:
        wanted: set[str] = set()
        for piece in re.split(r"[,;\s]+(?![-–])", _RANGE.sub(r"\1-\2", text.strip())):
            found = _RANGE.fullmatch(piece)
            if found:
                first, last = int(found[1]), int(found[2])
                wanted |= {str(number) for number in range(first, min(last, first + 5000) + 1)}
            elif piece:
                wanted.add(piece)
        actions = [one for one in self.plan.actions.order_by("number") if one.called in wanted]
        missing = {one for one in wanted if not _RANGE.fullmatch(one)} - {
            one.called for one in actions
        }
        if not actions or (missing and "-" not in text and "–" not in text):
            raise forms.ValidationError(
                _("Ce plan n’a pas d’action %(numbers)s.")
                % {"numbers": ", ".join(sorted(missing)[:5]) or "–"}
            )
        return actions

    def actions(self) -> list[Action]:
        """Return the actions that are chosen, once the form is valid."""
        among = self.cleaned_data["among"]
        if among is Among.THESE:
            chosen: list[Action] = self.cleaned_data["actions"]
            return chosen
        if among is Among.ALL:
            return list(self.plan.actions.exclude(progress__in=("done", "dropped")))
        read = actions_of(self.plan)
        rows = rows_of(plan=self.plan, today=self.today, facts=funding_of(read.actions), read=read)
        return [
            row.action
            for row in rows
            if row.progress not in OVER and any(one.state in _WAITS for one in row.states)
        ]

    def said(self) -> dict[str, Any]:
        names = ("kind", "title", "way", "questions", "message", "opens_on", "closes_on")
        said = {name: self.cleaned_data[name] for name in names}
        return {
            **said,
            "remind_every": self.cleaned_data["remind_every"],
            "actions": self.actions(),
        }


def _initial(plan: Plan, campaign: Campaign | None, today: date) -> dict[str, Any]:
    if campaign is None:
        asked = plan.campaigns.exists()
        return {
            "kind": CampaignKind.UPDATE if asked else CampaignKind.ACCEPTANCE,
            "among": Among.ALL,
            "questions": list(Question),
            "way": Way.LINK if is_reachable() else Way.SHEET,
            "opens_on": today + timedelta(days=2),
            "closes_on": today + timedelta(days=22),
            "remind_every": 7,
        }
    names = ("kind", "title", "questions", "way", "message", "opens_on", "closes_on")
    called = sorted(campaign.actions.all(), key=lambda one: one.number)
    return {
        **{name: getattr(campaign, name) for name in names},
        "remind_every": campaign.remind_every,
        "among": Among.THESE,
        "numbers": ", ".join(one.called for one in called),
    }


class ReviewForm(forms.Form):
    """Each proposed change: nothing is ticked beforehand, and what is left so goes on waiting."""

    def __init__(self, rows: Sequence[ReviewRow], data: Any = None) -> None:
        super().__init__(data)
        self.changes = rows
        for row in rows:
            pk = row.change.pk
            self.fields[f"c{pk}"] = forms.TypedChoiceField(
                label=f"{row.action}, {row.field}",
                choices=CHOICES,
                coerce=ChangeStatus,
                empty_value=None,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"w{pk}"] = forms.CharField(
                label=_("Un mot au pilote : %(what)s") % {"what": f"{row.action}, {row.field}"},
                max_length=500,
                required=False,
                initial=" ".join(one.words for one in row.remarks if one.asks),
            )

    @property
    def rows(self) -> Iterator[tuple[ReviewRow, BoundField, BoundField]]:
        for row in self.changes:
            yield row, self[f"c{row.change.pk}"], self[f"w{row.change.pk}"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row in self.changes:
            pk = row.change.pk
            answer = data.get(f"c{pk}")
            if answer in (ChangeStatus.ASKED_AGAIN, ChangeStatus.REFUSED) and not data.get(
                f"w{pk}"
            ):
                self.add_error(f"w{pk}", _("Dites un mot au pilote."))
        if not any(data.get(f"c{row.change.pk}") for row in self.changes):
            self.add_error(None, _("Rien n’est choisi : répondez à un changement au moins."))
        return data

    def choices(self) -> dict[int, Choice]:
        return {
            row.change.pk: Choice(
                self.cleaned_data[f"c{row.change.pk}"], self.cleaned_data[f"w{row.change.pk}"]
            )
            for row in self.changes
            if self.cleaned_data[f"c{row.change.pk}"]
        }
