"""A request of the API once its token is read: who acts, where, what day it is, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.reads import today


@dataclass(slots=True)
class Call:
    """What an operation is given. `found` are the rows that the doors of its address opened.

    `named` are those that its body names, by model and identifier.
    """

    actor: Actor
    organisation: Organisation
    need: Operation
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    named: dict[Any, dict[int, Any]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return today(self.organisation)
