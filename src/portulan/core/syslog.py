"""Sending lines of a log to syslog, whether it listens or not."""

from __future__ import annotations

from contextlib import suppress
from logging.handlers import SysLogHandler
from typing import Any


class Syslog(SysLogHandler):
    """Python's, which a name that is not found or a socket that is not there does not stop."""

    def createSocket(self) -> None:  # noqa: N802 - the name Python gives it
        """Open it if it can be; each line tries again."""
        self.socket: Any = None
        with suppress(OSError):
            super().createSocket()
