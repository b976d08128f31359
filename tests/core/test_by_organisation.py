"""One organisation's failure stops no other, is tried again, then set aside; nothing is twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F

from portulan.core import duties as duty_list
from portulan.core import processes, schedule
from portulan.core.by_organisation import (
    WAITS,
    failing,
    is_waiting,
    set_aside,
    standing,
    totals,
    try_again,
)
from portulan.core.duties import Counts, Duty, Each, duties, register
from portulan.core.models import DutyRun, OrganisationDuty, SharedFolder
from portulan.core.schedule import run_due, run_one
from portulan.core.words import TaskStatus

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEAD = processes.mark(4_000_000)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No duty but those of the test."""
    kept = dict(duty_list._DUTIES)
    duty_list._DUTIES.clear()
    yield
    duty_list._DUTIES.clear()
    duty_list._DUTIES.update(kept)


class Work:
    """What was done, in its order; what breaks is told by organisation."""

    def __init__(self, places: int = 5, name: str = "digests", every: timedelta = DAY) -> None:
        self.done: list[int] = []
        self.breaks: dict[int, Exception] = {}
        each = Each(lambda _now: range(1, places + 1), self.deed)
        self.duty = Duty(name, every=every, each=each)
        register(self.duty)

    def deed(self, organisation: int, _now: datetime) -> Counts:
        SharedFolder.objects.create(mark=str(organisation))
        if organisation in self.breaks:
            raise self.breaks[organisation]
        self.done.append(organisation)
        return {"put": organisation}


def row(organisation: int) -> OrganisationDuty:
    return OrganisationDuty.objects.get(organisation_id=organisation)


@pytest.mark.django_db
def test_one_that_fails_stops_no_other_and_leaves_nothing_half_written() -> None:
    work = Work()
    work.breaks = {1: ZeroDivisionError("Nadia"), 3: ValidationError("Le dossier manque.")}
    (run,) = run_due(NOW)
    assert sorted(work.done) == [2, 4, 5]
    assert set(SharedFolder.objects.values_list("mark", flat=True)) == {"2", "4", "5"}
    assert totals(run) == {"organisations": 5, "put": 11}
    assert [(one.organisation_id, one.failure, one.tries) for one in failing()] == [
        (1, "ZeroDivisionError", 1),  # what it says may name somebody
        (3, "Le dossier manque.", 1),
    ]
    assert standing(work.duty) == {"waiting": 0, "failed": 2, "aside": 0}
    # It is tried again before the duty is due, alone; mended, it is as if nothing had happened.
    del work.breaks[3]
    run_due(NOW + WAITS[0])
    assert work.done[3:] == [3]
    assert (row(3).tries, row(3).failure, row(3).due_at) == (0, "", None)
    assert row(1).due_at == NOW + WAITS[0] + WAITS[1]


@pytest.mark.django_db
def test_what_fails_too_often_is_set_aside_until_somebody_says_so() -> None:
    work = Work(2)
    work.breaks = {1: ArithmeticError()}
    at = NOW
    for wait in (*WAITS, DAY):
        run_due(at)
        at += wait
    assert [one.organisation_id for one in set_aside()] == [1]
    assert row(1).tries == len(WAITS) + 1
    tried = row(1).turn
    run_due(at + 9 * DAY)
    assert row(1).turn == tried
    assert work.done.count(2) > 1, "the other one goes on"
    work.breaks.clear()
    assert try_again(set_aside(1), now=at) == 1
    run_due(at)
    assert work.done.count(1) == 1
    assert not set_aside().exists()


@pytest.mark.django_db
def test_a_process_that_dies_with_one_counts_as_its_failure() -> None:
    work = Work(2)
    run_due(NOW)
    for _kill in range(len(WAITS) + 1):
        again = OrganisationDuty.objects.filter(organisation_id=1)
        again.update(
            status=TaskStatus.RUNNING, holder=DEAD, due_at=NOW, tries=F("tries") + 1, until=None
        )
        if _kill < len(WAITS):
            assert is_waiting([work.duty], NOW)
    work.done.clear()
    run_due(NOW + timedelta(minutes=1))
    assert work.done == []
    assert [one.organisation_id for one in set_aside()] == [1]


