from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import LEVELS, Action, Plan
from portulan.plans.refusals import FIELDS
from portulan.plans.selectors import ToVote
from portulan.plans.services import Vote
from portulan.web.language import page_language
from portulan.web.plans.forms.fields import DayField

# What a level may lack, and a vote may give: its length, how it is asked for, and why.
ASKED = {
    "scope": (
        300,
        _("Action %(number)s : champ d’expérimentation"),
        _("Où, sur qui, jusqu’à quand ; nécessaire à une expérimentation."),
    ),
    "follow_up_function": (
        160,
        _("Action %(number)s : suivi par"),
        _("La fonction qui suit les relevés ; nécessaire à une réalisation."),
    ),
}


@dataclass(frozen=True, slots=True)
class VoteRow:
    """An action to vote: its box, what is asked for it, or why it cannot be voted yet."""

    action: Action
    level_label: str
    box: forms.BoundField | None
    asked: tuple[forms.BoundField, ...]
    refusals: tuple[str, ...]


class PlanVoteForm(forms.Form):
    """The vote of a plan: said once, then the actions that it adopts, each with its number."""

    decided_on = DayField(label=_("Date du vote"))
    body = forms.CharField(
        label=_("Organe qui décide"),
        max_length=160,
        help_text=_("L’organe : conseil municipal, assemblée, conseil d’administration…"),
    )
    reference = forms.CharField(
        label=_("Référence de la délibération"), max_length=250, required=False
    )

    def __init__(
        self, plan: Plan, waiting: Sequence[ToVote], today: date, data: Any = None
    ) -> None:
        start = {"decided_on": plan.adopted_on or today, "body": plan.adopted_by}
        super().__init__(data, initial=start)
        self.waiting = waiting
        for item in waiting:
            self._add(item)

    def _add(self, item: ToVote) -> None:
        number = item.action.number
        names = [FIELDS[problem.kind.code] for problem in item.missing]
        if not set(names) <= set(ASKED):
            return
        self.fields[f"level-{number}"] = forms.BooleanField(
            label=str(item.action), required=False, initial=True
        )
        for name in names:
            length, label, why = ASKED[name]
            field: Any = forms.CharField(
                label=str(label) % {"number": number},
                max_length=length,
                required=False,
                help_text=why,
            )
            field.conditional = True
            self.fields[f"{name}-{number}"] = field

    def once(self) -> list[forms.BoundField]:
        """Return the fields that are said once for all the actions."""
        return [self[name] for name in self.base_fields]

    def rows(self) -> list[VoteRow]:
        """Return the actions by number, each with its fields."""
        return [self._row(item) for item in self.waiting]

    def _row(self, item: ToVote) -> VoteRow:
        number = item.action.number
        box = f"level-{number}"
        asked = [f"{name}-{number}" for name in ASKED]
        return VoteRow(
            action=item.action,
            level_label=str(LEVELS[CommitmentLevel(item.action.level)]),
            box=self[box] if box in self.fields else None,
            asked=tuple(self[name] for name in asked if name in self.fields),
            refusals=()
            if box in self.fields
            else tuple(problem.message(page_language()) for problem in item.missing),
        )

    def votes(self) -> list[Vote]:
        """Return the actions ticked, with what was given for each."""
        given = self.cleaned_data
        return [
            Vote(
                item.action,
                **{name: given.get(f"{name}-{item.action.number}", "") for name in ASKED},
            )
            for item in self.waiting
            if given.get(f"level-{item.action.number}")
        ]
