"""Asking, without an account, not to be written to: nothing is done before it is confirmed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portulan.core.errors import NotFoundError
from portulan.steering.mail.writes import refuse_mail, whose
from portulan.web.errors import not_found
from portulan.web.sending import repeatable


@login_not_required
@require_http_methods(["GET", "POST"])
@repeatable
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose messages would stop; stop them once confirmed."""
    try:
        person = whose(token)
    except NotFoundError as error:
        return not_found(request, error)
    if request.method == "POST":
        refuse_mail(person, now=timezone.now())
    context = {"house": person.organisation.name, "done": request.method == "POST"}
    return render(request, "steering/no_mail.html", context)
