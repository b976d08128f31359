"""Telling systemd where the service stands (sd_notify), when it is the one that started it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(said: str) -> None:
    """Say `READY=1`, `STATUS=…` or `STOPPING=1`; nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("\0" + address[1:] if address.startswith("@") else address)
        out.sendall(said.encode())
