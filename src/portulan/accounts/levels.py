"""How sure an organisation is of who acts: link < password < a second factor (docs/adr/0134).

A provider that says that it checked two things is a second factor; another is a password. What is
asked is asked by operation, of a session and of the token that it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from portulan.accounts.access import Operation
from portulan.core.errors import DeniedError


class Level(IntEnum):
    LINK = 1
    PASSWORD = 2
    FACTOR = 3


class TooWeakError(DeniedError):
    """It may be done by this person, once who they are is surer."""


# What asks for a second factor where an organisation asks one of somebody, and says no more.
USUAL = frozenset(
    {
        Operation.MANAGE,
        Operation.SHARE,
        Operation.SEAL,
        Operation.PUBLISH,
        Operation.PUBLISH_PLAN,
        Operation.EXPORT_ALL,
    }
)


def levels_asked(said: Mapping[str, int], *, asks_factors: bool) -> Mapping[Operation, Level]:
    """Return what is asked by operation: `said` by the organisation, else the default."""
    return _asked(tuple(sorted(said.items())), asks_factors)


@lru_cache(maxsize=64)
def _asked(said: tuple[tuple[str, int], ...], asks_factors: bool) -> Mapping[Operation, Level]:
    usual = dict.fromkeys(USUAL, Level.FACTOR) if asks_factors else {}
    return usual | {Operation(name): Level(level) for name, level in said}
