"""What is sent twice counts once: the one-time token of a form, the Idempotency-Key of the API.

The row of a token is written in the transaction of the deed: either both are there, or neither.
Of two that send the same at the same instant, the second waits for the first (a unique constraint
on PostgreSQL, one writer at a time on SQLite) and is given its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portulan.core.models import Sending

# How long a token is remembered, and therefore how long a page may wait before it is sent.
KEPT = timedelta(days=1)


class OtherContentError(Exception):
    """The token was used already, for something else than what is sent now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status, and where it leads."""

    status: int
    location: str


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
        return Answer(first.status, first.location)
    answer = deed()
    if answer is None:
        transaction.set_rollback(True)
        return None
    Sending.objects.filter(pk=first.pk).update(status=answer.status, location=answer.location)
    _forget_the_old()
    return answer


def _forget_the_old() -> None:
    """Forget what is older than a day: it costs one look at an index."""
    Sending.objects.filter(at__lt=timezone.now() - KEPT).delete()
