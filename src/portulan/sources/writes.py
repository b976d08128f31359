"""Sources, made and changed; what they feed; what their words mean, said once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.security import Event, tell
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.folding import fold
from portulan.core.safe_http import place_of
from portulan.core.say.text import UnusableInputError
from portulan.core.storing import hold_row, store
from portulan.indicators.models import Indicator
from portulan.indicators.words import Frequency
from portulan.sources.apis import Api
from portulan.sources.feeding import Entrance, Manner
from portulan.sources.formulas import FORMULAS
from portulan.sources.meanings import Meanings
from portulan.sources.models import Source, SourceFeed
from portulan.sources.outcomes import Stop
from portulan.sources.reads import can_feed
from portulan.sources.verbs import Verb
from portulan.sources.words import Tool

MOST = 50


@transaction.atomic
def save_source(
    actor: Actor,
    *,
    source: Source | None = None,
    name: str,
    entrance: Entrance,
    kind: Tool | None = None,
    every: Frequency | None = None,
    function: str = "",
    person: Person | None = None,
    scope: str = "",
    api: Api | None = None,
    url: str = "",
    refused_under: int | None = None,
    warned_under: int | None = None,
    now: datetime,
) -> Source:
    """Make a source, or change one; what is read elsewhere asks for its secret again.

    `refused_under` and `warned_under`: the coverage that its figures need, in percent.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.SOURCE)
    organisation = hold_organisation(actor)
    if person is not None and person.organisation_id != actor.organisation_id:
        raise NotFoundError(person.pk)
    if source is None:
        if organisation.sources.count() >= MOST:
            raise ValidationError(_("Il y a déjà cinquante sources : retirez celles qui dorment."))
        found = Source(organisation=organisation, created_at=now, made_by=actor.person_id)
        found.key = secrets.token_hex(6)
    else:
        found = hold(actor, source)
    told: dict[str, Any] = {
        "name": name.strip(),
        "entrance": entrance,
        "kind": kind or "",
        "every": every or "",
        "function": function.strip(),
        "person": person,
        "scope": scope.strip(),
        "api": (api or "") if entrance is Entrance.ADDRESS else "",
        "url": _read_at(url, api) if entrance is Entrance.ADDRESS else "",
    }
    limits = {"refused_under": refused_under, "warned_under": warned_under}
    told |= {name: one for name, one in limits.items() if one is not None}
    changes = trail.set_fields(found, told)
    if not 0 < found.refused_under <= found.warned_under <= 100:
        raise ValidationError(
            {"warned_under": _("Entre 1 et 100 %, et pas moins que ce qu’il faut pour un chiffre.")}
        )
    if changes.keys() & limits.keys():
        found.mark = ""  # what did not move there is read again all the same
    if changes.keys() & {"api", "url", "entrance"}:
        # What opens a tool is never sent where somebody else wrote that it is.
        found.secret, found.secret_until, found.mark = "", None, ""
    if changes:
        store(found)
        record(actor, found, Verb.SOURCE_EDITED if source else Verb.SOURCE_MADE, changes)
    return found


def _read_at(url: str, api: Api | None) -> str:
    """Return an address that may be read. Raises ValidationError."""
    if api is None:
        raise ValidationError({"api": _("Dites ce qui se parle à cette adresse.")})
    found = url.strip().rstrip("/")
    if "?" in found or "#" in found:
        raise ValidationError({"url": _("L’adresse s’arrête avant le « ? ».")})
    place_of(found, settings.SOURCE_HOSTS)
    return found


@transaction.atomic
def remove_source(actor: Actor, *, source: Source) -> None:
    """Forget a source, what it said and its marks; the readings that were accepted stay.

    Raises DeniedError, NotFoundError.
    """
    found = hold(actor, source)
    record(actor, found, Verb.SOURCE_REMOVED, {"name": (found.name, None)})
    if found.token_hash:
        details = {"source": found.pk}
        place = actor.organisation_id
        tell(Event.SOURCE_CLOSED, organisation_id=place, by=actor.person_id, details=details)
    found.delete()


@transaction.atomic
def stop_source(actor: Actor, *, source: Source) -> Source:
    """Take nothing more from a source. Raises DeniedError, NotFoundError, ValidationError."""
    found = hold(actor, source)
    if found.stopped:
        raise ValidationError(_("Elle est déjà arrêtée."))
    found.stopped = Stop.PERSON
    store(found)
    record(actor, found, Verb.SOURCE_STOPPED, {"stopped": (None, Stop.PERSON)})
    return found


