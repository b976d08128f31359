"""Two hundred slow clients: a page takes less than twice its time.

First they send a byte a second: heads and bodies that never end. Then half of them ask for a file
of twelve megabytes and read nothing of it.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from threading import Event, Thread

from tests.bench.serving import family, proportional
from tests.places import Place
from tests.servers import Client, serving_process, signed_in

CLIENTS, PAGES = 200, 100
EMAIL, HOME = "enora.le-bivic@armorique.example", "/region-armorique/"
BODY = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"


def trial(folder: Path) -> bool:
    """Print the time of a page alone, then beside slow clients; tell whether it holds."""
    place = Place(folder)
    place.run("demo", "--no-serve")
    large = subprocess.run(
        [sys.executable, "-m", "tests.endure.deeds", "large"],
        env=place.environment,
        capture_output=True,
        check=True,
        text=True,
    )
    path = f"{HOME}evidence/{large.stdout.split()[-1]}/files/1/"
    try:
        with serving_process(place) as (port, pid):
            client = signed_in(place, port, EMAIL)
            assert client.get(path)[0] == 200
            cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()
            crowds = {
                "beside 200 that send": (BODY, BODY[:20]),
                "beside 100 that send, 100 that do not read": (BODY, ask),
            }
            _pages(client)  # warm
            held = True
            for name, said in crowds.items():
                # Just before, as others use the machine too.
                alone = _told("alone", _pages(client))
                with _crowd(port, said) as closed:
                    time.sleep(3)
                    beside = _told(name, _pages(client))
                    memory = sum(proportional(one) for one in family(pid))
                sys.stdout.write(f"    {memory:.0f} MB; {closed[0]} were closed and came back\n")
                held = held and median(beside) < 2 * median(alone) and memory <= 150
    finally:
        place.remove()
    return held


def _pages(client: Client) -> list[float]:
    times = []
    for _ in range(PAGES):
        began = time.perf_counter()
        assert client.get(HOME)[0] == 200
        times.append(time.perf_counter() - began)
    return times


def _told(name: str, times: list[float]) -> list[float]:
    worst = sorted(times)[int(len(times) * 0.99)]
    said = f"  a page {name}: median {median(times) * 1000:.1f} ms, p99 {worst * 1000:.1f} ms"
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
    return times


@contextmanager
def _crowd(port: int, said: tuple[bytes, bytes]) -> Iterator[list[int]]:
    """Keep so many slow clients there, each called again when it is closed; count how often."""
    over, closed = Event(), [0]
    crowd = Thread(target=_keep, args=(port, said, over, closed))
    crowd.start()
    try:
        yield closed
    finally:
        over.set()
        crowd.join()


def _keep(port: int, said: tuple[bytes, bytes], over: Event, closed: list[int]) -> None:
    clients: list[tuple[socket.socket, bytes]] = []
    while not over.is_set():
        while len(clients) < CLIENTS:
            clients.append(_come(port, said[sum(one == said[0] for _, one in clients) > 99]))
        for one in list(clients):
            if not _goes_on(*one):
                one[0].close()
                clients.remove(one)
                closed[0] += 1
        over.wait(1)
    for client, _said in clients:
        client.close()


def _come(port: int, said: bytes) -> tuple[socket.socket, bytes]:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # nothing of it waits here
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    client.sendall(said)
    client.setblocking(False)
    return client, said


def _goes_on(client: socket.socket, said: bytes) -> bool:
    """Send a byte where a body is due; else look whether it was closed, and read nothing."""
    with suppress(BlockingIOError):
        try:
            if not said.startswith(b"GET"):
                client.send(b"x")
            else:
                return not client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError as error:
            return isinstance(error, BlockingIOError)
    return True
