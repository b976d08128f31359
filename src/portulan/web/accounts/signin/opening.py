"""Opening a session, whatever proved who is there."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone

from portulan.accounts.models import User
from portulan.accounts.peers import client_address
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import ADDRESS, BOUND_TO, BROWSER
from portulan.accounts.tidying import clear_spent
from portulan.web.language import page_language


def open_session(
    request: HttpRequest,
    user: User,
    *,
    bound_to: int | None,
    event: Event = Event.SIGNED_IN,
    details: dict[str, str] | None = None,
) -> None:
    """Open a new session, bound to an organisation if what opens it came from there."""
    if user.last_login is None:
        # Nobody has chosen yet: the language of the browser, or the one of the page.
        user.language = page_language()
        user.save(update_fields=["language"])
    # Nothing of the session of before: what it was bound to, or its owner, may be another.
    request.session.flush()
    login(request, user, backend="portulan.accounts.backends.EmailBackend")
    request.session["language"] = user.language
    if bound_to is not None:
        request.session[BOUND_TO] = bound_to
    request.session[ADDRESS] = client_address(request)
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:200]
    clear_spent(timezone.now())
    address = request.session[ADDRESS]
    tell_of_account(event, user, bound_to=bound_to, address=address, details=details)
