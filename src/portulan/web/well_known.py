"""Where to write when a weakness is found: `/.well-known/security.txt` (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

# The file says until when it may be believed: it is written again at each request.
BELIEVED_FOR = timedelta(days=180)


@login_not_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Say who receives reports, where the operator named somebody (PORTULAN_SECURITY_CONTACT)."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + BELIEVED_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
