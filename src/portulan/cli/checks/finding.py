"""The shape of a check and of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portulan.core.say.text import Text


class State(StrEnum):
    """How it is: sound, to be looked at (exit code 0), or wrong (exit code 1)."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    detail: str
