"""Long work in a process of its own: started, watched, cancelled, and said to be interrupted.

A process per task, started when somebody asks and gone when it is done: nothing stays in memory to
wait, the pages never load what the work needs, and a page served again finds the row where it was
left (docs/adr/0030). When its process is gone, it was ended before it was done, and may be started
again; of a process on another machine, only its silence is known.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from portulan.core import processes
from portulan.core.models import Task
from portulan.core.words import AT_WORK, TaskStatus

SILENCE = timedelta(seconds=45)  # a search may be silent for some seconds, not for that long
_EVERY = 1.0  # seconds between two writings of the row at least
log = logging.getLogger(__name__)

type Details = Mapping[str, object]


class CancelledError(Exception):
    """Somebody asked to stop."""


class Beat:
    """How the work says where it stands, and hears whether to go on."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._said, self._stage, self._goes_on = 0.0, "", True

    def tell(
        self, stage: str, done: int = 0, total: int = 0, details: Details | None = None
    ) -> bool:
        """Write the stage and how far it is, once a second at most inside one stage.

        Returns whether to go on: it never raises, so that a solver may call it.
        """
        now = monotonic()  # a clock that goes back would make it silent
        if not self._goes_on or (stage == self._stage and now - self._said < _EVERY):
            return self._goes_on
        self._said, self._stage = now, stage
        row = Task.objects.filter(pk=self.task.pk, status=TaskStatus.RUNNING, cancel_asked=False)
        self._goes_on = bool(
            row.update(
                seen_at=timezone.now(),
                stage=stage,
                done=done,
                total=total,
                details=dict(details or {}),
            )
        )
        return self._goes_on

    def check(self) -> None:
        """Raise CancelledError when the work was told to stop."""
        if not self._goes_on:
            raise CancelledError


type Work = Callable[[Beat], None]
_KINDS: dict[str, Work] = {}
_here = ContextVar("here", default=False)


def register(kind: str, work: Work) -> None:
    """Declare the work of a kind. It raises ValidationError for what it cannot do."""
    _KINDS[kind] = work


@contextmanager
def here() -> Iterator[None]:
    """Have long work done by who asks: no other process sees what its transaction has written."""
    token = _here.set(True)
    try:
        yield
    finally:
        _here.reset(token)


def latest(kind: str, subject_id: int, *, now: datetime | None = None) -> Task | None:
    """Return the last task of that kind on a subject (one query): as interrupted, when silent."""
    task = Task.objects.filter(kind=kind, subject_id=subject_id).order_by("-pk").first()
    if task is not None and task.at_work and _is_gone(task, now or timezone.now()):
        task.status = TaskStatus.INTERRUPTED
    return task


def start(
    *,
    organisation_id: int,
    person_id: int | None,
    kind: str,
    subject_id: int,
    details: Details | None = None,
    wait: float = 0.0,
) -> Task:
    """Start the work, or return the one that is under way on this subject.

    `details` are what the work is told, until it tells where it stands.
    It starts once its row is written, with all that is written in the same transaction, and is
    waited for `wait` seconds at most: short work is done when the answer is sent.
    """
    with transaction.atomic():
        task, created = _row(organisation_id, person_id, kind, subject_id, dict(details or {}))
        if created and _here.get():
            run(task.pk)
        elif created:
            transaction.on_commit(partial(_launch, task, wait))
    task.refresh_from_db()
    return task


def run_here(
    work: Work, *, organisation_id: int, person_id: int | None, kind: str, subject_id: int
) -> bool:
    """Do the work in this process, which others see; False when it is under way elsewhere.

    What stops it is raised, once its row says so.
    """
    task, created = _row(organisation_id, person_id, kind, subject_id, {})
    if not created:
        return False
    _claim(task.pk)
    task.refresh_from_db()
    try:
        work(Beat(task))
    except BaseException:
        _end(task, TaskStatus.FAILED)
        raise
    _end(task, TaskStatus.DONE)
    return True


def cancel(task_id: int) -> None:
    """Ask the work to stop at its next word; asked again, its process is ended.

    It keeps what it has stored.
    """
    at_work = Task.objects.filter(pk=task_id, status__in=AT_WORK)
    if at_work.filter(cancel_asked=False).update(cancel_asked=True):
        return
    for task in at_work:
        if processes.end(task.process):
            _end(task, TaskStatus.CANCELLED)


def _row(
    organisation_id: int,
    person_id: int | None,
    kind: str,
    subject_id: int,
    details: dict[str, object],
) -> tuple[Task, bool]:
    with transaction.atomic():
        _end_the_gone(kind, subject_id)
        now = timezone.now()
        return Task.objects.get_or_create(
            kind=kind,
            subject_id=subject_id,
            status__in=[TaskStatus.WAITING, TaskStatus.RUNNING],
            defaults={
                "organisation_id": organisation_id,
                "person_id": person_id,
                "created_at": now,
                "seen_at": now,
                "details": details,
            },
        )


def _claim(task_id: int) -> bool:
    claimed = Task.objects.filter(pk=task_id, status=TaskStatus.WAITING)
    return bool(
        claimed.update(status=TaskStatus.RUNNING, seen_at=timezone.now(), process=processes.mark())
    )


def run(task_id: int) -> None:
    """Do the work of a waiting task, in this process. Its row says how it ended."""
    if not _claim(task_id):
        return
    task = Task.objects.get(pk=task_id)
    try:
        _KINDS[task.kind](Beat(task))
    except CancelledError:
        _end(task, TaskStatus.CANCELLED)
    except ValidationError as error:
        _end(task, TaskStatus.FAILED, " ".join(error.messages))
    except Exception:
        log.exception("task %s %s", task.kind, task.pk)
        _end(task, TaskStatus.FAILED)
    else:
        _end(task, TaskStatus.DONE)


def _end(task: Task, status: TaskStatus, failure: str = "") -> None:
    now = timezone.now()
    Task.objects.filter(pk=task.pk).update(
        status=status, failure=failure, seen_at=now, ended_at=now
    )


def _is_gone(task: Task, now: datetime) -> bool:
    alive = processes.is_alive(task.process)
    return abs(now - task.seen_at) > SILENCE if alive is None else not alive


def _end_the_gone(kind: str, subject_id: int) -> None:
    now = timezone.now()
    for task in Task.objects.filter(kind=kind, subject_id=subject_id, status__in=AT_WORK):
        if _is_gone(task, now):
            _end(task, TaskStatus.INTERRUPTED)


def _launch(task: Task, wait: float) -> None:
    process = subprocess.Popen(
        [*settings.TASK_COMMAND, str(task.pk), get_language() or "fr"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal of the server is not for it
    )
    # It says who it is once it starts: one that could not start is known by its number.
    started = Task.objects.filter(pk=task.pk, status=TaskStatus.WAITING)
    started.update(process=processes.mark(process.pid))
    try:
        process.wait(timeout=wait)
    except subprocess.TimeoutExpired:
        return  # its row says where it is
