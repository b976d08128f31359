"""Answering the practices of an edition, one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.catalogue.editions.reads import get_practice
from portulan.catalogue.models import Practice, PracticeIndicator
from portulan.core.errors import NotFoundError
from portulan.core.folding import squeeze
from portulan.plans.choices.reads import NO_ANSWER, Answer, answers_of
from portulan.plans.choices.writes import Chosen, choose_practice, undo_choice
from portulan.plans.models import CHOICES, LEVELS, Plan
from portulan.plans.plan import current_plan
from portulan.plans.words import Choice, CommitmentLevel
from portulan.web.catalogue.words import said
from portulan.web.inputs import SeveralField
from portulan.web.pages import Act, Context, Edit, called, screen
from portulan.web.requests import OrganisationRequest, url_in


def plan_to_write(request: OrganisationRequest) -> Plan:
    """Return the current plan. Raises DeniedError, and NotFoundError when there is none."""
    plan = current_plan(actor=request.actor, today=request.today)
    request.actor.require(Operation.EDIT_PLAN)
    if plan is None:
        raise NotFoundError("plan")
    return plan


def practice_to_read(request: OrganisationRequest, version_id: int, code: str) -> Practice:
    return get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )


def answer_of(plan: Plan | None, practice: Practice) -> Answer:
    """Return what a plan answers to one practice."""
    if plan is None:
        return NO_ANSWER
    return answers_of(plan, practice.version).get(practice.pk, NO_ANSWER)


def answering(
    request: OrganisationRequest,
    practice: Practice,
    plan: Plan | None,
    answer: Answer,
    *,
    undo: str,
    then: Callable[[], str],
    template: str,
    context: Context,
) -> Edit[AnswerForm, Chosen]:
    """Return the page that shows an answer and writes it; `undo` names the view that undoes it."""
    where = [request.organisation.slug, practice.version_id, practice.code]
    initial = {"choice": answer.choice or ""}
    if answer.given is not None:
        initial = {"choice": answer.given.choice, "reason": answer.given.reason}
    return Edit(
        back="",
        form=lambda data: AnswerForm(practice, data, initial=initial),
        write=lambda form: choose_practice(
            request.actor,
            plan=plan or plan_to_write(request),
            practice=practice,
            today=request.today,
            **form.answer,
        ),
        done=lambda chosen: said(chosen.choice, chosen.action, practice.code),
        undo=lambda _chosen: reverse(undo, args=where),
        then=lambda _chosen: then(),
        template=template,
        context=lambda: {
            "practice": practice,
            "version": practice.version,
            "plan": plan,
            "answer": answer,
            **called(context),
        },
    )


@screen
def undo(request: OrganisationRequest, version_id: int, code: str, back: str) -> Act[object]:
    """Take the last answer to a practice back; `back` names the page that it was given on."""
    practice = practice_to_read(request, version_id, code)
    given = answer_of(plan_to_write(request), practice).given
    return Act(
        write=lambda: given and undo_choice(request.actor, choice=given, today=request.today),
        done=_("%(code)s : réponse annulée.") % {"code": code},
        back=url_in(request, back, version_id, code),
    )


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
