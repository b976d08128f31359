"""An import that is being written: shown as such, stopped, started again, and read by nobody."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.budget.imports import ahead, bulk
from portulan.budget.imports.writes import preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import BatchStatus, Stage
from portulan.core import tasks
from portulan.core.models import Task
from portulan.core.words import TaskStatus
from tests.browser import Browser
from tests.people import Town
from tests.totem import totem
from tests.web.furnished import Place, patterns

type SignIn = Callable[[Role], Browser]
# What says that there is an import under way, or what just happened; what has no name is no page.
ABOUT_IMPORTS = {"budget:imports", "budget:batch", "people:journal", "None"} | {
    "account",
    "people:security",
}
# What is of one page only, and of this instant.
PASSING = re.compile(rb'name="(?:csrfmiddlewaretoken|since)" value="[^"]*"|expires=[^;]*')


@pytest.fixture
def town(db: None, place: Place) -> Town:
    return place.town


def half_written(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch, size: int = 50
) -> ImportBatch:
    """Leave an import as a kill in the middle does."""
    lines = [("2051", "900000", "800000")] * size
    content = io.BytesIO(totem(*lines, year=year.year))
    batch = preview(town.finance, fiscal_year=year, stream=content, file_name="moitie.xml")
    with monkeypatch.context() as patched:
        patched.setattr(ahead, "LARGE", 10)
        patched.setattr(bulk, "_AT_ONCE", 20)
        patched.setattr(ahead, "take_away", lambda _batch: None)
        patched.setattr(tasks, "_EVERY", 0)
        write, seen = bulk.rows_of, iter(range(10_000))

        def rows(*args: Any) -> Any:
            for row in write(*args):
                if next(seen) == 41:
                    raise ZeroDivisionError
                yield row

        patched.setattr(bulk, "rows_of", rows)
        ahead.start(town.finance, batch=batch, replace=True)
    batch.refresh_from_db()
    assert (batch.status, batch.written.count()) == (BatchStatus.WRITING, 40)
    return batch


def test_no_page_no_sum_and_no_file_reads_what_is_half_written(
    town: Town, place: Place, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in(Role.ADMIN)
    year = FiscalYear.objects.get(year=2026)
    addresses = {
        name: place.address(name, arguments)
        for name, arguments in patterns()
        # The screen of a room says the hour.
        if name not in {*ABOUT_IMPORTS, "plans:workshop-room"}
        and not name.startswith(("sign", "factor-", "observatory:"))
    }
    lines = addresses["budget:lines"]
    addresses |= {
        f"lines {query}": f"{lines}?{query}"
        for query in ("stage=voted", "q=2051", "format=csv", "format=xlsx", "verdict=in", "page=2")
    }

    def read() -> dict[str, tuple[int, bytes]]:
        said = {}
        for name, address in addresses.items():
            answer = admin.get(address)
            content = answer.getvalue()
            if "spreadsheetml" in answer.headers.get("Content-Type", ""):
                content = str(len(content)).encode()  # its time of writing is in it
            said[name] = (answer.status_code, PASSING.sub(b"", content))
        return said

    read()  # what a first visit writes
    before, figures = read(), [figure_of(year, stage) for stage in Stage]
    half_written(town, year, monkeypatch)
    after = read()
    assert [name for name in before if before[name] != after[name]] == []
    assert [figure_of(year, stage) for stage in Stage] == figures
    assert sum(code == 200 for code, _content in before.values()) > 80


def test_a_large_import_shows_how_far_it_is_and_is_stopped(
    town: Town, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, year = signed_in(Role.FINANCE), FiscalYear.objects.get(year=2026)
    batch = half_written(town, year, monkeypatch)
    here = [town.slug, 2026, batch.pk]
    page = reverse("budget:batch", args=here)
    said = finance.get(page).content.decode()
    assert "interrompu" in said
    # Its process is there: how far it is, and a way to stop it.
    Task.objects.filter(subject_id=batch.pk).update(
        status=TaskStatus.RUNNING, process=tasks.processes.mark(), done=40, total=50
    )
    answer = finance.get(page)
    assert answer.headers["Refresh"] == "3"
    assert "40 lignes sur 50" in answer.content.decode()
    reader = signed_in(Role.READER).get(page).content.decode()
    assert "40 lignes sur 50" in reader
    assert "cancel/" not in reader
    finance.post(reverse("budget:cancel-import", args=here))
    assert Task.objects.get(subject_id=batch.pk).cancel_asked
    # Interrupted, it starts again from what was asked.
    Task.objects.filter(subject_id=batch.pk).update(status=TaskStatus.INTERRUPTED)
    resumed = finance.post(reverse("budget:confirm", args=here), finance.fields(page))
    assert resumed.status_code == 302, resumed.content.decode()
    batch.refresh_from_db()
    assert batch.status == BatchStatus.CONFIRMED
    assert batch.written.count() == 50
    assert not BudgetLine.objects.exclude(batch=batch).filter(batch__status=BatchStatus.CONFIRMED)


def test_a_failure_is_told_on_the_preview(
    town: Town, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = FiscalYear.objects.get(year=2026)
    batch = half_written(town, year, monkeypatch)
    ahead.take_away(batch)
    page = reverse("budget:batch", args=[town.slug, 2026, batch.pk])
    assert "pas abouti" in signed_in(Role.FINANCE).get(page).content.decode()
