"""Posting a message to an address of others: over HTTPS, never inside the network, not for long.

What is answered is its status alone: no redirection is followed, nothing of it is kept. Who
operates may open a place of their own network (`PORTULAN_WEBHOOK_HOSTS`), by its name and port.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.reaching import HTTPS_PORT, CheckedConnection, addresses_of, public_addresses

SECONDS = 10.0
_MOST_BYTES = 8_192
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")


class Place(NamedTuple):
    """Where a message goes; `inside` is a place that who operates opened."""

    scheme: str
    host: str
    port: int
    path: str
    inside: bool


def place_of(url: str) -> Place:
    """Return where an address leads. Raises ValidationError for one that is never posted to."""
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
    inside = f"{host}:{number}" in settings.WEBHOOK_HOSTS
    is_sound = parts.scheme == "https" and number == HTTPS_PORT
    is_opened = inside and parts.scheme in {"http", "https"}
    plain = url.isascii() and not re.search(r"[\s\x00-\x1f\x7f]", url)
    if not host or not plain or "@" in parts.netloc or not (is_sound or is_opened):
        raise refused
    path = parts.path or "/"
    return Place(
        parts.scheme, host, number, f"{path}?{parts.query}" if parts.query else path, inside
    )


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> int:
    """Return the status that an address answers to a message.

    Raises ValidationError as `place_of`, NotPublicError, OSError, HTTPException.
    """
    place = place_of(url)
    if place.inside:
        addresses = addresses_of(place.host, place.port)
    else:
        addresses = public_addresses(place.host, place.port)
    connection = CheckedConnection(
        place.host, addresses, port=place.port, seconds=SECONDS, secure=place.scheme == "https"
    )
    try:
        connection.request("POST", place.path, body, dict(headers))
        return _status(connection.sock, monotonic() + SECONDS)
    finally:
        connection.close()


def _status(answering: socket.socket, until: float) -> int:
    """Return the status of an answer, however slowly it comes: until an instant, then no more."""
    said = b""
    while len(said) < _MOST_BYTES:
        if (left := until - monotonic()) <= 0:
            raise TimeoutError
        answering.settimeout(left)
        piece = answering.recv(1024)
        said += piece
        while (found := _STATUS.match(said)) and int(found[1]) < 200 and b"\r\n\r\n" in said:
            said = said.partition(b"\r\n\r\n")[2]  # more is to come
        if found and int(found[1]) >= 200 and b"\n" in said:
            return int(found[1])
        if not piece:
            break
    raise ConnectionError("no HTTP")
