"""The audit trail, written in the name of who acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Model

from portulan.accounts.actors import Actor, Behalf
from portulan.accounts.models import Delegation
from portulan.accounts.verbs import Verb
from portulan.core import trail

type Told = tuple[Model, trail.Verb, Mapping[str, trail.Change]]


def record(
    actor: Actor | None,
    subject: Model,
    verb: trail.Verb,
    changes: Mapping[str, trail.Change] | None = None,
) -> int:
    """Write one entry and return its identifier; nobody acts for what Portulan ships."""
    return record_all(actor, [(subject, verb, changes or {})])[0]


def record_all(actor: Actor | None, told: Iterable[Told]) -> list[int]:
    """Write an entry for each thing done, in this order, and return their identifiers.

    Of each: its object, what was done, and by field the old and the new value.
    """
    told = list(told)
    if actor is not None and actor.behalf is not None:
        for verb, count in Counter(verb for _subject, verb, _changes in told).items():
            _tell_the_group(actor.behalf, verb, count)
    entries = trail.record_all(
        organisation_id=actor.organisation_id if actor else None,
        person_id=actor.person_id if actor else None,
        told=told,
    )
    return [entry.pk for entry in entries]


def record_many(
    actor: Actor,
    model: type[Model],
    verb: trail.Verb,
    told: Mapping[int, Mapping[str, trail.Change]],
) -> None:
    """Write one entry for each of several objects of a model, by identifier."""
    record_all(actor, [(model(pk=pk), verb, changes) for pk, changes in told.items()])


def _tell_the_group(behalf: Behalf, verb: trail.Verb, count: int = 1) -> None:
    """Write in the journal of who acts that they did, for whom: what was written stays there."""
    changes: dict[str, trail.Change] = {"member": (None, behalf.member), "deed": (None, verb.value)}
    if count > 1:
        changes["count"] = (None, count)
    trail.record_all(
        organisation_id=behalf.organisation_id,
        person_id=behalf.person_id,
        told=[(Delegation(pk=behalf.delegation_id), Verb.ACTED_FOR, changes)],
    )
