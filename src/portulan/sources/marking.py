"""The marks of a fleet: what moved is counted when a snapshot comes, and they are forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from portulan.core.secret import UnreadableSecretError, opened, sealed
from portulan.sources.models import FleetMarks, ItemsSnapshot, Source
from portulan.sources.moves import marks_of, moves_since, packed, unpacked
from portulan.sources.snapshot import Snapshot

PURPOSE = "sources.marks"


def compare(source: Source, said: Snapshot, row: ItemsSnapshot) -> None:
    """Write on a snapshot what moved since the accepted one, else since the last; keep its marks.

    Nothing is compared where the key was sealed by another machine: the marks begin again.
    """
    if not said.listed:
        return
    kept = FleetMarks.objects.filter(source=source).first()
    key = _key_of(kept) if kept is not None else None
    if kept is None or key is None:
        key = secrets.token_bytes(32)
        kept = FleetMarks(
            pk=kept.pk if kept else None, source=source, key=sealed(PURPOSE, key).decode()
        )
    else:
        since = kept.accepted_on or kept.on
        before = unpacked(bytes(kept.accepted if kept.accepted_on else kept.last))
        row.moved_since = since
        row.moved = [one.as_json() for one in moves_since(before, said.listed, key)]
    kept.on, kept.last = said.on, packed(marks_of(said.listed, key))
    kept.save()


def accepted(snapshot: ItemsSnapshot) -> None:
    """Keep the marks of a snapshot of which a reading was accepted: what comes is compared with it.

    A snapshot that is no longer the last one has no marks of its own any more.
    """
    newer = ItemsSnapshot.objects.filter(source=snapshot.source_id, pk__gt=snapshot.pk)
    if not newer.exists():
        rows = FleetMarks.objects.filter(source=snapshot.source_id)
        rows.update(accepted=F("last"), accepted_on=F("on"))


def _key_of(kept: FleetMarks) -> bytes | None:
    try:
        return opened(PURPOSE, kept.key.encode())
    except UnreadableSecretError:
        return None


def clear(now: datetime, kept: timedelta) -> int:
    """Forget the marks that no snapshot renewed for so long; return of how many sources."""
    long_ago = timezone.localdate(now - kept)
    FleetMarks.objects.filter(accepted_on__lt=long_ago).update(accepted=b"", accepted_on=None)
    return FleetMarks.objects.filter(on__lt=long_ago).delete()[0]
