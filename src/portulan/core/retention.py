"""How long what serves no more is kept, and taking it away each night.

Each domain declares what it keeps and for how long: the same declarations are purged by the
scheduler, shown to administrators, and told on the page about personal data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portulan.core.by_organisation import try_all
from portulan.core.duties import NIGHT, Counts, Duty, register
from portulan.core.journals.guards_laid import changed_on
from portulan.core.models import Sending, Task
from portulan.core.words import AT_WORK

PURGE, WILL_TAKE = "purge", "will_take_"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept (its code, its words), for how long, and what takes it away once that is over.

    `clear` takes the instant and returns how many it took; without it a duty of its own does, by
    organisation. `setting` is the variable that says the
    period, "" where none does.
    """

    code: str
    title: Any  # a lazy translation
    kept: timedelta
    clear: Callable[[datetime], int] | None = None
    setting: str = ""
    undoable: bool = True

    @property
    def days(self) -> int:
        """The period in whole days, at least one."""
        return max(1, round(self.kept / timedelta(days=1)))


_RETENTIONS: dict[str, Retention] = {}


def declare(*retentions: Retention) -> None:
    """Declare what is kept and for how long, when an app is ready."""
    _RETENTIONS.update({one.code: one for one in retentions})


def retentions() -> list[Retention]:
    """Return what is declared, the shortest first."""
    return sorted(_RETENTIONS.values(), key=lambda one: (one.kept, one.code))


def purge(now: datetime) -> Counts:
    """Take away all that outlived its period; return how many of each there were.

    One that fails keeps no other from being done. For a day after an upgrade or a restoration it
    only says what it will take: the clock or the settings may be wrong, and there is time to see.
    """
    if waits := is_early(now):
        log.warning("portulan: the purge takes nothing before a day has passed")
    counts: dict[str, int] = {}

    def clear(one: Retention) -> None:
        if one.clear is None:
            return
        if not waits:
            counts[one.code] = one.clear(now)
        elif one.undoable:
            with transaction.atomic():
                counts[f"{WILL_TAKE}{one.code}"] = one.clear(now)
                transaction.set_rollback(True)

    try_all(retentions(), clear)
    return {code: count for code, count in counts.items() if count}


def is_early(now: datetime) -> bool:
    """Tell whether a day has not passed since the database was upgraded or restored."""
    since = changed_on()
    return since is not None and timedelta(0) <= now - since < timedelta(days=1)


def _clear_sendings(now: datetime) -> int:
    return Sending.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]


def _clear_tasks(now: datetime) -> int:
    old = Task.objects.filter(seen_at__lt=now - timedelta(days=settings.TASK_DAYS))
    return old.exclude(status__in=AT_WORK).delete()[0]


def begin() -> None:
    """Declare what the core keeps, and the duty of each night."""
    declare(
        Retention("sendings", _("formulaires envoyés"), timedelta(days=1), _clear_sendings),
        Retention(
            "tasks",
            _("travaux longs terminés"),
            timedelta(days=settings.TASK_DAYS),
            _clear_tasks,
            "PORTULAN_TASK_DAYS",
        ),
    )
    register(Duty(PURGE, every=timedelta(days=1), at=NIGHT, deed=purge))
