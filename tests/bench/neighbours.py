"""A page of one organisation, alone then among two thousand; on PostgreSQL with `DATABASE_URL`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.db import connection
from django.db.models import Model

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch, StageSums
from tests.bench.base import database
from tests.bench.clock import seconds
from tests.bench.pages import Browser
from tests.bench.place import build
from tests.bench.table import Row

OTHERS = int(os.environ.get("BENCH_NEIGHBOURS", "2000"))
LINES = 500
MOST = 1.3
PAGES = {
    "budget lines": "budget/2026/lines/",
    "lines by label": "budget/2026/lines/?order=label",
    "lines searched": "budget/2026/lines/?q=onduleurs",
    "budget year": "budget/2026/",
    "to qualify": "budget/2026/queue/",
    "dashboard": "",
}
_AT_ONCE = 100
GOES = 15


def rows(folder: Path) -> Iterator[Row]:
    """Yield the cost of the pages of one organisation, server and database, before and after."""
    with database():
        browser = Browser(build("bourg", folder, actions=10, lines=LINES))
        alone = {name: _cost(browser, address) for name, address in PAGES.items()}
        _settle(browser.place.years[-1], OTHERS)
        for name, address in PAGES.items():
            now = _cost(browser, address)
            ratio = now / alone[name]
            yield Row(
                f"{name}, one of {OTHERS + 1:,} organisations × {LINES} lines",
                f"{now:,.2f} units",
                f"{alone[name]:,.2f} alone",
                f"{ratio:.2f}",
                f"≤ {MOST:g} ×",
                ratio <= MOST,
            )


def _cost(browser: Browser, address: str) -> float:
    """Return what a page takes of CPU, its database included, in times a fixed work beside it.

    The two moments compared are minutes apart, on a machine that others slow down.
    """
    return median(_once(browser, address) / seconds(_fixed_work) for _ in range(GOES))


def _fixed_work() -> int:
    return sum(number * number for number in range(200_000))


def _once(browser: Browser, address: str) -> float:
    before = time.process_time() + _spent_by_database()
    browser.get(address)
    return time.process_time() + _spent_by_database() - before


def _spent_by_database() -> float:
    """Return the CPU seconds of the process that answers this connection, on this machine."""
    if connection.vendor == "sqlite":
        return 0.0  # it works inside the server's own process
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _settle(year: FiscalYear, count: int) -> None:
    """Make as many organisations, each with the accounts of this year."""
    [batch] = year.batches.all()
    sums = list(batch.sums.all())
    for first in range(0, count, _AT_ONCE):
        organisations = Organisation.objects.bulk_create(
            Organisation(slug=f"voisin-{n}", name=f"Voisin {n}", legal_form=LegalForm.TOWN)
            for n in range(first, min(first + _AT_ONCE, count))
        )
        years = FiscalYear.objects.bulk_create(
            _copy(year, organisation=organisation) for organisation in organisations
        )
        batches = ImportBatch.objects.bulk_create(_copy(batch, fiscal_year=its) for its in years)
        StageSums.objects.bulk_create(_copy(its, batch=new) for new in batches for its in sums)
        _copy_lines(batch, batches)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy[M: Model](given: M, **changed: object) -> M:
    values = {field.name: getattr(given, field.name) for field in given._meta.concrete_fields}
    return type(given)(**(values | {"id": None} | changed))


def _copy_lines(batch: ImportBatch, others: list[ImportBatch]) -> None:
    """Give the lines of an import to the others, inside the database."""
    own = {"id", "organisation_id", "fiscal_year_id", "batch_id"}
    names = [f'"{f.column}"' for f in BudgetLine._meta.concrete_fields if f.column not in own]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO budget_budgetline (organisation_id, fiscal_year_id, batch_id, {columns})"  # noqa: S608
            f" SELECT y.organisation_id, y.id, b.id, {', '.join(f'l.{name}' for name in names)}"
            " FROM budget_importbatch b JOIN budget_fiscalyear y ON y.id = b.fiscal_year_id"
            " CROSS JOIN budget_budgetline l"
            " WHERE l.batch_id = %s AND b.id BETWEEN %s AND %s",
            [batch.pk, others[0].pk, others[-1].pk],
        )
