"""The language that a page is written in, and choosing another."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portulan.accounts.models import User
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language
from portulan.web.received import way_back
from portulan.web.sending import repeatable


def page_language() -> Language:
    """Return the language the page is written in: French unless English is active."""
    return spoken_language()


@login_not_required
@require_POST
@repeatable
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Speak another language from now on, and come back."""
    if code not in dict(settings.LANGUAGES):
        raise Http404(code)
    request.session["language"] = code
    if isinstance(request.user, User):
        request.user.language = code
        request.user.save(update_fields=["language"])
    return redirect(way_back(request, "home"))
