"""The room that is open, and what rooms said of practices."""

from __future__ import annotations

from datetime import datetime

from portulan.catalogue.models import Practice
from portulan.plans.models import Plan, Room, RoomTally


def room_of(plan: Plan, now: datetime) -> Room | None:
    """Return the room of a plan that is open (one query)."""
    open_now = Room.objects.filter(plan=plan, closed_at=None, until__gt=now)
    return open_now.select_related("practice__theme", "plan", "edition").first()


def tally_of(plan: Plan, practice: Practice) -> RoomTally | None:
    """Return what the last room that was asked said of a practice (one query)."""
    return RoomTally.objects.filter(room__plan=plan, practice=practice).order_by("-room").first()
