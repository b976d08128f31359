"""Who acts: what services take first and doors ask."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.accounts.access import Grant, Operation, Role, granted
from portulan.core.errors import DeniedError


@dataclass(frozen=True, slots=True)
class Actor:
    """A person inside one organisation, with their roles; `person_id` None is the command line."""

    organisation_id: int
    person_id: int | None
    roles: frozenset[Role]

    def grant(self, operation: Operation) -> Grant:
        return granted(self.roles, operation)

    def may(self, operation: Operation) -> bool:
        """Tell whether the operation is granted on everything."""
        return self.grant(operation) is Grant.ALL

    def require(self, operation: Operation) -> None:
        """Raise DeniedError unless the operation is granted on everything."""
        if not self.may(operation):
            raise DeniedError(operation.value)

    def require_any(self, operation: Operation) -> None:
        """Raise DeniedError unless the operation is granted on something at least."""
        if self.grant(operation) is Grant.NONE:
            raise DeniedError(operation.value)


def command_line(organisation_id: int) -> Actor:
    """Return the actor of the command line, who has the machine and so every right."""
    return Actor(organisation_id, None, frozenset({Role.ADMIN}))
