"""What newer editions say of the practices that an action follows. Nothing is changed by it."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.accounts.actors import Actor
from portulan.catalogue.comparison import Comparison, Departure, Match
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.selectors import comparison_of, versions_for
from portulan.plans.models import Action, ActionPractice


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
