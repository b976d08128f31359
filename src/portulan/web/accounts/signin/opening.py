"""Opening a session, whatever proved who is there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.factors import Proof
from portulan.accounts.models import User
from portulan.accounts.peers import client_address
from portulan.accounts.reads import organisations_of
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import (
    ADDRESS,
    BOUND_TO,
    BROWSER,
    BY_LINK,
    CHANNEL_AT,
    FACTOR_AT,
    FACTOR_OF,
)
from portulan.accounts.tidying import clear_spent
from portulan.web.language import page_language


def open_session(
    request: HttpRequest,
    user: User,
    *,
    bound_to: int | None,
    event: Event = Event.SIGNED_IN,
    details: dict[str, str] | None = None,
    proof: Proof | None = None,
) -> None:
    """Open a new session, bound to an organisation if what opens it came from there.

    `proof` is the second factor, where one was given.
    """
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
    if proof is not None:
        keep_proof(request, proof)
    if event is Event.LINK_USED:
        request.session[BY_LINK] = True
        keep_channel(request)
    request.session[ADDRESS] = client_address(request)
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:200]
    clear_spent(timezone.now())
    address = request.session[ADDRESS]
    tell_of_account(event, user, bound_to=bound_to, address=address, details=details)


def keep_channel(request: HttpRequest) -> None:
    """Note in a session that something else than a password came back to its owner."""
    request.session[CHANNEL_AT] = timezone.now().isoformat()


def keep_proof(request: HttpRequest, proof: Proof) -> None:
    """Note in a session that a second factor was just given."""
    request.session[FACTOR_AT] = timezone.now().isoformat()
    request.session[FACTOR_OF] = proof.bound_to


def welcome(request: HttpRequest, user: User, *, event: Event, bound_to: int | None) -> None:
    """Say to who came by a link how to come back (the demonstration gives other links)."""
    # A password that an organisation gave opens less than this session does.
    has_one = user.has_usable_password() and (bound_to is not None or not user.password_bound_to)
    if event is not Event.LINK_USED or has_one:
        return
    if any(place.frozen_on for place in organisations_of(user)):
        return
    text = _(
        "Ce lien ne servira plus : choisissez un mot de passe dans « Mon compte » avant de partir."
    )
    messages.warning(request, text)
