"""What a duty is: regular work that a domain declares, and how who does it says that it lives.

`core.schedule` sees when it is due, `core.by_organisation` does it for one organisation at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event, Thread

from django.core.exceptions import ValidationError
from django.db import Error, connection
from django.db.models import Model, Q
from django.db.models.functions import Now
from django.utils import timezone

from portulan.core import processes
from portulan.core.models import DutyRun, OrganisationDuty
from portulan.core.words import TaskStatus

LEASE = timedelta(seconds=60)
AHEAD = timedelta(minutes=5)  # a date further than that in the future comes from a wrong clock
NIGHT = time(3)
IDLE = timedelta(days=1)  # at the latest, what found nothing to do looks again
_RENEWS = 15.0  # seconds between two signs of life of a duty under way
log = logging.getLogger(__name__)

type Counts = Mapping[str, int]
type Deed = Callable[[datetime], Counts | None]


@dataclass(frozen=True, slots=True)
class Each:
    """What a duty does for one organisation at a time, whatever becomes of the others.

    `places` says which have something to do; `deed` does it, in one transaction when it is `whole`.
    """

    places: Callable[[datetime], Iterable[int]]
    deed: Callable[[int, datetime], Counts | None]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done every so often, or each day at an hour of the place.

    `deed` takes the instant it is done at, and returns what it did as counts by word of code. What
    it refuses is a ValidationError, whose sentence is shown; it may be done twice without harm.
    With `each`, it only makes it due for the organisations, which are done in their turn. With
    `waits`, which reads since when something is to be done, it is left alone until then.
    """

    name: str
    every: timedelta
    deed: Deed = lambda _now: None
    at: time | None = None
    each: Each | None = None
    waits: Callable[[datetime], datetime | None] | None = None
    title: object = ""  # a lazy translation: what an organisation is told of it

    def next_after(self, begun: datetime) -> datetime:
        """Return when it is due, once it was done from `begun` on."""
        if self.at is None:
            return begun + self.every
        local = timezone.localtime(begun)
        day = local.date() if local.time() < self.at else local.date() + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, self.at))


_DUTIES: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    """Declare a duty, when its app is ready."""
    _DUTIES[duty.name] = duty


def find(name: str) -> Duty:
    """Return a duty by its name. Raises KeyError."""
    return _DUTIES[name]


def duties() -> list[Duty]:
    """Return every duty declared, in the order of names."""
    return sorted(_DUTIES.values(), key=lambda duty: duty.name)


# No news for a while, or a promise of news that only a wrong clock gave.
SILENT = Q(until__lt=Now()) | Q(until__gt=Now() + 2 * LEASE)


def is_gone(holder: str, *, silent: bool) -> bool:
    """Tell whether who was at work is not any more."""
    return processes.is_alive(holder) is False or silent


def clock() -> datetime:
    """Return what time it is for all who share the database."""
    if connection.vendor != "postgresql":
        return timezone.now()  # its file has the clock of the machine
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def outcome(name: str, deed: Deed, now: datetime) -> tuple[TaskStatus, dict[str, int], str]:
    """Do it, and return how it ended, what was done, and why it was not."""
    try:
        return TaskStatus.DONE, dict(deed(now) or {}), ""
    except ValidationError as error:
        return TaskStatus.FAILED, {}, " ".join(error.messages)
    except Exception as error:
        log.exception("duty %s", name)
        return TaskStatus.FAILED, {}, type(error).__name__  # its words may name a person


@contextmanager
def kept(run: DutyRun | OrganisationDuty, *, signs: int | None = None) -> Iterator[None]:
    """Say that it is under way, from a thread of its own, until it ends, or after so many signs."""
    ended = Event()
    rows: type[Model] = type(run)

    def renew() -> None:
        left = signs
        try:
            while not ended.wait(_RENEWS) and left != 0:
                mine = rows._default_manager.filter(pk=run.pk, holder=run.holder, turn=run.turn)
                mine.update(until=Now() + LEASE)
                left = None if left is None else left - 1
        except Error:
            log.exception("duty %s", run.name)
        finally:
            connection.close()

    Thread(target=renew, name="duty", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
