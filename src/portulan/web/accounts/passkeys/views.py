"""Passkeys: added to one's account, and signed in with. The one screen with a script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from portulan.accounts.models import Factor, User
from portulan.accounts.passkeys import LONGEST, Site, add, begin_adding, begin_proving, prove
from portulan.accounts.peers import client_address
from portulan.accounts.words import FactorKind
from portulan.web.accounts.factors.views import added
from portulan.web.accounts.proofs import ProofForm, asks_password, second_channel, step_up, tried
from portulan.web.accounts.signin.opening import keep_proof, open_session
from portulan.web.form_tokens import apart, repeatable
from portulan.web.inputs import way_back
from portulan.web.pages import kept, posted, status_of
from portulan.web.requests import SignedInRequest

_STATE = "passkey"
_LASTS = 600  # seconds between the page and what is signed
with_script = csp_override({**settings.SECURE_CSP, "script-src": [CSP.SELF]})


@with_script
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@repeatable
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey; who is signed in gives it as a second factor."""
    site, form = _site(request), CredentialForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (state := _remembered(request)):
        try:
            user, proof = prove(site=site, state=state, sent=form.cleaned_data["credential"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            then = way_back(request, "home")
            if isinstance(request.user, User) and request.user.pk == user.pk:
                request.session.cycle_key()
                keep_proof(request, proof)
            else:
                details = {"by": "passkey"}
                open_session(request, user, bound_to=proof.bound_to, details=details, proof=proof)
            return redirect(then)
    options, state = begin_proving(site)
    _remember(request, state)
    context = {"form": form, "options": options, "next": way_back(request, "")}
    return render(request, "passkeys/sign_in.html", context, status=422 if form.errors else 200)


@with_script
@never_cache
@require_http_methods(["GET", "POST"])
@apart
def make(request: SignedInRequest) -> HttpResponse:
    """Add a passkey to one's account."""
    if (asked := step_up(request) or second_channel(request)) is not None:
        return asked
    user, session, site = request.user, request.session, _site(request)
    form = PasskeyForm(posted(request), proof=asks_password(request))
    state = _remembered(request) if form.is_bound else {}

    def keep() -> list[str]:
        return add(
            user,
            site=site,
            state=state,
            sent=form.cleaned_data["credential"],
            name=form.cleaned_data["name"],
            bound_to=session.bound_to,
            address=client_address(request),
        )

    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and (done := kept(form, keep)):
        return added(request, done[0])
    options, state = begin_adding(site, user)
    _remember(request, state)
    context = {"form": form, "options": options, "kind": FactorKind.PASSKEY}
    return render(request, "passkeys/make.html", context, status=status_of(form))


def _site(request: HttpRequest) -> Site:
    return Site(f"{request.scheme}://{request.get_host()}")


def _remember(request: HttpRequest, state: dict[str, Any]) -> None:
    request.session[_STATE] = {**state, "at": timezone.now().timestamp()}


def _remembered(request: HttpRequest) -> dict[str, Any]:
    """Return what the page asked to sign, once; nothing when it was too long ago."""
    state: dict[str, Any] = request.session.pop(_STATE, {})
    return state if timezone.now().timestamp() - state.pop("at", 0) <= _LASTS else {}


class CredentialForm(forms.Form):
    credential = forms.CharField(
        max_length=LONGEST,
        widget=forms.HiddenInput,
        error_messages={"required": _("Le navigateur n’a donné aucune clé d’accès.")},
    )

    def clean(self) -> None:
        # A hidden field has no place of its own for what is wrong with it.
        for error in self.errors.pop("credential", []):
            self.add_error(None, error)


class PasskeyForm(ProofForm):
    name = forms.CharField(
        label=_("Nom"),
        max_length=Factor._meta.get_field("name").max_length,
        required=False,
        help_text=_("L’appareil où elle est, pour le reconnaître."),
    )
    credential = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput)
    field_order = ("name", "present", "credential")
    clean = CredentialForm.clean
