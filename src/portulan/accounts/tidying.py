"""Taking away what nobody needs any more of who came in, and the names of who left long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portulan.accounts.actors import command_line
from portulan.accounts.attempts import clear_attempts
from portulan.accounts.erasing import erase_person
from portulan.accounts.factors import close_every_recovery_code
from portulan.accounts.models import (
    Invitation,
    MailedCode,
    OwnerMessage,
    Person,
    SignInLink,
    Token,
)
from portulan.accounts.security import clear_security
from portulan.accounts.sessions import clear_sessions
from portulan.accounts.tokens import close_every_token
from portulan.core.by_organisation import try_all
from portulan.core.duties import Counts
from portulan.core.retention import Retention, is_early


def clear_spent(now: datetime) -> None:
    """Remove sessions, links, invitations, tokens and attempts that serve no more, old entries."""
    for clear in (clear_sessions, clear_attempts, clear_security, _links, _tokens):
        clear(now)


@transaction.atomic
def close_what_opened() -> tuple[int, int, int]:
    """Revoke every token, sign-in link, invitation and recovery code.

    Return how many tokens, how many links and invitations, how many accounts had codes. For a
    database that comes back from a backup: what was revoked or spent since is not in it.
    """
    links = SignInLink.objects.filter(used_at=None).delete()[0]
    links += Invitation.objects.all().delete()[0]
    for model in (OwnerMessage, MailedCode):
        links += model.objects.all().delete()[0]
    return close_every_token(), links, close_every_recovery_code()


def retentions() -> list[Retention]:
    """Return what accounts keep, and for how long."""
    day = timedelta(days=1)
    return [
        Retention("attempts", _("essais de mot de passe"), day, clear_attempts),
        Retention("links", _("liens de connexion, codes et invitations"), 7 * day, _links),
        Retention(
            "sessions",
            _("sessions sans activité"),
            settings.SESSION_IDLE,
            clear_sessions,
            "PORTULAN_IDLE_HOURS",
        ),
        Retention("tokens", _("accès de logiciels, une fois échus"), timedelta(days=30), _tokens),
        Retention(
            "security",
            _("journal de sécurité, adresses IP comprises"),
            settings.SECURITY_DAYS * day,
            clear_security,
            "PORTULAN_SECURITY_DAYS",
        ),
        Retention(
            "departed",
            _("nom et adresse de qui est parti"),
            settings.DEPARTED_DAYS * day,
            setting="PORTULAN_DEPARTED_DAYS",
        ),
    ]


def organisations_left(now: datetime) -> set[int]:
    """Return whose people left longer ago than their names are kept (two queries)."""
    if is_early(now):
        return set()
    return set(_departed(now).values_list("organisation", flat=True))


def erase_departed(organisation_id: int, now: datetime) -> Counts:
    """Erase who left longer ago than `PORTULAN_DEPARTED_DAYS`, as their administrator would."""
    actor = command_line(organisation_id)
    gone = list(_departed(now).filter(organisation=organisation_id))
    return {"departed": try_all(gone, lambda one: erase_person(actor, person=one, now=now))}


def _departed(now: datetime) -> QuerySet[Person]:
    limit = timezone.localdate(now) - timedelta(days=settings.DEPARTED_DAYS)
    gone = Person.objects.filter(left_on__lt=limit, erased_at=None)
    return gone.exclude(organisation__fictional=True)


def _links(now: datetime) -> int:
    links = SignInLink.objects.filter(Q(expires_at__lte=now) | Q(used_at__lte=now)).delete()[0]
    codes = MailedCode.objects.filter(expires_at__lte=now).delete()[0]
    return links + codes + Invitation.objects.filter(expires_at__lte=now).delete()[0]


def _tokens(now: datetime) -> int:
    return Token.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()[0]
