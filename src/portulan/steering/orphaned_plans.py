"""Plans that nobody administers any more: who operates is told, as nobody else can act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.models import Membership, Organisation, SecurityEntry
from portulan.accounts.reads import present
from portulan.accounts.security import Event, tell
from portulan.plans.models import Plan

AFTER = timedelta(days=30)  # a holiday, a replacement: before that, nobody is to be told
_ENDS = (Event.LEFT, Event.ROLES, Event.ERASED)  # what takes an administrator away


@dataclass(frozen=True, slots=True)
class Unattended:
    """An organisation that has a plan and no administrator, since a day if it is known still."""

    organisation: Organisation
    since: date | None


def unattended(today: date, *, organisation_id: int | None = None) -> Iterator[Unattended]:
    """Yield the organisations whose plans have no administrator for thirty days (one query).

    Of one alone when it is given.
    """
    places = Organisation.objects.all()
    if organisation_id is not None:
        places = places.filter(pk=organisation_id)
    admins = Membership.objects.filter(
        present(today, at="person__"),
        person__organisation=OuterRef("pk"),
        person__user__is_active=True,
        role=Role.ADMIN,
    )
    gone = Q(people__memberships__role=Role.ADMIN, people__left_on__lte=today)
    ended = SecurityEntry.objects.filter(organisation_id=OuterRef("pk"), event__in=_ENDS)
    found = (
        places.filter(~Exists(admins), Exists(Plan.objects.filter(organisation=OuterRef("pk"))))
        .annotate(
            last_left=Max("people__left_on", filter=gone),
            last_change=ended.order_by("-at").values("at")[:1],
        )
        .order_by("slug")
    )
    for one in found:
        days = [one.last_left]
        if one.last_change is not None:
            days.append(timezone.localdate(one.last_change))
        since = max((day for day in days if day is not None), default=None)
        if since is None or today - since >= AFTER:
            yield Unattended(one, since)


def tell_operator(organisation_id: int, now: datetime) -> int:
    """Write it in the security journal, which syslog receives; again once a month. Return how many.

    Done each night; may be done twice without harm.
    """
    told, month = 0, now - AFTER
    for one in unattended(timezone.localdate(now), organisation_id=organisation_id):
        before = SecurityEntry.objects.filter(
            organisation_id=organisation_id, event=Event.UNATTENDED, at__gt=month
        )
        if not before.exists():
            since = one.since.isoformat() if one.since else None
            tell(Event.UNATTENDED, organisation_id=organisation_id, details={"since": since})
            told += 1
    return told
