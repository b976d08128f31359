"""Signing in and out, the account, and the way to one's organisation."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts import openid
from portulan.accounts.attempts import begin, count_asked
from portulan.accounts.disowning import disown
from portulan.accounts.factors import has_factor
from portulan.accounts.invitations import waiting_for
from portulan.accounts.links import find_link, use_link
from portulan.accounts.models import User
from portulan.accounts.peers import client_address
from portulan.accounts.reads import organisations_of
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import BOUND_TO, ID_TOKEN
from portulan.accounts.writing import ask_link, owner_of
from portulan.core import mail
from portulan.web.accounts.signin.code import wait_for_code
from portulan.web.accounts.signin.opening import open_session, welcome
from portulan.web.errors import too_many
from portulan.web.form_tokens import repeatable
from portulan.web.inputs import way_back
from portulan.web.language import page_language
from portulan.web.requests import SignedInRequest


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Go to the only organisation, or choose among several."""
    organisations = list(organisations_of(request.user, bound_to=request.session.bound_to))
    waiting = [] if request.session.bound_to else waiting_for(request.user)
    if len(organisations) == 1 and not waiting:
        return redirect("dashboard:page", organisations[0].slug)
    context = {"organisations": organisations, "waiting": waiting}
    return render(request, "signin/home.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@repeatable
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, password = form.cleaned_data["email"], form.cleaned_data["password"]
        tried = begin(email=email, address=client_address(request))
        if tried is None:
            return too_many(request)
        user = authenticate(request, username=email, password=password)
        if isinstance(user, User):
            bound_to, then = user.password_bound_to, way_back(request, "home")
            if has_factor(user, bound_to=bound_to):
                tried.withdraw()
                return wait_for_code(
                    request, user, bound_to=bound_to, event=Event.SIGNED_IN, then=then
                )
            tried.succeeded()
            open_session(request, user, bound_to=bound_to)
            return redirect(then)
        tried.failed()
        form.add_error(None, _("Cette adresse et ce mot de passe ne vont pas ensemble."))
    status = 422 if form.errors else 200
    then = way_back(request, "")
    context = {
        "form": form,
        "next": then,
        "query": f"?{urlencode({'next': then})}" if then else "",
        "provider": openid.provider(),
        "writes": mail.can_send(),
    }
    return render(request, "signin/sign_in.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@repeatable
def forgotten(request: HttpRequest) -> HttpResponse:
    """Have a link written to an address: the answer is the same whoever it is of."""
    form = ForgottenForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    if asked:
        if not count_asked(client_address(request)):
            return too_many(request)
        ask_link(form.cleaned_data["email"], language=page_language())
    context = {"form": form, "asked": asked, "writes": mail.can_send()}
    return render(request, "signin/forgotten.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """“It was not me”: what opens an account is closed, once confirmed."""
    found = owner_of(token)
    if found is None:
        return render(request, "signin/link_dead.html", status=410)
    user, since = found
    done = request.method == "POST"
    if done:
        disown(user, since=since, address=client_address(request))
    return render(request, "signin/not_me.html", {"done": done, "writes": mail.can_send()})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link acts only once confirmed: a mail scanner that opens it uses nothing up."""
    if request.method == "POST":
        used = use_link(token=token)
        if used is not None:
            user, bound_to, event = used.user, used.organisation_id, Event.LINK_USED
            if has_factor(user, bound_to=bound_to):
                return wait_for_code(request, user, bound_to=bound_to, event=event, then="home")
            open_session(request, user, bound_to=bound_to, event=event)
            welcome(request, user, event=event, bound_to=bound_to)
            return redirect("home")
    elif (found := find_link(token=token)) is not None:
        return render(request, "signin/link.html", {"link": found})
    return render(request, "signin/link_dead.html", status=410)


@require_POST
@repeatable
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        bound_to, address = request.session.get(BOUND_TO), client_address(request)
        tell_of_account(Event.SIGNED_OUT, request.user, bound_to=bound_to, address=address)
    id_token, asked = request.session.get(ID_TOKEN), openid.provider()
    logout(request)
    back = request.build_absolute_uri(reverse("sign-in"))
    farewell = openid.farewell(asked, id_token=id_token, back=back) if asked and id_token else ""
    if not asked or not farewell:
        return redirect("sign-in")
    # A page leads there: the browser would not let a form do so (`form-action`).
    context = {"farewell": farewell, "provider": asked.name}
    response = render(request, "signin/signed_out.html", context)
    response.headers["Refresh"] = f"0; url={farewell}"
    return response


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
