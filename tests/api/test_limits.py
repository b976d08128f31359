"""Requests of a minute are counted for the whole server, whatever the process that answers."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from portulan.api import limits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="one process only")
EACH, PROCESSES, NOON = 200, 4, 1_000_000_000.0


def in_a_process(times: int, who: str = "one") -> int:
    """Count requests in a process of its own; return its identifier."""
    pid = os.fork()
    if pid == 0:
        for _time in range(times):
            limits.take(who, now=NOON)
        os._exit(0)
    return pid


def test_processes_count_together_and_callers_apart() -> None:
    limits.share()
    running = [in_a_process(EACH) for _one in range(PROCESSES)]
    for pid in running:
        assert os.waitpid(pid, 0)[1] == 0
    room = limits.take("one", now=NOON)
    assert room.limit - room.left == EACH * PROCESSES + 1
    assert room.is_over
    assert limits.take("two", now=NOON).left == room.limit - 1
    later = limits.take("one", now=NOON + limits.WINDOW)
    assert later.left == room.limit - 1


def test_a_process_that_is_killed_stops_nobody() -> None:
    limits.share()
    for _round in range(5):
        pid = in_a_process(10**9)
        limits.take("one", now=NOON)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert limits.take("one", now=NOON).limit


def test_many_callers_are_told_apart() -> None:
    limits.share()
    for _time in range(2):
        counts = {limits.take(f"caller {one}", now=NOON).left for one in range(4_000)}
        assert len(counts) == 1


def test_what_is_counted_is_in_no_file() -> None:
    """Pages of a file on a full disk end the process that writes them."""
    limits.share()
    limits.take("one", now=NOON)
    assert limits._table is not None
    assert os.fstat(limits._table._file.fileno()).st_size == 0
