"""The tokens of one's account: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Token
from portulan.accounts.reads import enter, organisations_of
from portulan.accounts.tokens import DAYS, make_token, offered_to, revoke, tokens_of
from portulan.web.accounts.proofs import ProofForm, asks_password, step_up, tried
from portulan.web.accounts.tokens.words import OPERATIONS
from portulan.web.form_tokens import apart
from portulan.web.pages import kept, posted, status_of
from portulan.web.requests import SignedInRequest, entered


@require_GET
def browse(request: SignedInRequest) -> HttpResponse:
    """List one's tokens, and the organisations where one may make others."""
    user, bound_to = request.user, request.session.bound_to
    context = {
        "tokens": tokens_of(user, bound_to=bound_to),
        "organisations": organisations_of(user, bound_to=bound_to),
        "mine": True,
    }
    return render(request, "tokens/browse.html", context)


@require_http_methods(["GET", "POST"])
@apart
def make(request: SignedInRequest, place: str) -> HttpResponse:
    """Make a token for an organisation, and show it once."""
    organisation, actor = entered(request, place)
    if (asked := step_up(request)) is not None:
        return asked
    actor.require(Operation.MAKE_TOKEN)
    form = TokenForm(actor, posted(request), proof=asks_password(request))
    if (shut := tried(request, form)) is not None:
        return shut
    if form.is_bound and (made := kept(form, lambda: make_token(actor, **form.service_values()))):
        return render(request, "tokens/made.html", {"token": made[0], "place": organisation})
    context = {"form": form, "place": organisation}
    return render(request, "tokens/make.html", context, status=status_of(form))


@require_POST
def revoke_own(request: SignedInRequest, place: str, pk: int) -> HttpResponse:
    _place, actor = enter(user=request.user, slug=place, bound_to=request.session.bound_to)
    revoke(actor, pk=pk)
    messages.success(request, _("Jeton révoqué."))
    return redirect("tokens")


class TokenForm(ProofForm):
    name = forms.CharField(
        label=_("Nom"),
        max_length=Token._meta.get_field("name").max_length,
        help_text=_("À quoi il sert, pour savoir un jour lequel révoquer."),
    )
    operations = forms.MultipleChoiceField(
        label=_("Ce qu’il peut faire"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de plus que vous, et le moins possible."),
    )
    days = forms.TypedChoiceField(
        label=_("Durée"),
        coerce=int,
        choices=list(zip(DAYS, (_("Un mois"), _("Trois mois"), _("Un an")), strict=True)),
    )
    field_order = ("name", "operations", "days", "present")

    def __init__(self, actor: Actor, data: QueryDict | None, *, proof: bool) -> None:
        super().__init__(data, proof=proof)
        fields: dict[str, Any] = self.fields
        offered = offered_to(actor)
        fields["operations"].choices = [(one, OPERATIONS.get(one, one.value)) for one in offered]

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes."""
        said = self.cleaned_data
        operations = [Operation(one) for one in said["operations"]]
        return {"name": said["name"], "operations": operations, "days": said["days"]}
