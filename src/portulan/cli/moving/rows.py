"""The rows of a database of any kind, read the same, written in another, and weighed on both sides.

A row is what Django reads of it: the same Python values whatever the database keeps them as. To be
imported once Django is started, with the database left as `source` and the new one as `default`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from portulan.core import numbering

PIECE = 2000

type Progress = Callable[[int], None]
type Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What a table holds: rows, their digest in the order of their keys, sums of its amounts."""

    rows: int
    sha256: str
    sums: Mapping[str, str]

    def differs(self, other: Weight) -> str:
        """Return what differs, as `rows 3 ≠ 2`; "" when nothing does."""
        mine, others = asdict(self), asdict(other)
        return ", ".join(f"{key} {mine[key]} ≠ {others[key]}" for key in mine if mine != others)


class Scale:
    """Weighs the rows that pass, in the order in which they do."""

    def __init__(self, model: type[models.Model]) -> None:
        self._fields = fields_of(model)
        self._json = any(isinstance(field, models.JSONField) for field in self._fields)
        self._rows, self._digest = 0, hashlib.sha256()
        self._sums = {
            str(field.column): (place, Decimal(0))
            for place, field in enumerate(self._fields)
            if isinstance(field, models.DecimalField)
        }

    def passing(self, rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
        """Yield the rows as they are, and weigh them."""
        for row in rows:
            told = tuple(map(_numbers_alike, row)) if self._json else row
            said = json.dumps(told, default=_said, ensure_ascii=False, sort_keys=True)
            self._digest.update(said.encode())
            self._rows += 1
            for name, (place, total) in self._sums.items():
                if row[place] is not None:
                    self._sums[name] = (place, total + row[place])
            progress(1)
            yield row

    @property
    def weight(self) -> Weight:
        sums = {name: f"{total:f}" for name, (_place, total) in sorted(self._sums.items())}
        return Weight(self._rows, self._digest.hexdigest(), sums)


def tables() -> list[type[models.Model]]:
    """Return the model of every table of Portulan, in the order of their names."""
    known = [one for one in apps.get_models(include_auto_created=True) if _is_table(one)]
    return sorted([*known, MigrationRecorder.Migration], key=lambda model: model._meta.db_table)


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields that are stored and not computed by the database."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def read(model: type[models.Model], *, using: str) -> Iterator[Row]:
    """Yield the rows of a table, by pieces, in the order of their keys."""
    names = [field.attname for field in fields_of(model)]
    stored: models.QuerySet[models.Model] = models.QuerySet(model, using=using)
    return stored.order_by("pk").values_list(*names).iterator(chunk_size=PIECE)


def weigh(model: type[models.Model], *, using: str, progress: Progress) -> Weight:
    """Read a table to its end and return what it holds."""
    scale = Scale(model)
    for _row in scale.passing(read(model, using=using), progress):
        pass
    return scale.weight


def copy(model: type[models.Model], progress: Progress) -> Weight:
    """Write the rows of the table that is left in that of the new database, and weigh them."""
    scale, fields = Scale(model), fields_of(model)
    rows = scale.passing(read(model, using="source"), progress)
    prepared = (
        tuple(
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, row, strict=True)
        )
        for row in rows
    )
    write = insert if connection.vendor == "sqlite" else _stream
    write(model, fields, prepared)
    return scale.weight


def empty() -> None:
    """Take away what migrations put in the new tables."""
    names = ", ".join(_quoted(model._meta.db_table) for model in tables())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for model in tables():
                cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608 (ours)
        else:
            cursor.execute(f"TRUNCATE {names}")


def carry_sequences() -> None:
    """Have the new database give no identifier that the former gave, were its row gone since."""
    for model in tables():
        if numbering.gives(model):
            there = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
            numbering.give_after(model, max(numbering.last_given(model, "source"), there))


def insert(
    model: type[models.Model], fields: list[models.Field[Any, Any]], rows: Iterable[Row]
) -> None:
    """Write rows as they are, prepared for this database."""
    columns = ", ".join(_quoted(field.column) for field in fields)
    values = ", ".join("%s" for _field in fields)
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({values})"  # noqa: S608
    with connection.cursor() as cursor:
        for piece in batched(rows, PIECE, strict=False):
            cursor.executemany(sql, piece)


def _stream(
    model: type[models.Model], fields: list[models.Field[Any, Any]], rows: Iterable[Row]
) -> None:
    columns = ", ".join(_quoted(field.column) for field in fields)
    sql = f"COPY {_quoted(model._meta.db_table)} ({columns}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(sql) as taken,
    ):
        for row in rows:
            taken.write_row(row)


def _is_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(str(name)))


def _numbers_alike(value: Any) -> Any:
    """Return a JSON value whose whole numbers are integers: PostgreSQL keeps 1e3 as 1000."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _numbers_alike(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_numbers_alike(one) for one in value]
    return value


def _said(value: object) -> str:
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return repr(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case UUID():
            return value.hex
    raise TypeError(type(value))
