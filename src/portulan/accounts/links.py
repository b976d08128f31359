"""Sign-in links: made, found, and used once.

Who administers an organisation makes links that open it alone; who operates, on the machine, those
that open all that an account opens (docs/adr/0041).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, SignInLink, User
from portulan.accounts.proving import prove_address
from portulan.accounts.reads import in_force, still_opens
from portulan.accounts.security import Event, tell, tell_of_account
from portulan.accounts.tokens import hash_of
from portulan.accounts.words import AddressProof
from portulan.accounts.writes import LINK_LIFETIME, require_own


@transaction.atomic
def make_link(*, user: User, now: datetime | None = None) -> str:
    """Make a one-time link that opens an account wholly, and return its token, shown once.

    For who operates, on the machine: nothing that answers a browser calls it.
    """
    tell_of_account(Event.LINK_MADE, user, details={"by": "operator"}, to_owner=True)
    return _make(user, None, now)


@transaction.atomic
def make_link_for(
    actor: Actor,
    *,
    person: Person,
    now: datetime | None = None,
    lifetime: timedelta = LINK_LIFETIME,
) -> str:
    """Make a one-time link that opens the actor's organisation alone, for one of its people.

    Raises DeniedError, ValidationError when the person has no role in force, or acts by delegation:
    both journals say what they do.
    """
    user = require_linkable(actor, person)
    tell(
        Event.LINK_MADE,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        subject=person,
        details={"for another": actor.person_id != person.pk},
    )
    return _make(user, actor.organisation_id, now, lifetime)


def require_linkable(actor: Actor, person: Person) -> User:
    """Return the account of a person whom a link of the organisation may let in.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    require_own(actor, person)
    if hasattr(person, "delegation"):
        raise ValidationError(_("Cette personne entre par son propre organisme."))
    if person.user is None or not _enters(person.user, actor.organisation_id):
        raise ValidationError(_("Cette personne n’a pas de compte\u00a0: donnez-lui un rôle."))
    return person.user


def make_mailed_link(user: User, *, now: datetime, lifetime: timedelta) -> str:
    """Make the link that a message takes to the address of an account, and return its token.

    It opens all of the account: who uses it reads the address. Nobody is shown it.
    """
    return _make(user, None, now, lifetime, sent_to=user.email)


@transaction.atomic
def _make(
    user: User,
    organisation_id: int | None,
    now: datetime | None,
    lifetime: timedelta = LINK_LIFETIME,
    sent_to: str = "",
) -> str:
    now = now or timezone.now()
    before = SignInLink.objects.filter(user=user, organisation=organisation_id, used_at=None)
    # Anybody may ask for one by mail: that ends none but those that are too old.
    before.filter(**({"expires_at__lte": now} if sent_to else {"sent_to": ""})).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        organisation_id=organisation_id,
        sent_to=sent_to,
        token_hash=hash_of(token),
        created_at=now,
        expires_at=now + lifetime,
    )
    return token


def find_link(*, token: str, now: datetime | None = None) -> SignInLink | None:
    """Return the link of a token if it can still serve."""
    link = (
        SignInLink.objects.filter(
            token_hash=hash_of(token), used_at=None, expires_at__gt=now or timezone.now()
        )
        .select_related("user", "organisation")
        .first()
    )
    if link is None or not _enters(link.user, link.organisation_id):
        return None
    # The account has another address since: who reads the former one is somebody else.
    moved = link.sent_to and link.sent_to.lower() != link.user.email.lower()
    return None if moved else link


@transaction.atomic
def use_link(*, token: str, now: datetime | None = None) -> SignInLink | None:
    """Use a link up and return it, or None when it is unknown, used, too old or of who left.

    One that was written to the address, or that who operates gave, proves whose the account is.
    """
    link = find_link(token=token, now=now)
    if link is None:
        return None
    # Of two who use it at once, one finds it used.
    used = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now or timezone.now())
    if not used:
        return None
    if link.sent_to:
        SignInLink.objects.filter(user=link.user, used_at=None).exclude(sent_to="").delete()
    if link.organisation_id is None:
        by = AddressProof.MAIL if link.sent_to else AddressProof.OPERATOR
        link.user = prove_address(link.user, by=by)
    return link


def _enters(user: User, organisation_id: int | None) -> bool:
    if organisation_id is None:
        return still_opens(user.pk) is not None
    return user.is_active and in_force(user.pk, bound_to=organisation_id).exists()
