"""Speaking with the mail server of the place, step by step, so that what did not leave is known.

A message is nobody's before its final dot (RFC 5321, 4.1.1.4): whatever happens until then, it has
not left. What a server was seen to bear is remembered while the process lasts: how many messages a
connection takes, and for how long it is left alone when it does not answer.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Timer
from typing import Any

from django.core.mail import EmailMessage, mailers

_REST = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
_PATIENCE = 90.0  # seconds for one message, however slowly it is answered
_CLOSING = frozenset({421, 450, 451, 452})  # what may be of the connection, and not of the message
_TOO_LARGE = 552


class Outcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"  # for good
    LATER = "later"  # this message, not now
    HELD = "held"  # the server takes nothing now
    DOUBTFUL = "doubtful"  # it was silent after the final dot


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended: what the server answered (0 when it did not), and whether of the address."""

    outcome: Outcome
    code: int = 0
    said: str = ""
    of_address: bool = False


class ShutError(Exception):
    """The server does not answer, or did not a moment ago: nothing is tried until `until`."""

    def __init__(self, why: str, until: datetime) -> None:
        super().__init__(why)
        self.why, self.until = why, until


@dataclass(slots=True)
class _Learnt:
    most: int | None = None  # messages that a connection takes
    failures: int = 0
    shut_until: datetime | None = None
    why: str = ""


_LEARNT: dict[str, _Learnt] = {}


class Relay:
    """A connection to the server of the place, opened again when that is what it wants."""

    def __init__(self, now: datetime) -> None:
        """Open a connection. Raises ShutError."""
        self._backend: Any = mailers["default"]
        self._now, self._sent = now, 0
        host, port = getattr(self._backend, "host", ""), getattr(self._backend, "port", "")
        self._learnt = _LEARNT.setdefault(f"{host}:{port}", _Learnt())
        if self._learnt.shut_until and now < self._learnt.shut_until:
            raise ShutError(self._learnt.why, self._learnt.shut_until)
        self._open()

    def send(self, message: EmailMessage, dot: Callable[[], bool]) -> Answer:
        """Send one message; `dot` is called just before nobody could say any more that it stayed.

        Where `dot` is False, nothing leaves. Raises ShutError, and ValueError for what no message
        may be.
        """
        if self._learnt.most is not None and self._sent >= self._learnt.most:
            self._renew()
        answer = self._tried(message, dot)
        if answer.outcome in _TRIED_AGAIN and answer.code in {0, *_CLOSING} and self._sent:
            # It may be that it takes no more of one connection: a fresh one tells.
            before = self._sent
            self._renew()
            answer = self._tried(message, dot)
            if answer.outcome is Outcome.SENT:
                self._learnt.most = before
        if answer.outcome is Outcome.SENT:
            self._sent += 1
            self._learnt.failures, self._learnt.shut_until = 0, None
        return answer

    def rest(self, why: str) -> datetime:
        """Leave the server alone, longer each time; return until when."""
        learnt = self._learnt
        wait = _REST[min(learnt.failures, len(_REST) - 1)]
        learnt.failures, learnt.shut_until, learnt.why = learnt.failures + 1, self._now + wait, why
        return learnt.shut_until

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self._backend.close()

    def _open(self) -> None:
        self._sent = 0
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            code = getattr(error, "smtp_code", 0)
            why = f"{type(error).__name__} {code}" if code else type(error).__name__
            raise ShutError(why, self.rest(why)) from error

    def _renew(self) -> None:
        self.close()
        self._backend.connection = None
        self._open()

    def _tried(self, message: EmailMessage, dot: Callable[[], bool]) -> Answer:
        smtp = getattr(self._backend, "connection", None)
        if smtp is None:  # it writes to the console
            if dot():
                self._backend.send_messages([message])
            return Answer(Outcome.SENT)
        sender, receiver = (
            self._backend.prep_address(one, force_ascii=True)
            for one in (message.from_email, message.to[0])
        )
        content = _content(message)
        ends = Timer(_PATIENCE, _cut, [smtp.sock])
        ends.daemon = True
        ends.start()
        try:
            return _said(smtp, sender, receiver, content, dot)
        except (OSError, smtplib.SMTPException) as error:
            self._backend.connection = None
            smtp.close()
            return Answer(Outcome.HELD, 0, type(error).__name__)
        finally:
            ends.cancel()


_TRIED_AGAIN = frozenset({Outcome.LATER, Outcome.HELD})


def _said(
    smtp: smtplib.SMTP, sender: str, receiver: str, content: bytes, dot: Callable[[], bool]
) -> Answer:
    """Say a message step by step. Raises OSError and SMTPException before its final dot alone."""
    smtp.ehlo_or_helo_if_needed()
    size = [f"size={len(content)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
    code, words = smtp.mail(sender, size)
    if code != 250:
        large = code == _TOO_LARGE
        return _undone(smtp, Outcome.REFUSED if large else Outcome.HELD, code, words)
    code, words = smtp.rcpt(receiver)
    if code not in (250, 251, 252):
        return _undone(smtp, _verdict(code), code, words, of_address=True)
    smtp.putcmd("DATA")
    code, words = smtp.getreply()
    if code != 354:
        return _undone(smtp, _verdict(code), code, words)
    smtp.send(content)
    if not dot():
        raise smtplib.SMTPServerDisconnected  # without the dot, it stays here
    try:
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        return Answer(Outcome.DOUBTFUL, 0, type(error).__name__)
    if 200 <= code < 300:
        return Answer(Outcome.SENT, code)
    if not 400 <= code < 600:
        smtp.close()
        return Answer(Outcome.DOUBTFUL, code)
    return Answer(_verdict(code), code, _words(words))


def _verdict(code: int) -> Outcome:
    if 500 <= code < 600:
        return Outcome.REFUSED
    return Outcome.LATER if 400 <= code < 500 else Outcome.HELD


def _undone(
    smtp: smtplib.SMTP, outcome: Outcome, code: int, words: bytes, *, of_address: bool = False
) -> Answer:
    """Take back what was begun, and return what stopped it."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.rset()
    return Answer(outcome, code, _words(words), of_address)


def _words(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _content(message: EmailMessage) -> bytes:
    """Return what is sent between DATA and the dot: lines that end rightly, dots doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message.message().as_bytes())
    return re.sub(rb"(?m)^\.", b"..", lines.rstrip(b"\r\n") + b"\r\n")


def _cut(sock: socket.socket | None) -> None:
    with suppress(OSError, AttributeError):
        sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
