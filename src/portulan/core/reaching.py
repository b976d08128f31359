"""Reaching an address that somebody wrote: of the public Internet alone, never inside the network.

A name is resolved once, all that it resolves to is looked at, and the connection goes to the
address that was looked at: a name that answers otherwise the second time leads nowhere else.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl

HTTPS_PORT = 443
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


class NotPublicError(Exception):
    """A name leads inside the network, or nowhere."""


def public_address(host: str, port: int = HTTPS_PORT) -> str:
    """Return an address of a name if all are public. Raises NotPublicError, OSError."""
    known = addresses_of(host, port)
    if not known or not all(is_public(address) for address in known):
        raise NotPublicError(host)
    return known[0]


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a name, in order. Raises OSError."""
    found = {one[4][0] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return sorted(str(address) for address in found)


def is_public(address: str) -> bool:
    """Tell whether an address is of the public Internet, whatever carries it."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        if one in _TRANSLATED or one.ipv4_mapped is not None:
            # What a translator, or the system, reaches by it is an address of IPv4.
            one = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        elif one.is_site_local or one.is_reserved:
            return False
    return one.is_global and not one.is_multicast


class CheckedConnection(http.client.HTTPConnection):
    """A connection to the address that was looked at, under the name that was asked."""

    def __init__(
        self, host: str, address: str, *, port: int, seconds: float, secure: bool = True
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = HTTPS_PORT if secure else http.client.HTTP_PORT
        self._address, self._seconds = address, seconds
        self._tls = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        reached = socket.create_connection((self._address, self.port), self._seconds)
        if self._tls is None:
            self.sock = reached
        else:
            self.sock = self._tls.wrap_socket(reached, server_hostname=self.host)
