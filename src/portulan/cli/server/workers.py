"""Several processes on one address, each started again if it dies."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable


def keep_running(count: int, serve: Callable[[], None]) -> None:
    """Run `serve` in so many processes until interrupted. Not on Windows, which cannot fork."""
    running = {_start(serve) for _ in range(count)}

    def stop(*_: object) -> None:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while True:
            pid, _status = os.wait()
            running.discard(pid)
            time.sleep(0.5)  # one that cannot start does not take the machine
            running.add(_start(serve))
    finally:
        for pid in running:
            os.waitpid(pid, 0)


def _start(serve: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process tells
    try:
        serve()
    except SystemExit:
        pass
    finally:
        sys.stderr.flush()
        os._exit(0)
