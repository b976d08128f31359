"""What stands beside a practice: its links to other catalogues, its place in other editions."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.selectors import labels_of
from portulan.catalogue import selectors
from portulan.catalogue.comparison import match
from portulan.catalogue.contents import practice_content, scales_of
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.web.catalogue.differences import Difference, differences
from portulan.web.language import page_language


@dataclass(frozen=True, slots=True)
class Place:
    """A practice in another edition, and what the later of the two says otherwise."""

    version: CatalogueVersion
    practice: Practice | None
    reason: str
    differences: tuple[Difference, ...]
    old_id: int
    new_id: int


def places_beside(actor: Actor, practice: Practice) -> list[Place]:
    """Return the places of a practice in the other editions, the latest first."""
    return [_place(practice, found) for found in selectors.elsewhere(actor, practice)]


def _place(practice: Practice, found: selectors.Elsewhere) -> Place:
    old, new = sorted((practice.version, found.version), key=lambda one: (one.imported_at, one.pk))
    told: tuple[Difference, ...] = ()
    if found.practice is not None:
        here, there = practice_content(practice), practice_content(found.practice)
        if old != practice.version:
            here, there = there, here
        scales = (scales_of(old), scales_of(new))
        told = tuple(differences(match(here, there, *scales), *scales, page_language()))
    return Place(found.version, found.practice, found.reason, told, old.pk, new.pk)


def links_beside(actor: Actor, practice: Practice) -> list[tuple[selectors.SeenLink, str]]:
    """Return the links of a practice, each with who made it."""
    found = selectors.links_of(actor, practice)
    labels = labels_of(seen.link.person_id for seen in found)
    return [(seen, _author(seen, labels)) for seen in found]


def _author(seen: selectors.SeenLink, labels: dict[int, str]) -> str:
    if seen.link.ready_made:
        return _("Portulan")
    if seen.link.person_id is None:
        return _("Ligne de commande")
    return labels.get(seen.link.person_id) or _("Personne effacée")
