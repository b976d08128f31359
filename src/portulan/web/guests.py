"""People without an account: whose page they see, and the code that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from portulan.accounts.attempts import count_by_link
from portulan.accounts.models import Organisation
from portulan.accounts.peers import client_address
from portulan.core.errors import NotFoundError
from portulan.core.say.country import settle
from portulan.web.errors import not_found, too_many
from portulan.web.language import speak_as_here


@dataclass(frozen=True, slots=True)
class Host:
    """The organisation as its pilots see it who have no account: its name, and no way in."""

    name: str
    fictional: bool
    frozen_on: Any = None
    slug: str = ""


def receive(organisation: Organisation) -> Host:
    """Return the place where a guest comes, and speak as it does."""
    settle(organisation.country, organisation.currency)
    speak_as_here(plainly=organisation.is_simple)
    return Host(organisation.name, organisation.fictional, organisation.frozen_on)


def refuse_guest(request: HttpRequest, error: NotFoundError) -> HttpResponse:
    """Answer an address that opens nothing: who tries many waits."""
    counted = count_by_link(client_address(request))
    return not_found(request, error) if counted else too_many(request)


def joining(request: HttpRequest, code: str) -> dict[str, object]:
    """Return how a screen tells phones to join: the code, the address, and both drawn."""
    address = request.build_absolute_uri(reverse("room-join"))
    return {
        "code": f"{code[:-2]} {code[-2:]}",
        "address": address.partition("://")[2].rstrip("/"),
        "qr": drawn(f"{address}?code={code}"),
    }


def drawn(address: str) -> SafeString:
    """Draw the code of an address, dark on light whatever the page: cameras want it so."""
    said = segno.make(address, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(said)  # noqa: S308 - drawn by segno: paths alone
