"""Giving an account another address: its owner confirms it, or who operates does."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Person, SignInLink, User
from portulan.accounts.passwords import require_proof
from portulan.accounts.reads import present
from portulan.accounts.security import Event, tell, tell_owner
from portulan.accounts.sessions import close_sessions
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.words import AddressProof
from portulan.core.storing import store


def address_to_confirm(user: User) -> Person | None:
    """Return somebody whose organisation wrote another address than that of their account.

    Only of an account that is in no other organisation: the other addresses are confirmed by who
    operates, as one organisation has no say in what opens another.
    """
    if user.people.count() != 1:
        return None
    person = user.people.filter(present()).select_related("organisation").first()
    if person is None or person.email.lower() in {"", user.email.lower()}:
        return None
    return person


@transaction.atomic
def confirm_address(
    user: User, *, password: str, bound_to: int | None, opened_at: datetime
) -> Person:
    """Move an account to the address that its organisation wrote; return the person.

    Whoever owned the address of before proved nothing of the new one: what they know opens that
    organisation alone from now on, and every other session and link ends (docs/adr/0041).
    Raises ValidationError.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    person = address_to_confirm(user)
    if person is None:
        raise ValidationError(_("Il n’y a pas d’adresse à confirmer."))
    require_proof(user, password, bound_to=bound_to, opened_at=opened_at)
    if bound_to is not None and user.proved_at is not None:
        raise ValidationError(
            _("Cette session n’ouvre qu’une organisation : entrez par un moyen à vous.")
        )
    tell_owner(Event.MOVED, user)
    user.email, user.password_bound_to = person.email, person.organisation_id
    user.proved_at, user.proved_by = None, ""
    store(user)
    for opening in (user.factors, user.recovery_codes, user.identities):
        opening.update(bound_to=person.organisation_id)
    SignInLink.objects.filter(user=user, used_at=None).delete()
    record(Actor(person.organisation_id, person.pk, frozenset()), person, Verb.MOVED)
    tell(Event.MOVED, organisation_id=person.organisation_id, by=person.pk, subject=person)
    return person


@transaction.atomic
def move_account(user: User, *, email: str) -> None:
    """Move an account, and the people who had its address: who operates vouches.

    Everybody who is signed in signs in again. Raises ValidationError when it cannot be.
    """
    tell_owner(Event.MOVED, user)
    before, user.email = user.email, email
    user.proved_at, user.proved_by = timezone.now(), AddressProof.OPERATOR
    store(user)
    for person in Person.objects.filter(user=user):
        if person.email.lower() == before.lower():
            Person.objects.filter(pk=person.pk).update(email=email, version=F("version") + 1)
        record(command_line(person.organisation_id), person, Verb.MOVED)
        tell(Event.MOVED, organisation_id=person.organisation_id, subject=person)
    SignInLink.objects.filter(user=user, used_at=None).delete()
    close_sessions(user)
