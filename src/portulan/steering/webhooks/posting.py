"""Posting a message to an address of others: over HTTPS, never inside the network, not for long.

What is answered is its status alone: no redirection is followed, nothing of it is kept. Who
operates may open a place of their own network (`PORTULAN_WEBHOOK_HOSTS`), by its name and port.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from time import monotonic

from django.conf import settings

from portulan.core import safe_http
from portulan.core.safe_http import CheckedConnection, Place

SECONDS = 10.0
_MOST_BYTES = 8_192
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")


def place_of(url: str) -> Place:
    """Return where an address leads. Raises ValidationError for one that is never posted to."""
    return safe_http.place_of(url, settings.WEBHOOK_HOSTS)


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> int:
    """Return the status that an address answers to a message.

    Raises ValidationError as `place_of`, NotPublicError, OSError, HTTPException.
    """
    place = place_of(url)
    connection = CheckedConnection(
        place.host,
        place.addresses(),
        port=place.port,
        seconds=SECONDS,
        secure=place.scheme == "https",
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
