"""The audit trail, written in the name of who acts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model

from portulan.accounts.actors import Actor
from portulan.core import trail


def record(
    actor: Actor | None,
    subject: Model,
    verb: trail.Verb,
    changes: Mapping[str, trail.Change] | None = None,
) -> int:
    """Write one entry and return its identifier; nobody acts for what Portulan ships."""
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
    trail.record_many(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        model=model,
        verb=verb,
        told=told,
    )
