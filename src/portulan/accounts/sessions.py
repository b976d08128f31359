"""Sessions: a row for who is signed in, and before that a signed cookie, which writes nothing.

A session says by which door it was opened: bound to one organisation, or all those of the account.
Named by `SESSION_ENGINE`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.core import signing
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from portulan.accounts.levels import Level
from portulan.accounts.models import Session, User

BOUND_TO, OPENED_AT, ADDRESS, BROWSER = "bound_to", "opened_at", "address", "browser"
# When a second factor was proved, and the organisation that it was made for, if it is.
FACTOR_AT, FACTOR_OF = "factor_at", "factor_of"
# What a provider of OpenID Connect said, to end its own session with.
ID_TOKEN = "id_token"  # noqa: S105 - the name of a field
# Whether a link opened it, and when the address of its owner was last proved in it by mail.
BY_LINK, CHANNEL_AT = "by_link", "channel_at"
# The establishment of who signed in, as the provider said it.
SIRET = "siret"
_SALT = "portulan.sessions"
# How often it is written, at most, that somebody is still there.
_SEEN_EVERY = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    """What Django keeps in a session; its key is the cookie, signed, until somebody signs in."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def bound_to(self) -> int | None:
        """The only organisation that this session opens, None when it is all of the account's."""
        found: int | None = self.get(BOUND_TO)
        return found

    @property
    def opened_at(self) -> datetime:
        """When its owner signed in; the beginning of time for nobody."""
        said = self.get(OPENED_AT)
        return datetime.fromisoformat(said) if said else datetime.min.replace(tzinfo=UTC)

    @property
    def factor_at(self) -> datetime:
        """When a second factor was proved here; the beginning of time if none was."""
        said = self.get(FACTOR_AT)
        return datetime.fromisoformat(said) if said else datetime.min.replace(tzinfo=UTC)

    def has_channel(self, *, within: timedelta) -> bool:
        """Tell whether a link, or a code that was written to the owner, came back here lately."""
        said: str = self.get(CHANNEL_AT) or ""
        return bool(said) and timezone.now() - datetime.fromisoformat(said) <= within

    def level(self, organisation_id: int) -> Level:
        """Return how sure an organisation is of who is there."""
        if self.has_factor(organisation_id):
            return Level.FACTOR
        return Level.LINK if self.get(BY_LINK) else Level.PASSWORD

    def has_factor(self, organisation_id: int) -> bool:
        """Tell whether a second factor was proved here that counts for an organisation."""
        return FACTOR_AT in self and self.get(FACTOR_OF) in {None, organisation_id}

    @property
    def _is_a_cookie(self) -> bool:
        return self.session_key is None or ":" in self.session_key

    def load(self) -> dict[str, Any]:
        if not self._is_a_cookie:
            row = self._get_session_from_db()  # type: ignore[attr-defined]
            return self.decode(row.session_data) if row and _is_awake(row) else self._nobody()
        try:
            said: dict[str, Any] = signing.loads(
                self.session_key or "",
                serializer=self.serializer,
                max_age=settings.SESSION_COOKIE_AGE,
                salt=_SALT,
            )
        except (signing.BadSignature, ValueError):
            return self._nobody()
        return self._nobody() if SESSION_KEY in said else said

    def _nobody(self) -> dict[str, Any]:
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if SESSION_KEY not in data:
            self._session_key = signing.dumps(
                data, serializer=self.serializer, salt=_SALT, compress=True
            )
            return
        data.setdefault(OPENED_AT, timezone.now().isoformat())
        if self._is_a_cookie:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            must_create = True
        super().save(must_create)

    def create(self) -> None:
        if SESSION_KEY in self._get_session(no_load=True):  # type: ignore[attr-defined]
            super().create()
        else:
            self._session_key, self.modified = None, True

    def delete(self, session_key: str | None = None) -> None:
        if ":" not in (session_key or self.session_key or ":"):
            super().delete(session_key)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - what `get_model_class` says
        row.user_id, row.organisation_id = int(data[SESSION_KEY]), data.get(BOUND_TO)
        row.opened_at, row.seen_at = datetime.fromisoformat(data[OPENED_AT]), timezone.now()
        row.address, row.browser = data.get(ADDRESS, ""), data.get(BROWSER, "")
        return row


def _is_awake(row: Session) -> bool:
    """Tell whether a session was used lately, and note that it is."""
    now = timezone.now()
    if now - row.seen_at > settings.SESSION_IDLE:
        return False
    if now - row.seen_at > _SEEN_EVERY:
        _note(row, now)
    return True


def _note(row: Session, now: datetime) -> None:
    """Write that somebody is there, unless the database is held: a page does not wait for it."""
    on_sqlite = connection.vendor == "sqlite"
    try:
        with connection.cursor() as cursor:
            if on_sqlite:
                cursor.execute("PRAGMA busy_timeout = 0")
            Session.objects.filter(pk=row.pk).update(seen_at=now)
    except DatabaseError:
        return
    finally:
        if on_sqlite:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 20000")


def close_sessions(
    user: User, *, organisation_id: int | None = None, but: str | None = None
) -> None:
    """Close the sessions of an account, but one; those bound to an organisation if it is said."""
    found = Session.objects.filter(user=user).exclude(pk=but or "")
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    found.delete()


def sessions_of(user: User, *, bound_to: int | None = None) -> QuerySet[Session]:
    """Return where an account is signed in, the latest first; bound, of that organisation alone."""
    now = timezone.now()
    found = Session.objects.filter(
        user=user, expire_date__gt=now, seen_at__gt=now - settings.SESSION_IDLE
    )
    found = found if bound_to is None else found.filter(organisation=bound_to)
    return found.order_by("-seen_at")


def name_of(session_key: str) -> str:
    """Return how a session is called where it is shown: its key is a secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def clear_sessions(now: datetime) -> int:
    """Remove those that nobody can use any more; return how many."""
    idle = Q(seen_at__lt=now - settings.SESSION_IDLE)
    return Session.objects.filter(Q(expire_date__lte=now) | idle).delete()[0]
