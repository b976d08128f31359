"""Where a request comes from: its peer says it, and of proxies those of `PORTULAN_PROXIES`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def is_from_proxy(request: HttpRequest) -> bool:
    """Tell whether a request comes from a proxy of `PORTULAN_PROXIES`, itself."""
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    return peer is not None and any(peer in one for one in settings.PROXIES)


def client_address(request: HttpRequest) -> str:
    """Return the address that a request comes from, "" when it is not known.

    What a proxy says of it is believed of those of `PORTULAN_PROXIES` alone, from the nearest on.
    """
    said = request.headers.get("X-Forwarded-For", "").split(",")
    found = _address(request.META.get("REMOTE_ADDR", ""))
    while found is not None and said and any(found in one for one in settings.PROXIES):
        further = _address(said.pop())
        if further is None:
            break
        found = further
    return "" if found is None else str(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
