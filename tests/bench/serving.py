"""The command line's start, and the memory of the server's processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.clock import process
from tests.bench.table import Row, by_amount

MOST_SECONDS = 0.4
MOST_MB = 150.0


def rows(folder: Path) -> Iterator[Row]:
    """Yield the CPU of `portulan --help`, then the memory of a server that has answered."""
    spent = [process("-m", "portulan", "--help") for _ in range(7)]
    bare = [process("-c", "pass") for _ in range(7)]
    yield by_amount(
        "portulan --help", median(spent), MOST_SECONDS, "s", beside=f"{median(bare):.2f} s bare"
    )
    yield by_amount("memory of portulan serve", _serving(folder), MOST_MB, "MB")


def _serving(folder: Path) -> float:
    """Return the memory in MB of the server's processes, once it has answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORTULAN_DATA": str(folder / "serve"), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run(
        [
            *(sys.executable, "-m", "portulan", "init"),
            *("--name", "Bourg", "--email", "a@bourg.example"),
        ],
        env=environment,
        capture_output=True,
        check=True,
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "portulan", "serve", "--port", str(port)],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(50):
            _ask(port)
        return sum(proportional(pid) for pid in family(server.pid))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _ask(port: int) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/") as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def proportional(pid: int) -> float:
    """Return the resident memory of a process, what it shares counted by its part (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
