"""Reading what is said of practices: links to other catalogues, successors between editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.catalogue.editions.contents import content_of
from portulan.catalogue.editions.reads import family_of, versions_for, whole
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeLink
from portulan.catalogue.readers.content import (
    RELATIONS,
    CatalogueContent,
    LinkContent,
    SuccessorContent,
)
from portulan.catalogue.readers.content import Relation as Kind
from portulan.catalogue.words import Relation
from portulan.core.say.text import Language
from portulan.core.storing import get_one


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link as one of its two practices sees it: what it is to the other."""

    link: PracticeLink
    relation: Relation
    other: Practice


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a practice is in another edition of its catalogue: none, when it has no place there."""

    version: CatalogueVersion
    practice: Practice | None
    reason: str = ""


def said_by(actor: Actor) -> QuerySet[PracticeLink]:
    return PracticeLink.objects.filter(organisation_id=actor.organisation_id)


def get_link(*, actor: Actor, pk: int, need: Operation) -> PracticeLink:
    """Return a link of the organisation, removed or not. Raises NotFoundError, DeniedError."""
    link = get_one(
        said_by(actor).select_related("source__version__catalogue", "target", "version__catalogue"),
        pk=pk,
    )
    actor.require(need)
    return link


def links_of(actor: Actor, practice: Practice) -> list[SeenLink]:
    """Return what a practice is to those of other catalogues, in order (one query)."""
    found = (
        said_by(actor)
        .filter(Q(source=practice) | Q(target=practice), removed_at=None)
        .exclude(relation=Relation.SUCCESSOR)
        .select_related("source__version__catalogue", "target__version__catalogue")
        .order_by("version__catalogue__slug", "target__order", "id")
    )
    seen = []
    for link in found:
        relation = Relation(link.relation)
        if link.target is None or link.target_id == practice.pk:
            seen.append(SeenLink(link, relation.inverse, link.source))
        else:
            seen.append(SeenLink(link, relation, link.target))
    return seen


def elsewhere(actor: Actor, practice: Practice) -> list[Elsewhere]:
    """Return what a practice is in the other editions, the latest first (six queries).

    The table of successors says it; else the code does, unless the table gives that code to another
    practice of this edition.
    """
    editions = list(family_of(actor, practice.version))
    said = (
        said_by(actor)
        .filter(relation=Relation.SUCCESSOR, removed_at=None)
        .filter(Q(source__version=practice.version_id) | Q(target__version=practice.version_id))
        .select_related("source")
    )
    told: dict[int, list[tuple[int | None, str]]] = {}
    claimed = set[int | None]()
    for link in said:
        forward = link.source.version_id == practice.version_id
        here = link.source_id if forward else link.target_id
        there = link.target_id if forward else link.source_id
        claimed.add(there)
        if here == practice.pk:
            edition_id = link.version_id if forward else link.source.version_id
            told.setdefault(edition_id, []).append((there, link.say("reason")))
    wanted = {pk for places in told.values() for pk, _reason in places}
    found = whole(
        Practice.objects.filter(version__in=editions).filter(
            Q(pk__in=wanted - {None}) | Q(code=practice.code)
        )
    )
    by_pk = {one.pk: one for one in found}
    by_code = {
        one.version_id: one for one in found if one.code == practice.code and one.pk not in claimed
    }
    places = []
    for edition in editions:
        for pk, reason in told.get(edition.pk, []):
            places.append(Elsewhere(edition, by_pk.get(pk or 0), reason))
        if edition.pk not in told and edition.pk in by_code:
            places.append(Elsewhere(edition, by_code[edition.pk]))
    return places


def said_of(actor: Actor, version: CatalogueVersion) -> CatalogueContent:
    """Return an edition with what the organisation says of its practices: what is exported."""
    said = (
        said_by(actor)
        .filter(Q(source__version=version) | Q(version=version), removed_at=None)
        .select_related("source__version__catalogue", "target", "version__catalogue")
        .order_by("source__order", "version_id", "target__order", "id")
    )
    links, successors = [], []
    for link in said:
        english: dict[Language, str] = (
            {"en": word} if (word := (link.translations.get("en") or {}).get("reason")) else {}
        )
        target = link.target.code if link.target else None
        if link.relation == Relation.SUCCESSOR and link.version_id == version.pk:
            edition = link.source.version.version
            successors.append(
                SuccessorContent(edition, link.source.code, target, link.reason, english)
            )
        elif link.relation != Relation.SUCCESSOR and target is not None:
            links.append(_as_written(link, version, target, english))
    return replace(content_of(version), links=tuple(links), successors=tuple(successors))


def _as_written(
    link: PracticeLink, version: CatalogueVersion, target: str, english: Mapping[Language, str]
) -> LinkContent:
    """Return a link as the file of one of its two editions says it."""
    relation = Relation(link.relation)
    here, other, there = link.source.code, target, link.version
    if link.version_id == version.pk:
        relation, here, other = relation.inverse, target, link.source.code
        there = link.source.version
    known: Kind = next((one for one in RELATIONS if one == relation.value), "related")
    return LinkContent(
        here, known, there.catalogue.slug, there.version, other, link.reason, english
    )


def links_in(
    actor: Actor, version: CatalogueVersion, content: CatalogueContent
) -> list[PracticeLink]:
    """Return what a file says of others, as far as both ends are there: not saved (two queries)."""
    if not content.links and not content.successors:
        return []
    here = {practice.code: practice for practice in version.practices.all()}
    there = _practices_there(actor, content)
    found = []
    for link in content.links:
        target = there.get((link.catalogue, link.edition, link.other))
        if link.code in here and target is not None and link.catalogue != content.slug:
            relation = Relation(link.relation)
            found.append(_said(actor, link, here[link.code], relation, target.version, target))
    for one in content.successors:
        source = there.get((content.slug, one.edition, one.old))
        target = here.get(one.code) if one.code else None
        if source is not None and source.version_id != version.pk:
            found.append(_said(actor, one, source, Relation.SUCCESSOR, version, target))
    return found


def _said(
    actor: Actor,
    content: LinkContent | SuccessorContent,
    source: Practice,
    relation: Relation,
    version: CatalogueVersion,
    target: Practice | None,
) -> PracticeLink:
    return PracticeLink(
        organisation_id=actor.organisation_id,
        source=source,
        relation=relation,
        version=version,
        target=target,
        reason=content.reason,
        translations={
            language: {"reason": word} for language, word in content.translations.items()
        },
    )


def missing_ends(actor: Actor, content: CatalogueContent) -> int:
    """Count what a file says of practices that the organisation does not have."""
    there = _practices_there(actor, content)
    links = sum((one.catalogue, one.edition, one.other) not in there for one in content.links)
    return links + sum(
        (content.slug, one.edition, one.old) not in there for one in content.successors
    )


def _practices_there(
    actor: Actor, content: CatalogueContent
) -> dict[tuple[str, str | None, str], Practice]:
    """Return the practices that a file names by catalogue, edition and code; None is any edition.

    The latest import answers for any edition, and the organisation's own for the built-in one.
    """
    slugs = {link.catalogue for link in content.links}
    if content.successors:
        slugs.add(content.slug)
    editions = versions_for(actor).filter(catalogue__slug__in=slugs)
    found: dict[tuple[str, str | None, str], Practice] = {}
    practices = (
        Practice.objects.filter(version__in=editions.values("pk"))
        .defer("body")
        .select_related("version__catalogue")
        .order_by("version__imported_at", "version_id")
    )
    for practice in practices:
        edition = practice.version
        found[edition.catalogue.slug, edition.version, practice.code] = practice
        found[edition.catalogue.slug, None, practice.code] = practice
    return found
