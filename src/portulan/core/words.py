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


class LetterStatus(StrEnum):
    """Where a message stands; what may have left waits for a person."""

    WAITING = "waiting"
    STOPPED = "stopped"  # by somebody
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"  # its process ended, or the server went silent, while it was being sent
    REFUSED = "refused"  # by the server, for good
