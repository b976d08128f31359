"""A duty is done when it is due, by one process at a time, and by another when that one dies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portulan.core import duties as duty_list
from portulan.core import processes, schedule
from portulan.core.duties import Counts, Deed, Duty, register
from portulan.core.models import DutyRun
from portulan.core.schedule import due, due_at, run_due, run_one, runs
from portulan.core.words import TaskStatus

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ELSEWHERE = "another-machine:12:34"
DEAD = processes.mark(4_000_000)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No duty but those of the test."""
    kept = dict(duty_list._DUTIES)
    duty_list._DUTIES.clear()
    yield
    duty_list._DUTIES.clear()
    duty_list._DUTIES.update(kept)


def duty(deed: Deed = lambda _now: None, *, name: str = "sweep", minutes: int = 60) -> Duty:
    made = Duty(name, every=timedelta(minutes=minutes), deed=deed)
    register(made)
    return made


def refuse(_now: datetime) -> Counts | None:
    raise ValidationError("Le dossier manque.")


def fail(_now: datetime) -> Counts | None:
    raise ZeroDivisionError("Nadia")


@pytest.mark.django_db
def test_what_is_due_is_done_once_and_its_row_says_how_it_went() -> None:
    duty(lambda _now: {"rows": 3})
    duty(refuse, name="refuse")
    duty(fail, name="fail")
    done = {run.name: (run.status, run.counts, run.failure) for run in run_due(NOW)}
    assert done == {
        "sweep": (TaskStatus.DONE, {"rows": 3}, ""),
        "refuse": (TaskStatus.FAILED, {}, "Le dossier manque."),
        "fail": (TaskStatus.FAILED, {}, "ZeroDivisionError"),  # what it says may name somebody
    }
    assert run_due(NOW + timedelta(minutes=1)) == []
    again = run_due(NOW + timedelta(minutes=15))
    assert [run.name for run in again] == ["fail", "refuse"], "what failed does not wait an hour"
    assert "sweep" in {one.name for one in due(NOW + timedelta(minutes=60))}


@given(
    st.integers(0, 366 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.times(),
)
def test_a_nightly_duty_is_due_at_the_next_such_hour_of_the_place(at: datetime, hour: time) -> None:
    nightly = Duty("purge", every=timedelta(days=1), at=hour, deed=lambda _now: None)
    coming = nightly.next_after(at)
    # An hour that a night of spring skips is that which follows it.
    assert at - timedelta(hours=1) < coming <= at + timedelta(hours=26)
    assert timezone.localtime(coming).time() == hour or coming.month in {3, 10}


def held(holder: str, *, silent: bool) -> None:
    away = timedelta(seconds=-5 if silent else 50)
    DutyRun.objects.create(
        name="sweep",
        holder=holder,
        until=timezone.now() + away,
        begun_at=NOW,
        status=TaskStatus.RUNNING,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("holder", "silent", "free"),
    [
        (processes.mark(), False, False),
        (ELSEWHERE, False, False),
        (ELSEWHERE, True, True),
        (DEAD, False, True),
    ],
    ids=["this-process", "spoke-lately", "silent", "dead"],
)
def test_a_duty_is_taken_over_from_who_died_and_from_nobody_else(
    holder: str, silent: bool, free: bool
) -> None:
    one = duty()
    held(holder, silent=silent)
    assert runs()["sweep"].status == (TaskStatus.INTERRUPTED if free else TaskStatus.RUNNING)
    run = run_one(one, NOW)
    assert (run is not None) is free
    if run is not None:
        assert (run.status, run.turn, run.holder) == (TaskStatus.DONE, 1, processes.mark())


@pytest.mark.django_db
def test_who_comes_back_after_another_took_over_says_nothing() -> None:
    seen: list[DutyRun | None] = []

    def slow(now: datetime) -> Counts | None:
        if seen:
            return {"rows": 2}
        seen.append(run_one(one, now))  # it is under way
        DutyRun.objects.update(until=timezone.now() - timedelta(seconds=1))  # it fell silent
        seen.append(run_one(one, now))
        return {"rows": 1}

    one = duty(slow)
    last = run_one(one, NOW)
    assert seen[0] is None
    assert last is not None
    assert last == seen[1]
    assert (last.turn, last.counts) == (2, {"rows": 2})


@pytest.mark.django_db
def test_of_two_who_find_it_free_one_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one = duty()
    before = runs

    def overtaken() -> dict[str, DutyRun]:
        found = before()
        DutyRun.objects.update(turn=7, holder=ELSEWHERE)
        return found

    monkeypatch.setattr(schedule, "runs", overtaken)
    assert run_one(one, NOW) is None


@pytest.mark.django_db
def test_what_another_did_since_it_was_seen_to_be_due_is_not_done_again() -> None:
    duty(lambda _now: run_one(second, NOW) and None, name="first")
    second = duty(name="second")
    assert [run.name for run in run_due(NOW)] == ["first"]
    assert runs()["second"].turn == 1


@pytest.mark.django_db
def test_a_duty_under_way_is_due_at_its_end_and_one_never_done_now() -> None:
    one = duty()
    assert due_at(one, None, NOW) is None
    held(ELSEWHERE, silent=False)
    assert due_at(one, runs()["sweep"], NOW) == NOW + timedelta(hours=1)
    assert due(NOW + timedelta(days=3)) == []


@pytest.mark.django_db
def test_a_duty_that_nothing_waits_for_writes_nothing_for_a_day() -> None:
    since: list[datetime] = []
    register(Duty("links", timedelta(minutes=1), waits=lambda _now: min(since, default=None)))
    assert [run.name for run in run_due(NOW)] == ["links"], "never done: it is done once"
    minutes = [NOW + timedelta(minutes=each) for each in range(1, 1440, 60)]
    with CaptureQueriesContext(connection) as seen:
        assert [run_due(at) for at in minutes] == [[]] * len(minutes)
    assert all(one["sql"].startswith("SELECT") for one in seen), "looking writes nothing"
    since.append(NOW + timedelta(minutes=90))
    assert run_due(NOW + timedelta(minutes=89)) == []
    assert len(run_due(NOW + timedelta(minutes=90))) == 1
    since.clear()
    assert len(run_due(NOW + timedelta(minutes=90, days=1))) == 1, "once a day all the same"
