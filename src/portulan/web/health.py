"""The address that proves that a page and the database answer: for a container or a proxy.

It goes through all that a page goes through. Who asks from this machine does not know the name that
people use: it is given the first one.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portulan.accounts.models import Organisation

PATH = "/-/health/"  # no organisation has such a short name


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0]
        return self.get_response(request)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    Organisation.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
