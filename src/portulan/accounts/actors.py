"""Who acts: what services take first and doors ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from portulan.accounts.access import NEVER_DELEGATED, Grant, Operation, Role, granted
from portulan.accounts.levels import Level, TooWeakError
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.kept import Version


class OfAnOrganisation(Protocol):
    pk: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Behalf:
    """By which delegation somebody acts for another organisation than their own.

    `organisation_id` and `person_id` are of who acts; `member` is the name of whom they act for.
    """

    delegation_id: int
    organisation_id: int
    person_id: int
    member: str
    until: date


@dataclass(frozen=True, slots=True)
class Actor:
    """A person inside one organisation, with their roles; `person_id` None is the command line.

    Through a token, nothing but `only` is granted. `is_bound` is of a token and of a session that
    an organisation opened: no other is reached from there, whoever the person is in it.
    `level` is how sure the organisation is of who acts, `asked` what it asks by operation.
    By delegation (`behalf`), what administers the organisation is never granted. `label` is how
    pages call who signed in, `trail` the last entry of the organisation's as they came in.
    """

    organisation_id: int
    person_id: int | None
    roles: frozenset[Role]
    only: frozenset[Operation] | None = None
    is_bound: bool = False
    behalf: Behalf | None = None
    level: Level = field(default=Level.FACTOR, compare=False)
    asked: Mapping[Operation, Level] = field(default_factory=dict, compare=False, repr=False)
    label: str = field(default="", compare=False, repr=False)
    trail: Version | None = field(default=None, compare=False, repr=False)

    def grant(self, operation: Operation) -> Grant:
        """Return what is granted to who acts, as sure as the organisation is of them."""
        if self.level < self.asked.get(operation, Level.LINK):
            return Grant.NONE
        return self._given(operation)

    def may(self, operation: Operation) -> bool:
        """Tell whether the operation is granted on everything."""
        return self.grant(operation) is Grant.ALL

    def holds(self, operation: Operation) -> bool:
        """Tell whether roles give it on everything, however sure one is of who acts.

        A page offers what is held, and asks for a second factor then. Nothing is read or written on
        its word.
        """
        return self._given(operation) is Grant.ALL

    def require(self, operation: Operation) -> None:
        """Raise DeniedError unless the operation is granted on everything, and who acts is sure."""
        if not self.may(operation):
            raise (TooWeakError if self.holds(operation) else DeniedError)(operation.value)

    def require_any(self, operation: Operation) -> None:
        """Raise DeniedError unless the operation is granted on something at least."""
        if self.grant(operation) is Grant.NONE:
            held = self._given(operation) is not Grant.NONE
            raise (TooWeakError if held else DeniedError)(operation.value)

    def require_either(self, *operations: Operation) -> None:
        """Raise DeniedError unless one of them is granted on everything: the first is named."""
        if not any(map(self.may, operations)):
            self.require(next(filter(self.holds, operations), operations[0]))

    def require_ours(self, row: OfAnOrganisation) -> None:
        """Raise NotFoundError for a row of another organisation."""
        if row.organisation_id != self.organisation_id:
            raise NotFoundError(row.pk)

    def _given(self, operation: Operation) -> Grant:
        if self.only is not None and operation not in self.only:
            return Grant.NONE
        if self.behalf is not None and operation in NEVER_DELEGATED:
            return Grant.NONE
        return granted(self.roles, operation)


def command_line(organisation_id: int) -> Actor:
    """Return the actor of the command line, who has the machine and so every right."""
    return Actor(organisation_id, None, frozenset({Role.ADMIN}))
