"""Where files of others, copied here, may name somebody: found, and taken out when they are erased.

The names of people stand in one table. What a table of actions said of them stands beside, to be
compared with the next one: each domain declares where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

GONE = "…"
_SHORTEST = 3
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CIVIL = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Mrs?|Ms|Monsieur|Madame)\s+[A-ZÀ-Ý][\w’'-]+"
    r"(?:\s+[A-ZÀ-Ý][\w’'-]+)*"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Fields of text or JSON of a model, `app.Model`, and the way to its organisation."""

    model: str
    organisation: str
    fields: tuple[str, ...]


_MENTIONS: dict[str, Mention] = {}


def declare(*mentions: Mention) -> None:
    """Declare where somebody may be named, when an app is ready."""
    _MENTIONS.update({one.model: one for one in mentions})


def mentions() -> list[Mention]:
    return sorted(_MENTIONS.values(), key=lambda one: one.model)


def mentioning(organisation_id: int, words: set[str]) -> Iterator[tuple[Model, dict[str, Any]]]:
    """Yield the rows that name somebody, with what their fields would be without.

    JSON escapes letters as each database likes: the rows are read, not searched.
    """
    pattern = _pattern(words)
    if pattern is None:
        return
    for mention in mentions():
        rows = apps.get_model(mention.model)._base_manager
        here = rows.filter(**{mention.organisation: organisation_id})
        for row in here.only("pk", *mention.fields).iterator(500):
            now = {name: getattr(row, name) for name in mention.fields}
            without = {name: _without(pattern, value) for name, value in now.items()}
            if without != now:
                yield row, without


def forget_mentions(organisation_id: int, words: set[str]) -> int:
    """Take these words out of what was copied; return out of how many rows."""
    count = 0
    for row, without in mentioning(organisation_id, words):
        type(row)._base_manager.filter(pk=row.pk).update(**without)
        count += 1
    return count


def nameless(words: set[str], *, told: str) -> Callable[[str], str]:
    """Return what says `told` for these names, for who is called Mr or Ms, and for addresses.

    It knows no other name: who publishes a text that was typed reads it first.
    """
    pattern = _pattern(words)

    def without(said: str) -> str:
        for one in (_ADDRESS, pattern, _CIVIL):
            said = one.sub(told, said) if one is not None else said
        return said

    return without


def _pattern(words: set[str]) -> re.Pattern[str] | None:
    told = sorted((word.strip() for word in words if len(word.strip()) >= _SHORTEST), key=len)
    if not told:
        return None
    # The longest first: an address holds a name.
    either = "|".join(re.escape(word) for word in reversed(told))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.I)


def _without(pattern: re.Pattern[str], value: Any) -> Any:
    match value:
        case str():
            return pattern.sub(GONE, value)
        case dict():
            return {key: _without(pattern, one) for key, one in value.items()}
        case list():
            return [_without(pattern, one) for one in value]
    return value
