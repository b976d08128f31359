"""Proving that a SIREN is the organisation's own."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.accounts.models import Organisation
from portulan.accounts.openid import provider
from portulan.accounts.proving import is_awaited, prove_siren_by_code
from portulan.accounts.sessions import SIRET
from portulan.accounts.sirens import prove_by_siret
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest

_NUMERIC = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class SirenForm(forms.Form):
    """The code that came by mail; nothing to type where the provider said the SIRET."""

    code = forms.CharField(
        label=gettext_lazy("Code reçu"), max_length=20, widget=forms.TextInput(attrs=_NUMERIC)
    )

    def __init__(self, data: QueryDict | None, *, is_ours: bool) -> None:
        super().__init__(data)
        if is_ours:
            del self.fields["code"]


@screen
def prove(request: OrganisationRequest) -> Edit[SirenForm, Organisation]:
    """Say by which ways a SIREN is proved, and prove it by who signed in."""
    request.actor.require(Operation.MANAGE)
    siret, siren = request.session.get(SIRET, ""), request.organisation.siren
    is_ours = bool(siren) and siret[:9] == siren

    def write(form: SirenForm) -> Organisation:
        if is_ours:
            return prove_by_siret(request.actor, siret=siret)
        return prove_siren_by_code(request.actor, code=form.cleaned_data["code"])

    return Edit(
        title=_("SIREN de l’organisation"),
        submit=_("Prouver par mon identité") if is_ours else _("Prouver par ce code"),
        back=reverse("people:browse", args=[request.organisation.slug]),
        form=partial(SirenForm, is_ours=is_ours),
        edits=request.organisation,
        write=write,
        done=_("SIREN prouvé."),
        template="people/siren.html",
        context={
            "is_ours": is_ours,
            "awaits": is_awaited(request.organisation.pk),
            "provider": provider(),
        },
    )
