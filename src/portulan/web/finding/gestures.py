"""All gestures, those that somebody may do here, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.urls import reverse

from portulan.accounts.access import Grant, Operation
from portulan.core.folding import sought
from portulan.core.say.language import speaking
from portulan.plans.plan import current_plan
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.finding.thesaurus import alike
from portulan.web.pages import Said
from portulan.web.places import year_at
from portulan.web.requests import OrganisationRequest

# The addresses of the domains, each with the gestures that its screens answer.
_DOMAINS = (
    "plans", "evidence", "catalogue", "steering", "impact", "budget", "observatory", "portfolio",
    "sources", "publication.documents", "publication.groups", "accounts.people", "accounts.tokens",
    "accounts.factors", "accounts.privacy",
)  # fmt: skip
# Words that say nothing of what is sought.
_IDLE_WORDS = (
    "a au aux ce d dans de des du en et l la le les ma mes mon nos notre ou par pour que qui sur un"
    " une je veux and for i in my of on or our the to want with"
)
_IDLE = frozenset(_IDLE_WORDS.split())


@cache
def every() -> tuple[Gesture, ...]:
    """Return the gestures of all domains, in the order of their moments."""
    found = [
        one for name in _DOMAINS for one in import_module(f"portulan.web.{name}.urls").GESTURES
    ]
    order = list(Moment)
    return tuple(sorted(found, key=lambda one: order.index(one.moment)))


@dataclass(frozen=True, slots=True)
class Shown:
    """A gesture as a page shows it: its words and where it leads."""

    moment: Moment
    words: Said
    url: str
    gesture: Gesture


def of(request: OrganisationRequest) -> list[Shown]:
    """Return the gestures that somebody may do here; of a plan or a year, once there is one."""
    slug = request.organisation.slug
    places: dict[str, list[object] | None] = {"": [slug], "account": []}
    if request.actor.may(Operation.READ_PLAN):
        plan = current_plan(actor=request.actor, today=request.today)
        places["plan"] = None if plan is None else [slug, plan.slug]
    year = year_at(request)
    places["year"] = None if year is None else [slug, year]
    found = []
    for one in every():
        where = places.get(one.of)
        if where is not None and _may(request, one):
            found.append(Shown(one.moment, one.words, reverse(one.route, args=where), one))
    return found


def _may(request: OrganisationRequest, one: Gesture) -> bool:
    away = one.feature is not None and one.feature in request.organisation.put_away
    own = one.need is Operation.UPDATE_ACTION
    actor = request.actor
    return not away and (actor.holds(one.need) or (own and actor.grant(one.need) is not Grant.NONE))


def words_of(text: str) -> list[str]:
    """Return the words of what is sought, folded, without those that say nothing."""
    folded = sought(text.replace("-", " ")).replace("'", " ").split()
    return [one for one in folded if one not in _IDLE] or folded


@cache
def _said(one: Gesture) -> str:
    """Return all words of a gesture, in both languages, folded, each after a space."""
    texts = []
    for language in ("fr", "en"):
        with speaking(language):
            texts.append(str(one.words))
    folded = sought(" ".join((*texts, one.also)).replace("-", " ")).replace("'", " ")
    return f" {folded}"


def _stem(word: str) -> str:
    """Return the beginning that forms of a word share: its plural, its infinitive."""
    for ending in ("ations", "ation", "ers", "er", "ees", "ee", "es", "s", "x", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def matching(gestures: Iterable[Shown], text: str) -> list[Shown]:
    """Return the gestures that hold all words sought, those that say them first before others."""
    words = words_of(text)
    return [one for _rank, one in sorted(_ranked(gestures, words), key=lambda pair: pair[0])]


def _ranked(gestures: Iterable[Shown], words: list[str]) -> Iterator[tuple[int, Shown]]:
    for one in gestures:
        said = _said(one.gesture)
        if words and all(any(f" {_stem(w)}" in said for w in alike(word)) for word in words):
            title = f" {sought(str(one.words))}".replace("'", " ")
            yield -sum(f" {_stem(word)}" in title for word in words), one
