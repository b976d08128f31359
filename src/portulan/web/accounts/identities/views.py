"""Signing in by a provider of OpenID Connect, and linking one's account to it."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts import openid
from portulan.accounts.factors import Proof, has_factor
from portulan.accounts.identities import (
    find_identity,
    link_identity,
    organisations_of_siret,
    own_identity,
    unlink_identity,
)
from portulan.accounts.models import Identity, User
from portulan.accounts.peers import client_address
from portulan.accounts.security import Event
from portulan.accounts.sessions import ID_TOKEN, SIRET
from portulan.web.accounts.proofs import ProofForm, asks_password, second_channel, step_up, tried
from portulan.web.accounts.signin.code import wait_for_code
from portulan.web.accounts.signin.opening import keep_proof, open_session
from portulan.web.form_tokens import apart
from portulan.web.inputs import way_back
from portulan.web.pages import kept, posted, status_of
from portulan.web.requests import SignedInRequest

logger = logging.getLogger(__name__)
_SENT, _CAME = "openid", "came_by_openid"
_LASTS = 600  # seconds to link who has come


@login_not_required
@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider."""
    asked = _provider()
    try:
        address, state = openid.leave(asked, back=_back(request))
    except openid.OpenIDError as error:
        return _failed(request, asked, error)
    request.session[_SENT] = {**state, "then": way_back(request, reverse("home"))}
    return redirect(address)


@login_not_required
@never_cache
@require_GET
def arrive(request: HttpRequest) -> HttpResponse:
    """Open the account of who has come; who is known to none may link theirs, or ask."""
    asked, sent = _provider(), request.session.pop(_SENT, {})
    answered = {name: request.GET[name] for name in request.GET}
    try:
        came = openid.arrive(asked, answered=answered, kept=sent, back=_back(request))
    except openid.OpenIDError as error:
        return _failed(request, asked, error)
    found = find_identity(issuer=came.issuer, subject=came.subject)
    if found is not None:
        return _open(request, found, came, then=sent["then"])
    if isinstance(request.user, User):
        request.session[_CAME] = {
            "issuer": came.issuer,
            "subject": came.subject,
            "name": came.email,
            "siret": came.siret,
            "at": timezone.now().timestamp(),
        }
        return redirect("identity-link")
    context = {
        "provider": asked.name,
        "email": came.email,
        "proposed": organisations_of_siret(came.siret),
    }
    return render(request, "identities/unknown.html", context, status=403)


def _open(
    request: HttpRequest, found: Identity, came: openid.Arrival, *, then: str
) -> HttpResponse:
    found = own_identity(found, came, address=client_address(request))
    user, bound_to = found.user, found.bound_to
    proof = Proof("openid", bound_to) if came.is_strong else None
    if isinstance(request.user, User) and request.user.pk == user.pk and proof is not None:
        request.session.cycle_key()
        keep_proof(request, proof)
    elif proof is None and has_factor(user, bound_to=bound_to):
        event, kept = Event.SIGNED_IN, {SIRET: came.siret}
        return wait_for_code(request, user, bound_to=bound_to, event=event, then=then, kept=kept)
    else:
        open_session(request, user, bound_to=bound_to, details={"by": "openid"}, proof=proof)
    request.session[ID_TOKEN], request.session[SIRET] = came.id_token, came.siret
    return redirect(then)


def _failed(request: HttpRequest, asked: openid.Provider, error: Exception) -> HttpResponse:
    logger.warning("OpenID Connect: %s", error)
    context = {"provider": asked.name, "weak": isinstance(error, openid.WeakError)}
    return render(request, "identities/failed.html", context, status=403)


@never_cache
@require_http_methods(["GET", "POST"])
@apart
def link(request: SignedInRequest) -> HttpResponse:
    """Link who has just come from the provider to one's account, once confirmed."""
    asked, session = _provider(), request.session
    came: dict[str, Any] = session.get(_CAME, {})
    if not came or timezone.now().timestamp() - came["at"] > _LASTS:
        return redirect("account")
    if (again := step_up(request) or second_channel(request)) is not None:
        return again
    form = ProofForm(posted(request), proof=asks_password(request))

    def keep() -> Identity:
        return link_identity(
            request.user,
            issuer=came["issuer"],
            subject=came["subject"],
            name=came["name"],
            bound_to=session.bound_to,
            address=client_address(request),
        )

    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and kept(form, keep):
        session[SIRET] = session.pop(_CAME)["siret"]
        messages.success(request, _("Identité reliée : elle ouvre désormais votre compte."))
        return redirect("account")
    context = {"form": form, "provider": asked.name, "name": came["name"]}
    return render(request, "identities/link.html", context, status=status_of(form))


@require_POST
def unlink(request: SignedInRequest, pk: int) -> HttpResponse:
    if (again := step_up(request)) is not None:
        return again
    bound_to, address = request.session.bound_to, client_address(request)
    try:
        unlink_identity(request.user, pk=pk, bound_to=bound_to, address=address)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Identité déliée."))
    return redirect("account")


def _provider() -> openid.Provider:
    found = openid.provider()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("sign-in-openid-back"))
