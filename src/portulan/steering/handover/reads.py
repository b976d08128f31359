"""What somebody holds, line by line; what an heir finds on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Token
from portulan.accounts.reads import people_of
from portulan.accounts.reads import today as today_of
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import get_one
from portulan.plans.models import Action, Deliverable, Milestone, SavedView
from portulan.plans.words import Progress
from portulan.sources.models import Source
from portulan.steering.committees.reads import past_decisions
from portulan.steering.models import (
    Body,
    CalendarAddress,
    Decision,
    HandedLine,
    Handover,
    Reply,
    Webhook,
)
from portulan.steering.words import CampaignState, Held

_PRESSING = timedelta(days=60)
_LAST = 5


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that somebody holds: `key` names it on the page."""

    kind: Held
    thing: int
    title: str

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.thing}"


@dataclass(frozen=True, slots=True)
class Closed:
    """What cannot be handed on: it goes out with who leaves."""

    roles: tuple[str, ...]
    tokens: tuple[str, ...]
    calendars: int


def get_giver(*, actor: Actor, pk: int) -> Person:
    """Return who hands over: oneself, or anybody for an editor. Raises NotFoundError, DeniedError.

    Nobody learns here that somebody of another organisation is there.
    """
    person = get_one(people_of(actor.organisation_id).filter(erased_at=None), pk=pk)
    require_own(actor, person)
    return person


def require_own(actor: Actor, person: Person) -> None:
    """Raise DeniedError unless the actor may hand over what this person holds."""
    actor.require_any(Operation.HANDOVER)
    if actor.grant(Operation.HANDOVER) is Grant.OWN and actor.person_id != person.pk:
        raise DeniedError(Operation.HANDOVER.value)


def holdings_of(person: Person, *, actor: Actor | None = None) -> list[Holding]:
    """Return all that somebody holds and may hand over, in nine queries at most.

    What a function holds is of all who have it: who may hand over their own alone leaves it there.
    """
    own = actor is not None and actor.grant(Operation.HANDOVER) is Grant.OWN
    alike = people_of(person.organisation_id).filter(function=person.function, erased_at=None)
    there = Q(left_on=None) | Q(left_on__gt=today_of(person.organisation))
    is_shared = own and alike.filter(there).exclude(pk=person.pk).exists()
    return list(_holdings(person, "" if is_shared else person.function))


def _holdings(person: Person, function: str) -> Iterator[Holding]:
    place = person.organisation_id
    alive = Action.objects.filter(plan__organisation=place).exclude(progress=Progress.DROPPED)
    for one in alive.filter(pilot=person).order_by("number"):
        yield Holding(Held.PILOT, one.pk, str(one))
    if function:
        yield from _of_function(alive.order_by("number"), place, function)
    asked = Reply.objects.filter(
        person=person, answered_at=None, campaign__state=CampaignState.OPEN
    )
    for reply in asked.select_related("campaign"):
        yield Holding(Held.REPLY, reply.pk, reply.campaign.title)
    for source in Source.objects.filter(person=person):
        yield Holding(Held.SOURCE, source.pk, source.name)
    for view in SavedView.objects.filter(person_id=person.pk, plan__organisation=place):
        yield Holding(Held.VIEW, view.pk, view.name)
    for webhook in Webhook.objects.filter(person_id=person.pk, organisation=place):
        yield Holding(Held.WEBHOOK, webhook.pk, webhook.name)


def _of_function(alive: QuerySet[Action], place: int, function: str) -> Iterator[Holding]:
    """Yield what is written with a function: followed, contributed to, a seat."""
    actions = list(alive)
    for one in actions:
        if one.follow_up_function == function:
            yield Holding(Held.FOLLOW, one.pk, str(one))
    for one in actions:
        if function in one.contributors:
            yield Holding(Held.CONTRIBUTE, one.pk, str(one))
    for body in Body.objects.filter(organisation=place):
        if function in body.members:
            yield Holding(Held.SEAT, body.pk, body.name)


def closed_of(person: Person) -> Closed:
    """Return what goes out with who leaves (three queries)."""
    roles = tuple(str(one.get_role_display()) for one in person.memberships.all())
    tokens = tuple(Token.objects.filter(person=person).values_list("name", flat=True))
    return Closed(roles, tokens, CalendarAddress.objects.filter(person=person).count())


def handovers_of(organisation_id: int) -> QuerySet[Handover]:
    """Return the handovers of an organisation, the latest first."""
    return (
        Handover.objects.filter(organisation=organisation_id)
        .select_related("giver")
        .prefetch_related("lines__heir")
        .order_by("-on", "-pk")
    )


def waiting_for(actor: Actor) -> HandedLine | None:
    """Return the first thing that somebody inherits and has not answered of yet (one query)."""
    found = HandedLine.objects.filter(
        heir=actor.person_id,
        answer="",
        handover__organisation=actor.organisation_id,
        handover__returned_on=None,
    ).exclude(handover__settled_on=None)
    return found.select_related("handover__giver").order_by("pk").first()


def get_received(*, actor: Actor, pk: int) -> Handover:
    """Return a handover for one of its heirs. Raises NotFoundError."""
    found = handovers_of(actor.organisation_id)
    mine = found.filter(pk=pk, lines__heir=actor.person_id).distinct().first()
    if mine is None or actor.person_id is None:
        raise NotFoundError(str(pk))
    return mine


@dataclass(frozen=True, slots=True)
class Pressing:
    """What was promised, by when, and of which action."""

    on: date
    title: str
    action: Action


@dataclass(frozen=True, slots=True)
class Received:
    """The first page of an heir: what is inherited, what presses, whom to ask, what was decided."""

    handover: Handover
    lines: tuple[HandedLine, ...]
    actions: tuple[Action, ...]
    pressing: tuple[Pressing, ...]
    ask: tuple[str, ...]
    decisions: tuple[Decision, ...]

    @property
    def answered(self) -> bool:
        return all(one.answer for one in self.lines)


def received(handover: Handover, *, heir: int, today: date) -> Received:
    """Return what one heir finds (six queries); whom to ask are functions, never who left."""
    lines = tuple(one for one in handover.lines.all() if one.heir_id == heir)
    of_action = {Held.PILOT, Held.FOLLOW, Held.CONTRIBUTE}
    keys = {one.thing for one in lines if one.kind in of_action}
    found = Action.objects.filter(pk__in=keys).select_related("plan").order_by("number")
    actions = tuple(found)
    gone = handover.giver.function
    names = [
        name
        for one in actions
        for name in (one.follow_up_function, *map(str, one.contributors), one.sponsor_function)
    ]
    ask = tuple(dict.fromkeys(name for name in names if name and name != gone))
    decisions: list[Decision] = []
    if actions:
        decided = past_decisions(actions[0].plan).filter(item__action__in=actions)
        decisions = list(decided[:_LAST])
    pressing = tuple(sorted(_pressing(actions, today), key=lambda one: one.on))
    return Received(handover, lines, actions, pressing, ask[:_LAST], tuple(decisions))


def _pressing(actions: tuple[Action, ...], today: date) -> Iterator[Pressing]:
    soon = today + _PRESSING
    for one in actions:
        if one.due_on is not None and one.due_on <= soon:
            yield Pressing(one.due_on, "", one)
    by_pk = {one.pk: one for one in actions}
    due = Q(action__in=by_pk, due_on__lte=soon)
    for model, done in ((Milestone, "reached_on"), (Deliverable, "delivered_on")):
        rows = model._default_manager.filter(due, **{done: None})
        for action, title, day in rows.values_list("action", "title", "due_on"):
            if day is not None:
                yield Pressing(day, title, by_pk[action])
