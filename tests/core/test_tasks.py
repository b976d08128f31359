"""A task says where it stands, hears that it must stop, and when silent is said interrupted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portulan.core import processes, tasks
from portulan.core.models import Task
from portulan.core.words import TaskStatus


@pytest.fixture
def kind() -> Iterator[str]:
    """A kind of work whose deeds each test gives."""
    yield "essai"
    tasks._KINDS.pop("essai", None)


def start(kind: str, subject_id: int = 7) -> Task:
    return tasks.start(organisation_id=1, person_id=None, kind=kind, subject_id=subject_id)


def waiting(kind: str, status: TaskStatus = TaskStatus.WAITING, age: int = 0) -> Task:
    seen = timezone.now() - timedelta(seconds=age)
    return Task.objects.create(
        organisation_id=1, kind=kind, subject_id=7, status=status, created_at=seen, seen_at=seen
    )


@pytest.mark.django_db
def test_work_says_how_it_ended(kind: str) -> None:
    def refuse(_beat: tasks.Beat) -> None:
        raise ValidationError("Le coût manque.")

    def fail(_beat: tasks.Beat) -> None:
        raise ZeroDivisionError

    for work, status, failure in (
        (lambda beat: beat.tell("search", 3, 9), TaskStatus.DONE, ""),
        (refuse, TaskStatus.FAILED, "Le coût manque."),
        (fail, TaskStatus.FAILED, ""),
    ):
        tasks.register(kind, work)
        task = start(kind)
        assert (task.status, task.failure) == (status, failure)
        assert task.ended_at is not None
    assert Task.objects.earliest("pk").done == 3


@pytest.mark.django_db(transaction=True)
def test_work_starts_with_what_is_written_beside_it_or_not_at_all(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[int] = []
    tasks._here.set(False)  # as everywhere but in tests
    monkeypatch.setattr(tasks, "_launch", lambda task, _wait: launched.append(task.pk))
    with transaction.atomic():
        task = start(kind)
        assert (launched, task.status) == ([], TaskStatus.WAITING)
    assert launched == [task.pk]
    with transaction.atomic():
        start(kind, subject_id=8)
        transaction.set_rollback(True)
    assert (launched, Task.objects.count()) == ([task.pk], 1)


@pytest.mark.django_db
def test_of_two_who_ask_the_second_sees_the_work_of_the_first(kind: str) -> None:
    at_work = waiting(kind, TaskStatus.RUNNING)
    assert start(kind) == at_work
    tasks.register(kind, lambda _beat: None)
    assert start(kind, subject_id=8) != at_work


@pytest.mark.django_db
def test_work_stops_when_it_is_told_to(kind: str) -> None:
    heard = []

    def work(beat: tasks.Beat) -> None:
        heard.append(beat.tell("one"))
        tasks.cancel(beat.task.pk)
        heard.append(beat.tell("two"))
        beat.check()
        heard.append(True)

    tasks.register(kind, work)
    assert start(kind).status == TaskStatus.CANCELLED
    assert heard == [True, False]


@pytest.mark.django_db
def test_a_silent_task_was_interrupted_and_may_start_again(kind: str) -> None:
    old = waiting(kind, TaskStatus.RUNNING, age=120)
    found = tasks.latest(kind, 7)
    assert found is not None
    assert found.status is TaskStatus.INTERRUPTED
    assert not found.at_work
    tasks.register(kind, lambda _beat: None)
    assert start(kind).status == TaskStatus.DONE
    old.refresh_from_db()
    assert old.status == TaskStatus.INTERRUPTED


@pytest.mark.django_db
def test_a_task_whose_process_is_gone_is_seen_at_once_and_its_words_do_not_count(
    kind: str,
) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    task = waiting(kind, TaskStatus.RUNNING)
    task.process = processes.mark(sleeper.pid)
    # Silent for long, and even from a clock that was ahead: its process is there.
    for age in (-7200, 7200):
        task.seen_at = timezone.now() - timedelta(seconds=age)
        task.save()
        found = tasks.latest(kind, 7)
        assert found is not None
        assert found.at_work
    sleeper.kill()
    ends = monotonic() + 120  # as long as a busy machine may need
    while processes.is_alive(task.process):  # not waited for: what is left of it is no process
        assert monotonic() < ends
    found = tasks.latest(kind, 7)
    assert found is not None
    assert found.status is TaskStatus.INTERRUPTED
    sleeper.wait()
    assert processes.is_alive(processes.mark()) is True
    assert processes.is_alive("elsewhere:1:2") is None
    assert processes.is_alive(processes.mark() + "9") is False  # another one, of the same number


@pytest.mark.django_db
def test_asked_twice_to_stop_a_process_is_ended(kind: str) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    task = waiting(kind, TaskStatus.RUNNING)
    task.process = processes.mark(sleeper.pid)
    task.save()
    tasks.cancel(task.pk)
    assert sleeper.poll() is None
    tasks.cancel(task.pk)
    assert sleeper.wait(20) != 0
    task.refresh_from_db()
    assert task.status == TaskStatus.CANCELLED


@pytest.mark.django_db
def test_work_done_here_is_seen_by_others(kind: str) -> None:
    seen = []

    def here(work: tasks.Work) -> bool:
        return tasks.run_here(work, organisation_id=1, person_id=None, kind=kind, subject_id=7)

    assert here(lambda _beat: seen.append((tasks.latest(kind, 7), here(lambda _beat: None))))
    [(found, again)] = seen
    assert found is not None
    assert found.at_work
    assert again is False
    with pytest.raises(ZeroDivisionError):
        here(lambda _beat: seen.append(1 // 0))
    assert Task.objects.latest("pk").status == TaskStatus.FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are read otherwise there")
def test_long_work_lets_those_who_wait_for_a_page_go_first() -> None:
    deed = """
import os, pathlib
from portulan.core.processes import step_aside
step_aside()
step_aside()
session = pathlib.Path("/proc/self/autogroup")
weighed = session.read_text() if session.exists() else "nice 10"
print(os.getpriority(os.PRIO_PROCESS, 0), *weighed.split()[-1:])
"""
    said = subprocess.run(
        [sys.executable, "-c", deed],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    ).stdout
    assert said.split() == [str(max(10, os.getpriority(os.PRIO_PROCESS, 0))), "10"]


@pytest.mark.django_db
def test_a_task_is_worked_on_once(kind: str) -> None:
    done = []
    tasks.register(kind, lambda beat: done.append(beat.task.pk))
    task = waiting(kind)
    tasks.run(task.pk)
    tasks.run(task.pk)
    assert done == [task.pk]
    assert tasks.latest(kind, 8) is None
