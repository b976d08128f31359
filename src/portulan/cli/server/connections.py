"""A connection: it takes a thread once a request is there whole, and gives it back at once.

What is received and what is answered wait in memory, then in a file, on the side of the one loop
that speaks to all connections. A client as slow as it likes costs a descriptor, and is closed in
the end.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from portulan.cli.server.heads import BusyError, FullError, Received

SLOWEST = 500  # bytes a second
_LINGER = 3.0  # seconds for the client to read the last answer


class State(Enum):
    """Whom a connection waits for, and over how many seconds its pace is judged."""

    OURS = 0.0  # never: a request is being answered
    RECEIVING = 10.0
    SENDING = 60.0  # a computer put to sleep wakes up
    IDLE = 75.0  # between two requests


@dataclass(slots=True)
class Pace:
    """How much moved since when."""

    since: float
    moved: int = 0

    def too_slow(self, now: float, moved: int, seconds: float) -> bool:
        """Tell whether less than the slowest pace moved in the last `seconds`."""
        if now - self.since < seconds:
            return False
        slow = moved - self.moved < SLOWEST * seconds
        self.since, self.moved = now, moved
        return slow


class Answer(WSGITask):  # type: ignore[misc]
    """What the application answers, without a body where none was asked for."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.request.command == "HEAD":
            environ["wsgi.file_wrapper"] = _left_unread
        return environ

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if self.request.command == "HEAD":
            self.chunked_response = False
        super().finish()


def _left_unread(file: Any, size: int = 0) -> list[bytes]:
    file.close()
    return []


class Asking:
    """Ask the application whether who sends much is known, in a thread, before the rest comes."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def service(self) -> None:
        connection = self.connection
        if (request := connection.request) is not None:
            connection.decided(known=connection.server.knows(request.headers))

    def cancel(self) -> None:
        self.connection.cancel()


class Connection(HTTPChannel):  # type: ignore[misc]
    parser_class = Received
    task_class = Answer
    server: Any  # it knows us: `listening.Server`
    request: Received | None
    requests: list[Received]

    def __init__(self, server: Any, *args: Any, **kwargs: Any) -> None:
        self.state, self.pace = State.RECEIVING, Pace(monotonic())
        self.moved, self.since = 0, self.pace.since
        self.asking = False
        self.lingers_until = 0.0
        super().__init__(server, *args, **kwargs)

    # What the loop asks

    def readable(self) -> bool:
        if not self.connected:  # closed since this turn of the loop began: its number is free
            return False
        return bool(self.lingers_until) or (not self.asking and super().readable())

    def writable(self) -> bool:
        return self.connected and bool(super().writable())

    def handle_read(self) -> None:
        if self.lingers_until:
            self.recv(self.adj.recv_bytes)  # thrown away: the last answer left
        else:
            super().handle_read()

    def handle_write(self) -> None:
        if self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len:
                self._linger()
        else:
            super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self.moved += sent
        return sent

    def received(self, data: bytes) -> bool:
        self.moved += len(data)
        try:
            taken: bool = super().received(data)
        except OSError:  # there is no room for what it sends
            with self.requests_lock:
                if (request := self.request) is not None:
                    request.leave_body()
                    request.error = FullError("")
                    self._complete(request)
            return False
        request = self.request
        if request is not None and request.is_large and not (request.known or self.asking):
            self.asking = True
            self.server.add_task(Asking(self))
        return taken

    def send_continue(self) -> None:
        """Let the client send its body, once it may."""
        if self.request is not None and (self.request.known or not self.request.is_large):
            super().send_continue()

    # What the threads say

    def decided(self, *, known: bool) -> None:
        """Go on receiving from who is known; else let the application answer the head alone."""
        with self.requests_lock:
            request, self.asking = self.request, False
            if request is None or not self.connected:
                return
            request.known = known
            if not known:
                request.leave_body()
                self._complete(request)
            elif request.expect_continue and not self.requests and not self.sent_continue:
                self.send_continue()
        self.server.pull_trigger()

    def refuse(self) -> None:
        """Answer that there are too many requests before this one."""
        request = self.requests[0]
        request.error = BusyError("")

    def refuse_asking(self) -> None:
        """The same, of a request whose body is not there yet."""
        with self.requests_lock:
            request, self.asking = self.request, False
            if request is not None:
                request.leave_body()
                request.error = BusyError("")
                self._complete(request)

    def _complete(self, request: Received) -> None:
        self.request = None
        self.requests.append(request)
        if len(self.requests) == 1:
            self.server.add_task(self)

    # The end

    def _linger(self) -> None:
        """Say that nothing more comes, and let the client read it: closing at once, with bytes of
        its own unread, would throw the answer away on its side."""
        self.close_when_flushed = False
        self.lingers_until = monotonic() + _LINGER
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def is_over(self, now: float) -> bool:
        """Tell whether the client is too slow, or gone without a word."""
        if self.lingers_until:
            return now > self.lingers_until
        state = self._state()
        if state is not self.state or state is State.OURS:
            self.state, self.since, self.pace = state, now, Pace(now, self.moved)
            return False
        return self.pace.too_slow(now, self.moved, state.value)

    def _state(self) -> State:
        if self.requests or self.asking:
            return State.OURS
        if self.total_outbufs_len:
            return State.SENDING
        return State.RECEIVING if self.request is not None or not self.moved else State.IDLE

    def end(self) -> None:
        """Close it now, with a word if its request was not there yet."""
        if self.state is State.RECEIVING and self.request is not None:
            with suppress(OSError):
                self.socket.send(_TOO_SLOW)
        self.handle_close()


_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
