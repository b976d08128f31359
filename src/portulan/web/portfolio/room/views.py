"""What a room would choose of a scenario: the vote opened, its code, then three choices."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from secrets import SystemRandom
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.portfolio.choice.writing import pabulib
from portulan.portfolio.models import RoomChoice, Scenario
from portulan.portfolio.models.rooms import VOTED
from portulan.portfolio.room.rules import MOST_PROJECTS, offered
from portulan.portfolio.room.writes import close_vote, open_vote
from portulan.portfolio.scenarios.reads import envelopes_of, facts_of
from portulan.portfolio.words import Voted
from portulan.web.downloads import tell_export
from portulan.web.fields import AmountField, DayField
from portulan.web.guests import joining
from portulan.web.pages import Confirm, Edit, Trail, screen
from portulan.web.portfolio.crumbs import READ, address, door, tabs, under_scenario
from portulan.web.portfolio.room.told import Told, left_out
from portulan.web.requests import OrganisationRequest

MOST = 10**12  # euros: an envelope that leaves nobody out


@require_GET
def room(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The vote of a scenario: to open, under way with its code, or counted."""
    scenario = door(request, slug, READ)
    choice = _last(scenario)
    context: dict[str, object] = {"scenario": scenario, "tabs": tabs(request, scenario)}
    context |= {"choice": choice, "left_out": left_out(choice)}
    if choice is not None and choice.closed_at is None:
        context |= joining(request, choice.code)
        context |= {"received": choice.votes.count(), "over": choice.is_over(timezone.now())}
    elif choice is not None and choice.ballots:
        context["told"] = Told.of(choice)
    return render(request, "portfolio/room/room.html", context)


def _last(scenario: Scenario) -> RoomChoice | None:
    return RoomChoice.objects.filter(scenario=scenario).order_by("-pk").first()


def _above(request: OrganisationRequest, scenario: Scenario) -> Trail:
    back = address(request, "room", scenario)
    return [*under_scenario(request, scenario), (back, _("Choix de la salle"))]


@screen
def start(request: OrganisationRequest, slug: str) -> Edit[VoteForm, RoomChoice]:
    """Open a vote: on what, under which envelope, until when."""
    scenario = door(request, slug, Operation.ROOM_CHOICE)
    return Edit(
        title=_("Faire voter la salle"),
        submit=_("Ouvrir le vote"),
        trail=_above(request, scenario),
        form=partial(VoteForm, scenario),
        write=lambda form: open_vote(
            request.actor, scenario=scenario, now=timezone.now(), **form.asked
        ),
        done=_("Le vote est ouvert : les téléphones entrent avec le code."),
    )


@screen
def close(request: OrganisationRequest, slug: str) -> Confirm[RoomChoice]:
    """Close the vote and count it."""
    scenario = door(request, slug, Operation.ROOM_CHOICE)
    return Confirm(
        title=_("Fermer le vote et compter ?"),
        submit=_("Fermer et compter"),
        intro=_(
            "Les votes perdent leur ordre et leur heure, et les téléphones sont oubliés. Sous dix"
            " votes, rien n’est compté ni gardé."
        ),
        trail=_above(request, scenario),
        write=lambda: close_vote(request.actor, scenario=scenario, now=timezone.now()),
        done=_("Vote fermé."),
    )


@require_GET
def ballots(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The ballots as a Pabulib file, that anybody counts again."""
    scenario = door(request, slug, READ)
    choice = _last(scenario)
    if choice is None or not choice.ballots:
        raise NotFoundError(slug)
    shuffled = list(choice.ballots)
    SystemRandom().shuffle(shuffled)
    text = pabulib(
        scenario.title,
        choice.envelope,
        choice.projects,
        shuffled,
        by_points=choice.voted == Voted.POINTS,
    )
    tell_export(request, "room-votes")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{scenario.slug}.pb"'
    return response


class VoteForm(forms.Form):
    """The envelope, how people vote, until which day, and on which actions."""

    envelope = AmountField(label=_("Enveloppe (€)"))
    voted = forms.ChoiceField(
        label=_("Comment vote-t-on ?"),
        choices=list(VOTED.items()),
        initial=Voted.APPROVAL,
        widget=forms.RadioSelect,
    )
    until = DayField(
        label=_("Ouvert jusqu’à la fin du"),
        help_text=_("Le jour même pour une salle ; un mois au plus pour une consultation."),
    )
    only = forms.MultipleChoiceField(
        label=_("Actions soumises au vote"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Chacune à son niveau le plus haut dont le coût est connu, pour tous ses travaux d’un"
            " coup. Restent dehors celles qui sont liées, décidées, obligatoires ou non chiffrées."
        ),
    )

    def __init__(self, scenario: Scenario, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = facts_of(scenario)
        found = [(one.id, kept["title"]) for one, kept in offered(facts, MOST) if "id" in kept]
        field: Any = self.fields["only"]
        field.choices = found
        # What could be added is what a room is asked about first.
        field.initial = sorted((key for key, _title in found), key=lambda key: "." not in key)
        field.initial = field.initial[:MOST_PROJECTS]
        money = [one.capacity[0] for one in envelopes_of(scenario) if one.is_money]
        self.fields["envelope"].initial = Decimal(sum(money)) or None
        self.fields["until"].initial = timezone.localdate()

    def clean_envelope(self) -> int:
        amount = self.cleaned_data["envelope"]
        if not 0 < amount < MOST or amount % 1:
            raise forms.ValidationError(_("Donnez une enveloppe en euros entiers, au-dessus de 0."))
        return int(amount)

    @property
    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        ends = datetime.combine(data["until"] + timedelta(days=1), time.min)
        return {
            "envelope": data["envelope"],
            "voted": Voted(data["voted"]),
            "until": timezone.make_aware(ends),
            "only": set(data["only"]),
        }
