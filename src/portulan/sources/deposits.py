"""Deposits: an address of one source alone, and the token that can push there and nothing else."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.security import Event, tell
from portulan.accounts.tokens import hash_of
from portulan.accounts.trail import record
from portulan.core.storing import store
from portulan.sources.feeding import Entrance
from portulan.sources.models import Source
from portulan.sources.taking import Given, Taken, photograph
from portulan.sources.verbs import Verb
from portulan.sources.writes import hold

# So that what looks for secrets in public code knows one.
PREFIX = "portulan_deposit_"
DAYS = 365
MOST_BYTES = 64 << 20
_A_HOUR, _WINDOW = 12, timedelta(hours=1)  # deposits that one source takes


class UnknownTokenError(PermissionDenied):
    """A deposit shows no token, or one that opens nothing there (any more): 401."""


class TooOftenError(PermissionDenied):
    """A source was given too much in an hour: 429."""


def address_of(source: Source) -> str:
    """Return the address where what a source says is pushed."""
    return settings.ADDRESS + reverse("deposit", args=[source.key])


def has_token(source: Source, now: datetime) -> bool:
    """Tell whether a token opens the deposits of a source."""
    until = source.token_until
    return len(source.token_hash) == 64 and until is not None and until > now


@transaction.atomic
def give_token(actor: Actor, *, source: Source, now: datetime) -> str:
    """Give a source another token for its deposits, and return it, shown once.

    The one before opens nothing any more. Raises DeniedError, NotFoundError, ValidationError.
    """
    found = hold(actor, source, Operation.SOURCE_SECRET)
    if found.entrance != Entrance.DEPOSIT:
        raise ValidationError(_("Cette source n’arrive pas par un dépôt."))
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    found.token_hash, found.token_until = hash_of(token), now + timedelta(days=DAYS)
    store(found)
    record(actor, found, Verb.TOKEN_GIVEN, {"until": (None, found.token_until)})
    _tell(Event.SOURCE_OPENED, actor, found)
    return token


@transaction.atomic
def close_token(actor: Actor, *, source: Source) -> Source:
    """Close the deposits of a source. Raises DeniedError, NotFoundError."""
    found = hold(actor, source, Operation.SOURCE_SECRET)
    found.token_hash, found.token_until = "", None
    store(found)
    record(actor, found, Verb.TOKEN_CLOSED, {})
    _tell(Event.SOURCE_CLOSED, actor, found)
    return found


def opens(key: str, authorization: str, *, now: datetime) -> Source:
    """Return the source whose deposits a header opens. Raises UnknownTokenError.

    Nothing tells an address that is nobody's from a token that is another's.
    """
    scheme, _space, shown = authorization.strip().partition(" ")
    source = Source.objects.filter(key=key, entrance=Entrance.DEPOSIT).first()
    kept = source.token_hash if source is not None else ""
    told = hash_of(shown.strip()) if scheme.lower() == "bearer" else ""
    same = hmac.compare_digest(kept, told) and kept != ""
    if source is None or not same or not has_token(source, now):
        raise UnknownTokenError
    return source


def require_room(source: Source, *, now: datetime) -> None:
    """Raise TooOftenError where a source was given too much lately."""
    recent = source.snapshots.filter(taken_at__gt=now - _WINDOW)
    if recent.count() >= _A_HOUR:
        raise TooOftenError


def deposit(source: Source, *, files: Given, now: datetime) -> Taken:
    """Take what a tool pushes, in the name of the source. Raises as `taking.photograph`."""
    actor = command_line(source.organisation_id)
    on = timezone.localdate(now)
    return photograph(actor, source=source, files=files, on=on, entrance=Entrance.DEPOSIT, now=now)


def _tell(event: Event, actor: Actor, source: Source) -> None:
    place, details = actor.organisation_id, {"source": source.pk}
    tell(event, organisation_id=place, by=actor.person_id, details=details)
