"""An address that is read: what opens it, given by an administrator; each reading, whole or not.

What opens it is sealed under the key of the machine and never shown again. A reading that fails
writes why, and nothing else; one at a time for a source; each night, those that are due.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Person
from portulan.accounts.security import Event, tell
from portulan.accounts.trail import record
from portulan.core import processes
from portulan.core.folding import fold
from portulan.core.merge.digests import digest_of
from portulan.core.safe_http import place_of
from portulan.core.say.text import Problems, UnusableInputError
from portulan.core.secret import sealed
from portulan.core.storing import store
from portulan.indicators.words import Frequency
from portulan.sources.apis import SECRETS, Api, Heard, hear
from portulan.sources.asking import Asking
from portulan.sources.feeding import Entrance, due_after
from portulan.sources.meanings import Meanings
from portulan.sources.models import FAILURES, ItemsSnapshot, Source
from portulan.sources.outcomes import Failure, UnansweredError
from portulan.sources.reads import SECRET, is_ahead, secret_of
from portulan.sources.snapshot import Asked, Snapshot, of_listings, take
from portulan.sources.taking import Taken, failed, flow_year_of, keep, require_going
from portulan.sources.verbs import Verb
from portulan.sources.words import Tool
from portulan.sources.writes import hold

_FULL = timedelta(
    days=25
)  # what nothing says to have moved is read in full this often all the same
_SILENT = timedelta(hours=1)  # a reading on another machine that says nothing for so long is over
_LONGEST_MARK = 200  # characters, as its column holds
_MOST = 4000  # characters of a secret
# What a document of no tool makes a reader raise: depths, numbers, words where objects are.
_MISREAD = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    DataError,
)
_LOGGER = logging.getLogger(__name__)


class UnderWayError(ValidationError):
    """Another reading of the same source has not ended."""


@transaction.atomic
def give_secret(
    actor: Actor,
    *,
    source: Source,
    secret: Mapping[str, str],
    until: date | None = None,
) -> Source:
    """Give what opens the address of a source, by part; it is never shown again.

    Raises DeniedError, NotFoundError, ValidationError (a part that is missing, somebody's account).
    """
    found = hold(actor, source, Operation.SOURCE_SECRET)
    if found.entrance != Entrance.ADDRESS:
        raise ValidationError(_("Cette source n’est pas lue à une adresse."))
    kept = {}
    for part in SECRETS[Api(found.api)]:
        name = part.removeprefix("*")
        value = str(secret.get(name) or "").strip()
        if not value and part == name:
            raise ValidationError({name: _("Il manque de quoi ouvrir l’outil.")})
        if len(value) > _MOST or not value.isprintable() or not value.isascii():
            raise ValidationError({name: _("Ce secret a des signes qu’aucun outil ne donne.")})
        kept[name] = value
    _require_nobody(actor, kept.get("username", ""))
    found.secret = sealed(SECRET, json.dumps(kept).encode()).decode()
    found.secret_until, found.failure, found.mark = until, "", ""
    store(found)
    record(actor, found, Verb.SECRET_GIVEN, {"until": (None, until)})
    details = {"source": found.pk}
    tell(
        Event.SOURCE_OPENED,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        details=details,
    )
    return found


def _require_nobody(actor: Actor, username: str) -> None:
    """Raise ValidationError for the account of somebody of the organisation."""
    if not username:
        return
    told = fold(username)
    people = Person.objects.filter(organisation=actor.organisation_id)
    for name, email in people.values_list("name", "email"):
        words = fold(name or "").split()
        forms = {"".join(words), ".".join(words), ".".join(reversed(words)), fold(email or "")}
        forms |= {words[0][:1] + words[-1]} if len(words) > 1 else set()
        forms.add(fold(email or "").partition("@")[0])
        if told in forms:
            raise ValidationError(
                {"username": _("C’est le compte d’une personne : faites un compte de service.")}
            )


def read_address(actor: Actor, *, source: Source, now: datetime, whole: bool = False) -> Taken:
    """Read the address of a source, outside any transaction, then write what it says, whole.

    Where the tool can prove that nothing moved, it is asked just that, unless `whole` is asked.
    Raises DeniedError, NotFoundError, ValidationError (why nothing came, in a sentence).
    """
    actor.require(Operation.SOURCE)
    actor.require_ours(source)
    require_going(source)
    if source.entrance != Entrance.ADDRESS:
        raise ValidationError(_("Cette source n’est pas lue à une adresse."))
    _take_turn(source, now)
    try:
        return _read(actor, source, now, whole=whole)
    except UnansweredError as error:
        failed(source, error.why, now)
        raise ValidationError(str(FAILURES[error.why])) from None
    except UnusableInputError as error:
        failed(source, Failure.UNREADABLE, now)
        raise ValidationError(error.problem.message()) from error
    except _MISREAD as error:
        _LOGGER.warning("source %s: %s", source.pk, type(error).__name__)
        failed(source, Failure.UNREADABLE, now)
        raise ValidationError(str(FAILURES[Failure.UNREADABLE])) from None
    finally:
        Source.objects.filter(pk=source.pk, holder=processes.mark()).update(holder="")


def _take_turn(source: Source, now: datetime) -> None:
    """Hold a source for one reading at a time: a process that died holds nothing."""
    for holder, tried in Source.objects.filter(pk=source.pk).values_list("holder", "tried_at"):
        alive = processes.is_alive(holder) if holder else False
        is_silent = tried is None or tried < now - _SILENT or is_ahead(tried, now)
        if alive is False or (alive is None and is_silent):
            mine = Source.objects.filter(pk=source.pk, holder=holder)
            if mine.update(holder=processes.mark(), tried_at=now):
                return
    raise UnderWayError(_("Une lecture de cette source est en cours : attendez sa fin."))


def _read(actor: Actor, source: Source, now: datetime, *, whole: bool) -> Taken:
    secret = secret_of(source)
    if secret is None:
        raise ValidationError(_("Son secret n’est pas ici : redonnez-le pour qu’elle reprenne."))
    on = timezone.localdate(now)
    if source.secret_until is not None and source.secret_until < on:
        raise UnansweredError(Failure.EXPIRED)
    meanings = Meanings.from_json(source.meanings or {})
    place = place_of(source.url, settings.SOURCE_HOSTS)
    last = source.snapshots.order_by("-pk").first()
    mark = "" if whole else _mark_of(source, last, now)
    asking = Asking(place)
    try:
        heard = hear(Api(source.api), asking, place.path, secret, meanings, mark)
    finally:
        asking.close()
    if heard is None and last is not None:
        version = F("version") + 1
        Source.objects.filter(pk=source.pk).update(failure="", tried_at=now, version=version)
        return Taken(last, is_new=False)
    if heard is None:
        raise UnansweredError(Failure.CHANGED)
    said = _said(source, heard, meanings, on)
    waits = [("records.json", heard.document)] if heard.document else []
    taken = keep(actor, source, said, waits, Entrance.ADDRESS, now)
    mark = heard.mark if len(heard.mark) <= _LONGEST_MARK else ""
    Source.objects.filter(pk=source.pk).update(mark=mark, heard_at=now)
    return taken


def _mark_of(source: Source, last: ItemsSnapshot | None, now: datetime) -> str:
    """Return the mark that tells that nothing moved, where it may still be believed."""
    heard = source.heard_at
    if last is None or heard is None or now - heard > _FULL or is_ahead(heard, now):
        return ""
    if last.on > timezone.localdate(now):
        return ""
    same = last.meanings == digest_of(source.meanings) and not source.failure
    return source.mark if same else ""


def _said(source: Source, heard: Heard, meanings: Meanings, on: date) -> Snapshot:
    year, scope = flow_year_of(on), source.scope or None
    people = source.organisation.headcount
    if heard.document:
        files = [("records.json", io.BytesIO(heard.document))]
        kind = Tool.TABLE if source.kind == Tool.TABLE else None
        return take(
            files,
            kind=kind,
            meanings=meanings,
            on=on,
            flow_year=year,
            scope=scope,
            limits=source.limits,
            people=people,
        )
    problems = Problems()
    problems.extend(heard.problems)
    asked = Asked(meanings, on, year, scope, source.limits, people=people)
    return replace(of_listings(heard.listings, asked, problems), digest=heard.digest)


# --- each night ---------------------------------------------------------------------------------


def due_sources(now: datetime) -> list[Source]:
    """Return the sources whose address is due to be read (one query): each day after a failure."""
    rows = Source.objects.filter(entrance=Entrance.ADDRESS, stopped="").exclude(every="")
    return [one for one in rows.exclude(secret="").order_by("pk") if _is_due(one, now)]


def _is_due(source: Source, now: datetime) -> bool:
    today = timezone.localdate(now)
    if is_ahead(source.tried_at, now):
        return True
    if source.tried_at is not None and timezone.localdate(source.tried_at) >= today:
        return False
    if source.failure or source.tried_at is None:
        return True
    return today >= due_after(timezone.localdate(source.tried_at), Frequency(source.every))


def places_due(now: datetime) -> Iterable[int]:
    """Return the organisations that have a source to be read."""
    return {one.organisation_id for one in due_sources(now)}


def read_due(organisation_id: int, now: datetime) -> Mapping[str, int]:
    """Read what is due of an organisation: a source that fails says so, and holds back no other."""
    read = missed = 0
    for source in due_sources(now):
        if source.organisation_id != organisation_id:
            continue
        try:
            read_address(command_line(organisation_id), source=source, now=timezone.now())
            read += 1
        except ValidationError:
            missed += 1
    return {"read": read, "failed": missed}
