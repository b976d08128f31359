"""Importing accounts, beside a bare `executemany` of the same rows into the same table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from portulan.budget.models import BudgetLine
from portulan.budget.services.imports import confirm, preview
from portulan.budget.services.years import open_year
from tests.bench import files
from tests.bench.base import database
from tests.bench.clock import Pair, seconds
from tests.bench.table import Row, by_ratio
from tests.people import make_town

LINES = int(os.environ.get("BENCH_LINES", "100000"))
MOST = 3.0


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio of an import, from the file to the last line, and its memory."""
    with database():
        for name, write in (("scdl", files.scdl), ("ledger", files.ledger), ("totem", files.totem)):
            path = write(folder / f"import.{name}", LINES)
            yield _row(name, path)


def _row(name: str, path: Path) -> Row:
    town = make_town(f"import-{name}")
    year = open_year(town.finance, year=files.YEAR)

    def load() -> None:
        with path.open("rb") as stream:
            batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=path.name)
        confirm(town.finance, batch=batch, in_euros=True)

    measured = seconds(load)
    reference = _bare(year.pk)
    return by_ratio(
        f"import {LINES:,} lines of {name}", Pair(measured, reference, measured / reference), MOST
    )


def _bare(year: int) -> float:
    """Return what the database alone takes for the rows just imported."""
    columns = [field.column for field in BudgetLine._meta.concrete_fields if not field.primary_key]
    table, names = BudgetLine._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} WHERE fiscal_year_id = %s", [year])  # noqa: S608
        found = cursor.fetchall()
    marks = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, found)
            transaction.set_rollback(True)

    write()
    return seconds(write)
