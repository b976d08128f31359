"""The second factors of one's account: added, given again, taken away."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.attempts import begin
from portulan.accounts.factors import (
    Proof,
    add_application,
    address_of,
    factors_of,
    has_factor,
    make_recovery_codes,
    new_secret,
    prove,
    remove_factor,
)
from portulan.accounts.labels import FACTORS
from portulan.accounts.models import Factor
from portulan.accounts.peers import client_address
from portulan.accounts.security import Event
from portulan.accounts.sessions import FACTOR_AT
from portulan.accounts.words import FactorKind
from portulan.web.accounts.proofs import ProofForm, asks_password, second_channel, step_up, tried
from portulan.web.accounts.signin.code import CodeForm
from portulan.web.accounts.signin.opening import keep_proof
from portulan.web.errors import too_many
from portulan.web.form_tokens import apart
from portulan.web.inputs import way_back
from portulan.web.pages import kept, posted, status_of
from portulan.web.requests import SignedInRequest

_SECRET = "new_factor"  # noqa: S105 - where a session keeps one until its code is given


@require_GET
def browse(request: SignedInRequest) -> HttpResponse:
    factors = [(one, FACTORS[one.kind]) for one in factors_of(request.user)]
    codes = request.user.recovery_codes.count()
    return render(request, "factors/browse.html", {"factors": factors, "codes": codes})


@never_cache
@require_http_methods(["GET", "POST"])
@apart
def confirm(request: SignedInRequest) -> HttpResponse:
    """Give a second factor: an organisation asks for it on entering, or what opens is changed."""
    user = request.user
    if not user.factors.exists():
        return render(request, "factors/needed.html")
    form = CodeForm(posted(request))
    if form.is_bound and form.is_valid():
        address = client_address(request)
        attempt = begin(email=user.email, address=address)
        if attempt is None:
            return too_many(request)
        proof = prove(user, code=form.cleaned_data["code"], address=address)
        if proof is not None:
            attempt.succeeded()
            request.session.cycle_key()
            keep_proof(request, proof)
            return redirect(way_back(request, "account"))
        attempt.failed(Event.REFUSED)
        form.add_error("code", _("Ce code n’est pas le bon, ou il a déjà servi."))
    then = way_back(request, "")
    context = {
        "form": form,
        "next": then,
        "query": urlencode({"next": then}),
        "own": has_factor(user, bound_to=request.session.bound_to),
        "passkey": factors_of(user).filter(kind=FactorKind.PASSKEY).exists(),
    }
    return render(request, "factors/confirm.html", context, status=status_of(form))


@never_cache
@require_http_methods(["GET", "POST"])
@apart
def application(request: SignedInRequest) -> HttpResponse:
    """Show a new secret as a QR code, and keep it once the application gives its code."""
    user, session = request.user, request.session
    if (asked := step_up(request) or second_channel(request)) is not None:
        return asked
    if request.method == "GET" or _SECRET not in session:
        session[_SECRET] = new_secret()
    secret = session[_SECRET]
    form = ApplicationForm(posted(request), proof=asks_password(request))

    def add() -> list[str]:
        return add_application(
            user,
            secret=secret,
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            bound_to=session.bound_to,
            address=client_address(request),
        )

    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and (done := kept(form, add)):
        del session[_SECRET]
        keep_proof(request, Proof(FactorKind.TOTP, session.bound_to))
        return added(request, done[0])
    uri = address_of(secret, user)
    context = {"form": form, "qr": _drawn(uri), "uri": uri, "groups": _groups(secret)}
    return render(request, "factors/application.html", context, status=status_of(form))


def added(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """Say that a factor is there, and show the recovery codes of a first one, once."""
    if codes:
        return render(request, "factors/codes.html", {"codes": codes})
    messages.success(request, _("Second facteur ajouté."))
    return redirect("factors")


def _drawn(uri: str) -> SafeString:
    """Draw a QR code, dark on light whatever the page: cameras want it so."""
    said = segno.make(uri, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False
    )
    return mark_safe(said)  # noqa: S308 - drawn by segno: paths alone


def _groups(secret: str) -> list[str]:
    return [secret[at : at + 4] for at in range(0, len(secret), 4)]


@require_POST
@apart
def recovery(request: SignedInRequest) -> HttpResponse:
    """Make other recovery codes, and show them once."""
    if (asked := step_up(request)) is not None:
        return asked
    if not has_factor(request.user, bound_to=request.session.bound_to):
        return redirect("factors")
    try:
        codes = make_recovery_codes(
            request.user, bound_to=request.session.bound_to, address=client_address(request)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("factors")
    return render(request, "factors/codes.html", {"codes": codes})


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a factor away, once it was proved that one has one."""
    if (asked := step_up(request)) is not None:
        return asked
    session, address = request.session, client_address(request)
    try:
        remove_factor(request.user, pk=pk, bound_to=session.bound_to, address=address)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if not request.user.factors.exists():
            session.pop(FACTOR_AT, None)
        messages.success(request, _("Second facteur ôté."))
    return redirect("factors")


class ApplicationForm(ProofForm):
    code = forms.CharField(
        label=gettext_lazy("Code que donne l’application"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=Factor._meta.get_field("name").max_length,
        required=False,
        help_text=gettext_lazy("Le téléphone où elle est, pour le reconnaître."),
    )
    field_order = ("code", "name", "present")
