"""The one view of the API: what answers is loaded by the first request that asks for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt


class Anything:
    """The rest of an address, whatever stands there: a line break is answered as all is."""

    regex = r"[\s\S]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@csrf_exempt  # no browser adds the token of a write by itself (`is_by_password`)
@login_not_required
def version_1(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer a request of the API."""
    from portulan.api.answering import answer

    return answer(request, rest)


# What is posted counts once by its Idempotency-Key: it is no form of a page.
version_1.sent = "repeatable"  # type: ignore[attr-defined]
