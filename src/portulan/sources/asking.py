"""Asking a tool over HTTP: what was looked at alone, no redirection, within limits, never in haste.

Nothing of a request is ever logged: it carries a secret. What is answered is JSON, whole, or
nothing: a page of sign-in, a body that is cut, words of PHP before it are said for what they are.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import Timer
from typing import Any
from urllib.parse import urlencode

from portulan.core.safe_http import CheckedConnection, NotPublicError, Place
from portulan.sources.outcomes import Failure, UnansweredError

SECONDS = 30.0  # of one answer
MOST_SECONDS = 1200.0  # of a reading
MOST_BYTES = 24 << 20  # of one answer
MOST_TOTAL = 400 << 20  # of a reading: its rows are held until the last has come
_TRIES, _MOST_WAIT = 4, 60.0
_PAUSES = (1.0, 2.0, 4.0)
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVES = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool answered: a status, its headers in lower case, a document."""

    status: int
    headers: Mapping[str, str]
    document: Any


class Asking:
    """A conversation with a tool, in one connection as long as the tool keeps it.

    The name was resolved once: all that is asked goes to what was looked at.
    """

    def __init__(self, place: Place, *, sleep: Callable[[float], None] | None = None) -> None:
        self._place, self._sleep = place, sleep or time.sleep
        self._until = time.monotonic() + MOST_SECONDS
        self.asked = self._bytes = 0
        try:
            self._addresses = place.addresses()
        except NotPublicError:
            raise UnansweredError(Failure.INSIDE) from None
        except (OSError, UnicodeError):
            raise UnansweredError(Failure.UNREACHED) from None
        self._connection: CheckedConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(
        self, path: str, headers: Mapping[str, str], query: Mapping[str, object] | None = None
    ) -> Answer:
        """Ask for a document. Raises UnansweredError; 4xx but 429 are answered as they are."""
        return self.send("GET", path + (f"?{urlencode(query)}" if query else ""), headers)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request, again where that may help: too many, a fault, a body that was cut."""
        failed = UnansweredError(Failure.BROKEN)
        for left in reversed(range(_TRIES)):
            try:
                answer = self._once(method, path, headers, body)
            except UnansweredError as error:
                if error.why is not Failure.CUT or not left:
                    raise
                failed, pause = error, _PAUSES[-left]
            else:
                if answer.status not in _AGAIN:
                    return answer
                is_busy = answer.status in {429, 503}
                failed = UnansweredError(Failure.BUSY if is_busy else Failure.BROKEN)
                pause = _wait_of(answer, _PAUSES[-left] if left else 0.0)
            if left:
                self._pause(pause)
        raise failed

    def _pause(self, seconds: float) -> None:
        if seconds > _MOST_WAIT or time.monotonic() + seconds > self._until:
            raise UnansweredError(Failure.BUSY)
        self._sleep(seconds)

    def _once(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if time.monotonic() > self._until:
            raise UnansweredError(Failure.SLOW)
        self.asked += 1
        was_open = self._connection is not None
        try:
            return self._exchanged(method, path, headers, body)
        except http.client.RemoteDisconnected:
            self.close()
            if not was_open:
                raise UnansweredError(Failure.CUT) from None
        except TimeoutError:
            self.close()
            raise UnansweredError(Failure.SLOW) from None
        except (http.client.IncompleteRead, ConnectionResetError, BrokenPipeError):
            self.close()
            raise UnansweredError(Failure.CUT) from None
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            raise UnansweredError(Failure.UNREACHED) from None
        # The tool had only closed what it no longer needed: once more, in a new connection.
        return self._once(method, path, headers, body)

    def _exchanged(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Ask and read, within the seconds of an answer however slowly it comes."""
        connection = self._connection
        if connection is None:
            place = self._place
            connection = self._connection = CheckedConnection(
                place.host,
                self._addresses,
                port=place.port,
                seconds=SECONDS,
                secure=place.scheme == "https",
            )
            connection.connect()
        ended: list[bool] = []
        watch = Timer(SECONDS, _end, (connection.sock, ended))
        watch.daemon = True
        watch.start()
        try:
            connection.request(method, path, body, {**_HEADERS, **headers})
            answer = connection.getresponse()
            content = _content(answer)
            if answer.will_close:
                self.close()
        except (OSError, http.client.HTTPException):
            if ended:
                raise TimeoutError from None
            raise
        finally:
            watch.cancel()
        if ended:
            raise TimeoutError
        self._bytes += len(content)
        if self._bytes > MOST_TOTAL:
            self.close()
            raise UnansweredError(Failure.BIG)
        heads = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, heads, self._document(answer.status, heads, content))

    def _document(self, status: int, heads: Mapping[str, str], content: bytes) -> Any:
        """Return what an answer says. Raises UnansweredError for what is no document."""
        if status == HTTPStatus.NOT_MODIFIED:
            return None
        if status in _MOVES:
            raise UnansweredError(Failure.MOVED)
        if status >= HTTPStatus.BAD_REQUEST:
            try:
                return json.loads(content)
            except (ValueError, RecursionError):
                return None
        shown = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if "html" in heads.get("content-type", "") or shown.startswith((b"<!doctype", b"<html")):
            raise UnansweredError(Failure.SIGN_IN)
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise UnansweredError(Failure.UNREADABLE) from None


_HEADERS = {"Accept": "application/json", "User-Agent": "Portulan"}


def _end(reached: socket.socket, ended: list[bool]) -> None:
    ended.append(True)
    try:
        reached.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _content(answer: http.client.HTTPResponse) -> bytes:
    """Return the body of an answer. Raises UnansweredError past what is ever read."""
    if answer.length is not None and answer.length > MOST_BYTES:
        answer.close()
        raise UnansweredError(Failure.BIG)
    pieces, size = [], 0
    while piece := answer.read1(1 << 16):
        size += len(piece)
        if size > MOST_BYTES:
            answer.close()
            raise UnansweredError(Failure.BIG)
        pieces.append(piece)
    if answer.length:  # what was announced did not all come
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(pieces)


def _wait_of(answer: Answer, otherwise: float) -> float:
    """Return how long a tool asks to wait, in seconds; what is no number is our own pause."""
    asked = answer.headers.get("retry-after", "")
    if not asked and isinstance(answer.document, dict):
        asked = str(answer.document.get("retryAfter") or "")
    return float(asked) if asked.isdecimal() and len(asked) < 6 else otherwise
