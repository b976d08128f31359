"""Giving the evidence of an action, of what was decided, delivered or measured; taking it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.evidence.models import Piece
from portulan.evidence.reads import get_piece
from portulan.plans.evidence import Provable, get_provable, provable_of, prove, unprove
from portulan.plans.plan import load_details
from portulan.web.crumbs import action_at, action_url, under_action
from portulan.web.evidence.forms import GiveForm
from portulan.web.evidence.giving import giving
from portulan.web.form_tokens import apart
from portulan.web.pages import Act, Edit, screen
from portulan.web.requests import OrganisationRequest


class ProveForm(GiveForm):
    """A piece, and all that it proves of the action."""

    def __init__(self, things: list[Provable], first: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = {one.key: one for one in things}
        self.fields["proves"] = forms.MultipleChoiceField(
            label=gettext_lazy("Elle prouve"),
            choices=[(one.key, one.words) for one in things],
            initial=[first if first in self.things else things[0].key],
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def proved(self) -> list[Provable]:
        return [self.things[key] for key in self.cleaned_data["proves"]]


@apart
@screen
def give(request: OrganisationRequest, plan: str, number: int) -> Edit[ProveForm, Piece]:
    action = load_details(action_at(request, plan, number, Operation.GIVE_EVIDENCE))
    return giving(
        request,
        prove=lambda form, piece: prove(
            request.actor, action=action, piece=piece, proved=form.proved, today=request.today
        ),
        back=action_url(request, action),
        trail=under_action(request, action),
        form=partial(ProveForm, provable_of(action), request.GET.get("on", "")),
    )


@screen
def take_back(
    request: OrganisationRequest, plan: str, number: int, piece: int, key: str
) -> Act[None]:
    action = load_details(action_at(request, plan, number, Operation.GIVE_EVIDENCE))
    found = get_piece(actor=request.actor, pk=piece)
    thing = get_provable(action, key)
    return Act(
        write=lambda: unprove(request.actor, action=action, piece=found, proved=thing),
        done=_("« %(title)s » ne prouve plus : %(what)s.")
        % {"title": found.title, "what": thing.words},
        back=action_url(request, action),
    )
