"""A place whose commands start at once: a process that has loaded the program is forked for each.

Most of a command that takes half a second is loading the program. What is killed here is killed in
its work, and sixty rounds take minutes. The settings are those of the place, read once: the place
is renewed where it stands. Nothing is open when a command is forked.
"""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from tests.places import ON_POSTGRESQL, Place


class Started:
    """A command that was forked: what `Popen` tells, as far as a trial asks."""

    def __init__(self, answers: IO[bytes], said: Path) -> None:
        self._answers, self._said = answers, said
        self.pid = int(answers.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._answers], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = int(self._answers.readline())
        return self.returncode

    def said(self) -> str:
        return self._said.read_text(encoding="utf-8", errors="replace")

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; all that it said is told as one."""
        if timeout is not None and self.returncode is None:
            assert select.select([self._answers], [], [], timeout)[0], self.said()
        self.wait()
        return self.said(), ""


class WarmPlace(Place):
    """A place that keeps a process ready; one command at a time."""

    def __init__(self, folder: Path, like: Place | None = None) -> None:
        super().__init__(folder, like)
        self._ready: subprocess.Popen[bytes] | None = None

    def renew(self, like: Place) -> None:
        """Hold what another holds, where this one stands, and nothing of what it held."""
        for name in self.folder.iterdir():
            shutil.rmtree(name) if name.is_dir() else name.unlink()
        shutil.copytree(like.folder, self.folder, dirs_exist_ok=True)
        if ON_POSTGRESQL:
            self.remove_database()
            self._administer(f"CREATE DATABASE {self.name} TEMPLATE {like.name}")

    def remove(self) -> None:
        if self._ready is not None:
            self._ready.kill()
            self._ready.communicate()
            self._ready = None
        super().remove()

    def begin(self, *arguments: str) -> Started:
        """Start the command; `deeds …` are those of a trial."""
        if self._ready is None:
            self._ready = subprocess.Popen(
                [sys.executable, "-m", "tests.endure.forking"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,  # nothing waits between us that `select` does not see
            )
        assert self._ready.stdin
        assert self._ready.stdout
        said = self.folder.with_name(f"{self.folder.name}.said")
        said.unlink(missing_ok=True)
        said.touch()
        asked = json.dumps({"said": str(said), "arguments": arguments})
        self._ready.stdin.write(f"{asked}\n".encode())
        return Started(self._ready.stdout, said)

    def run(self, *arguments: str, code: int = 0) -> str:
        started = self.begin(*arguments)
        said, _nothing = started.communicate(self.patience)
        assert started.returncode == code, said
        assert "Traceback" not in said, said
        return said


def lines_said(started: Started, at_least: int, patience: float) -> list[str]:
    """Wait until it said so many whole lines, or has ended; return them."""
    deadline = time.monotonic() + patience
    while True:
        found = started.said().split("\n")[:-1]  # a line cut in its middle was not said
        if len(found) >= at_least or started.poll() is not None or time.monotonic() > deadline:
            return found
        time.sleep(0.002)
