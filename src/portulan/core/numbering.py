"""The identifiers that a table gives, and those that the instances of one service never share.

What an organisation owns refers to itself by identifiers: its log, its sums, its documents. It
moves from an instance to another with them, if no two instances ever give the same: the rows of an
instance are numbered from its rank (`PORTULAN_CELL`, less 1) × `SPAN`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models
from django.db.models import Max

type Model = type[models.Model]

# Enough for an instance; those of 90,000 of them are still whole numbers in JavaScript.
SPAN = 10**11


def numbered() -> list[Model]:
    """Return the tables of Portulan that give an identifier to each row."""
    every = apps.get_models(include_auto_created=True)
    return [one for one in every if one._meta.managed and gives(one)]


def gives(model: Model) -> bool:
    return isinstance(model._meta.pk, models.AutoField) and not model._meta.proxy


def begin() -> None:
    """Have each table number its rows as of this instance; those that are there stay.

    Those of Django itself (permissions, groups) hold short numbers, and nothing of an organisation.
    """
    if first := _first():
        for model in numbered():
            is_long = isinstance(model._meta.pk, models.BigAutoField)
            if is_long and last_given(model) < first:
                give_after(model, first)


@contextmanager
def apart(model: Model) -> Iterator[None]:
    """Have a table go on from its own numbers, whatever rows come from another instance."""
    if not gives(model):
        yield
        return
    before, first = last_given(model), _first()
    yield
    own = model._base_manager.filter(pk__gte=first, pk__lt=first + SPAN)
    give_after(model, max(before, own.aggregate(last=Max("pk"))["last"] or 0))


def is_beyond(number: int) -> bool:
    """Return whether a row of that number would have SQLite number the next ones after it.

    It goes on from the highest number that a table holds, whatever was given last.
    """
    return connection.vendor == "sqlite" and number >= _first() + SPAN


def last_given(model: Model, using: str = "default") -> int:
    """Return the last identifier that a table gave, were its row gone since; 0 for none."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted(table), column])
        cursor.execute(f"SELECT last_value, is_called FROM {cursor.fetchone()[0]}")  # noqa: S608
        last, called = cursor.fetchone()
        return int(last) if called else 0


def give_after(model: Model, last: int) -> None:
    """Have a table give the identifiers that follow."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            if last:
                sql = "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)"
                cursor.execute(sql, [table, last])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [_quoted(table), column, max(last, 1), last > 0],
            )


def _first() -> int:
    return int(settings.CELL - 1) * SPAN


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
