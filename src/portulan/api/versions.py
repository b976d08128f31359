"""Which version of something was read: its ETag, and what moved since, member by member.

An ETag is a digest of all that was said, then a mark of each member, in their order: what stands
is compared with what was read, though nobody kept that.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Model

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.reads import labels_of
from portulan.api.problems import MOVED
from portulan.api.shapes import plain
from portulan.core import trail
from portulan.core.say.language import spoken_language

_DIGEST, _MARK = 24, 3  # characters: a mark tells one value of 262 144 from another
_MEMBERS = 100  # past which an ETag would be too long for a header
_ENTRIES = 200  # of the trail, the latest: who changed a member before is not looked for


def tag_of(said: Any) -> str:
    """Return the ETag of what is said."""
    marked = isinstance(said, dict) and len(said) <= _MEMBERS
    marks = "".join(map(_mark, said.values())) if marked else ""
    return f'"{_sha(said).hexdigest()[:_DIGEST]}{marks and "."}{marks}"'


def _sha(said: Any) -> Any:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())


def _mark(value: Any) -> str:
    return urlsafe_b64encode(_sha(value).digest()).decode()[:_MARK]


def _parts(tag: str) -> tuple[str, str]:
    digest, _dot, marks = tag.strip('"').partition(".")
    return digest, marks


def meets(tag: str, said: Collection[str]) -> bool:
    """Tell whether a version is one of those that were read, marks or not."""
    return _parts(tag)[0] in {_parts(one)[0] for one in said}


def moved(now: Any, said: Collection[str]) -> list[str]:
    """Return the members that moved since a version was read; none where it does not say."""
    if len(said) != 1 or not isinstance(now, dict):
        return []
    marks = _parts(next(iter(said)))[1]
    if len(marks) != _MARK * len(now):
        return []
    read = (marks[at : at + _MARK] for at in range(0, len(marks), _MARK))
    changed = [name for name, mark in zip(now, read, strict=True) if _mark(now[name]) != mark]
    return [name for name in changed if name != "version"]  # it moves with any other


def faults(actor: Actor, row: Model | None, members: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield what moved of a row, with the day and, for who may read names, who moved it."""
    entries = list(trail.history(row)[:_ENTRIES]) if row is not None and members else []
    last = {name: next((one for one in entries if name in one.changes), None) for name in members}
    people = [one.person_id for one in last.values() if one is not None]
    called = labels_of(people) if actor.may(Operation.EDIT_PLAN) else {}
    for name, entry in last.items():
        said = {"path": name, "code": "changed", "message": MOVED.say(spoken_language())}
        if entry is not None:
            said["at"] = plain(entry.at)
            if by := called.get(entry.person_id or 0):
                said["by"] = by
        yield said
