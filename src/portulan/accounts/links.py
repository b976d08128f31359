"""Sign-in links: made, found, and used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portulan.accounts.models import SignInLink, User
from portulan.accounts.writes import LINK_LIFETIME


@transaction.atomic
def make_link(*, user: User, now: datetime | None = None) -> str:
    """Make a one-time sign-in link for an account and return its token, shown once."""
    now = now or timezone.now()
    SignInLink.objects.filter(user=user, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, token_hash=_hash(token), created_at=now, expires_at=now + LINK_LIFETIME
    )
    return token


def find_link(*, token: str, now: datetime | None = None) -> SignInLink | None:
    """Return the link of a token if it can still serve."""
    return (
        SignInLink.objects.filter(
            token_hash=_hash(token), used_at=None, expires_at__gt=now or timezone.now()
        )
        .select_related("user")
        .first()
    )


@transaction.atomic
def use_link(*, token: str, now: datetime | None = None) -> User | None:
    """Use a link up and return its account, or None when it is unknown, used or too old."""
    now = now or timezone.now()
    used = SignInLink.objects.filter(
        token_hash=_hash(token), used_at=None, expires_at__gt=now, user__is_active=True
    ).update(used_at=now)
    if not used:
        return None
    return SignInLink.objects.select_related("user").get(token_hash=_hash(token)).user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
