"""The second step of signing in: a code, once the password or the link was right.

Until then nobody is signed in, and nothing is written: what was proved waits in the signed cookie.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portulan.accounts.attempts import begin
from portulan.accounts.factors import factors_of, prove
from portulan.accounts.models import User
from portulan.accounts.peers import client_address
from portulan.accounts.reads import still_opens
from portulan.accounts.security import Event
from portulan.accounts.words import FactorKind
from portulan.web.accounts.signin.opening import open_session, welcome
from portulan.web.errors import too_many
from portulan.web.form_tokens import repeatable

_WAITING = "waiting"
_LASTS = timedelta(minutes=10)


def wait_for_code(
    request: HttpRequest,
    user: User,
    *,
    bound_to: int | None,
    event: Event,
    then: str,
    kept: dict[str, str] | None = None,
) -> HttpResponse:
    """Keep what was proved, and lead to the page that asks for the code.

    `kept` is what the session will hold besides.
    """
    language = request.session.get("language")
    request.session.flush()
    if language:
        request.session["language"] = language
    request.session[_WAITING] = {
        "user": user.pk,
        "mark": _mark(user),
        "bound_to": bound_to,
        "event": event.value,
        "then": then,
        "kept": kept or {},
        "at": timezone.now().timestamp(),
    }
    return redirect("sign-in-code")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@repeatable
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of an application, or one of recovery, and open the session."""
    waiting = request.session.get(_WAITING, {})
    user = _waits(waiting)
    if user is None:
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = client_address(request)
        tried = begin(email=user.email, address=address)
        if tried is None:
            return too_many(request)
        proof = prove(user, code=form.cleaned_data["code"], address=address)
        if proof is not None:
            tried.succeeded()
            bound_to, event = waiting["bound_to"], Event(waiting["event"])
            open_session(request, user, bound_to=bound_to, event=event, proof=proof)
            request.session.update(waiting.get("kept", {}))
            welcome(request, user, event=event, bound_to=bound_to)
            return redirect(waiting["then"])
        tried.failed(Event.REFUSED)
        form.add_error("code", _("Ce code n’est pas le bon, ou il a déjà servi."))
    passkey = factors_of(user).filter(kind=FactorKind.PASSKEY).exists()
    context, status = {"form": form, "passkey": passkey}, 422 if form.errors else 200
    return render(request, "signin/code.html", context, status=status)


def _waits(waiting: dict[str, Any]) -> User | None:
    """Return who waits, if what they proved is still true."""
    if not waiting or timezone.now().timestamp() - waiting["at"] > _LASTS.total_seconds():
        return None
    user = still_opens(waiting["user"])
    return user if user and constant_time_compare(waiting["mark"], _mark(user)) else None


def _mark(user: User) -> str:
    """Return what changes with the password, the address, and when somebody signed in.

    A cookie that waited serves once: whoever keeps one cannot come back with it.
    """
    said = f"{user.password} {user.email} {user.last_login}"
    return salted_hmac("portulan.waiting", said, algorithm="sha256").hexdigest()[:32]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
