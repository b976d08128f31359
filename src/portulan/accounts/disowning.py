"""“It was not me”: the owner of an account closes all that opens it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portulan.accounts.models import SignInLink, User
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import close_sessions
from portulan.accounts.writes import close_openings


@transaction.atomic
def disown(user: User, *, since: datetime, address: str = "") -> None:
    """Close every session, link and token of an account, and its password.

    What was added from `since` on goes too. Its owner comes back by a link written to them.
    """
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    close_sessions(held)
    SignInLink.objects.filter(user=held, used_at=None).delete()
    for person in held.people.all():
        close_openings(person)
    for added in (held.factors, held.identities):
        added.filter(created_at__gte=since).delete()
    held.recovery_codes.all().delete()
    held.set_unusable_password()
    held.password_bound_to = None
    held.save(update_fields=["password", "password_bound_to"])
    tell_of_account(Event.DISOWNED, held, address=address)
