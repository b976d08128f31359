"""Regular work, organisation by organisation: one that fails keeps no other from being done.

A duty that is due makes a row due for each organisation that has something to do. Any process of
any machine takes a row by an update that holds only if it is still as it was read, does what it
says in one transaction, and writes how it went. What fails waits longer and longer, then is set
aside; a process that dies with a row counts as a failure of it (docs/adr/0136).
"""

from __future__ import annotations

import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from time import monotonic

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from portulan.core import processes
from portulan.core.duties import (
    AHEAD,
    LEASE,
    SILENT,
    Counts,
    Deed,
    Duty,
    Each,
    is_gone,
    kept,
    outcome,
)
from portulan.core.models import DutyRun, OrganisationDuty
from portulan.core.words import TaskStatus

# After each failure, how long until the next try: two days in all, then it is set aside.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 240, 720, 1440))
_MOST = len(WAITS) + 1
_IN_TURN, _TURN = 10, 5.0  # rows of a duty and seconds, before another has its turn
_SIGNS = 40  # of life, ten minutes of them: what lasts longer is taken for dead
_PIECE = 500
log = logging.getLogger(__name__)


def opening(duty: Duty) -> Deed | None:
    """Return what a duty done by organisation does when it is due; None for another one."""
    return None if duty.each is None else partial(_open, duty.name, duty.each)


def _open(name: str, each: Each, now: datetime) -> Counts:
    """Make a duty due for who has something to do; what waits to be tried again keeps its date."""
    count = 0
    for piece in batched(sorted(set(each.places(now))), _PIECE, strict=False):
        rows = [OrganisationDuty(name=name, organisation_id=one) for one in piece]
        OrganisationDuty.objects.bulk_create(rows, ignore_conflicts=True)
        free = OrganisationDuty.objects.filter(name=name, organisation_id__in=piece)
        count += free.filter(due_at=None, aside_at=None).update(due_at=now)
    return {"organisations": count}


def work(duties: Iterable[Duty], now: datetime, *, seconds: float | None = None) -> None:
    """Do what is due, a few organisations of each duty in turn, the most frequent duty first."""
    ends = None if seconds is None else monotonic() + seconds
    turns = deque(sorted((one for one in duties if one.each), key=lambda one: one.every))
    while turns and (ends is None or monotonic() < ends):
        duty = turns.popleft()
        if _in_turn(duty, now):
            turns.append(duty)


def is_waiting(duties: Iterable[Duty], now: datetime) -> bool:
    """Tell whether something is due for an organisation, that nobody is doing (one query)."""
    names = [duty.name for duty in duties if duty.each]
    return any(_is_free(row) for row in _due(now).filter(name__in=names)[:_PIECE])


def _in_turn(duty: Duty, now: datetime) -> bool:
    """Do a few rows of a duty; tell whether one was done."""
    rows = _due(now).filter(name=duty.name).order_by("due_at", "turn", "pk")[: 5 * _IN_TURN]
    free = [row for row in rows if _is_free(row)]
    # Several machines read the same rows: each begins elsewhere, and loses few to the others.
    start, ends = os.getpid() % max(1, len(free)), monotonic() + _TURN
    done = 0
    for row in [*free[start:], *free[:start]]:
        if done < _IN_TURN and monotonic() < ends and _take(row, now):
            _do(duty, row, now)
            done += 1
    return done > 0


def _due(now: datetime) -> QuerySet[OrganisationDuty]:
    """Return what is due, or is dated further than anything waits: a clock was wrong."""
    wrong = Q(due_at__gt=now + WAITS[-1] + AHEAD)
    rows = OrganisationDuty.objects.filter(Q(due_at__lte=now) | wrong, aside_at=None)
    return rows.annotate(silent=SILENT)


def _is_free(row: OrganisationDuty) -> bool:
    silent: bool = row.silent  # type: ignore[attr-defined]
    return row.status != TaskStatus.RUNNING or is_gone(row.holder, silent=silent)


