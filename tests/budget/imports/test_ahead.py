"""What is written by pieces is what would be written at once, and counts only when it is whole."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.models import Delegation
from portulan.accounts.reads import behalf_of
from portulan.budget.imports import ahead, bulk
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.lines.kept_sums import count_again, without_sums
from portulan.budget.lines.recounting import stale_imports
from portulan.budget.models import BudgetLine, DaySums, FiscalYear, ImportBatch, StageSums
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.words import BatchStatus, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core import tasks
from portulan.core.models import AuditEntry, Task
from portulan.core.words import TaskStatus
from tests.people import Town
from tests.totem import totem

LINES = [("2051", str(n), str(n + 1)) for n in range(50)] + [("611", "5", "7")] * 20


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "LARGE", 30)
    monkeypatch.setattr(bulk, "_AT_ONCE", 20)
    monkeypatch.setattr(tasks, "_EVERY", 0)


def show(town: Town, year: FiscalYear, *lines: tuple[str, str, str]) -> ImportBatch:
    content = io.BytesIO(totem(*(lines or LINES)))
    return preview(town.finance, fiscal_year=year, stream=content, file_name="ca.xml")


def rows(batch: ImportBatch) -> list[Any]:
    names = [field.name for field in BudgetLine._meta.fields if field.name not in {"id", "batch"}]
    return list(batch.written.order_by("pk").values_list(*names))


def sums(batch: ImportBatch) -> dict[str, Any]:
    return dict(StageSums.objects.filter(batch=batch).values_list("stage", "document"))


def in_the_middle(monkeypatch: pytest.MonkeyPatch, deed: Any, at: int = 2) -> None:
    """Do something once, when so many pieces are written."""
    write, calls = ahead.write_lines, iter(range(1000))

    def pieces(*args: Any, piece: Any) -> Any:
        def counted(size: int) -> Any:
            if next(calls) == at:
                deed()
            return piece(size)

        return write(*args, piece=counted)

    monkeypatch.setattr(ahead, "write_lines", pieces)


def test_by_pieces_or_at_once_the_same_is_written(town: Town, year: FiscalYear) -> None:
    batch = show(town, year)
    assert ahead.start(town.finance, batch=batch).status == BatchStatus.CONFIRMED
    by_pieces, kept = rows(batch), sums(batch)
    assert (len(by_pieces), len(kept)) == (70, 5)
    task = Task.objects.get()
    assert (task.status, task.done, task.total) == (TaskStatus.DONE, 70, 70)
    BudgetLine.everything.all().delete()
    ImportBatch.objects.all().delete()
    batch = show(town, year)
    confirm(town.finance, batch=batch)
    assert rows(batch) == by_pieces
    assert sums(batch) == kept


def test_who_acts_by_delegation_is_in_both_journals(
    town: Town, elsewhere: Town, year: FiscalYear
) -> None:
    person = town.people[Role.FINANCE]
    Delegation.objects.create(
        person=person,
        group_id=elsewhere.organisation.pk,
        accepted_by=elsewhere.people[Role.FINANCE].pk,
        until=date(2027, 1, 1),
        given_at=timezone.now(),
    )
    actor = replace(town.finance, behalf=behalf_of(person))
    there = AuditEntry.objects.filter(organisation_id=elsewhere.organisation.pk, verb="acted for")
    batch = show(town, year)
    before = there.count()
    assert ahead.start(actor, batch=batch).status == BatchStatus.CONFIRMED
    assert Task.objects.exists()
    assert there.count() > before


def test_a_small_file_needs_no_task(town: Town, year: FiscalYear) -> None:
    batch = ahead.start(town.finance, batch=show(town, year, ("2051", "1", "1")))
    assert batch.status == BatchStatus.CONFIRMED
    assert not Task.objects.exists()


@pytest.mark.parametrize("stopped_by", ["person", "fault", "closing"])
def test_what_stops_in_the_middle_leaves_a_preview(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch, stopped_by: str
) -> None:
    batch = show(town, year)

    def stop() -> None:
        assert ImportBatch.objects.get().status == BatchStatus.WRITING
        assert batch.written.count() == 40
        assert figure_of(year, Stage.REALISED).figure.denominator.lines == 0
        with pytest.raises(ValidationError, match="en train"):
            confirm(town.finance, batch=batch)
        if stopped_by == "person":
            Task.objects.update(cancel_asked=True)
        elif stopped_by == "fault":
            raise ZeroDivisionError
        else:
            edit_year(
                town.finance,
                fiscal_year=FiscalYear.objects.get(),
                status=YearStatus.CLOSED,
                starts_on=year.starts_on,
                ends_on=year.ends_on,
                tax_basis=year.tax_basis,
            )

    in_the_middle(monkeypatch, stop)
    ahead.start(town.finance, batch=batch)
    task = Task.objects.get()
    ended = TaskStatus.CANCELLED if stopped_by == "person" else TaskStatus.FAILED
    assert task.status == ended
    assert bool(task.failure) == (stopped_by == "closing")
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED
    for left in (BudgetLine, StageSums, DaySums):
        assert not left.objects.exists()


def test_a_perimeter_that_changes_meanwhile_judges_all_lines(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = show(town, year)
    draft = draft_perimeter(town.finance)
    add_rule(
        town.finance, perimeter=draft, verdict=Verdict.OUT, reason="Autre", nature_prefix="2051"
    )
    in_the_middle(
        monkeypatch,
        lambda: bring_into_force(town.finance, perimeter=draft, on=date(2026, 5, 1)),
    )
    ahead.start(town.finance, batch=batch)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.CONFIRMED
    assert set(batch.written.filter(nature="2051").values_list("verdict", flat=True)) == {"out"}
    assert batch.written.count() == 70
    kept = sums(batch)
    StageSums.objects.all().delete()
    count_again(batch)
    assert sums(batch) == kept


def test_what_a_kill_left_is_swept_and_what_is_at_work_is_not(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = show(town, year)
    take_away = ahead.take_away
    monkeypatch.setattr(ahead, "take_away", lambda _batch: None)
    in_the_middle(monkeypatch, lambda: 1 // 0)
    ahead.start(town.finance, batch=batch)
    monkeypatch.setattr(ahead, "take_away", take_away)
    Task.objects.update(status=TaskStatus.RUNNING)  # this very process
    assert ahead.sweep() == 0
    Task.objects.update(process="")
    Task.objects.update(status=TaskStatus.INTERRUPTED)
    assert batch.written.count() == 40
    assert ahead.sweep() == 1
    assert not BudgetLine.everything.exists()
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED


def test_what_is_being_written_is_no_fault_that_doctor_mends(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, seen = show(town, year), []
    in_the_middle(
        monkeypatch,
        lambda: seen.append((batch.written.count(), list(without_sums()), list(stale_imports()))),
    )
    ahead.start(town.finance, batch=batch)
    assert seen == [(40, [], [])]
