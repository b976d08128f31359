"""What is sent twice counts once: the one-time token of a form, the Idempotency-Key of the API.

The row of a token is written in the transaction of the deed: either both are there, or neither.
Of two that send the same at the same instant, the second waits for the first (a unique constraint
on PostgreSQL, one writer at a time on SQLite) and is given its answer.

A deed that may not hold the database (it reads a file) claims its token first, in a transaction of
its own: who sends the same meanwhile waits for its answer, for a while.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.core.models import Sending

# How long a token is remembered, and therefore how long a page may wait before it is sent.
KEPT = timedelta(days=1)
# A claim older than this is taken for that of a process that died: few files are read so long.
ABANDONED = timedelta(minutes=1)
PATIENCE = 10.0  # seconds that who sends the same waits for the answer of the first
_GLANCE = 0.1  # seconds between two looks at what the first does


class OtherContentError(Exception):
    """The token was used already, for something else than what is sent now."""


class UnderWayError(Exception):
    """The same is being done for another request, which has not ended."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status, where it leads, and what it said where that is kept."""

    status: int
    location: str
    content: bytes = b""

    @property
    def columns(self) -> dict[str, object]:
        """The answer as it is kept."""
        kept = zlib.compress(self.content) if self.content else b""
        return {"status": self.status, "location": self.location, "content": kept}


def _answered(first: Sending) -> Answer:
    kept = bytes(first.content)
    return Answer(first.status, first.location, zlib.decompress(kept) if kept else b"")


@transaction.atomic
def once(
    deed: Callable[[], Answer | None], *, user_id: int, token: str, digest: str
) -> Answer | None:
    """Return the answer of the deed, or its first answer when it was done before.

    A deed that answers None has done nothing: what it wrote is undone, and its token still holds.
    `digest` says what was sent. Raises OtherContentError when the token served for something else.
    """
    sent = Sending(user_id=user_id, token=token, digest=digest, at=timezone.now())
    Sending.objects.bulk_create([sent], ignore_conflicts=True)
    first = Sending.objects.get(user_id=user_id, token=token)
    if first.digest != digest:
        raise OtherContentError(token)
    if first.status:
        return _answered(first)
    answer = deed()
    if answer is None:
        transaction.set_rollback(True)
        return None
    Sending.objects.filter(pk=first.pk).update(**answer.columns)
    _forget_the_old()
    return answer


def once_apart(
    deed: Callable[[], Answer | None], *, user_id: int, token: str, digest: str
) -> Answer | None:
    """Do as `once` for a deed that holds no transaction: its token is claimed before it starts.

    Raises OtherContentError as `once`, UnderWayError when the first has not answered in time.
    """
    mine = Sending(user_id=user_id, token=token, digest=digest)
    given = _claim(mine)
    if given is not None:
        return given
    answer: Answer | None = None
    try:
        answer = deed()
    finally:
        claimed = Sending.objects.filter(pk=mine.pk, at=mine.at)
        if answer is None:
            claimed.delete()
        else:
            claimed.update(**answer.columns)
    _forget_the_old()
    return answer


def _claim(mine: Sending) -> Answer | None:
    """Take a token for oneself, or return what the first who took it answered."""
    until = time.monotonic() + PATIENCE
    while True:
        mine.at = timezone.now()
        try:
            with transaction.atomic():
                mine.save(force_insert=True)
            return None
        except IntegrityError:
            first = Sending.objects.filter(user_id=mine.user_id, token=mine.token).first()
        if first is None:  # it has just done nothing: the token holds again
            continue
        if first.digest != mine.digest:
            raise OtherContentError(mine.token)
        if first.status:
            return _answered(first)
        if mine.at - first.at > ABANDONED:
            left = Sending.objects.filter(pk=first.pk, at=first.at, status=0)
            if left.update(at=mine.at):
                mine.pk = first.pk
                return None
        if time.monotonic() > until:
            raise UnderWayError(mine.token)
        time.sleep(_GLANCE)


def _forget_the_old() -> None:
    """Forget what is older than a day: it costs one look at an index."""
    Sending.objects.filter(at__lt=timezone.now() - KEPT).delete()
