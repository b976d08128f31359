"""Asking, without an account, not to be written to: nothing is done before it is confirmed.

The button of the page says what a mail program posts by itself when somebody asks it (RFC 8058),
without a cookie or a token: the address is signed, and is all that is needed.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portulan.core import mail
from portulan.core.errors import NotFoundError
from portulan.steering.mail.writes import refuse_mail, whose
from portulan.web.errors import not_found
from portulan.web.form_tokens import repeatable

_SAID, _YES = mail.ONE_CLICK.split("=")


@csrf_exempt  # nobody acts here: there is no session to abuse, and none is begun
@login_not_required
@require_http_methods(["GET", "POST"])
@repeatable
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose messages would stop; stop them once confirmed."""
    try:
        person = whose(token)
    except NotFoundError as error:
        return not_found(request, error)
    done = request.method == "POST" and request.POST.get(_SAID) == _YES
    if done:
        refuse_mail(person, now=timezone.now())
    context = {"house": person.organisation.name, "done": done, "said": _SAID, "yes": _YES}
    return render(request, "steering/no_mail.html", context)
