"""Preparing a committee: its agenda builds itself, then people keep, order and add."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.storing import store
from portulan.plans.access import check_plan
from portulan.plans.models import Action, Plan
from portulan.steering.committees.reads import agenda_of, coming_back, last_held
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.verbs import Verb
from portulan.steering.words import CommitteeState, DecisionStatus


class Place(NamedTuple):
    """What is said of an item: on the agenda or not, its place, how long it takes in minutes."""

    kept: bool
    order: int
    duration: int | None = None


@transaction.atomic
def prepare_committee(
    actor: Actor, *, plan: Plan, body: Body, held_on: date, place: str = "", today: date
) -> Committee:
    """Make a committee, with the agenda that the plan calls for.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.HOLD_COMMITTEE)
    actor.require_ours(body)
    committee = Committee(plan=plan, body=body, held_on=held_on, place=place.strip())
    store(committee)
    record(actor, plan, Verb.COMMITTEE_PREPARED, {"held_on": (None, held_on)})
    refresh_agenda(actor, committee=committee, today=today)
    return committee


@transaction.atomic
def refresh_agenda(actor: Actor, *, committee: Committee, today: date) -> int:
    """Add what the plan calls for since the agenda was made, and return how many items.

    What is there already stays as people left it. Raises DeniedError, NotFoundError,
    ValidationError once the session is opened.
    """
    in_preparation(actor, committee)
    last = last_held(committee.plan, committee.held_on)
    found = agenda_of(committee.plan, today=today, since=last.held_on if last else None)
    sources = {one.source for one in found}
    known = set(committee.items.values_list("source", flat=True))
    order = committee.items.aggregate(last=Max("order"))["last"] or 0
    made = [
        AgendaItem(
            committee=committee,
            source=f"decision:{one.pk}",
            action=one.item.action,
            about=one,
            title=one.item.title,
            why=_why_back(one),
        )
        for one in coming_back(committee.plan, committee.body)
        # What was put off and is still so in the plan is there by itself.
        if not (one.status == DecisionStatus.POSTPONED and one.item.source in sources)
    ]
    made += [
        AgendaItem(
            committee=committee,
            source=one.source,
            action_id=one.action,
            title=one.title[:250],
            why=one.why,
        )
        for one in found
    ]
    fresh = [one for one in made if one.source not in known]
    # What informs comes first and last; what waits for an answer between.
    fresh.sort(
        key=lambda one: (
            not one.source.startswith(("since", "landing-")),
            one.source == "to-know",
        )
    )
    for place, one in enumerate(fresh, order + 1):
        one.order = place
    AgendaItem.objects.bulk_create(fresh)
    return len(fresh)


def _why_back(decision: Decision) -> str:
    committee = decision.item.committee
    told = {
        "body": committee.body.name,
        "day": numbers.date(committee.held_on, spoken_language()),
        "words": decision.words or decision.reason,
    }
    if decision.status == DecisionStatus.PROPOSED:
        return _("Proposé par « %(body)s » le %(day)s. %(words)s") % told
    if decision.status == DecisionStatus.POSTPONED:
        return _("Reporté le %(day)s. %(words)s") % told
    return _("Décidé le %(day)s, et pas encore fait. %(words)s") % told


@transaction.atomic
def add_item(
    actor: Actor,
    *,
    committee: Committee,
    title: str,
    why: str = "",
    action: Action | None = None,
    duration: int | None = None,
) -> AgendaItem:
    """Add a subject at the end. Raises DeniedError, NotFoundError, ValidationError."""
    in_preparation(actor, committee)
    if action is not None and action.plan_id != committee.plan_id:
        raise NotFoundError(action.number)
    order = committee.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem(
        committee=committee,
        action=action,
        title=title.strip(),
        why=why.strip(),
        duration=duration,
        order=order + 1,
    )
    store(item)
    return item


@transaction.atomic
def arrange_agenda(actor: Actor, *, committee: Committee, places: Mapping[int, Place]) -> None:
    """Keep or leave items, and put them in order, by identifier.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    in_preparation(actor, committee)
    items = {one.pk: one for one in committee.items.all()}
    if missing := places.keys() - items.keys():
        raise NotFoundError(min(missing))
    changed = []
    for pk, place in places.items():
        if trail.set_fields(items[pk], place._asdict()):
            changed.append(items[pk])
    for one in changed:
        store(one)


@transaction.atomic
def play_day(actor: Actor, *, committee: Committee) -> Committee:
    """Bring made-up data to the day of a session, so that a visitor holds it.

    Raises DeniedError, NotFoundError, ValidationError where data are real, or on a day gone by.
    """
    in_preparation(actor, committee)
    place = committee.plan.organisation
    if not place.fictional or place.frozen_on is None or place.frozen_on >= committee.held_on:
        raise ValidationError(_("Seules des données fictives vont au jour d’une séance à venir."))
    before, place.frozen_on = place.frozen_on, committee.held_on
    store(place)
    record(actor, committee.plan, Verb.DAY_PLAYED, {"frozen_on": (before, committee.held_on)})
    return committee


def in_preparation(actor: Actor, committee: Committee) -> None:
    """Hold a committee that is being prepared. Raises as services do, once it is opened."""
    hold(actor, committee)
    if committee.state != CommitteeState.PREPARING:
        raise ValidationError(_("La séance est ouverte : l’ordre du jour ne change plus."))


def hold(actor: Actor, committee: Committee) -> None:
    """Raise DeniedError, NotFoundError; the committee is held until the transaction ends."""
    actor.require_ours(committee.plan)
    actor.require(Operation.HOLD_COMMITTEE)
    held = Committee.objects.select_for_update(no_key=True, of=("self",))
    committee.refresh_from_db(from_queryset=held.select_related("body"))
