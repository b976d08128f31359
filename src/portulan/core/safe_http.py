"""Reaching an address that somebody wrote: of the public Internet alone, never inside the network.

A name is resolved once, all that it resolves to is looked at, and the connection goes to the
address that was looked at: a name that answers otherwise the second time leads nowhere else.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HTTPS_PORT = 443
_MOST_TRIES = 3  # addresses of a name: one of them may lead nowhere from here
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
# Said to be of the Internet, and of the network of who carries us: relays of 6to4 (RFC 7526), what
# clouds answer their machines at, names of nobody (AS112, ORCHID), anycast of the neighbourhood.
_OF_HERE = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("192.88.99.0/24", "168.63.129.16/32", "192.0.0.0/24", "192.31.196.0/24"),
        *("192.52.193.0/24", "192.175.48.0/24", "2001::/23", "2620:4f:8000::/48"),
    )
)


class NotPublicError(Exception):
    """A name leads inside the network, or nowhere."""


class Place(NamedTuple):
    """Where an address leads; `inside` is a place that who operates opened."""

    scheme: str
    host: str
    port: int
    path: str
    inside: bool

    def addresses(self) -> list[str]:
        """Return the addresses that it may be reached at. Raises NotPublicError, OSError."""
        return (addresses_of if self.inside else public_addresses)(self.host, self.port)


def place_of(url: str, opened: Collection[str]) -> Place:
    """Return where an address leads: `opened` are places of the own network, `name:port`.

    Raises ValidationError for one that is never reached.
    """
    refused = ValidationError(
        {
            "url": _(
                "Il faut une adresse en https://, sur le port 443, sans nom ni mot de passe dedans."
            )
        }
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    number = port or (HTTPS_PORT if parts.scheme == "https" else 80)
    inside = f"{host}:{number}" in opened
    is_sound = parts.scheme == "https" and number == HTTPS_PORT
    is_opened = inside and parts.scheme in {"http", "https"}
    plain = url.isascii() and not re.search(r"[\s\x00-\x1f\x7f]", url)
    if not host or not plain or "@" in parts.netloc or not (is_sound or is_opened):
        raise refused
    path = parts.path or "/"
    return Place(
        parts.scheme, host, number, f"{path}?{parts.query}" if parts.query else path, inside
    )


def public_addresses(host: str, port: int = HTTPS_PORT) -> list[str]:
    """Return the addresses of a name if all are public. Raises NotPublicError, OSError."""
    known = addresses_of(host, port)
    if not known or not all(is_public(address) for address in known):
        raise NotPublicError(host)
    return known


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a name, those that the system would try first first. Raises OSError.

    It puts last those of a kind that leads nowhere from here, as IPv6 often does (RFC 6724).
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Tell whether an address is of the public Internet, whatever carries it."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        if one in _TRANSLATED or one.ipv4_mapped is not None:
            # What a translator, or the system, reaches by it is an address of IPv4.
            one = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        elif one.is_site_local or one.is_reserved:
            return False
    of_here = any(one in network for network in _OF_HERE if network.version == one.version)
    return one.is_global and not one.is_multicast and not of_here


class CheckedConnection(http.client.HTTPConnection):
    """A connection to addresses that were looked at, under the name that was asked.

    The first that answers is kept. `seconds` are those of each.
    """

    def __init__(
        self,
        host: str,
        addresses: Sequence[str],
        *,
        port: int,
        seconds: float,
        secure: bool = True,
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = HTTPS_PORT if secure else http.client.HTTP_PORT
        self._addresses, self._seconds = addresses[:_MOST_TRIES], seconds
        self._tls = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        reached = self._reached()
        if self._tls is None:
            self.sock = reached
        else:
            self.sock = self._tls.wrap_socket(reached, server_hostname=self.host)

    def _reached(self) -> socket.socket:
        failed = OSError("no address")
        for address in self._addresses:
            try:
                reached = socket.create_connection((address, self.port), self._seconds)
            except OSError as error:
                failed = error
                continue
            # As http.client does: else a body waits for what acknowledges its head.
            reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return reached
        raise failed
