"""Where long work stands."""

from __future__ import annotations

from enum import StrEnum


class TaskStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # the process at work was ended before it was done


AT_WORK = frozenset({TaskStatus.WAITING, TaskStatus.RUNNING})
