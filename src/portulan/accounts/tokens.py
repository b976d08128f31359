"""Tokens of the API: what a program shows to act for a person, in one organisation.

A token is a person's: it grants some of what they may do, as long as they may, until a day that is
said. It is shown once and kept as a hash; it comes in a header, and never in an address, which
journals keep. What opens to others, and other tokens, are made by somebody signed in.
"""

from __future__ import annotations

import binascii
import hashlib
import secrets
from base64 import b64decode
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Grant, Operation, Role, granted
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, TooWeakError, levels_asked
from portulan.accounts.models import Person, SecurityEntry, Token, User
from portulan.accounts.peers import client_address
from portulan.accounts.reads import delegated, in_force, present
from portulan.accounts.security import Event, tell, tell_owner
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import store

# So that what looks for secrets in public code knows one.
PREFIX = "portulan_"
DAYS = (30, 90, 365)
MOST = 20
NEVER = frozenset(
    {
        *(Operation.MANAGE, Operation.MAKE_TOKEN, Operation.SHARE, Operation.SOURCE_SECRET),
        Operation.EXPORT_ALL,
    }
)
# How often it is written, at most, that a token serves from one place.
_NOTED_EVERY = timedelta(hours=1)
_TOLD_EVERY = timedelta(days=1)


class UnknownTokenError(PermissionDenied):
    """A request shows no token, or one that opens nothing (any more): 401."""


def offered_to(actor: Actor) -> list[Operation]:
    """Return what the actor may let a token do."""
    grants = ((one, actor.grant(one)) for one in Operation if one not in NEVER)
    return [one for one, grant in grants if grant is not Grant.NONE]


@transaction.atomic
def make_token(
    actor: Actor,
    *,
    name: str,
    operations: Collection[Operation],
    days: int,
    now: datetime | None = None,
) -> str:
    """Make a token for the actor, valid some days, and return it, shown once.

    Raises DeniedError for what the actor may not do, ValidationError.
    """
    actor.require(Operation.MAKE_TOKEN)
    if actor.person_id is None or not set(operations) <= set(offered_to(actor)):
        raise DeniedError(Operation.MAKE_TOKEN.value)
    if not operations:
        raise ValidationError({"operations": _("Dites ce que ce jeton peut faire.")})
    if days not in DAYS:
        raise ValidationError({"days": _("Cette durée n’est pas proposée.")})
    # Held: of two made at once, the second counts the first.
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
    now = now or timezone.now()
    # One that expired is shown nowhere: neither its place nor its name is taken.
    person.tokens.filter(expires_at__lte=now).delete()
    if person.tokens.count() >= MOST:
        raise ValidationError(_("Vous avez déjà vingt jetons : révoquez ceux qui ne servent plus."))
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    kept = Token(
        person=person,
        name=name.strip(),
        token_hash=hash_of(token),
        operations=sorted(operations),
        level=actor.level,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    store(kept)
    tell(
        Event.TOKEN_MADE,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        subject=person,
        details={"token": kept.pk, "operations": kept.operations, "days": days},
    )
    if person.user is not None:
        tell_owner(Event.TOKEN_MADE, person.user)
    return token


def tokens_of(user: User, *, bound_to: int | None = None) -> QuerySet[Token]:
    """Return the tokens of an account where it has a role now, the newest first."""
    people = in_force(user.pk, bound_to=bound_to).values("person")
    found = Token.objects.filter(person__in=people, expires_at__gt=timezone.now())
    return found.select_related("person__organisation").order_by("-created_at", "-pk")


@transaction.atomic
def revoke(actor: Actor, *, pk: int) -> None:
    """Close a token of the actor, or of anybody of the organisation for who administers it.

    Raises NotFoundError, DeniedError.
    """
    found = Token.objects.filter(person__organisation=actor.organisation_id, pk=pk)
    token = found.select_related("person").first()
    if token is None:
        raise NotFoundError(str(pk))
    if token.person_id != actor.person_id:
        actor.require(Operation.MANAGE)
    _close(token, by=actor.person_id)


def close_tokens(person: Person, *, roles: Iterable[Role] = ()) -> None:
    """Close the tokens of a person that may do more than these roles grant."""
    kept = set(roles)
    for token in Token.objects.filter(person=person).select_related("person"):
        if any(granted(kept, Operation(one)) is Grant.NONE for one in token.operations):
            _close(token, by=None)


def close_every_token() -> int:
    """Close the tokens of everybody, and return how many there were: who operates."""
    tokens = list(Token.objects.select_related("person").order_by("pk"))
    for token in tokens:
        _close(token, by=None)
    return len(tokens)


def _close(token: Token, *, by: int | None) -> None:
    person, told = token.person, {"token": token.pk}
    token.delete()
    place = person.organisation_id
    tell(Event.TOKEN_CLOSED, organisation_id=place, by=by, subject=person, details=told)


def actor_of_token(request: HttpRequest) -> Actor:
    """Return who acts by the token of a request: the person, their roles of now, its operations.

    The organisation is the token's own: an address that names another is not found. One that was
    made by a session below what the organisation asks of these roles sleeps. Raises
    UnknownTokenError, TooWeakError.
    """
    token = find_token(request.headers.get("Authorization", ""))
    if token is None:
        raise UnknownTokenError
    _note(token, client_address(request))
    person, place = token.person, token.person.organisation
    roles = frozenset(Role(one.role) for one in person.memberships.all())
    if token.level < Level.FACTOR and place.asks_factor(roles):
        raise TooWeakError
    return Actor(
        person.organisation_id,
        person.pk,
        roles,
        only=frozenset(Operation(one) for one in token.operations) - NEVER,
        is_bound=True,
        level=Level(token.level),
        asked=levels_asked(place.levels, asks_factors=bool(place.factor_roles)),
    )


def find_token(authorization: str, now: datetime | None = None) -> Token | None:
    """Return the token that a header shows (`Bearer`, or the password of `Basic`), if it opens."""
    shown = _shown_by(authorization)
    if not shown.startswith(PREFIX):
        return None
    return (
        Token.objects.filter(
            present(at="person__"),
            delegated(at="person__"),
            token_hash=hash_of(shown),
            expires_at__gt=now or timezone.now(),
            person__user__is_active=True,
            person__memberships__isnull=False,
        )
        .select_related("person__organisation", "person__user")
        .prefetch_related("person__memberships")
        .first()
    )


def is_by_password(request: HttpRequest) -> bool:
    """Tell whether a token comes as the password of `Basic`.

    A browser that was told it once shows it again by itself, to whichever page asks: it only reads.
    """
    scheme = request.headers.get("Authorization", "").strip().partition(" ")[0]
    return scheme.lower() == "basic"


def _shown_by(authorization: str) -> str:
    scheme, _space, said = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return said.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(said.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _note(token: Token, address: str) -> None:
    """Write that a token serves, seldom; in the journal, once a day for each place."""
    now, person = timezone.now(), token.person
    before = token.used_at if token.used_from == address else None
    if before is not None and now - before < _NOTED_EVERY:
        return
    with transaction.atomic():
        Token.objects.filter(pk=token.pk).update(used_at=now, used_from=address)
        told = SecurityEntry.objects.filter(
            user_id=person.user_id,
            event=Event.TOKEN_USED,
            address=address,
            details__token=token.pk,
            at__gt=now - _TOLD_EVERY,
        )
        if told.exists():
            return
        tell(
            Event.TOKEN_USED,
            organisation_id=person.organisation_id,
            by=person.pk,
            user_id=person.user_id,
            address=address,
            details={"token": token.pk},
        )


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
