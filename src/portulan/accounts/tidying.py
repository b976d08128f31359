"""Taking away what nobody needs any more of who came in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from portulan.accounts.attempts import clear_attempts
from portulan.accounts.models import Invitation, SignInLink, Token
from portulan.accounts.security import clear_security
from portulan.accounts.sessions import clear_sessions


def clear_spent(now: datetime) -> None:
    """Remove sessions, links, invitations and attempts that serve no more, and old entries."""
    clear_sessions(now)
    clear_attempts(now)
    clear_security(now)
    SignInLink.objects.filter(Q(expires_at__lte=now) | Q(used_at__lte=now)).delete()
    Invitation.objects.filter(expires_at__lte=now).delete()
    Token.objects.filter(expires_at__lte=now).delete()
