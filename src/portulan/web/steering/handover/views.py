"""Leaving or being away in one page, and the first page of who inherits."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.models import Person
from portulan.accounts.reads import people_of
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.steering.committees.decided import decision_words
from portulan.steering.handover.reads import (
    Holding,
    closed_of,
    get_giver,
    get_received,
    handovers_of,
    holdings_of,
    received,
)
from portulan.steering.handover.writes import pass_on, take_over
from portulan.steering.labels import HELD
from portulan.steering.models import Handover
from portulan.steering.words import Consent
from portulan.web.fields import DayField, text_area
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in

_SAME, _NOBODY = "", "0"
_RECENT = 5


class HandoverForm(forms.Form):
    """To whom, from when; each line may go to somebody else, or to nobody."""

    on = DayField(label=gettext_lazy("Dès le"))
    until = DayField(
        label=gettext_lazy("Retour après le"),
        required=False,
        help_text=gettext_lazy(
            "Pour une absence ; vide pour un départ. Aucun motif n’est demandé."
        ),
    )
    heir = forms.ModelChoiceField(
        label=gettext_lazy("Qui reprend"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("personne encore"),
    )
    word = forms.CharField(
        label=gettext_lazy("Ce qu’il faut savoir et qui n’est écrit nulle part"),
        required=False,
        widget=text_area(4),
        help_text=gettext_lazy(
            "Nommez un service, pas une personne d’ailleurs. Lu par qui reprend, effacé trois mois"
            " après."
        ),
    )

    def __init__(
        self, giver: Person, held: list[Holding], data: Any = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.held = held
        others = people_of(giver.organisation_id).filter(left_on=None, erased_at=None)
        others = others.exclude(pk=giver.pk)
        self.people = {str(one.pk): one for one in others}
        fields: dict[str, Any] = self.fields
        fields["heir"].queryset = others
        choices = [
            (_SAME, _("comme plus haut")),
            (_NOBODY, _("personne")),
            *((pk, str(one)) for pk, one in self.people.items()),
        ]
        for one in held:
            fields[one.key] = forms.ChoiceField(label=one.title, choices=choices, required=False)

    @property
    def rows(self) -> list[tuple[Holding, object, Any]]:
        return [(one, HELD[one.kind], self[one.key]) for one in self.held]

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        heirs = {}
        for one in self.held:
            chosen = said[one.key]
            heirs[one.key] = said["heir"] if chosen == _SAME else self.people.get(chosen)
        return {"heirs": heirs, **{name: said[name] for name in ("on", "until", "word")}}


@screen
def handover(request: OrganisationRequest, pk: int) -> Edit[HandoverForm, Handover]:
    """All that somebody holds, to whom, from when."""
    giver = get_giver(actor=request.actor, pk=pk)
    held = holdings_of(giver, actor=request.actor)
    first = giver.left_on or request.today + timedelta(days=1)
    here = url_in(request, "steering:handover", pk)
    return Edit(
        title=_("%(name)s passe la main") % {"name": giver.name or giver.function},
        submit=_("Passer la main"),
        trail=[(url_in(request, "people:browse"), _("Personnes"))],
        back=here,
        form=partial(HandoverForm, giver, held, initial={"on": first}),
        write=lambda form: pass_on(request.actor, giver=giver, today=request.today, **form.said()),
        done=_said_done,
        template="steering/handover.html",
        context={
            "giver": giver,
            "held": held,
            "closed": closed_of(giver),
            "past": handovers_of(request.organisation.pk).filter(giver=giver)[:_RECENT],
        },
    )


@require_http_methods(["GET"])
def own(request: OrganisationRequest) -> HttpResponse:
    """Lead to one’s own page."""
    request.actor.require_any(Operation.HANDOVER)
    if request.actor.person_id is None:
        raise NotFoundError("person")
    return redirect("steering:handover", request.organisation.slug, request.actor.person_id)


def _said_done(made: Handover) -> str:
    if made.settled_on is not None:
        return _("Main passée : qui reprend reçoit une lettre.")
    day = numbers.long_date(made.on, page_language())
    return _("La main passera le %(day)s ; rien ne change avant.") % {"day": day}


@require_http_methods(["GET"])
def welcome(request: OrganisationRequest, pk: int) -> HttpResponse:
    """What one inherits, what presses, whom to ask, what was decided, the word that was left."""
    found = get_received(actor=request.actor, pk=pk)
    told = received(found, heir=request.actor.person_id or 0, today=request.today)
    context = {
        "handover": found,
        "told": told,
        "decisions": [(one, decision_words(one, page_language())) for one in told.decisions],
        "answers": (
            (Consent.ACCEPTED, _("J’accepte"), True),
            (Consent.TALK, _("J’en parle d’abord"), False),
            (Consent.NOT_ME, _("Ce n’est pas moi"), False),
        ),
    }
    return render(request, "steering/handover_received.html", context)


@screen
def answer(request: OrganisationRequest, pk: int, consent: str) -> Act[Handover]:
    """Accept what one inherits, talk of it first, or refuse."""
    found = get_received(actor=request.actor, pk=pk)
    if consent not in set(Consent):
        raise NotFoundError(consent)
    return Act(
        write=lambda: take_over(
            request.actor, handover=found, consent=Consent(consent), today=request.today
        ),
        done=_("Réponse enregistrée."),
        back=url_in(request, "steering:received", pk),
    )