def _take(row: OrganisationDuty, now: datetime) -> bool:
    """Take a row if it is as it was read; one whose processes died too often is set aside."""
    mine = OrganisationDuty.objects.filter(pk=row.pk, turn=row.turn, holder=row.holder)
    if row.tries >= _MOST:
        mine.update(
            aside_at=now, status=TaskStatus.INTERRUPTED, failure=row.failure, turn=F("turn") + 1
        )
        return False
    taken = mine.filter(due_at=row.due_at, aside_at=None).update(
        holder=processes.mark(),
        turn=row.turn + 1,
        until=Now() + LEASE,
        begun_at=now,
        due_at=now,
        status=TaskStatus.RUNNING,
        tries=row.tries + 1,
    )
    row.holder, row.turn, row.tries = processes.mark(), row.turn + 1, row.tries + 1
    return bool(taken)


def _do(duty: Duty, row: OrganisationDuty, now: datetime) -> None:
    each = duty.each
    assert each is not None  # noqa: S101

    def deed(at: datetime) -> Counts | None:
        with transaction.atomic() if each.whole else nullcontext():
            return each.deed(row.organisation_id, at)

    with kept(row, signs=_SIGNS):
        status, counts, failure = outcome(f"{duty.name} {row.organisation_id}", deed, now)
    ended: dict[str, object] = {"tries": 0, "due_at": None}
    if status is TaskStatus.FAILED:
        aside = row.tries >= _MOST
        wait = None if aside else now + min(WAITS[row.tries - 1], max(duty.every, WAITS[0]))
        ended = {"due_at": wait, "aside_at": now if aside else None}
    mine = OrganisationDuty.objects.filter(pk=row.pk, turn=row.turn, holder=processes.mark())
    mine.update(status=status, counts=counts, failure=failure, ended_at=Now(), **ended)


def try_all[Thing](things: Iterable[Thing], deed: Callable[[Thing], object]) -> int:
    """Do it for each, whatever becomes of the others; return how many were done.

    Raises the first failure once all were tried.
    """
    done, failure = 0, None
    for one in things:
        try:
            deed(one)
            done += 1
        except Exception as error:
            log.exception("regular work")
            failure = failure or error
    if failure is not None:
        raise failure
    return done


def set_aside(organisation_id: int | None = None) -> QuerySet[OrganisationDuty]:
    """Return what failed too often and is tried no more, of one organisation or of all."""
    rows = OrganisationDuty.objects.exclude(aside_at=None).order_by("name", "organisation_id")
    return rows if organisation_id is None else rows.filter(organisation_id=organisation_id)


def failing() -> QuerySet[OrganisationDuty]:
    """Return what failed, and will be tried again at a time that is known."""
    failed = OrganisationDuty.objects.filter(tries__gt=0, aside_at=None, status=TaskStatus.FAILED)
    return failed.order_by("name", "organisation_id")


def troubled(organisation_id: int) -> QuerySet[OrganisationDuty]:
    """Return what failed for an organisation: to be tried again at a known time, or set aside."""
    rows = OrganisationDuty.objects.filter(organisation_id=organisation_id, tries__gt=0)
    return rows.exclude(status=TaskStatus.RUNNING).order_by("name")


def try_again(rows: QuerySet[OrganisationDuty], *, now: datetime) -> int:
    """Have rows done at the next look, as if nothing had failed; return how many."""
    return rows.exclude(status=TaskStatus.RUNNING).update(
        tries=0, aside_at=None, due_at=now, turn=F("turn") + 1
    )


def hasten(duty: Duty, now: datetime) -> None:
    """Have what failed tried now, but what is set aside."""
    failed = OrganisationDuty.objects.filter(name=duty.name, aside_at=None, tries__gt=0)
    failed.exclude(status=TaskStatus.RUNNING).update(due_at=now)


def totals(run: DutyRun) -> dict[str, int]:
    """Return what a duty did since it was last due, of all it was done for (one query)."""
    found = Counter(run.counts)
    rows = OrganisationDuty.objects.filter(name=run.name, begun_at__gte=run.begun_at)
    for counts in rows.filter(status=TaskStatus.DONE).values_list("counts", flat=True):
        found.update(counts)
    return dict(found)


def standing(duty: Duty) -> Mapping[str, int]:
    """Return how many organisations wait for a duty, failed, or are set aside (one query)."""
    counts = {"waiting": 0, "failed": 0, "aside": 0}
    rows = OrganisationDuty.objects.filter(name=duty.name).filter(~Q(due_at=None) | ~Q(tries=0))
    for tries, aside in rows.values_list("tries", "aside_at"):
        counts["aside" if aside else "failed" if tries else "waiting"] += 1
    return counts
