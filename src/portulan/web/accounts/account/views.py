"""One's own account: its password, and where it opens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.attempts import count_asked
from portulan.accounts.factors import factors_of, requires_channel
from portulan.accounts.features import Feature
from portulan.accounts.identities import identities_of
from portulan.accounts.invitations import waiting_for
from portulan.accounts.models import Organisation, Person, User
from portulan.accounts.moving import address_to_confirm, confirm_address
from portulan.accounts.openid import provider
from portulan.accounts.passwords import choose_password
from portulan.accounts.peers import client_address
from portulan.accounts.proving import prove_by_code
from portulan.accounts.reads import organisations_of
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import BOUND_TO, close_sessions, name_of, sessions_of
from portulan.accounts.writing import ask_code
from portulan.core import mail
from portulan.web.accounts.account.browsers import browser_name
from portulan.web.accounts.proofs import ProofForm, asks_password, step_up, tried
from portulan.web.accounts.signin.opening import keep_channel
from portulan.web.errors import too_many
from portulan.web.form_tokens import apart, not_done
from portulan.web.inputs import way_back
from portulan.web.pages import kept, posted, status_of
from portulan.web.requests import SignedInRequest

# The latest: somebody who signs in each day from everywhere has no more.
MOST_SESSIONS = 12


@require_http_methods(["GET", "POST"])
@apart
def account(request: SignedInRequest) -> HttpResponse:
    """Choose a password; see where one is signed in."""
    user, session = request.user, request.session
    asked = step_up(request)
    if request.method == "POST" and asked is not None:
        return asked
    form = PasswordForm(user, posted(request), proof=asks_password(request))

    def choose() -> User:
        return choose_password(
            user,
            password=form.cleaned_data["password"],
            present=form.cleaned_data.get("present", ""),
            bound_to=session.bound_to,
            opened_at=session.opened_at,
            address=client_address(request),
        )

    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and (done := kept(form, choose)):
        update_session_auth_hash(request, done[0])
        close_sessions(user, but=session.session_key)
        messages.success(request, _("Mot de passe enregistré."))
        return redirect("account")
    organisations = list(organisations_of(user, bound_to=session.bound_to))
    context = {
        "form": form,
        "asked": asked,
        "factors": factors_of(user).count(),
        "provider": provider(),
        "identities": identities_of(user),
        "organisations": organisations,
        "shows_tokens": any(Feature.TOKENS not in one.put_away for one in organisations),
        "sessions": [
            (one, name_of(one.pk), one.pk == session.session_key, browser_name(one.browser))
            for one in sessions_of(user, bound_to=session.bound_to)[:MOST_SESSIONS]
        ],
        "to_confirm": address_to_confirm(user),
        "writes": mail.can_send(),
        "waiting": [] if session.bound_to else waiting_for(user),
        "bound_to": Organisation.objects.filter(pk=session.bound_to or 0).first(),
    }
    return render(request, "account/account.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@apart
def address(request: SignedInRequest) -> HttpResponse:
    """Sign in from now on with the address that one’s organisation wrote."""
    user, session = request.user, request.session
    person = address_to_confirm(user)
    if person is None:
        return redirect("account")
    if (asked := step_up(request)) is not None:
        return asked
    form = ProofForm(posted(request), proof=asks_password(request))

    def confirm() -> Person:
        return confirm_address(
            user,
            password=form.cleaned_data.get("present", ""),
            bound_to=session.bound_to,
            opened_at=session.opened_at,
        )

    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and kept(form, confirm):
        session[BOUND_TO] = person.organisation_id
        session.cycle_key()
        close_sessions(user, but=session.session_key)
        messages.success(request, _("Vous vous connecterez désormais avec cette adresse."))
        return redirect("account")
    context = {"form": form, "person": person}
    return render(request, "account/address.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@apart
def prove(request: SignedInRequest) -> HttpResponse:
    """Prove that one reads the address of one's account: a code leaves to it, and comes back."""
    user, session = request.user, request.session
    if request.method == "POST" and "code" not in request.POST:
        if not count_asked(client_address(request)):
            return too_many(request)
        ask_code(user)
        messages.success(request, _("Un code part à votre adresse : il arrive en une minute."))
        return not_done(redirect(request.get_full_path()))
    form = AddressCodeForm(posted(request))

    def write() -> User:
        return prove_by_code(user, code=form.cleaned_data["code"], address=client_address(request))

    if form.is_bound and kept(form, write):
        # Who is there reads the address: what an organisation opened is theirs from now on.
        session.pop(BOUND_TO, None)
        session.cycle_key()
        keep_channel(request)
        messages.success(request, _("Adresse confirmée : ce compte est le vôtre."))
        return redirect(way_back(request, "home"))
    context = {
        "form": form,
        "writes": mail.can_send(),
        "next": way_back(request, ""),
        "needed": requires_channel(user, bound_to=session.bound_to),
    }
    return render(request, "account/prove.html", context, status=status_of(form))


class AddressCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code reçu"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@require_POST
def close(request: SignedInRequest) -> HttpResponse:
    """Close one of one’s sessions, by its name, or all but this one."""
    user, session = request.user, request.session
    wanted = request.POST.get("session", "")
    keys = [
        one.pk
        for one in sessions_of(user, bound_to=session.bound_to)
        if one.pk != session.session_key and wanted in {"others", name_of(one.pk)}
    ]
    if keys:
        sessions_of(user).filter(pk__in=keys).delete()
        tell_of_account(
            Event.CLOSED, user, bound_to=session.bound_to, address=client_address(request)
        )
        messages.success(request, _("C’est fermé : il faudra s’y connecter de nouveau."))
    return redirect("account")


class PasswordForm(ProofForm):
    password = forms.CharField(
        label=_("Nouveau mot de passe"),
        strip=False,
        help_text=_("Douze caractères au moins : une phrase se retient mieux."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None, *, proof: bool) -> None:
        super().__init__(data, proof=proof)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password, self.user)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return password
