"""Importing accounts, beside a bare `executemany` of the same rows into the same table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import connection, transaction

from portulan.budget.models import BudgetLine
from portulan.budget.years.writes import open_year
from tests.bench import files
from tests.bench.base import database
from tests.bench.clock import Pair, seconds
from tests.bench.place import load
from tests.bench.table import Row, by_ratio
from tests.people import make_town

LINES = int(os.environ.get("BENCH_LINES", "100000"))
MOST = 3.0
AT_ONCE = 100_000  # rows held in memory at a time


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio of an import, from the file to the last line, and its memory."""
    with database():
        for name, write in (("scdl", files.scdl), ("ledger", files.ledger), ("totem", files.totem)):
            path = write(folder / f"import.{name}", LINES)
            yield _row(name, path)


def _row(name: str, path: Path) -> Row:
    town = make_town(f"import-{name}")
    year = open_year(town.finance, year=files.YEAR)
    measured = seconds(lambda: load(town, year, path))
    bare(year.pk)
    reference = bare(year.pk)
    return by_ratio(
        f"import {LINES:,} lines of {name}", Pair(measured, reference, measured / reference), MOST
    )


def bare(year: int) -> float:
    """Return what the database alone takes for the rows of a year, written again and undone."""
    columns = [field.column for field in BudgetLine._meta.concrete_fields if not field.primary_key]
    table, names = BudgetLine._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    select = (
        f"SELECT {names} FROM {table} WHERE fiscal_year_id = %s AND id > %s ORDER BY id LIMIT %s"  # noqa: S608
    )
    spent = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for start in _starts(year):
            cursor.execute(select, [year, start, AT_ONCE])
            found = cursor.fetchall()
            spent += seconds(partial(cursor.executemany, insert, found))
        transaction.set_rollback(True)
    return spent


def _starts(year: int) -> list[int]:
    """Return the identifiers after which each hundred thousand lines of a year come."""
    ids = list(
        BudgetLine.objects.filter(fiscal_year=year).order_by("pk").values_list("pk", flat=True)
    )
    return [pk - 1 for pk in ids[::AT_ONCE]]
