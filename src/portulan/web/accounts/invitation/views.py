"""Accepting, or refusing, the roles that an organisation prepared for one's account."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portulan.accounts.invitations import accept, decline, find_invitation, get_waiting
from portulan.accounts.models import Person
from portulan.core.errors import NotFoundError
from portulan.web.requests import SignedInRequest


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: SignedInRequest, token: str) -> HttpResponse:
    """Say who invites and what for; only what is posted answers."""
    try:
        found = find_invitation(user=request.user, token=token)
    except NotFoundError:
        return render(request, "invitation/dead.html", status=410)
    return _asked(request, found.person)


@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same, of an account whose address is proved: nothing had to be sent to its owner."""
    return _asked(request, get_waiting(user=request.user, pk=pk))


def _asked(request: SignedInRequest, person: Person) -> HttpResponse:
    context = {"person": person, "place": person.organisation}
    if request.session.bound_to is not None:
        return render(request, "invitation/bound.html", context, status=403)
    answer = request.POST.get("answer")
    if answer in {"accept", "refuse"}:
        return _answered(request, person, accepted=answer == "accept")
    return render(request, "invitation/invitation.html", context)


def _answered(request: SignedInRequest, person: Person, *, accepted: bool) -> HttpResponse:
    if not accepted:
        decline(person)
        messages.success(request, _("Invitation refusée : rien ne s’ouvre ici."))
        return redirect("home")
    try:
        accept(user=request.user, person=person, bound_to=request.session.bound_to)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("home")
    messages.success(request, _("Bienvenue : votre compte ouvre aussi cette organisation."))
    return redirect("dashboard:page", person.organisation.slug)
