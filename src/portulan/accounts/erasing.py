"""What an erased person leaves: their acts, without a name, an address or an account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.mentions import forget_mentions
from portulan.accounts.models import (
    Invitation,
    OwnerMessage,
    Person,
    SignInLink,
)
from portulan.accounts.security import Event, forget_places, tell
from portulan.accounts.sessions import close_sessions
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.writes import require_own, set_roles
from portulan.core import mail, trail


@transaction.atomic
def erase_person(actor: Actor, *, person: Person, now: datetime | None = None) -> Person:
    """Erase a person's name, address and account from this organisation; their acts stay.

    Source: GDPR, article 17. Raises ValidationError for the last administrator.
    """
    actor.require(Operation.MANAGE)
    require_own(actor, person)
    set_roles(actor, person=person, roles=())
    Invitation.objects.filter(person=person).delete()
    user = person.user
    if user is not None:
        SignInLink.objects.filter(user=user, organisation_id=actor.organisation_id).delete()
        close_sessions(user, organisation_id=actor.organisation_id)
    addresses = {person.email, user.email if user is not None else ""}
    OwnerMessage.objects.filter(address__in=addresses).delete()
    forget_mentions(person.organisation_id, {person.name, *addresses})
    person.name, person.email, person.user = "", "", None
    person.erased_at = now or timezone.now()
    person.save()
    goes = user is not None and not user.people.exists()
    forget_places(person, user, account_goes=goes)
    trail.forget_who(person.organisation_id, person.pk)
    if user is not None and goes:
        user.delete()
    record(actor, person, Verb.ERASED, {})
    mail.forget(person.pk)
    tell(Event.ERASED, organisation_id=actor.organisation_id, by=actor.person_id, subject=person)
    return person
