"""Two hundred clients that send a byte a second: a page takes less than twice its time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from threading import Event, Thread

from tests.bench.serving import family, proportional

CLIENTS, PAGES = 200, 100
HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"


def trial(folder: Path) -> bool:
    """Print the time of a page alone, then beside the slow clients; tell whether it holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORTULAN_DATA": str(folder), "DATABASE_URL": ""}
    made = ("init", "--name", "Bourg", "--email", "a@bourg.example")
    subprocess.run(
        [sys.executable, "-m", "portulan", *made], env=environment, capture_output=True, check=True
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "portulan", "serve", "--port", str(port)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        alone = _pages(port)
        over = Event()
        crowd = Thread(target=_crowd, args=(port, over))
        crowd.start()
        time.sleep(3)
        beside = _pages(port)
        memory = sum(proportional(pid) for pid in family(server.pid))
        over.set()
        crowd.join()
    finally:
        server.terminate()
        server.wait(30)
    for name, times in (("alone", alone), ("beside", beside)):
        worst = sorted(times)[int(len(times) * 0.99)]
        said = f"  a page {name}: median {median(times) * 1000:.1f} ms, p99 {worst * 1000:.1f} ms"
        sys.stdout.write(said + "\n")
    sys.stdout.write(f"  memory with {CLIENTS} slow clients: {memory:.0f} MB\n")
    return median(beside) < 2 * median(alone) and memory <= 150


def _pages(port: int) -> list[float]:
    times = []
    for _ in range(PAGES):
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/sign-in/")
        assert connection.getresponse().read()
        connection.close()
        times.append(time.perf_counter() - began)
    return times


def _crowd(port: int, over: Event) -> None:
    """Keep so many slow clients there, each called again when it is closed."""
    clients: list[socket.socket] = []
    while not over.wait(1):
        while len(clients) < CLIENTS:
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(HEAD if len(clients) % 2 else HEAD[:20])
            clients.append(client)
        for client in list(clients):
            try:
                client.sendall(b"x")
            except OSError:
                clients.remove(client)
    for client in clients:
        with suppress(OSError):
            client.close()


def _wait(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer")
