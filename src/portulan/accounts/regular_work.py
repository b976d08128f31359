"""What regular work could not do for an organisation, and trying it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.writes import hold_organisation
from portulan.core.by_organisation import troubled
from portulan.core.by_organisation import try_again as set_due
from portulan.core.duties import find
from portulan.core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Trouble:
    """A piece of regular work that failed: tried again from `due_at` on, or set aside if None."""

    pk: int
    title: str
    failure: str
    tries: int
    due_at: datetime | None


def troubles_of(organisation_id: int) -> Iterator[Trouble]:
    """Yield what failed for an organisation and has not been done since (one query)."""
    for row in troubled(organisation_id):
        title, due_at = str(find(row.name).title), None if row.aside_at else row.due_at
        yield Trouble(row.pk, title or row.name, row.failure, row.tries, due_at)


@transaction.atomic
def try_again(actor: Actor, *, pk: int, now: datetime) -> None:
    """Have a piece of work done at the next look. Raises DeniedError, NotFoundError."""
    actor.require(Operation.MANAGE)
    rows = troubled(actor.organisation_id).filter(pk=pk)
    row = rows.first()
    if row is None:
        raise NotFoundError(pk)
    set_due(rows, now=now)
    told = {"work": (None, row.name), "failure": (row.failure, None)}
    record(actor, hold_organisation(actor), Verb.TRIED_AGAIN, told)
