"""Newer editions of the practices of an action: it stays, or goes, only when somebody says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.comparison.reads import comparison_of
from portulan.catalogue.comparison.rules import Comparison, Departure, Match
from portulan.catalogue.editions.reads import versions_for
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.access import check
from portulan.plans.actions.editing import set_sheet
from portulan.plans.models import Action, ActionPractice
from portulan.plans.verbs import Verb


@dataclass(frozen=True, slots=True)
class EditionNews:
    """A practice of the action and what became of it in the newest edition of its catalogue.

    `seen` when somebody read this and left the action as it is.
    """

    link: ActionPractice
    edition: CatalogueVersion
    comparison: Comparison
    matches: tuple[Match, ...]
    departure: Departure | None
    seen: bool

    @property
    def is_same(self) -> bool:
        """Tell whether the newer edition says nothing else, under the same code."""
        return self.departure is None and all(match.is_same for match in self.matches)


def edition_news(actor: Actor, action: Action) -> list[EditionNews]:
    """Return the news of an action given with its practices (`load_details`), in their order.

    One query where no newer edition exists; else seven more for each edition left behind.
    """
    links = list(action.practice_links.all())
    newest = _newest(actor, {link.practice.version for link in links})
    found: dict[int, Comparison] = {}
    news = []
    for link in links:
        old = link.practice.version
        new = newest.get(old.pk)
        if new is None:
            continue
        if old.pk not in found:
            found[old.pk] = comparison_of(actor, old, new)
        matches, departure = found[old.pk].of(link.practice.code)
        seen = link.seen_id == new.pk
        news.append(EditionNews(link, new, found[old.pk], matches, departure, seen))
    return news


def _newest(actor: Actor, editions: set[CatalogueVersion]) -> dict[int, CatalogueVersion]:
    """Return the edition of the same catalogue imported last, for those that are not it."""
    if not editions:
        return {}
    slugs = {edition.catalogue.slug for edition in editions}
    latest: dict[str, CatalogueVersion] = {}
    for version in versions_for(actor).filter(catalogue__slug__in=slugs):
        known = latest.setdefault(version.catalogue.slug, version)
        if (version.imported_at, version.pk) > (known.imported_at, known.pk):
            latest[version.catalogue.slug] = version
    return {
        edition.pk: latest[edition.catalogue.slug]
        for edition in editions
        if edition.catalogue.slug in latest and latest[edition.catalogue.slug].pk != edition.pk
    }


@transaction.atomic
def follow_edition(
    actor: Actor, *, action: Action, practice: Practice, version: CatalogueVersion
) -> int:
    """Make the action follow what its practice became in an edition; nothing else of it changes.

    Returns the entry of the trail, from which `restore_value` goes back. Raises DeniedError,
    NotFoundError, ValidationError when the practice has no successor there.
    """
    _link(actor, action, practice)
    matches, _gone = comparison_of(actor, practice.version, _visible(actor, version)).of(
        practice.code
    )
    successors = version.practices.filter(code__in=[match.new.code for match in matches])
    if not successors:
        raise ValidationError(
            _("Cette pratique n’a pas de suite dans l’édition %(version)s.")
            % {"version": version.version}
        )
    kept = action.practices.exclude(pk=practice.pk).select_related("version__catalogue")
    followed = [*kept, *successors.select_related("version__catalogue")]
    changes = set_sheet(action, {"practices": {item.pk: item for item in followed}.values()})
    return record(actor, action, Verb.EDITED, changes)


@transaction.atomic
def keep_edition(
    actor: Actor, *, action: Action, practice: Practice, version: CatalogueVersion
) -> None:
    """Say that the difference with an edition was read, and that the action stays on its own."""
    _set_seen(actor, action, practice, _visible(actor, version), Verb.EDITION_KEPT)


@transaction.atomic
def review_edition(actor: Actor, *, action: Action, practice: Practice) -> None:
    """Take that back: the difference is shown again."""
    _set_seen(actor, action, practice, None, Verb.EDITION_UNKEPT)


def _set_seen(
    actor: Actor, action: Action, practice: Practice, version: CatalogueVersion | None, verb: Verb
) -> None:
    link = _link(actor, action, practice)
    if link.seen_id == (version.pk if version else None):
        return
    names: trail.Change = (
        link.seen.version if link.seen else None,
        version.version if version else None,
    )
    link.seen = version
    store(link)
    record(actor, action, verb, {"practice": (None, practice.code), "seen": names})


def _link(actor: Actor, action: Action, practice: Practice) -> ActionPractice:
    check(actor, action, Operation.EDIT_PLAN)
    link = (
        ActionPractice.objects.filter(action=action, practice=practice)
        .select_related("seen")
        .first()
    )
    if link is None:
        raise ValidationError(_("L’action ne suit plus cette pratique."))
    return link


def _visible(actor: Actor, version: CatalogueVersion) -> CatalogueVersion:
    if version.catalogue.organisation_id not in (None, actor.organisation_id):
        raise NotFoundError(version.pk)
    return version
