"""What a floor above knows of the consent of pilots: annotated from there, by action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Piloted(Protocol):
    """What a reader needs of an action."""

    pk: int
    plan_id: int
    pilot_function: str


class Silence(StrEnum):
    """Why a pilot who was asked has not accepted."""

    NO_ANSWER = "no_answer"
    NOT_ME = "not_me"
    TALK = "talk"
    CHANGED = "changed"  # another function pilots since


@dataclass(frozen=True, slots=True)
class Unaccepted:
    """A pilot was asked on a day, or answered on it, and has not accepted."""

    why: Silence
    on: date


type Reader = Callable[[Sequence[Piloted]], Mapping[int, Unaccepted]]

_READERS: list[Reader] = []


def annotate(reader: Reader) -> None:
    """Declare who knows, when an app above is ready: one query for any number of actions."""
    if reader not in _READERS:
        _READERS.append(reader)


def unaccepted(actions: Sequence[Piloted]) -> dict[int, Unaccepted]:
    """Return, by action's id, those whose pilot was asked and has not accepted."""
    found: dict[int, Unaccepted] = {}
    for reader in _READERS:
        found |= reader(actions)
    return found
