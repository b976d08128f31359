"""Two editions put side by side, and the editions between them."""

from __future__ import annotations

from django.db.models import Q

from portulan.accounts.actors import Actor
from portulan.catalogue.comparison.rules import Comparison, Step, compare
from portulan.catalogue.editions.contents import content_of
from portulan.catalogue.links.reads import said_by
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.words import Relation


def steps_between(actor: Actor, old: CatalogueVersion, new: CatalogueVersion) -> list[Step]:
    """Return the table of successors from an edition to another, read either way (one query)."""
    said = (
        said_by(actor)
        .filter(relation=Relation.SUCCESSOR, removed_at=None)
        .filter(
            Q(source__version=old, version=new)
            | Q(source__version=new, version=old, target__isnull=False)
        )
        .select_related("source", "target")
        .order_by("source__order", "target__order", "id")
    )
    steps = []
    for link in said:
        target = link.target.code if link.target else None
        if link.source.version_id == old.pk:
            steps.append(Step(link.source.code, target, link.say("reason"), link.pk))
        elif target is not None:
            steps.append(Step(target, link.source.code, link.say("reason"), link.pk))
    return steps


def comparison_of(actor: Actor, old: CatalogueVersion, new: CatalogueVersion) -> Comparison:
    """Return what an edition says otherwise than another (eleven queries, whatever their sizes)."""
    return compare(content_of(old), content_of(new), steps_between(actor, old, new))
