"""The audit trail, written in the name of who acts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model

from portulan.accounts.actors import Actor, Behalf
from portulan.accounts.models import Delegation
from portulan.accounts.verbs import Verb
from portulan.core import trail


def record(
    actor: Actor | None,
    subject: Model,
    verb: trail.Verb,
    changes: Mapping[str, trail.Change] | None = None,
) -> int:
    """Write one entry and return its identifier; nobody acts for what Portulan ships."""
    if actor is not None and actor.behalf is not None:
        _tell_the_group(actor.behalf, verb)
    entry = trail.record(
        organisation_id=actor.organisation_id if actor else None,
        person_id=actor.person_id if actor else None,
        subject=subject,
        verb=verb,
        changes=changes,
    )
    return entry.pk


def record_many(
    actor: Actor,
    model: type[Model],
    verb: trail.Verb,
    told: Mapping[int, Mapping[str, trail.Change]],
) -> None:
    """Write one entry for each of several objects of a model, by identifier."""
    if actor.behalf is not None and told:
        _tell_the_group(actor.behalf, verb, len(told))
    trail.record_many(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        model=model,
        verb=verb,
        told=told,
    )


def _tell_the_group(behalf: Behalf, verb: trail.Verb, count: int = 1) -> None:
    """Write in the journal of who acts that they did, for whom: what was written stays there."""
    changes: dict[str, trail.Change] = {"member": (None, behalf.member), "deed": (None, verb.value)}
    if count > 1:
        changes["count"] = (None, count)
    trail.record(
        organisation_id=behalf.organisation_id,
        person_id=behalf.person_id,
        subject=Delegation(pk=behalf.delegation_id),
        verb=Verb.ACTED_FOR,
        changes=changes,
    )
