"""Invitations: the owner of an account accepts, or refuses, the roles that are prepared for them.

An address that has an account is not taken by whoever adds it: what its owner uses to accept is
their own, and came from no organisation (docs/adr/0041).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Invitation, Person, User
from portulan.accounts.reads import present
from portulan.accounts.security import Event, tell
from portulan.accounts.tokens import hash_of
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.writes import require_own, set_roles
from portulan.core.errors import NotFoundError
from portulan.core.storing import store

INVITATION_LIFETIME = timedelta(days=14)


@transaction.atomic
def invite(actor: Actor, *, person: Person, now: datetime | None = None) -> str | None:
    """Make the address where somebody accepts their roles, and return its token, shown once.

    None when there is nobody to ask any more: their address has no account now, and theirs is made
    (a sign-in link is for it). Raises DeniedError, ValidationError when there is no role to accept,
    or when it is by a delegation that somebody would act.
    """
    actor.require(Operation.MANAGE)
    require_own(actor, person)
    if hasattr(person, "delegation"):
        raise ValidationError(_("Cette personne entre par son propre organisme."))
    roles = [Role(role) for role in person.memberships.values_list("role", flat=True)]
    if not roles or not Person.objects.filter(present(), pk=person.pk).exists():
        raise ValidationError(_("Cette personne n’a pas de compte\u00a0: donnez-lui un rôle."))
    if person.user is None:
        person = set_roles(actor, person=person, roles=roles)
    if person.user is not None:
        return None
    now, token = now or timezone.now(), secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(
        person=person,
        defaults={
            "token_hash": hash_of(token),
            "created_at": now,
            "expires_at": now + INVITATION_LIFETIME,
        },
    )
    tell(Event.INVITED, organisation_id=actor.organisation_id, by=actor.person_id, subject=person)
    return token


def find_invitation(*, user: User, token: str, now: datetime | None = None) -> Invitation:
    """Return the invitation of a token, to the owner of its address alone.

    Raises NotFoundError when it is unknown, too old, answered, or for somebody else.
    """
    invitation = (
        Invitation.objects.filter(
            present(at="person__"),
            token_hash=hash_of(token),
            expires_at__gt=now or timezone.now(),
            person__user=None,
        )
        .select_related("person__organisation")
        .first()
    )
    if invitation is None or invitation.person.email.lower() != user.email.lower():
        raise NotFoundError(token)
    return invitation


def waiting_for(user: User) -> list[Person]:
    """Return the people whose roles wait for the owner of an address, once it is proved.

    An account whose address is proved finds its invitations by itself (one query).
    """
    if user.proved_at is None:
        return []
    found = Person.objects.filter(
        present(), user=None, email__iexact=user.email, memberships__isnull=False, delegation=None
    )
    there = found.exclude(organisation__people__user=user).select_related("organisation")
    # Of another spelling of the same letters, a database may find it equal.
    mine = [one for one in there.distinct() if one.email.lower() == user.email.lower()]
    return sorted(mine, key=lambda one: (one.organisation.name, one.pk))


def get_waiting(*, user: User, pk: int) -> Person:
    """Return one of them. Raises NotFoundError."""
    found = next((one for one in waiting_for(user) if one.pk == pk), None)
    if found is None:
        raise NotFoundError(str(pk))
    return found


@transaction.atomic
def accept(*, user: User, person: Person, bound_to: int | None) -> Person:
    """Bring the roles prepared for somebody into force, in their account.

    Of `find_invitation` or `get_waiting`. `bound_to` is what their session is bound to: one that an
    organisation opened accepts nothing. Raises ValidationError.
    """
    if bound_to is not None:
        raise ValidationError(_("Cette session n’ouvre qu’une organisation."))
    person.user = user
    store(person)
    Invitation.objects.filter(person=person).delete()
    record(_themselves(person), person, Verb.ACCEPTED)
    tell(Event.ACCEPTED, organisation_id=person.organisation_id, by=person.pk, subject=person)
    return person


@transaction.atomic
def decline(person: Person) -> Person:
    """Take away the roles prepared for somebody who does not want them."""
    person.memberships.all().delete()
    Invitation.objects.filter(person=person).delete()
    record(_themselves(person), person, Verb.DECLINED)
    tell(Event.DECLINED, organisation_id=person.organisation_id, by=person.pk, subject=person)
    return person


def _themselves(person: Person) -> Actor:
    return Actor(person.organisation_id, person.pk, frozenset())