@pytest.mark.django_db
@pytest.mark.parametrize("holder", [DEAD, "another-machine:12:34"])
def test_what_a_dead_process_held_is_done_by_another(holder: str) -> None:
    work = Work(1)
    run_due(NOW)
    past = duty_list.clock() - timedelta(minutes=2)
    OrganisationDuty.objects.update(
        status=TaskStatus.RUNNING, holder=holder, due_at=NOW, until=past
    )
    run_due(NOW + timedelta(minutes=1))
    assert work.done == [1, 1]
    assert row(1).holder == processes.mark()


@pytest.mark.django_db
def test_what_another_holds_and_keeps_saying_so_is_left_to_it() -> None:
    work = Work(1)
    run_due(NOW)
    soon = duty_list.clock() + timedelta(seconds=50)
    OrganisationDuty.objects.update(
        status=TaskStatus.RUNNING, holder="another-machine:12:34", due_at=NOW, until=soon
    )
    run_due(NOW + timedelta(minutes=1))
    assert work.done == [1]
    assert not is_waiting([work.duty], NOW + timedelta(minutes=1))


@pytest.mark.django_db
def test_a_date_that_a_wrong_clock_wrote_is_mended() -> None:
    work = Work(3)
    work.breaks = {3: ArithmeticError()}
    wrong = NOW + 900 * DAY
    run_due(wrong)
    work.breaks.clear()
    assert schedule.is_ahead(DutyRun.objects.get(), NOW)
    run_due(NOW)
    assert sorted(work.done[2:]) == [1, 2, 3]
    assert not schedule.is_ahead(DutyRun.objects.get(), NOW)
    assert row(3).begun_at == NOW
    # A sign of life promised by that clock is none.
    OrganisationDuty.objects.update(
        status=TaskStatus.RUNNING, holder="elsewhere:1:2", due_at=NOW, until=wrong
    )
    assert is_waiting([work.duty], NOW)


@pytest.mark.django_db
def test_a_duty_of_many_keeps_no_frequent_one_waiting() -> None:
    order: list[str] = []

    def told(name: str) -> Callable[[int, datetime], None]:
        return lambda one, _now: order.append(f"{name}{one}")

    night = Each(lambda _now: range(40), told("night"))
    often = Each(lambda _now: range(12), told("often"))
    register(Duty("a night", every=DAY, each=night))
    register(Duty("often", every=timedelta(minutes=2), each=often))
    run_due(NOW)
    assert len(order) == len(set(order)) == 52
    assert [one[:5] for one in order[:30]].count("often") == 12


@pytest.mark.django_db
def test_as_many_queries_whatever_the_organisations() -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for places in (10, 500):
        work = Work(places, name=f"of {places}")
        with CaptureQueriesContext(connection) as asked:
            work.duty.each and schedule._do(
                work.duty, schedule._take(work.duty, NOW, due_only=True) or DutyRun(), NOW
            )
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_share_the_organisations_and_do_none_twice() -> None:
    work = Work(60)
    run = schedule._take(work.duty, NOW, due_only=True)
    assert run is not None
    begun = Event()
    first = work.deed

    def slow(organisation: int, now: datetime) -> Counts:
        begun.wait(1)
        return first(organisation, now)

    register(Duty("digests", every=DAY, each=Each(lambda _now: range(1, 61), slow)))
    schedule._do(duty_list._DUTIES["digests"], run, NOW)

    def other() -> None:
        try:
            run_due(NOW)
        finally:
            connection.close()

    many = [Thread(target=other) for _one in range(3)]
    for one in many:
        one.start()
    begun.set()
    for one in many:
        one.join(60)
    assert sorted(work.done) == list(range(1, 61))
    assert not OrganisationDuty.objects.exclude(tries=0).exists()


@pytest.mark.django_db
def test_asked_by_name_what_failed_is_tried_at_once() -> None:
    work = Work(1)
    work.breaks = {1: ArithmeticError()}
    run_due(NOW)
    work.breaks.clear()
    run_one(work.duty, NOW + timedelta(minutes=1))
    assert work.done == [1]
    assert duties() == [work.duty]
