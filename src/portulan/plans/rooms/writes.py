"""Opening a room to phones, leading it, hearing it, closing it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.models import Practice
from portulan.core.errors import NotFoundError
from portulan.plans.access import check_plan
from portulan.plans.models import LIFE, Plan, Room, RoomTally, RoomVoice
from portulan.plans.rooms.codes import Joining, Phone, new_code
from portulan.plans.rooms.reads import room_of
from portulan.plans.rooms.voices import TOGETHER, Heard
from portulan.plans.verbs import Verb

ROOMS = Joining(
    Room,
    salt="portulan.room",
    most=60,
    full=gettext_lazy("Cette salle a déjà %(count)s téléphones : répondez à deux sur un."),
    related=("plan__organisation", "practice__theme", "practice__version__catalogue"),
)


class MovedError(ValidationError):
    """The room went on to another practice meanwhile."""


@transaction.atomic
def open_room(actor: Actor, *, plan: Plan, practice: Practice, now: datetime) -> Room:
    """Open the workshop of a plan to phones at a practice. Raises DeniedError, ValidationError."""
    check_plan(actor, plan, Operation.ROOM_CHOICE)
    if room_of(plan, now) is not None:
        raise ValidationError(_("La salle est déjà ouverte."))
    for ended in Room.objects.filter(plan=plan, closed_at=None):
        _end(ended, now)
    room = Room.objects.create(
        plan=plan,
        edition=practice.version,
        practice=practice,
        code=new_code(),
        opened_at=now,
        until=now + LIFE,
    )
    record(actor, plan, Verb.ROOM_OPENED, {})
    return room


@transaction.atomic
def show_practice(actor: Actor, *, room: Room, practice: Practice) -> None:
    """Lead the room to a practice: its screen and its phones follow. Raises DeniedError."""
    check_plan(actor, room.plan, Operation.ROOM_CHOICE)
    if practice.version_id != room.edition_id:
        raise NotFoundError(practice.code)
    Room.objects.filter(pk=room.pk).update(practice=practice, turn=F("turn") + 1)


@transaction.atomic
def close_room(actor: Actor, *, plan: Plan, now: datetime) -> None:
    """Close a room: its links open nothing more, and what each phone said is gone."""
    check_plan(actor, plan, Operation.ROOM_CHOICE)
    room = room_of(plan, now)
    if room is None:
        raise ValidationError(_("La salle est déjà fermée."))
    _end(room, now)
    record(actor, plan, Verb.ROOM_CLOSED, {"phones": (None, room.phones)})


def _end(room: Room, now: datetime) -> None:
    room.voices.all().delete()
    room.closed_at, room.code, room.turn = now, "", room.turn + 1
    room.save()


def close_ended(now: datetime) -> int:
    """Close the rooms that nobody closed; return how many answers of phones went."""
    ended = Room.objects.filter(closed_at=None, until__lte=now)
    gone = 0
    for room in ended:
        gone += room.voices.count()
        _end(room, now)
    return gone


@transaction.atomic
def say(
    phone: Phone[Room],
    *,
    practice_id: int,
    now: datetime,
    impact: int | None = None,
    effort: int | None = None,
    who: str = "",
    could: bool = False,
    word: str = "",
) -> None:
    """Keep what a phone says of the practice where the room is, in place of what it said before.

    Raises NotFoundError when the room is over, MovedError when it went on meanwhile.
    """
    room = ROOMS.held(now, pk=phone.joined.pk)
    if room is None:
        raise NotFoundError(phone.joined.pk)
    if room.practice_id != practice_id:
        raise MovedError(_("La salle est passée à une autre pratique."))
    said = {"impact": impact, "effort": effort, "who": who, "could": could, "word": word}
    RoomVoice.objects.update_or_create(
        room=room,
        practice_id=practice_id,
        mark=phone.mark(practice_id),
        defaults={**said, "is_fresh": True},
    )
    voices = RoomVoice.objects.filter(room=room, practice_id=practice_id)
    tally, _new = RoomTally.objects.get_or_create(room=room, practice_id=practice_id)
    tally.received = voices.count()
    if voices.filter(is_fresh=True).count() >= TOGETHER:
        tally.heard = Heard.of(voices).kept()
        voices.update(is_fresh=False)
        Room.objects.filter(pk=room.pk).update(turn=F("turn") + 1)
    tally.save()
