"""Reading catalogues: the editions an organisation may use, and their practices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator
from portulan.core.errors import NotFoundError
from portulan.core.folding import fold, natural_key
from portulan.core.storing import get_one


@dataclass(frozen=True, slots=True)
class PracticeFilters:
    """What practices are wanted; an empty word asks for nothing. `q` is looked for in all texts.

    `theme` is a code, `priority`, `difficulty` and `pilot` are the edition's own words.
    """

    theme: str = ""
    priority: str = ""
    difficulty: str = ""
    pilot: str = ""
    q: str = ""

    def keeps(self, practice: Practice) -> bool:
        return (
            self.theme in ("", practice.theme.code)
            and self.priority in ("", practice.priority)
            and self.difficulty in ("", practice.difficulty)
            and (not self.pilot or self.pilot in practice.pilots)
            and all(word in _words(practice) for word in fold(self.q).split())
        )


def versions_for(actor: Actor) -> QuerySet[CatalogueVersion]:
    """Return the editions the organisation may use, the built-in ones first, then the newest.

    Raises DeniedError to who may not read plans.
    """
    actor.require_any(Operation.READ_PLAN)
    return (
        CatalogueVersion.objects.filter(
            Q(catalogue__organisation=None) | Q(catalogue__organisation=actor.organisation_id)
        )
        .select_related("catalogue")
        .order_by(F("catalogue__organisation_id").asc(nulls_first=True), "-imported_at", "-id")
    )


def get_version(*, actor: Actor, version_id: int, need: Operation) -> CatalogueVersion:
    """Return an edition the organisation may use. Raises NotFoundError, DeniedError."""
    version = get_one(versions_for(actor), pk=version_id)
    actor.require(need)
    return version


def get_practice(*, actor: Actor, version_id: int, code: str, need: Operation) -> Practice:
    """Return a practice with its theme, edition and indicators (two queries).

    Raises NotFoundError, DeniedError.
    """
    practice = (
        whole(Practice.objects.filter(version_id=version_id, code=code))
        .filter(
            Q(version__catalogue__organisation=None)
            | Q(version__catalogue__organisation=actor.organisation_id)
        )
        .first()
    )
    if practice is None:
        raise NotFoundError(code)
    actor.require(need)
    return practice


def practices(version: CatalogueVersion, filters: PracticeFilters | None = None) -> list[Practice]:
    """Return the practices of an edition that the filters keep, in its order (two queries).

    The bodies stay in the database: lists do not show them.
    """
    found = whole(version.practices.defer("body"))
    ordered = sorted(found, key=_place)
    return [practice for practice in ordered if filters is None or filters.keeps(practice)]


def family_of(actor: Actor, version: CatalogueVersion) -> QuerySet[CatalogueVersion]:
    """Return the other editions of the same catalogue, the latest import first.

    An organisation may import an older guide beside the built-in one: one name, one family.
    """
    return (
        versions_for(actor)
        .filter(catalogue__slug=version.catalogue.slug)
        .exclude(pk=version.pk)
        .order_by("-imported_at", "-id")
    )


def pilots_of(practices: Iterable[Practice]) -> list[str]:
    """Return the functions that practices cite, the most cited first."""
    cited: dict[str, int] = {}
    for practice in practices:
        for pilot in practice.pilots:
            cited[pilot] = cited.get(pilot, 0) + 1
    return sorted(cited, key=lambda pilot: (-cited[pilot], pilot))


def whole(found: QuerySet[Practice]) -> QuerySet[Practice]:
    """Return practices with their theme, edition and indicators."""
    return found.select_related("theme", "version__catalogue").prefetch_related(
        Prefetch("indicators", PracticeIndicator.objects.order_by("order"))
    )


def _place(practice: Practice) -> tuple[object, ...]:
    return (practice.theme.order, practice.order, natural_key(practice.code))


def _words(practice: Practice) -> str:
    """Return all that a search looks at, in the language of the page, folded."""
    texts = [practice.code, practice.say("title"), practice.say("summary")]
    texts += [indicator.say("text") for indicator in practice.indicators.all()]
    return fold(" ".join(texts))
