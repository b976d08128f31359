"""Choosing a password: who may, after which proof, and what it opens (docs/adr/0041)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.models import User
from portulan.accounts.security import Event, tell_of_account

# How long after signing in it is not asked again who one is.
STRONG = timedelta(minutes=10)


def needs_proof(
    user: User, *, bound_to: int | None, opened_at: datetime, now: datetime | None = None
) -> bool:
    """Tell whether the present password must be given before another is chosen.

    Not when there is none, nor within minutes of signing in. In a session that an organisation
    opened, only for the password that it gave, and of an account which is in no other.
    """
    is_usable = user.has_usable_password()
    is_strong = (now or timezone.now()) - opened_at <= STRONG
    if bound_to is None:
        return is_usable and not is_strong
    if user.people.exclude(organisation_id=bound_to).exists():
        return True
    return is_usable and not (is_strong and user.password_bound_to == bound_to)


def require_proof(user: User, present: str, *, bound_to: int | None, opened_at: datetime) -> bool:
    """Return whether the present password was proved; raise ValidationError if it had to be."""
    is_proved = bool(present) and user.check_password(present)
    if not is_proved and needs_proof(user, bound_to=bound_to, opened_at=opened_at):
        raise ValidationError({"present": _("Ce n’est pas le mot de passe actuel.")})
    return is_proved


@transaction.atomic
def choose_password(
    user: User,
    *,
    password: str,
    present: str,
    bound_to: int | None,
    opened_at: datetime,
    address: str = "",
) -> User:
    """Give an account another password, once `present` proves whose it is where that is needed.

    `bound_to` and `opened_at` are of the session: a password that nothing proved opens no more than
    the session it was chosen in. Raises ValidationError on the field `present`.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    is_proved = require_proof(user, present, bound_to=bound_to, opened_at=opened_at)
    if bound_to is None or not is_proved:
        user.password_bound_to = bound_to
    user.set_password(password)
    user.save(update_fields=["password", "password_bound_to"])
    tell_of_account(Event.PASSWORD, user, bound_to=user.password_bound_to, address=address)
    return user
