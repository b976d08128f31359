"""Commands run as in a process of their own, without the second that loading the program takes.

One process a worker has loaded it, and is forked (tests/forking.py). What is about starting, about
being killed or about memory is started for itself: `Place.start`, `subprocess`.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")


def run(
    *arguments: str,
    env: Mapping[str, str],
    cwd: str | Path | None = None,
    typed: str = "",
    timeout: float = 600,
) -> subprocess.CompletedProcess[str]:
    """Run the command with these variables and no other, and return what it said."""
    if not FORKS:
        return subprocess.run(
            [sys.executable, "-m", "portulan", *arguments],
            env=env,
            cwd=cwd,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
    streams: list[IO[bytes]]
    with (
        tempfile.TemporaryFile() as i,
        tempfile.TemporaryFile() as o,
        tempfile.TemporaryFile() as e,
    ):
        streams = [i, o, e]
        i.write(typed.encode())
        i.seek(0)
        handed = [one.fileno() for one in streams]
        code = ask(door(), [*arguments], dict(env), str(cwd or Path.cwd()), handed, timeout)
        return subprocess.CompletedProcess(arguments, code, *map(_said, streams[1:]))


def _said(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")


def ask(
    address: str,
    arguments: list[str],
    env: dict[str, str],
    cwd: str,
    streams: list[int],
    timeout: float | None = None,
) -> int:
    """Hand a command and its streams to the process that has loaded the program."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(timeout)
        asking.connect(address)
        said = json.dumps({"arguments": arguments, "env": env, "cwd": cwd}).encode()
        socket.send_fds(asking, [len(said).to_bytes(8)], streams)
        asking.sendall(said)
        return int(asking.recv(16))


def received(asking: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return what `ask` sent."""
    size, streams, _flags, _from = socket.recv_fds(asking, 8, 3)
    with asking.makefile("rb") as stream:
        return json.loads(stream.read(int.from_bytes(size))), streams


@cache
def door() -> str:
    """Start the process that has loaded the program, once; it ends with this one."""
    folder = tempfile.mkdtemp(prefix="portulan-warm-")
    address = os.path.join(folder, "door")
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forking", address],
        env=kept
        | {
            "PORTULAN_DATA": folder,
            "PORTULAN_SECRET_KEY": "only-to-load",
            "DJANGO_SETTINGS_MODULE": "portulan.config.settings",
        },
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.kill)
    assert server.stdout
    assert server.stdout.readline() == b"ready\n"
    return address
