"""All that the database holds, to tell whether two ways of writing come to the same.

Identifiers are the ranks of rows in their table, instants are left out, and the trail is told by
object: of two ways, one may write about all objects in turn, and the other of each at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from portulan.core.batches import tried
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry, ChainLink

# What the trail says of rows by their identifiers, which are apart.
_POINTERS = {"measurement", "other_measurements"}
type Ranks = dict[type[models.Model], dict[Any, int]]

REFUSALS = (ValidationError, IntegrityError, DeniedError, NotFoundError)


class RefusedError(Exception):
    """Why something was not written, in words that compare."""


def held() -> dict[str, Any]:
    """Return what every table holds."""
    # A link of the chain seals a salt, drawn each time.
    apart = {AuditEntry, ChainLink}
    found = [one for one in apps.get_models(include_auto_created=True) if one not in apart]
    ranks = {
        model: {pk: rank for rank, pk in enumerate(_keys(model))}
        for model in found
        if model._meta.managed
    }
    tables: dict[str, Any] = {model._meta.label: list(_rows(model, ranks)) for model in ranks}
    by_name = {model._meta.model_name: its for model, its in ranks.items()}
    trail: defaultdict[tuple[str, Any], list[Any]] = defaultdict(list)
    for one in AuditEntry.objects.order_by("pk"):
        subject = by_name.get(one.subject_type, {}).get(one.subject_id, one.subject_id)
        changes = {name: change for name, change in one.changes.items() if name not in _POINTERS}
        said = (one.organisation_id, one.person_id, one.verb, changes)
        trail[one.subject_type, subject].append(said)
    return {name: rows for name, rows in tables.items() if rows} | {"trail": dict(trail)}


def _keys(model: type[models.Model]) -> Iterator[Any]:
    return (pk for (pk,) in _asked(model, [model._meta.pk]))


def _rows(model: type[models.Model], ranks: Ranks) -> Iterator[dict[str, Any]]:
    columns = [
        one
        for one in model._meta.concrete_fields
        if not one.primary_key and not isinstance(one, models.DateTimeField)
    ]
    for values in _asked(model, columns):
        row = {one.attname: value for one, value in zip(columns, values, strict=True)}
        for one in columns:
            if one.is_relation and row[one.attname] is not None:
                row[one.attname] = ranks[one.remote_field.model][row[one.attname]]
        yield row


def _asked(model: type[models.Model], columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return rows as the database has them: there are many tables, and the ORM takes its time."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.column) for one in columns) or "1"
    table, pk = quote(model._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY {pk}")  # noqa: S608
        return cursor.fetchall()


def one_by_one[Item, Made](
    items: Sequence[Item], write: Callable[[Item], Made]
) -> list[Made | RefusedError]:
    """Write each item alone, by the single service; return what is made, or why it is refused."""
    return [_saved(lambda item=item: write(item)) for item in items]  # type: ignore[misc]


def together[Item, Made](
    items: Sequence[Item], write: Callable[[Sequence[Item]], Sequence[Made]]
) -> list[Made | RefusedError]:
    """Write all items by the service for many, those that are refused apart."""

    def some(items: Sequence[Item]) -> Sequence[Made]:
        found = _saved(lambda: write(items))
        if isinstance(found, RefusedError):
            raise found
        return found

    return list(tried(items, some, RefusedError, by_rank=True))


def _saved[Made](write: Callable[[], Made]) -> Made | RefusedError:
    try:
        with transaction.atomic():
            return write()
    except REFUSALS as error:
        said = getattr(error, "message_dict", None) if isinstance(error, ValidationError) else None
        return RefusedError(type(error).__name__, said or [str(one) for one in error.args])


def played(play: Callable[[], Sequence[Any]]) -> tuple[list[Any], dict[str, Any]]:
    """Play something, take it all back, and return what it said and what it left."""
    with transaction.atomic():
        said = [str(one) if isinstance(one, RefusedError) else "made" for one in play()]
        left = held()
        transaction.set_rollback(True)
    return said, left
