"""Saying what a practice is to another: by hand, or as the files of editions say it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.links.reads import links_in
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeLink
from portulan.catalogue.readers.content import CatalogueContent
from portulan.catalogue.readers.edition_file import BUILTIN_EDITIONS, load_builtin
from portulan.catalogue.verbs import Verb
from portulan.catalogue.words import Relation
from portulan.core.errors import NotFoundError
from portulan.core.storing import store


@transaction.atomic
def link_practices(
    actor: Actor, *, source: Practice, target: Practice, relation: Relation, reason: str
) -> PracticeLink:
    """Say what a practice is to one of another catalogue, and why.

    Raises DeniedError, NotFoundError for a practice of others, ValidationError.
    """
    _check(actor, source.version, target.version)
    if relation is Relation.SUCCESSOR or _same_family(source.version, target.version):
        raise ValidationError(
            {"target": _("Un lien va d’un référentiel à un autre ; ici c’est le même.")}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Donnez le motif : on le relira dans un an.")})
    _refuse_known_pair(actor, source, target)
    return _write(actor, source, target.version, target, relation, reason)


@transaction.atomic
def say_successor(
    actor: Actor,
    *,
    old: Practice,
    version: CatalogueVersion,
    new: Practice | None,
    reason: str = "",
) -> PracticeLink:
    """Say what a practice becomes in another edition of its catalogue: a practice, or none.

    A practice may be split into several, said one by one; none is then out of the question.
    Raises DeniedError, NotFoundError for an edition of others, ValidationError.
    """
    _check(actor, old.version, version)
    if old.version_id == version.pk or not _same_family(old.version, version):
        raise ValidationError(_("Ces deux éditions ne sont pas du même référentiel."))
    if new is not None and new.version_id != version.pk:
        raise ValidationError({"new": _("Cette pratique n’est pas de cette édition.")})
    _refuse_other_answer(actor, old, version, new)
    return _write(actor, old, version, new, Relation.SUCCESSOR, reason)


@transaction.atomic
def remove_link(actor: Actor, *, link: PracticeLink) -> None:
    """Take back what was said of two practices; `restore_link` says it again."""
    actor.require(Operation.IMPORT_CATALOGUE)
    actor.require_ours(link)
    if link.removed_at is None:
        link.removed_at = timezone.now()
        store(link)
        _record(actor, link, Verb.LINK_REMOVED)


@transaction.atomic
def restore_link(actor: Actor, *, link: PracticeLink) -> None:
    """Say again what was taken back. Raises ValidationError when something else was said since."""
    actor.require(Operation.IMPORT_CATALOGUE)
    actor.require_ours(link)
    if link.removed_at is not None:
        if link.relation == Relation.SUCCESSOR:
            _refuse_other_answer(actor, link.source, link.version, link.target)
        elif link.target is not None:
            _refuse_known_pair(actor, link.source, link.target)
        link.removed_at = None
        store(link)
        _record(actor, link, Verb.LINK_RESTORED)


def write_said(actor: Actor, version: CatalogueVersion, content: CatalogueContent) -> None:
    """Write what the file of an edition says of others, where their other end is there.

    Links that come with Portulan towards this edition are written too, once.
    """
    made = [_signed(actor, link) for link in links_in(actor, version, content)]
    for name in BUILTIN_EDITIONS:
        shipped = load_builtin(name)
        builtin = CatalogueVersion.objects.filter(
            catalogue__organisation=None, catalogue__slug=shipped.slug, version=shipped.version
        ).first()
        if builtin is not None:
            for link in links_in(actor, builtin, shipped):
                if link.version_id == version.pk:
                    link.ready_made, link.made_at = True, timezone.now()
                    made.append(link)
    PracticeLink.objects.bulk_create(_once(made))


def _once(rows: Iterable[PracticeLink]) -> Iterable[PracticeLink]:
    """Keep one row of each pair, the first said."""
    found: dict[tuple[int | None, ...], PracticeLink] = {}
    for row in rows:
        found.setdefault((row.source_id, row.target_id, row.version_id), row)
    return found.values()


def _signed(actor: Actor, link: PracticeLink) -> PracticeLink:
    link.person_id, link.made_at = actor.person_id, timezone.now()
    return link


def _check(actor: Actor, *versions: CatalogueVersion) -> None:
    for version in versions:
        if version.catalogue.organisation_id not in (None, actor.organisation_id):
            raise NotFoundError(version.pk)
    actor.require(Operation.IMPORT_CATALOGUE)


def _standing(actor: Actor) -> QuerySet[PracticeLink]:
    return PracticeLink.objects.filter(organisation_id=actor.organisation_id, removed_at=None)


def _refuse_known_pair(actor: Actor, source: Practice, target: Practice) -> None:
    """Two practices are linked once, whichever way."""
    either = Q(source=source, target=target) | Q(source=target, target=source)
    if _standing(actor).filter(either).exists():
        raise ValidationError({"target": _("Ces deux pratiques sont déjà liées.")})


def _refuse_other_answer(
    actor: Actor, old: Practice, version: CatalogueVersion, new: Practice | None
) -> None:
    """A practice has successors in an edition, or it has none there."""
    said = _standing(actor).filter(source=old, version=version, relation=Relation.SUCCESSOR)
    if said.filter(target=new).exists():
        raise ValidationError({"new": _("C’est déjà dit.")})
    if said.exists() and (new is None or said.filter(target=None).exists()):
        raise ValidationError(
            {"new": _("Une pratique a des successeurs, ou n’en a pas : retirez l’autre réponse.")}
        )


def _same_family(one: CatalogueVersion, other: CatalogueVersion) -> bool:
    """Tell whether two editions are of one catalogue, the built-in one and ours taken as one."""
    return one.catalogue.slug == other.catalogue.slug


def _write(
    actor: Actor,
    source: Practice,
    version: CatalogueVersion,
    target: Practice | None,
    relation: Relation,
    reason: str,
) -> PracticeLink:
    link = PracticeLink(
        organisation_id=actor.organisation_id,
        source=source,
        relation=relation,
        version=version,
        target=target,
        reason=reason.strip(),
    )
    _signed(actor, link)
    store(link)
    _record(actor, link, Verb.LINKED)
    return link


def _record(actor: Actor, link: PracticeLink, verb: Verb) -> None:
    target = link.target
    said = f"{link.version.version} {target.code}" if target else ""
    changes = {
        "relation": (None, link.relation),
        "target": (None, said),
        "reason": (None, link.reason),
    }
    record(actor, link, verb, changes)
