"""The address at which a calendar reads days, without an account: made, shown once, revoked.

It opens what its person may read, as long as they may: the days of what they pilot, or of a plan.
Reading it writes nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.access import Grant, Operation, Role, granted
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.reads import present
from portulan.accounts.reads import today as today_of
from portulan.accounts.security import Event, tell
from portulan.core.errors import NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.say.text import Language, Text
from portulan.core.storing import get_one
from portulan.plans.models import Plan
from portulan.plans.plan import current_plan
from portulan.steering.calendars.ics import calendar
from portulan.steering.dates import PlanDate, dates_for, dates_of
from portulan.steering.models import CalendarAddress
from portulan.steering.todo.reads import address_of, mine, todo_of
from portulan.steering.words import AlertKind, DateKind

MOST = 10
_OF_ALL = frozenset({AlertKind.LAW, AlertKind.BUDGET})
_OF_ONE = _OF_ALL | {AlertKind.CONTRACT, AlertKind.SESSION, AlertKind.EVIDENCE}
_MINE = Text("{name}\u00a0: ce que je pilote", "{name}: what I pilot")


@transaction.atomic
def make_address(actor: Actor, *, plan: Plan | None = None, now: datetime) -> str:
    """Make an address for the days of what the actor pilots, or of a plan; return it, shown once.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.MAKE_TOKEN)
    actor.require(Operation.READ_PLAN)
    if plan is not None and plan.organisation_id != actor.organisation_id:
        raise NotFoundError(plan.slug)
    # Held: of two made at once, the second counts the first.
    own = Person.objects.select_for_update(no_key=True).filter(
        pk=actor.person_id or 0, organisation=actor.organisation_id
    )
    person = own.first()
    if person is None:
        raise NotFoundError(str(actor.person_id))
    if person.calendar_addresses.count() >= MOST:
        raise ValidationError(
            _("Vous avez déjà dix adresses : révoquez celles qui ne servent plus.")
        )
    token = secrets.token_urlsafe(32)
    made = CalendarAddress.objects.create(
        organisation_id=actor.organisation_id,
        person=person,
        plan=plan,
        token_hash=_hash_of(token),
        created_at=now,
    )
    _tell(Event.CALENDAR_MADE, actor, made)
    return settings.ADDRESS + reverse("calendar", args=[token])


def addresses_of(*, actor: Actor) -> QuerySet[CalendarAddress]:
    """Return the addresses of the actor, and of everybody for who administers (one query)."""
    found = CalendarAddress.objects.filter(organisation=actor.organisation_id)
    if not actor.may(Operation.MANAGE):
        found = found.filter(person=actor.person_id)
    return found.select_related("plan", "person").order_by("-created_at", "-pk")


@transaction.atomic
def revoke_address(actor: Actor, *, pk: int) -> None:
    """Close an address of the actor, or of anybody for who administers. Raises NotFoundError."""
    found = get_one(addresses_of(actor=actor), pk=pk)
    _tell(Event.CALENDAR_CLOSED, actor, found)
    found.delete()


def close_addresses(person: Person) -> None:
    """Close the addresses of who has left: they open nothing, be it that they come back."""
    CalendarAddress.objects.filter(person=person).delete()


def close_every_address() -> int:
    """Close the addresses of everybody, and return how many there were: who operates."""
    return CalendarAddress.objects.all().delete()[0]


def clear_left(_now: datetime) -> int:
    """Remove the addresses of who has left, which open nothing any more; return how many."""
    gone = CalendarAddress.objects.exclude(present(at="person__"))
    return gone.delete()[0] + CalendarAddress.objects.filter(person__user=None).delete()[0]


def read_calendar(token: str) -> bytes:
    """Return the calendar of an address, in the language of its person.

    The same number of queries, whatever it holds. Raises NotFoundError.
    """
    found = _find(token)
    organisation, user = found.organisation, found.person.user
    lang: Language = "en" if user is not None and user.language == "en" else "fr"
    waiting = _waiting(found, lang)
    if found.plan is not None:
        dates, name = [*dates_of(found.plan), *waiting], found.plan.title
    else:
        dates = [*dates_for(organisation.pk, found.person_id), *waiting]
        name = _MINE.say(lang).format(name=organisation.name)
    last = AuditEntry.objects.filter(organisation_id=organisation.pk).order_by("-id")
    stamped = last.values_list("at", flat=True).first() or found.created_at
    return calendar(dates, name=name, organisation=organisation.slug, stamped=stamped, lang=lang)


def _waiting(address: CalendarAddress, lang: Language) -> list[PlanDate]:
    """Return the other days of “À faire”: one's own, or those of the law and the budget of all."""
    person, place = address.person, address.organisation
    roles = frozenset(Role(one.role) for one in person.memberships.all())
    actor, today = Actor(place.pk, person.pk, roles, label=person.function), today_of(place)
    plan = address.plan or current_plan(actor=actor, today=today)
    found = todo_of(actor=actor, organisation=place, plan=plan, today=today)
    kept = _OF_ALL if address.plan is not None else _OF_ONE
    return [
        PlanDate(
            DateKind.TODO,
            0,
            one.on,
            one.say(lang),
            "",
            key=one.key,
            path=address_of(one, place.slug),
        )
        for one in (found if address.plan is not None else mine(found, actor))
        if one.kind in kept and one.on is not None
    ]


def _find(token: str) -> CalendarAddress:
    readers = [role for role in Role if granted([role], Operation.READ_PLAN) is not Grant.NONE]
    found = (
        CalendarAddress.objects.filter(
            present(at="person__"),
            Q(person__user__is_active=True, person__memberships__role__in=readers),
            token_hash=_hash_of(token),
        )
        .select_related("organisation", "plan", "person__user")
        .first()
    )
    if found is None:
        raise NotFoundError("calendar")
    return found


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _tell(event: Event, actor: Actor, address: CalendarAddress) -> None:
    tell(
        event,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        subject=address.person,
        details={"calendar": address.pk},
    )