@transaction.atomic
def resume_source(actor: Actor, *, source: Source) -> Source:
    """Take from a source again. Raises as `stop_source`."""
    found = hold(actor, source)
    if not found.stopped:
        raise ValidationError(_("Elle est déjà en service."))
    before, found.stopped = found.stopped, ""
    store(found)
    record(actor, found, Verb.SOURCE_RESUMED, {"stopped": (before, None)})
    return found


@transaction.atomic
def feed(
    actor: Actor,
    *,
    source: Source,
    indicator: Indicator,
    formula: str,
    manner: Manner = Manner.PROPOSE,
) -> SourceFeed:
    """Say that a source feeds an indicator, by which formula, proposed or taken by itself.

    Raises DeniedError, NotFoundError, ValidationError (a unit that is another's, a computed one).
    """
    found = hold(actor, source)
    actor.require_ours(indicator)
    if formula not in FORMULAS:
        raise ValidationError({"formula": _("Aucune formule n’a ce nom.")})
    if formula not in can_feed(indicator):
        raise ValidationError(
            {
                "formula": _(
                    "Cet indicateur ne se compte pas ainsi : son genre ou son unité diffère."
                )
            }
        )
    row = SourceFeed.objects.filter(source=found, indicator=indicator).first()
    row = row or SourceFeed(source=found, indicator=indicator)
    changes = trail.set_fields(row, {"formula": formula, "manner": manner})
    if changes:
        store(row)
        told = {"indicator": (None, indicator.name), "method": changes.get("formula")}
        told["way"] = changes.get("manner")
        kept = {name: change for name, change in told.items() if change is not None}
        record(actor, found, Verb.FED, kept)
    return row


@transaction.atomic
def end_feed(actor: Actor, *, feed: SourceFeed) -> None:
    """Feed an indicator no more; its readings stay. Raises DeniedError, NotFoundError."""
    found = hold(actor, feed.source)
    record(actor, found, Verb.FEED_ENDED, {"indicator": (feed.indicator.name, None)})
    feed.delete()


@transaction.atomic
def say_meanings(
    actor: Actor, *, source: Source, meanings: Mapping[str, Any], now: datetime
) -> Source:
    """Say what the words of a source mean, in the shape of `sources.meanings`: kept, dated, signed.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    found = hold(actor, source)
    try:
        said = Meanings.from_json(dict(meanings)).as_json()
    except UnusableInputError as error:
        raise ValidationError({"meanings": error.problem.message()}) from error
    before = found.meanings or {}
    if said != before:
        found.meanings, found.said_by, found.said_at = said, actor.person_id, now
        store(found, exclude=["said_by"])
        record(actor, found, Verb.MEANT, {"meanings": (_flat(before), _flat(said))})
    return found


def with_words(meanings: Mapping[str, Any], said: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return meanings with words more: the member they stand in, the word, what it means."""
    known: dict[str, Any] = Meanings.from_json(dict(meanings)).as_json()
    found: dict[str, dict[str, list[str]]] = {name: dict(known[name]) for name in _MEMBERS}
    kept: dict[str, Any] = dict(meanings)
    for member, word, means in said:
        under = {
            key: [one for one in words if fold(one) != fold(word)]
            for key, words in found[member].items()
        }
        if means:
            under.setdefault(means, []).append(word)
        found[member] = {key: words for key, words in under.items() if words}
    return kept | found


_MEMBERS = ("states", "types", "phone_types")


def _flat(meanings: Mapping[str, Any]) -> list[str]:
    """Return meanings as the trail keeps them: one line a word."""
    words = sorted(
        f"{word}: {means}"
        for member in _MEMBERS
        for means, words in (meanings.get(member) or {}).items()
        for word in words
    )
    return [*words, f"start: {meanings['start']}"] if meanings.get("start") else words


def hold(actor: Actor, source: Source, need: Operation = Operation.SOURCE) -> Source:
    """Hold a source, brought up to date. Raises NotFoundError, DeniedError."""
    actor.require_ours(source)
    actor.require(need)
    hold_row(source)
    return source
