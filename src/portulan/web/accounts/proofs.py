"""Proving again who is there, before what opens for long is changed or made."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portulan.accounts.attempts import begin
from portulan.accounts.factors import has_factor, requires_channel
from portulan.accounts.identities import identities_of
from portulan.accounts.openid import provider
from portulan.accounts.passwords import STRONG, needs_proof
from portulan.accounts.peers import client_address
from portulan.web.errors import too_many
from portulan.web.form_tokens import not_done
from portulan.web.requests import SignedInRequest

# How long a first factor may be added once a link, or a code by mail, came back.
_CHANNEL = timedelta(minutes=30)


class ProofForm(forms.Form):
    """The present password, where who is there has to prove it."""

    present = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: QueryDict | None, *, proof: bool) -> None:
        super().__init__(data)
        if not proof:
            del self.fields["present"]


def asks_password(request: SignedInRequest) -> bool:
    """Tell whether the present password must be given before anything that opens is changed."""
    session = request.session
    return needs_proof(request.user, bound_to=session.bound_to, opened_at=session.opened_at)


def tried(request: SignedInRequest, form: ProofForm) -> HttpResponse | None:
    """Judge the present password as one at the door is: return the page that refuses to, if so.

    A wrong one is an error of its field.
    """
    if "present" not in form.fields or not form.is_bound or not form.is_valid():
        return None
    attempt = begin(email=request.user.email, address=client_address(request))
    if attempt is None:
        return too_many(request)
    if request.user.check_password(form.cleaned_data["present"]):
        attempt.succeeded()
    else:
        attempt.failed()
        form.add_error("present", _("Ce n’est pas le mot de passe actuel."))
    return None


def step_up(request: SignedInRequest) -> HttpResponse | None:
    """Return the way to the page that asks for the second factor again, if it must be.

    An account that has one gives it within minutes of changing what opens; one that has nothing but
    an identity comes by it again.
    """
    user, session, now = request.user, request.session, timezone.now()
    path = request.get_full_path() if request.method == "GET" else reverse("account")
    if has_factor(user, bound_to=session.bound_to):
        return None if now - session.factor_at <= STRONG else _to("factor-confirm", path)
    alone = not user.has_usable_password() and provider() and identities_of(user).exists()
    return _to("sign-in-openid", path) if alone and now - session.opened_at > STRONG else None


def second_channel(request: SignedInRequest) -> HttpResponse | None:
    """Return the way to the page that proves the address, before a first factor that is asked for.

    Whoever stole a password would else add their own.
    """
    session = request.session
    if not requires_channel(request.user, bound_to=session.bound_to):
        return None
    path = request.get_full_path() if request.method == "GET" else reverse("account")
    return None if session.has_channel(within=_CHANNEL) else _to("account-prove", path)


def _to(name: str, path: str) -> HttpResponse:
    return not_done(redirect(f"{reverse(name)}?{urlencode({'next': path})}"))
