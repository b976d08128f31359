from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.core.say import numbers
from portulan.plans.commitments.reads import commitment_of
from portulan.plans.commitments.rules import Commitment
from portulan.plans.models import LEVELS, Action, CommitmentDecision, Deliverable, Milestone
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.web.fields import DayField, field_of, text_area
from portulan.web.language import page_language

OUTCOMES = {
    Outcome.ADOPT: _("Adopter l’action à ce niveau"),
    Outcome.MOVE: _("Changer de niveau"),
    Outcome.EXTEND: _("Prolonger l’expérimentation"),
    Outcome.CLOSE: _("Clore : engagement tenu, sans suite"),
}


def outcomes_for(action: Action, *, adopted: bool) -> list[tuple[Outcome, Any]]:
    """Return what may be decided of an action where it stands."""
    if not adopted:
        return [(Outcome.ADOPT, OUTCOMES[Outcome.ADOPT])]
    found = [Outcome.MOVE]
    if action.level == CommitmentLevel.EXPERIMENT:
        found.append(Outcome.EXTEND)
    if action.level != CommitmentLevel.IMPLEMENTATION:
        found.append(Outcome.CLOSE)
    return [(outcome, OUTCOMES[outcome]) for outcome in found]


class DecisionForm(forms.Form):
    """A dated decision on the level: who decided, why, on what.

    `asked` is what a button of the page of the action chose already: the outcome, and its level.
    """

    outcome = forms.TypedChoiceField(label=_("Décision"), coerce=Outcome)
    level = forms.TypedChoiceField(
        label=_("Niveau décidé"),
        choices=LEVELS,
        coerce=lambda value: CommitmentLevel(int(value)),
        empty_value=None,
        widget=forms.RadioSelect,
    )
    decided_on = DayField(label=_("Date de la décision"))
    body = forms.CharField(
        label=_("Organe qui décide"),
        max_length=160,
        help_text=_("L’organe : conseil municipal, assemblée, conseil d’administration…"),
    )
    deliverable = forms.ModelChoiceField(
        label=_("Livrable sur lequel elle repose"),
        queryset=Deliverable.objects.none(),
        required=False,
        empty_label=_("Aucun"),
    )
    scope = forms.CharField(
        label=_("Champ d’expérimentation"),
        max_length=300,
        required=False,
        help_text=_("Où, sur qui, jusqu’à quand ; nécessaire à une expérimentation."),
    )
    follow_up_function = forms.CharField(
        label=_("Suivi par"),
        max_length=160,
        required=False,
        help_text=_("La fonction qui suit les relevés ; nécessaire à une réalisation."),
    )
    reason = forms.CharField(label=_("Motif"), required=False, widget=text_area(3))

    def __init__(
        self,
        action: Action,
        today: date,
        data: Any = None,
        *,
        adopted: bool,
        asked: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        outcomes = outcomes_for(action, adopted=adopted)
        start: dict[str, object] = {
            "outcome": outcomes[0][0],
            "decided_on": today,
            "scope": action.scope,
            "body": action.decided_by,
        }
        if not adopted:  # the vote of the plan is the one that adopts its actions
            plan = action.plan
            start |= {"level": action.level, "decided_on": plan.adopted_on or today}
            start["body"] = plan.adopted_by or action.decided_by
        chosen = {key: word for key, word in outcomes if adopted and key == asked.get("outcome")}
        if chosen:
            start |= {"outcome": next(iter(chosen)), "level": asked.get("level")}
        super().__init__(data, initial=start)
        self.FIRST = _first(action, adopted=adopted, asked=asked)
        fields: dict[str, Any] = self.fields
        for name in ("level", "deliverable", "scope", "follow_up_function"):
            fields[name].conditional = True  # the rules say when: neither required nor optional
        fields["outcome"].choices = outcomes
        fields["deliverable"].queryset = action.deliverables.order_by("-delivered_on", "id")
        fields["reason"].required = adopted
        fields["level"].required = not adopted
        if adopted:
            fields["level"].help_text = _("Nécessaire pour changer de niveau.")
        fields["deliverable"].help_text = _when_delivered(commitment_of(action))
        if action.follow_up_function:
            del self.fields["follow_up_function"]
        if not adopted:
            del self.fields["deliverable"]
            fields["outcome"].widget = forms.HiddenInput()


def _first(action: Action, *, adopted: bool, asked: Mapping[str, str]) -> set[str]:
    """Return what is asked of a decision where the action stands; the rest can wait."""
    first = {"outcome", "level", "decided_on", "body", "reason"}
    if action.level != CommitmentLevel.IMPLEMENTATION:
        first |= {"deliverable"}
    levels = asked.get("level") or ("" if adopted else str(action.level))
    if levels == "2" or asked.get("outcome") == Outcome.EXTEND:
        first |= {"scope"}
    if levels == "3":
        first |= {"follow_up_function"}
    return first


def _when_delivered(state: Commitment) -> str:
    """Return when a deliverable is needed, and between which days it must have been delivered."""
    if state.since is None or state.level is CommitmentLevel.IMPLEMENTATION:
        return ""
    return _(
        "Nécessaire pour quitter une réflexion ou une expérimentation : remis depuis le %(since)s, "
        "entrée dans ce niveau, et au plus tard le jour de la décision."
    ) % {"since": numbers.date(state.since, page_language())}


class CorrectionForm(forms.Form):
    """What a decision should have said, and why it did not."""

    decided_on = DayField(label=_("Date de la décision"))
    level = forms.TypedChoiceField(
        label=_("Niveau décidé"),
        choices=LEVELS,
        coerce=lambda value: CommitmentLevel(int(value)),
        widget=forms.RadioSelect,
    )
    body = forms.CharField(label=_("Organe qui décide"), max_length=160)
    reason = forms.CharField(label=_("Motif de la décision"), required=False, widget=text_area(2))
    because = forms.CharField(
        label=_("Pourquoi cette correction"),
        max_length=500,
        help_text=_("Par exemple « La délibération est du 13, pas du 31 »."),
    )
    whole_vote = forms.BooleanField(required=False)

    def __init__(self, decision: CommitmentDecision, data: Any = None, *, others: int) -> None:
        names = ("decided_on", "level", "body", "reason")
        super().__init__(data, initial={name: getattr(decision, name) for name in names})
        if decision.outcome in {Outcome.EXTEND, Outcome.CLOSE}:  # they leave the level as it is
            del self.fields["level"]
        if not others:
            del self.fields["whole_vote"]
            return
        self.fields["whole_vote"].label = ngettext(
            "Même date et même organe pour %(count)s autre action du même vote",
            "Même date et même organe pour les %(count)s autres actions du même vote",
            others,
        ) % {"count": others}


class DeliverableForm(forms.Form):
    """What a study or a trial hands over, or will."""

    title = field_of(Deliverable, "title", help_text=_("Par exemple « Étude de regroupement »"))
    due_on = field_of(Deliverable, "due_on")
    delivered_on = field_of(
        Deliverable,
        "delivered_on",
        label=_("Remis le"),
        help_text=_("Vide tant que ce n’est pas remis."),
    )
    to_hear = field_of(
        Deliverable,
        "to_hear",
        label=_("Qui entendre"),
        help_text=_("Des fonctions, des services, des usagers : dit dès le départ."),
    )
    approach = field_of(Deliverable, "approach", rows=3, label=_("Démarche suivie"))
    consulted = field_of(
        Deliverable,
        "consulted",
        rows=2,
        help_text=_("Des fonctions ou des services plutôt que des noms."),
    )
    result = field_of(Deliverable, "result", rows=3)
    reference = field_of(
        Deliverable, "reference", help_text=_("Où le lire : cote, numéro de délibération, adresse.")
    )


class MilestoneForm(forms.Form):
    title = field_of(
        Milestone, "title", label=_("Jalon"), help_text=_("Par exemple « Salle Est éteinte »")
    )
    due_on = field_of(Milestone, "due_on")
    reached_on = field_of(Milestone, "reached_on")
