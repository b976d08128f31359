"""The threads that answer: few, the last one at rest is the first to be called.

A connection to the database, its cache and the processor’s are then those that served last. A
thread is started when the others are all taken.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Protocol

logger = logging.getLogger(__name__)


class Task(Protocol):
    """Something to do, or to drop when the server ends."""

    def service(self) -> None: ...

    def cancel(self) -> None: ...


def _with_room(function: Callable[..., None]) -> Callable[..., None]:
    """Make room, beneath a function, for all the calls it leads to.

    CPython asks the system for 16 kB of frames at a time and gives them back at once: a page whose
    calls stand astride two pieces did so sixty times, a fifth of its cost. A first frame of more
    than 128 kB makes that piece of 256.
    """
    function.__code__ = function.__code__.replace(co_stacksize=(1 << 14) + 1)
    return function


class Threads:
    def __init__(self, most: int, waiting: int) -> None:
        self.most, self.waiting = most, waiting
        self._tasks: deque[Task] = deque()
        self._lock = Lock()
        self._ended = Condition(self._lock)
        self._resting: list[Lock] = []  # held by each thread at rest, released to call it
        self._running, self._over = 0, False

    def add(self, task: Task) -> bool:
        """Do it as soon as a thread is free; False when too many wait already."""
        with self._lock:
            if len(self._tasks) >= self.waiting:
                return False
            self._tasks.append(task)
            if self._resting:
                self._resting.pop().release()
            elif self._running < self.most:
                self._running += 1
                Thread(target=self._work, name=f"answer-{self._running}", daemon=True).start()
        return True

    @property
    def queued(self) -> int:
        """How many wait for a thread."""
        return len(self._tasks)

    @_with_room
    def _work(self) -> None:
        call = Lock()
        call.acquire()
        while True:
            with self._lock:
                task = self._tasks.popleft() if self._tasks else None
                if task is None:
                    if self._over:
                        self._running -= 1
                        self._ended.notify()
                        return
                    self._resting.append(call)
            if task is None:
                call.acquire()
                continue
            try:
                task.service()
            except Exception:
                logger.exception("%r", task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> None:
        """Take nothing more, and wait for what is under way."""
        ends = monotonic() + timeout
        with self._lock:
            self._over = True
            while cancel_pending and self._tasks:
                self._tasks.popleft().cancel()
            while self._resting:
                self._resting.pop().release()
            while self._running and monotonic() < ends:
                self._ended.wait(0.1)
