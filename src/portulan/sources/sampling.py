"""A few lines of the list that waits for the meaning of its words, as its tool gives them."""

from __future__ import annotations

import io
from itertools import chain

from portulan.core.say.text import Problems, UnusableInputError
from portulan.core.secret import UnreadableSecretError, opened
from portulan.core.tables.sources import open_source
from portulan.sources.items import Item
from portulan.sources.meanings import Meanings
from portulan.sources.models import Source
from portulan.sources.readers import inventories
from portulan.sources.snapshot import WANTED
from portulan.sources.taking import PURPOSE

_FIRST = 20_000  # bytes of a text: enough for some lines, at once whatever its size
_LARGEST = 200_000  # bytes of a workbook, which cannot be cut


def sample_of(source: Source, count: int = 5) -> list[Item]:
    """Return the first devices of the files kept sealed for their words, none where none is kept.

    Nothing of them is written anywhere.
    """
    found: list[Item] = []
    for one in source.received.order_by("rank"):
        try:
            found += _items(one.name, opened(PURPOSE, bytes(one.secret)), source)[:count]
        except (UnreadableSecretError, UnusableInputError):
            continue
    return found[:count]


def _items(name: str, content: bytes, source: Source) -> list[Item]:
    is_text = not content.startswith(b"PK")
    if is_text and len(content) > _FIRST:
        content = content[: content.rfind(b"\n", 0, _FIRST) + 1]
    if len(content) > _LARGEST:
        return []
    meanings = Meanings.from_json(source.meanings or {})
    with open_source(io.BytesIO(content), name, WANTED) as opened_source:
        listings = inventories.read(opened_source, meanings, Problems())
    return list(chain.from_iterable(one.items for one in listings or ()))
