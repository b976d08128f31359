"""The server: one loop for all connections, a few threads for the requests that are there whole.

Waitress, which keeps whole bodies and whole answers outside the threads, with what it lacks: a
slowest pace, an end to the queue, and a word about who may send much (docs/adr/0046).
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import current_thread, main_thread
from time import monotonic
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from portulan.cli.server.connections import Asking, Connection, State
from portulan.cli.server.operator import beat
from portulan.cli.server.threads import Threads

THREADS = 4
WAITING = 64  # requests that are there whole; beyond, each is told to try again
_LARGEST_HEAD = 1 << 16
_HELD = 1 << 40  # an answer waits in a file, never in a thread
_EACH = 3  # descriptors: the connection, what it sends, what it is answered
_KEPT_APART = 128  # descriptors: the database, the files, the modules

type Knows = Callable[[Mapping[str, str]], bool]


class Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = Connection
    active_channels: dict[int, Connection]

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        *,
        knows: Knows,
        largest_body: int,
    ) -> None:
        self.knows = knows
        self.most = _most_connections()
        self._next_look, self._stopping = 0.0, False
        self._refusing = Threads(1, sys.maxsize)
        adjustments = Adjustments(
            sockets=[listener],
            ident="",
            asyncore_use_poll=True,
            channel_request_lookahead=1,  # a client that leaves is seen to leave
            max_request_header_size=_LARGEST_HEAD,
            max_request_body_size=largest_body,
            outbuf_high_watermark=_HELD,
            clear_untrusted_proxy_headers=False,  # the settings say which are believed
            log_socket_errors=False,
        )
        super().__init__(
            application,
            {},
            True,
            listener,
            dispatcher=Threads(THREADS, WAITING),
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def add_task(self, task: Connection | Asking) -> None:
        """Do it in a thread; when too many wait, another one says so."""
        if self.task_dispatcher.add(task):
            return
        if isinstance(task, Asking):
            task.connection.refuse_asking()
        else:
            task.refuse()
            self._refusing.add(task)

    def readable(self) -> bool:
        """Look at all connections once a second, by a clock that never goes back."""
        if self._stopping:
            raise SystemExit
        # Before the others are looked at: one that comes may get the number of one that is closed.
        while len(self.active_channels) > self.most and self._made_room():
            pass
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + 1
            beat()
            self.end_the_slow(now)
        return bool(self.accepting)

    def end_the_slow(self, now: float) -> None:
        """Close who is below the slowest pace, or gone without a word."""
        for connection in list(self.active_channels.values()):
            if connection.is_over(now):
                connection.end()

    def _made_room(self) -> bool:
        """Close who makes us wait for longest: never one whose request is being answered."""
        waiting = [one for one in self.active_channels.values() if one.state is not State.OURS]
        if waiting:
            min(waiting, key=lambda one: (one.state is not State.IDLE, one.since)).end()
        return bool(waiting)

    def stop(self) -> None:
        """End `run`, from another thread."""
        self._stopping = True
        with suppress(OSError):  # it has seen it already
            self.pull_trigger()

    def run(self) -> None:
        """Serve until interrupted; what was received whole is answered first."""
        interrupts = current_thread() is main_thread()
        if interrupts:
            # An exception raised anywhere, as Python does by itself, may be lost there.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        try:
            self.asyncore.loop(timeout=1, map=self._map, use_poll=True)
        except (SystemExit, KeyboardInterrupt):
            self.accepting = False
            if interrupts:  # who asks twice does not wait
                signal.signal(signal.SIGINT, signal.default_int_handler)
            self._drain()

    def _drain(self) -> None:
        self._stopping = False
        self.del_channel()
        self.socket.close()
        self.task_dispatcher.shutdown(cancel_pending=False, timeout=10)
        ends = monotonic() + 5
        while monotonic() < ends and any(
            one.total_outbufs_len for one in self.active_channels.values()
        ):
            self.asyncore.loop(timeout=0.1, map=self._map, use_poll=True, count=1)
        self.asyncore.close_all(self._map)


def _most_connections() -> int:
    """Return how many connections the system lets this process hold, each with its files."""
    if sys.platform == "win32":
        return 400  # of the 512 that its `select` looks at
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(64, (wanted - _KEPT_APART) // _EACH)
