"""Regular work of the instance: named duties, each done by one process at a time.

Every process that serves looks at the table of duties a few times a minute; one that is due is
taken by the row it stands on (docs/adr/0055), so that it is done once for all processes and
machines. A process that dies leaves a row that says so, and another takes over. On one machine that
is seen at once; of another machine only its silence is known, by the clock of the database, which
all share. What is done for each organisation is opened here, then done row by row
(`core.by_organisation`).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, connection
from django.db.models.functions import Now
from django.utils import timezone

from portulan.core import processes
from portulan.core.by_organisation import hasten, is_waiting, opening, totals, work
from portulan.core.duties import (
    AHEAD,
    IDLE,
    LEASE,
    SILENT,
    Duty,
    clock,
    duties,
    find,
    is_gone,
    kept,
    outcome,
)
from portulan.core.models import DutyRun
from portulan.core.words import TaskStatus

RETRY = timedelta(minutes=15)  # what failed, or was ended, is tried again then
_LOOKS = 20.0  # seconds between two looks
_HUNG = 900.0  # seconds after which what does not end is left alone, and the rest goes on
log = logging.getLogger(__name__)


def runs() -> dict[str, DutyRun]:
    """Return the last run of each duty that ever ran, by its name (one query)."""
    found: dict[str, DutyRun] = {}
    for run in DutyRun.objects.annotate(silent=SILENT):
        if run.status == TaskStatus.RUNNING and is_gone(run.holder, silent=run.silent):
            run.status = TaskStatus.INTERRUPTED
        found[run.name] = run
    return found


def is_ahead(run: DutyRun, now: datetime) -> bool:
    """Tell whether a duty was done at a date that has not come: a clock was wrong."""
    return run.begun_at > now + AHEAD


def due_at(duty: Duty, run: DutyRun | None, now: datetime) -> datetime | None:
    """Return from when a duty is to be done, None for now; what is under way is due at its end.

    In no query, but that of a duty that `waits`.
    """
    if run is None or run.status == TaskStatus.WAITING:
        return None
    if run.status in {TaskStatus.RUNNING, TaskStatus.DONE}:
        at = duty.next_after(run.begun_at)
        if duty.waits is None:
            return at
        last = run.begun_at + IDLE
        return min(max(at, duty.waits(now) or last), last)
    return run.begun_at + min(duty.every, RETRY)


def due(now: datetime) -> list[Duty]:
    """Return the duties to be done now, and that nobody is doing (one query, and what waits)."""
    last = runs()
    return [duty for duty in duties() if _is_due(duty, last.get(duty.name), now)]


def run_due(now: datetime, *, seconds: float | None = None) -> list[DutyRun]:
    """Do what is due, one after the other; return how each went. What others took is left out.

    What is left of organisations after so many `seconds` waits for the next look.
    """
    taken = (_take(duty, now, due_only=True) for duty in due(now))
    done = [_do(find(run.name), run, now) for run in taken if run is not None]
    work(duties(), now, seconds=seconds)
    return done


def run_one(duty: Duty, now: datetime) -> DutyRun | None:
    """Do a duty, due or not, and return how it went; None when another process is doing it."""
    run = _take(duty, now, due_only=False)
    if run is None:
        return None
    done = _do(duty, run, now)
    hasten(duty, now)
    work([duty], now)
    return done


def _do(duty: Duty, run: DutyRun, now: datetime) -> DutyRun:
    with kept(run):
        status, counts, failure = outcome(duty.name, opening(duty) or duty.deed, now)
    # Whoever took over meanwhile, after a silence, says how it went.
    DutyRun.objects.filter(pk=run.pk, holder=run.holder, turn=run.turn).update(
        status=status, counts=counts, failure=failure, ended_at=timezone.now()
    )
    run.refresh_from_db()
    return run


def done_by_name(name: str, now: datetime) -> dict[str, int]:
    """Do a duty now, due or not, and return what was done, of all organisations together."""
    run = run_one(find(name), now)
    return {} if run is None else totals(run)


class Scheduler(Thread):
    """The thread that does what is due while its process serves.

    Each look is a thread of its own: one that does not end keeps nothing else from being done.
    """

    def __init__(self) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._over = Event()

    def run(self) -> None:
        while not self._over.is_set():
            look = Thread(target=self._look, name="duties", daemon=True)
            look.start()
            look.join(_HUNG)
            self._over.wait(_LOOKS)

    def _look(self) -> None:
        try:
            run_due(clock(), seconds=_LOOKS)
            while not self._over.is_set() and is_waiting(duties(), clock()):
                run_due(clock(), seconds=_LOOKS)
        except Error:
            log.exception("scheduler")  # the database will be back
        finally:
            connection.close()

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


def _is_due(duty: Duty, run: DutyRun | None, now: datetime) -> bool:
    if run is None or is_ahead(run, now):
        return not _is_under_way(run)
    at = due_at(duty, run, now)
    return not _is_under_way(run) and (at is None or at <= now)


def _is_under_way(run: DutyRun | None) -> bool:
    return run is not None and run.status == TaskStatus.RUNNING
