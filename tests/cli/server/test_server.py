"""Slow clients take nothing from others, and what could be read in two ways is refused."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest

from portulan.cli.server import listening
from portulan.cli.server.connections import Connection
from portulan.cli.server.listening import Server

HOST = b"Host: bourg.example\r\n"
PAGE = b"GET /page HTTP/1.1\r\n" + HOST + b"\r\n"
BIG = 8 << 20
LARGEST = 1 << 20


class Bourg:
    """A server whose application says what it was asked, and waits where it is told to."""

    def __init__(self, *, runs: bool = True) -> None:
        self.asked: list[str] = []
        self.seen: dict[str, Any] = {}
        self.go = Event()
        self.known = ""
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = listener.getsockname()
        self.server = Server(
            self.answer,
            listener,
            knows=lambda sent: sent.get("COOKIE") == "who=me",
            largest_body=LARGEST,
        )
        self.thread = Thread(target=self.server.run)
        if runs:
            self.thread.start()

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        self.seen = environ
        if path == "/wait":
            self.go.wait(20)
        body = environ["wsgi.input"].read()
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if len(body) < size:
            start("413 Content Too Large", [("Content-Length", "7")])
            return [b"too big"]
        said = b"x" * BIG if path == "/big" else b"%s %d" % (path.encode(), len(body))
        start("200 OK", [("Content-Length", str(len(said)))])
        return [said]

    def turn(self, reached: Callable[[], bool]) -> None:
        """Turn the loop, that does not run by itself, until something is reached."""
        ends = monotonic() + 120  # as long as a busy machine may need
        while not reached():
            assert monotonic() < ends
            self.server.asyncore.loop(
                timeout=0.02,
                map=self.server._map,
                use_poll=self.server.adj.asyncore_use_poll,
                count=1,
            )

    def call(self, sent: bytes = b"") -> socket.socket:
        client = socket.create_connection(self.address, 20)
        client.sendall(sent)
        return client

    def ask(self, sent: bytes, answers: int = 1) -> bytes:
        """Return what is answered, until there are so many answers or the connection ends."""
        with self.call(sent) as client:
            return read(client, answers)

    def stop(self) -> None:
        self.go.set()
        if self.thread.is_alive():
            self.server.stop()
            self.thread.join(20)


def read(client: socket.socket, answers: int = 1) -> bytes:
    said = b""
    while len(whole(said)) < answers and (piece := client.recv(1 << 16)):
        said += piece
    return said


def whole(said: bytes) -> list[bytes]:
    """Return the answers that are there whole."""
    found = []
    while (end := said.find(b"\r\n\r\n")) >= 0:
        head = said[:end].lower()
        size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(said) < end + 4 + size:
            break
        found.append(said[: end + 4 + size])
        said = said[end + 4 + size :]
    return found


@pytest.fixture
def bourg() -> Iterator[Bourg]:
    served = Bourg()
    yield served
    served.stop()


def test_two_hundred_clients_that_never_end_stop_nobody(bourg: Bourg) -> None:
    slow = [bourg.call(b"GET / HT") for _ in range(60)]
    slow += [
        bourg.call(b"POST /slow HTTP/1.1\r\n" + HOST + b"Content-Length: 9000\r\n\r\nx")
        for _ in range(60)
    ]
    slow += [
        bourg.call(b"POST /slow HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nx")
        for _ in range(40)
    ]
    slow += [bourg.call() for _ in range(30)]
    stalled = [bourg.call(b"GET /big HTTP/1.1\r\n" + HOST + b"\r\n") for _ in range(10)]
    for _ in range(20):
        assert bourg.ask(PAGE).endswith(b"/page 0")
    assert "/slow" not in bourg.asked
    for client in stalled:  # a download that waited is there whole
        assert len(read(client)) > BIG
    for client in (*slow, *stalled):
        client.close()


def test_who_is_too_slow_is_closed_and_who_is_slow_enough_is_not(bourg: Bourg) -> None:
    post = b"POST /slow HTTP/1.1\r\n" + HOST + b"Content-Length: 9000\r\n\r\n"
    silent, head, body = bourg.call(), bourg.call(b"GET / HT"), bourg.call(post)
    steady, idle = bourg.call(post), bourg.call(PAGE)
    read(idle)
    [*_, first] = [bourg.ask(PAGE) for _ in range(3)]
    assert first
    now = monotonic()
    bourg.server.end_the_slow(now)
    steady.sendall(b"x" * 6000)
    bourg.ask(PAGE)
    bourg.server.end_the_slow(now + 10.5)
    assert silent.recv(1) == b""
    for client in (head, body):
        assert read(client).startswith(b"HTTP/1.1 408")
    steady.sendall(b"x" * 3000)
    assert read(steady).endswith(b"/slow 9000")
    idle.sendall(PAGE)
    assert read(idle).endswith(b"/page 0")


def test_beyond_the_queue_each_is_told_to_try_again(bourg: Bourg) -> None:
    wait = b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n"
    taken = [bourg.call(wait) for _ in range(listening.THREADS)]
    until(lambda: len(bourg.asked) == listening.THREADS)
    queued = [bourg.call(PAGE) for _ in range(listening.WAITING)]
    until(lambda: bourg.server.task_dispatcher.queued == listening.WAITING)
    for _ in range(3):
        said = bourg.ask(PAGE)
        assert said.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 5" in said
        assert "réessayez".encode() in said
    bourg.go.set()
    assert all(read(client).startswith(b"HTTP/1.1 200") for client in taken)
    assert all(read(client).startswith(b"HTTP/1.1 200") for client in queued)


def until(reached: Callable[[], bool]) -> None:
    ends = monotonic() + 120  # as long as a busy machine may need
    while not reached():
        assert monotonic() < ends


def test_what_a_client_no_longer_waits_for_is_not_computed(bourg: Bourg) -> None:
    taken = [
        bourg.call(b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n") for _ in range(listening.THREADS)
    ]
    until(lambda: len(bourg.asked) == listening.THREADS)
    gone = [bourg.call(b"GET /gone HTTP/1.1\r\n" + HOST + b"\r\n") for _ in range(5)]
    until(lambda: len(bourg.server.active_channels) == listening.THREADS + 5)
    for client in gone:
        client.close()
    until(lambda: len(bourg.server.active_channels) == listening.THREADS)
    bourg.go.set()
    for client in taken:
        read(client)
    bourg.ask(PAGE)
    assert "/gone" not in bourg.asked


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: -4\r\n",
        b"Content-Length: 4_0\r\n",
        b"Content-Length: 4\nX: y\r\n",
        b"Host: other.example\r\n",
        b"X: " + b"x" * 70_000 + b"\r\n",
    ],
    ids=lambda head: head[:44].decode("latin-1"),
)
def test_a_request_that_may_be_read_in_two_ways_is_refused(bourg: Bourg, head: bytes) -> None:
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
    said = bourg.ask(b"POST /first HTTP/1.1\r\n" + HOST + head + b"\r\n" + smuggled, answers=2)
    assert said[9:12] in {b"400", b"431", b"501"}
    assert len(whole(said)) == 1
    assert bourg.asked == []


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0", ""])
def test_chunks_are_of_http_1_1(bourg: Bourg, version: str) -> None:
    head = f"POST /first {version}\r\n".encode() + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert bourg.ask(head + b"0\r\n\r\n", answers=2)[9:12] == b"400"
    assert bourg.asked == []


@pytest.mark.parametrize(
    ("chunks", "answer"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n", b"/first 5"),
        (b"3\n\r\nabc\r\n0\r\n\r\n", b""),
        (b"3\r\nabcd\r\n0\r\n\r\n", b""),
        (b"0x3\r\nabc\r\n0\r\n\r\n", b""),
        (b"-3\r\nabc\r\n0\r\n\r\n", b""),
        (b"\r\n3\r\nabc\r\n0\r\n\r\n", b""),
        (b"f" * 5000, b""),
        (b"0\r\n" + b"X: y\r\n" * 10_000, b""),
    ],
    ids=lambda value: value[:20].decode(),
)
def test_chunks_are_read_strictly(bourg: Bourg, chunks: bytes, answer: bytes) -> None:
    head = b"POST /first HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    said = bourg.ask(head + chunks)
    assert said.endswith(answer) if answer else said[9:12] == b"400"


def test_a_connection_serves_one_request_after_the_other(bourg: Bourg) -> None:
    post = b"POST /two HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    head = b"HEAD /big HTTP/1.1\r\n" + HOST + b"\r\n"
    with bourg.call(PAGE + post) as client:
        assert [answer[-6:] for answer in whole(read(client, 2))] == [b"page 0", b"/two 3"]
        client.sendall(head)
        said = b""
        while not said.endswith(b"\r\n\r\n"):
            said += client.recv(1 << 16)
        assert f"Content-Length: {BIG}".encode() in said
        client.sendall(PAGE)
        assert read(client).startswith(b"HTTP/1.1 200")


def test_names_with_an_underscore_are_dropped(bourg: Bourg) -> None:
    head = b"X_Forwarded_For: 1\r\nX-Real: 2\r\nContent_Length: 3\r\nX-Forwarded-Proto: https\r\n"
    assert bourg.ask(b"GET /page HTTP/1.1\r\n" + HOST + head + b"\r\n").endswith(b"/page 0")
    assert "HTTP_X_FORWARDED_FOR" not in bourg.seen
    assert bourg.seen["HTTP_X_REAL"] == "2"
    assert bourg.seen["HTTP_X_FORWARDED_PROTO"] == "https"  # the settings say who is believed
    assert bourg.seen["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize("cookie", [b"", b"Cookie: who=me\r\n"])
@pytest.mark.parametrize("size", [1000, 200_000, LARGEST + 9])
@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_who_sends_much_is_known_first(
    bourg: Bourg, cookie: bytes, size: int, expect: bytes
) -> None:
    taken = size < 1 << 16 or (bool(cookie) and size < LARGEST)
    head = b"POST /first HTTP/1.1\r\n" + HOST + cookie + expect
    with bourg.call(head + b"Content-Length: %d\r\n\r\n" % size) as client:
        if expect:
            first = client.recv(1 << 16)
            assert first.startswith(b"HTTP/1.1 100" if taken else b"HTTP/1.1 413")
            if not taken:
                return
        client.sendall(b"x" * size)
        said = read(client)
        assert said.endswith(b"/first %d" % size if taken else b"too big")


@pytest.mark.parametrize("known", [True, False])
def test_the_same_of_a_body_in_chunks(bourg: Bourg, known: bool) -> None:
    cookie = b"Cookie: who=me\r\n" if known else b""
    head = b"POST /first HTTP/1.1\r\n" + HOST + cookie + b"Transfer-Encoding: chunked\r\n\r\n"
    said = bourg.ask(
        head
        + b"4000\r\n"
        + (b"x" * 0x4000 + b"\r\n4000\r\n") * 8
        + b"x" * 0x4000
        + b"\r\n0\r\n\r\n"
    )
    assert said.endswith(b"/first %d" % (9 * 0x4000) if known else b"too big")


def test_when_all_places_are_taken_the_slowest_gives_its_own(bourg: Bourg) -> None:
    bourg.server.most = 10
    slow = [bourg.call(b"GET / HT") for _ in range(30)]
    assert bourg.ask(PAGE).endswith(b"/page 0")
    assert len(bourg.server.active_channels) <= 10
    for client in slow:
        client.close()


@pytest.mark.parametrize("why", ["too slow", "no room"])
@pytest.mark.parametrize("polls", [True, False])
def test_who_comes_as_others_are_closed_is_answered(
    monkeypatch: pytest.MonkeyPatch, why: str, polls: bool
) -> None:
    """The system gives them the number of a connection that was looked at in the same turn."""
    bourg = Bourg(runs=False)
    server = bourg.server
    server.adj.asyncore_use_poll = polls
    slow = [bourg.call(b"GET / HT") for _ in range(20)]
    bourg.turn(lambda: len(server.active_channels) == 20)
    theirs = list(server.active_channels.values())
    if why == "too slow":
        monkeypatch.setattr(Connection, "is_over", lambda self, _now: self in theirs)
        server._next_look = 0
    else:
        server.most = 20
    for client in slow:
        client.sendall(b"TP")
    for _ in range(3):
        with bourg.call() as client:
            known = len(server.active_channels)
            server.asyncore.loop(timeout=1, map=server._map, use_poll=polls, count=1)
            assert len(server.active_channels) <= max(known, server.most) + 1
            client.sendall(PAGE)
            bourg.turn(lambda: is_readable(client))
            assert read(client).endswith(b"/page 0")
    for client in slow:
        client.close()
    server.task_dispatcher.shutdown()
    server.close()


def is_readable(client: socket.socket) -> bool:
    return bool(select.select([client], [], [], 0)[0])


def test_what_was_received_is_answered_before_the_end(bourg: Bourg) -> None:
    client = bourg.call(b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n")
    until(lambda: bourg.asked == ["/wait"])
    bourg.server.stop()
    bourg.go.set()
    assert read(client).endswith(b"/wait 0")
    bourg.thread.join(20)
