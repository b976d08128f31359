"""Regular work of the instance: named duties, each done by one process at a time.

Every process that serves looks at the table of duties a few times a minute; one that is due is
taken by the row it stands on (docs/adr/0055), so that it is done once for all processes and
machines. A process that dies leaves a row that says so, and another takes over. On one machine that
is seen at once; of another machine only its silence is known, by the clock of the database, which
all share.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event, Thread

from django.core.exceptions import ValidationError
from django.db import Error, connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portulan.core import processes
from portulan.core.models import DutyRun
from portulan.core.words import TaskStatus

LEASE = timedelta(seconds=60)
RETRY = timedelta(minutes=15)  # what failed, or was ended, is tried again then
NIGHT = time(3)
_LOOKS = 20.0  # seconds between two looks
_RENEWS = 15.0  # seconds between two signs of life of a duty under way
log = logging.getLogger(__name__)

type Counts = Mapping[str, int]
type Deed = Callable[[datetime], Counts | None]


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done every so often, or each day at an hour of the place.

    `deed` takes the instant it is done at, and returns what it did as counts by word of code. What
    it refuses is a ValidationError, whose sentence is shown; it may be done twice without harm.
    """

    name: str
    every: timedelta
    deed: Deed
    at: time | None = None

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


def duties() -> list[Duty]:
    """Return every duty declared, in the order of names."""
    return sorted(_DUTIES.values(), key=lambda duty: duty.name)


def runs() -> dict[str, DutyRun]:
    """Return the last run of each duty that ever ran, by its name (one query)."""
    found: dict[str, DutyRun] = {}
    for run in DutyRun.objects.annotate(silent=Q(until__lt=Now())):
        gone = processes.is_alive(run.holder) is False or run.silent
        if gone and run.status == TaskStatus.RUNNING:
            run.status = TaskStatus.INTERRUPTED
        found[run.name] = run
    return found


def due_at(duty: Duty, run: DutyRun | None) -> datetime | None:
    """Return from when a duty is to be done, None for now; what is under way is due at its end."""
    if run is None or run.status == TaskStatus.WAITING:
        return None
    if run.status in {TaskStatus.RUNNING, TaskStatus.DONE}:
        return duty.next_after(run.begun_at)
    return run.begun_at + min(duty.every, RETRY)


def due(now: datetime) -> list[Duty]:
    """Return the duties to be done now, and that nobody is doing (one query)."""
    last = runs()
    return [duty for duty in duties() if _is_due(duty, last.get(duty.name), now)]


def run_due(now: datetime) -> list[DutyRun]:
    """Do what is due, one after the other; return how each went. What others took is left out."""
    taken = (_take(duty, now, due_only=True) for duty in due(now))
    return [_do(_DUTIES[run.name], run, now) for run in taken if run is not None]


def run_one(duty: Duty, now: datetime) -> DutyRun | None:
    """Do a duty, due or not, and return how it went; None when another process is doing it."""
    run = _take(duty, now, due_only=False)
    return None if run is None else _do(duty, run, now)


def _do(duty: Duty, run: DutyRun, now: datetime) -> DutyRun:
    status, counts, failure = TaskStatus.FAILED, {}, ""
    try:
        with _kept(run):
            counts = dict(duty.deed(now) or {})
        status = TaskStatus.DONE
    except ValidationError as error:
        failure = " ".join(error.messages)
    except Exception as error:
        log.exception("duty %s", duty.name)
        failure = type(error).__name__  # its words may name a person
    # Whoever took over meanwhile, after a silence, says how it went.
    DutyRun.objects.filter(pk=run.pk, holder=run.holder, turn=run.turn).update(
        status=status, counts=counts, failure=failure, ended_at=timezone.now()
    )
    run.refresh_from_db()
    return run


class Scheduler(Thread):
    """The thread that does what is due while its process serves."""

    def __init__(self) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._over = Event()

    def run(self) -> None:
        while not self._over.is_set():
            try:
                run_due(timezone.now())
            except Error:
                log.exception("scheduler")  # the database will be back
            finally:
                connection.close()
            self._over.wait(_LOOKS)

    def stop(self) -> None:
        """Take nothing more."""
        self._over.set()


def _take(duty: Duty, now: datetime, *, due_only: bool) -> DutyRun | None:
    DutyRun.objects.bulk_create(
        [DutyRun(name=duty.name, begun_at=now, status=TaskStatus.WAITING)], ignore_conflicts=True
    )
    found = runs()[duty.name]
    if _is_under_way(found) or (due_only and not _is_due(duty, found, now)):
        return None  # others did it since it was seen to be due
    # Of two that found it free, the row is no longer what the second read.
    free = DutyRun.objects.filter(pk=found.pk, holder=found.holder, turn=found.turn)
    taken = free.update(
        holder=processes.mark(),
        turn=found.turn + 1,
        until=Now() + LEASE,
        begun_at=now,
        ended_at=None,
        status=TaskStatus.RUNNING,
        counts={},
        failure="",
    )
    return DutyRun.objects.get(pk=found.pk) if taken else None


@contextmanager
def _kept(run: DutyRun) -> Iterator[None]:
    """Say that the duty is under way, from a thread of its own, until it ends."""
    ended = Event()

    def renew() -> None:
        try:
            while not ended.wait(_RENEWS):
                mine = DutyRun.objects.filter(pk=run.pk, holder=run.holder, turn=run.turn)
                mine.update(until=Now() + LEASE)
        except Error:
            log.exception("duty %s", run.name)
        finally:
            connection.close()

    Thread(target=renew, name="duty", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _is_due(duty: Duty, run: DutyRun | None, now: datetime) -> bool:
    at = due_at(duty, run)
    return not _is_under_way(run) and (at is None or at <= now)


def _is_under_way(run: DutyRun | None) -> bool:
    return run is not None and run.status == TaskStatus.RUNNING
