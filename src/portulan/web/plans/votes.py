"""The vote of a plan, and what is said of the dates that do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.core.say.text import Problem
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.plan import get_plan
from portulan.plans.refusals import FIELDS
from portulan.plans.votes import Vote, actions_to_vote, vote_plan, voting_of
from portulan.web.crumbs import under_plan
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest


@screen
def vote(
    request: OrganisationRequest, plan: str
) -> Edit[PlanVoteForm, Sequence[CommitmentDecision]]:
    """Adopt all the actions ticked by one vote; the plan takes its date if it has none."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.DECIDE)
    return Edit(
        title=_("Enregistrer le vote du plan"),
        submit=_("Enregistrer le vote"),
        trail=under_plan(request, found),
        form=partial(PlanVoteForm, found, actions_to_vote(found), request.today),
        write=lambda form: vote_plan(
            request.actor,
            plan=found,
            votes=form.votes(),
            on=form.cleaned_data["decided_on"],
            body=form.cleaned_data["body"],
            reference=form.cleaned_data["reference"],
            today=request.today,
        ),
        done=lambda made: (
            ngettext("Une action votée.", "%(count)s actions votées.", len(made))
            % {"count": len(made)}
        ),
        template="plans/vote.html",
        context={"plan": found},
    )


def dates_apart(plan: Plan) -> str:
    """Return in a sentence why the vote of a plan and those of its actions do not agree."""
    voting = voting_of(plan)
    if voting.lacks_date:
        return str(_("Toutes les actions sont votées : donnez la date du vote du plan."))
    if not voting.later or voting.first_later is None:
        return ""
    return ngettext(
        "Une action est votée après cette date, le %(first)s : elle ne compte pas parmi celles du "
        "vote du plan. Si c’était le même vote, corrigez la date du plan.",
        "%(count)s actions sont votées après cette date, la première le %(first)s : elles ne "
        "comptent pas parmi celles du vote du plan. Si c’était le même vote, corrigez la date du "
        "plan.",
        voting.later,
    ) % {"count": voting.later, "first": numbers.date(voting.first_later, page_language())}


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
        self,
        plan: Plan,
        waiting: Sequence[tuple[Action, list[Problem]]],
        today: date,
        data: Any = None,
    ) -> None:
        start = {"decided_on": plan.adopted_on or today, "body": plan.adopted_by}
        super().__init__(data, initial=start)
        self.waiting = waiting
        for action, missing in waiting:
            self._add(action, missing)

    def _add(self, action: Action, missing: list[Problem]) -> None:
        number = action.number
        names = [FIELDS[problem.kind.code] for problem in missing]
        if not set(names) <= set(ASKED):
            return
        self.fields[f"level-{number}"] = forms.BooleanField(
            label=str(action), required=False, initial=True
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

    def rows(self) -> Iterator[tuple[Action, list[forms.BoundField], list[str]]]:
        """Yield each action to vote with its box, then what is asked for it, or why it cannot."""
        for action, missing in self.waiting:
            number = action.number
            names = (f"{name}-{number}" for name in ("level", *ASKED))
            fields = [self[name] for name in names if name in self.fields]
            why = [] if fields else [problem.message(page_language()) for problem in missing]
            yield action, fields, why

    def votes(self) -> list[Vote]:
        """Return the actions ticked, with what was given for each."""
        given = self.cleaned_data
        return [
            Vote(action, **{name: given.get(f"{name}-{action.number}", "") for name in ASKED})
            for action, _missing in self.waiting
            if given.get(f"level-{action.number}")
        ]
