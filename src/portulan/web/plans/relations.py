"""What links two actions, and the dated notes on one: said, and taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.plans.models import TIES, Action, ActionNote, ActionTie
from portulan.plans.notes import remove_note, save_note
from portulan.plans.plan import get_part
from portulan.plans.relations import tie, untie
from portulan.plans.words import Tie
from portulan.web.crumbs import action_at, action_url, under_action
from portulan.web.fields import ActionChoice, DayField, text_area
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest


class TieForm(forms.Form):
    """How this action bears on another of its plan."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Cette action"), choices=TIES, coerce=Tie, initial=Tie.REQUIRES
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=250, required=False)
    field_order = ["kind", "other", "reason"]

    def __init__(self, action: Action, data: Any = None) -> None:
        super().__init__(data)
        others = Action.objects.filter(plan=action.plan).exclude(pk=action.pk).order_by("number")
        self.fields["other"] = ActionChoice(queryset=others, label=gettext_lazy("L’action"))
        self.order_fields(self.field_order)


@screen
def add_tie(request: OrganisationRequest, plan: str, number: int) -> Edit[TieForm, ActionTie]:
    action = action_at(request, plan, number)
    return Edit(
        title=_("Relier à une autre action"),
        submit=_("Enregistrer le lien"),
        trail=under_action(request, action),
        form=lambda data: TieForm(action, data),
        write=lambda form: tie(request.actor, action=action, **form.cleaned_data),
        done=_("Lien enregistré."),
    )


@screen
def remove_tie(request: OrganisationRequest, plan: str, number: int, pk: int) -> Act[None]:
    action = action_at(request, plan, number)
    return Act(
        write=lambda: untie(request.actor, action=action, pk=pk),
        done=_("Lien retiré."),
        back=action_url(request, action),
    )


class NoteForm(forms.Form):
    on = DayField(label=gettext_lazy("Date"))
    text = forms.CharField(label=gettext_lazy("Note"), max_length=4000, widget=text_area(5))


@screen
def note(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> Edit[NoteForm, ActionNote]:
    """Write a note, or change one."""
    need = Operation.UPDATE_ACTION
    if pk is None:
        action, found = action_at(request, plan, number, need), None
    else:
        action, found = get_part(
            ActionNote, actor=request.actor, plan_slug=plan, number=number, pk=pk, need=need
        )
    initial = {"on": found.on if found else request.today, "text": found.text if found else ""}
    return Edit(
        title=_("Note"),
        submit=_("Enregistrer la note"),
        intro=_("Une chose à retenir : ni un relevé, ni une décision."),
        trail=under_action(request, action),
        form=lambda data: NoteForm(data, initial=initial),
        edits=found,
        write=lambda form: save_note(
            request.actor, action=action, note=found, today=request.today, **form.cleaned_data
        ),
        done=_("Note enregistrée."),
        template="plans/note.html",
        context={"note": found, "action": action, "plan": action.plan},
    )


@screen
def drop_note(request: OrganisationRequest, plan: str, number: int, pk: int) -> Confirm[None]:
    action, found = get_part(
        ActionNote,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.UPDATE_ACTION,
    )
    return Confirm(
        title=_("Retirer cette note ?"),
        submit=_("Retirer la note"),
        intro=found.text[:300],
        trail=under_action(request, action),
        about=[found],
        write=lambda: remove_note(request.actor, action=action, note=found),
        done=_("Note retirée."),
    )
