"""Some rows at a time: a cursor says after which one to go on, so that none is skipped or repeated.

A row that is added meanwhile comes last, one that is removed is not missed by the next page.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

USUAL, MOST = 100, 500


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    cursor: str | None


def page_of(rows: QuerySet[Any], *, cursor: str, limit: int, sort: str = "") -> Page:
    """Return a page of rows, by identifier, or in an order that is asked for.

    An order counts rows: one that is added or removed meanwhile may move the others by one. Raises
    ValidationError for a cursor of elsewhere.
    """
    after = _read(cursor) if cursor else 0
    if sort:
        found = list(rows.order_by(sort, "pk")[after : after + limit + 1])
        more = len(found) > limit
        return Page(found[:limit], _written(after + limit) if more else None)
    found = list(rows.order_by("pk").filter(pk__gt=after)[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], _written(found[limit - 1].pk) if more else None)


def all_of(rows: QuerySet[Any]) -> Iterator[Any]:
    """Yield all rows, by identifier, a thousand in memory at most."""
    after = 0
    while found := list(rows.order_by("pk").filter(pk__gt=after)[:1000]):
        yield from found
        after = found[-1].pk


def _written(pk: int) -> str:
    return urlsafe_b64encode(f"after:{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    word, _colon, pk = text.partition(":")
    if word != "after" or not pk.isdecimal() or len(pk) > 18:
        raise ValidationError({"cursor": _("Ce curseur n’est pas d’ici.")}, code="cursor")
    return int(pk)
