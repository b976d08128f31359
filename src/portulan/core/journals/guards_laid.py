"""What this program lays of guards is noted: what was laid by another is then seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from portulan.core import guards
from portulan.core.journals.sealing import Journal, seal
from portulan.core.models import GuardsLaid

LAID = Journal("guards", GuardsLaid, content=("why", "stamp", "found"), who=())
AGAIN = "*"  # found laid again, none missing
BEGUN, UPGRADE, START, MENDED, RESTORED, ONE, MOVED, SEEN = (
    "begun",
    "upgrade",
    "start",
    "mended",
    "restored",
    "one",
    "moved",
    "seen",
)


def note(why: str, found: Iterable[str] = ()) -> None:
    """Write that guards stand as they do now, by whose doing, and which were found missing."""
    row = GuardsLaid(at=timezone.now(), why=why, stamp=guards.stamp(), found=sorted(found))
    seal(LAID, row, salted=False).save(force_insert=True)


def laid_again() -> bool:
    """Tell whether guards were laid since this program last did (a few queries)."""
    if not is_there():
        return False
    last = _last()
    return last is not None and not guards.stand_since(last)


def mend(why: str) -> list[str]:
    """Lay the guards that lack, note it with what was found, and return their names."""
    again = laid_again()
    laid = guards.lay_missing()
    if laid or again:
        note(why, laid or [AGAIN])
    else:
        follow(why)
    return laid


def follow(why: str = START) -> None:
    """Note how the guards stand once the file was compacted, if none is missing or laid again."""
    last = _last() if is_there() else None
    if last and last != guards.stamp() and guards.stand_since(last) and not guards.missing():
        note(why)


def _last() -> str | None:
    return GuardsLaid.objects.order_by("-id").values_list("stamp", flat=True).first()


def note_restored() -> None:
    """Note that tables came back, where they have a place for it."""
    if is_there():
        note(RESTORED)


def changed_on() -> datetime | None:
    """Return when the database was last upgraded or restored, None when it never was."""
    last = GuardsLaid.objects.filter(why__in=(UPGRADE, RESTORED, ONE)).order_by("-id")
    return last.values_list("at", flat=True).first()


def is_there() -> bool:
    """Tell whether the database is not one of before."""
    return GuardsLaid._meta.db_table in connection.introspection.table_names()
