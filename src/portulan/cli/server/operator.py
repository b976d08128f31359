"""What whoever operates asks of a server, at an address of its own, closed by default.

`/live`, `/ready` and `/metrics` are answered by a thread that waits for no page: while all threads
are busy, while the database is being upgraded, before anything is served. What several processes
say of themselves is in a few bytes that they share.
"""

from __future__ import annotations

import mmap
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic

from portulan.core.say.text import ProblemKind, UnusableInputError

UNUSABLE = ProblemKind(
    "operator-address",
    "error",
    fr="PORTULAN_OPERATOR\u00a0: impossible d’écouter à {address}. Il faut une adresse de cette "
    "machine et un port libre, comme 127.0.0.1:9100.",
    en="PORTULAN_OPERATOR: nothing can listen at {address}. An address of this machine and a free "
    "port are needed, as 127.0.0.1:9100.",
)

_DEAF = 30.0  # seconds without a turn of the loop: the server is stuck
_STEPS, _BEAT = struct.Struct("=II"), struct.Struct("=d")
_shared = mmap.mmap(-1, _STEPS.size + _BEAT.size)


def upgrading(done: int, total: int) -> None:
    """Say how many steps of an upgrade are done; of as many as there are, it is over."""
    _STEPS.pack_into(_shared, 0, done, total)


def beat() -> None:
    """Say that a server has had a turn of its loop."""
    _BEAT.pack_into(_shared, _STEPS.size, monotonic())


def is_heard() -> bool:
    """Tell whether a server has had a turn of its loop lately."""
    (last,) = _BEAT.unpack_from(_shared, _STEPS.size)
    return bool(last > 0 and monotonic() - last < _DEAF)


def _has_begun() -> bool:
    return bool(_BEAT.unpack_from(_shared, _STEPS.size)[0])


class _Asked(BaseHTTPRequestHandler):
    timeout = 5
    server_version, sys_version = "Portulan", ""

    def do_GET(self) -> None:
        known = {"/live": _live, "/ready": _ready, "/metrics": _metrics}
        found = known.get(self.path.partition("?")[0])
        code, said = (404, "not found\n") if found is None else found()
        body = said.encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: it is asked every few seconds."""


def _live() -> tuple[int, str]:
    """A server that has begun and turns no more is to be started again; no other is."""
    return (503, "stuck\n") if _has_begun() and not is_heard() else (200, "ok\n")


def _ready() -> tuple[int, str]:
    done, total = _STEPS.unpack_from(_shared, 0)
    if done < total:
        return 503, f"upgrading {done}/{total}\n"
    if not is_heard():
        return 503, "starting\n"
    return (200, "ok\n") if _database_answers() else (503, "database\n")


def _metrics() -> tuple[int, str]:
    done, total = _STEPS.unpack_from(_shared, 0)
    if done < total or not is_heard():
        return 200, "portulan_ready 0\n"
    from django.db import Error, connection

    from portulan.cli.server.metrics import lines

    try:
        return 200, "\n".join(["portulan_ready 1", *lines(), ""])
    except Error:
        return 200, "portulan_ready 0\n"
    finally:
        connection.close()


def _database_answers() -> bool:
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Error:
        return False
    finally:
        connection.close()


def open_desk(address: str) -> ThreadingHTTPServer | None:
    """Answer at `host:port` from now on; None when no address is given.

    Raises UnusableInputError when it cannot be listened on.
    """
    if not address:
        return None
    host, _colon, port = address.rpartition(":")
    try:
        desk = ThreadingHTTPServer((host or "127.0.0.1", int(port)), _Asked)
    except (OSError, ValueError, OverflowError) as error:
        raise UnusableInputError(UNUSABLE.at(address=address)) from error
    Thread(target=desk.serve_forever, name="operator", daemon=True).start()
    return desk
