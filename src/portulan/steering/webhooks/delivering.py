"""Sending what webhooks are told: each message until it is received, less and less often.

A message is marked before it leaves. When its process ends meanwhile nobody knows whether it came:
it is sent again with the same identifier, and its receiver counts it once. A webhook that fails for
five days, or says that it is gone, is stopped: who administers sees it, and starts it again.
"""

from __future__ import annotations

import http.client
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone

from portulan.accounts.actors import command_line
from portulan.accounts.trail import record
from portulan.core import processes
from portulan.core.duties import AHEAD
from portulan.core.safe_http import NotPublicError
from portulan.steering.models import Delivery, Webhook
from portulan.steering.verbs import Verb
from portulan.steering.webhooks.collecting import collect_for, with_news
from portulan.steering.webhooks.posting import post
from portulan.steering.webhooks.signing import UnreadableSecretError, headers_of, opened
from portulan.steering.words import DeliveryStatus, Stopped

# After each failure, how long until the next try: three days in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 300, 600, 840, 1200, 1440))
MOST_ATTEMPTS = len(WAITS) + 1
PATIENCE = timedelta(days=5)  # a webhook that fails for longer is stopped
KEPT = timedelta(days=30)
_AT_ONCE, _MOST_SECONDS = 200, 20.0  # messages at a look, and how long it lasts
_LOST = timedelta(days=1)  # without news: no message takes so long
_GONE = 410


def to_deliver(now: datetime) -> set[int]:
    """Return the organisations whose webhooks have something to be told, or may have."""
    recover(now)
    waiting = _due(now).order_by().values_list("webhook__organisation", flat=True).distinct()
    return {*waiting, *with_news(now).values_list("organisation", flat=True)}


def deliver(organisation_id: int, now: datetime) -> Mapping[str, int]:
    """Put what is to be told, send what is due, and return counts by word of code.

    Each webhook sends a message in its turn: none of them, slow or silent, keeps others waiting.
    """
    working = Webhook.objects.filter(organisation=organisation_id, stopped="")
    put = sum(collect_for(one, now) for one in working.select_related("organisation"))
    sent = failed = 0
    until = monotonic() + _MOST_SECONDS
    due = _due(now).filter(webhook__organisation=organisation_id)
    turns = deque(due.order_by("webhook").values_list("webhook", flat=True).distinct())
    for _message in range(_AT_ONCE):
        if not turns or monotonic() > until:
            break
        turn = turns.popleft()
        one = _due(now).filter(webhook=turn).first()
        if one is None:
            continue
        if not _take(one):
            turns.append(turn)
        elif _send(one, timezone.now()):
            sent += 1
            turns.append(turn)
        else:
            failed += 1  # it is left until the next look
    return {"put": put, "delivered": sent, "failed": failed}


def _due(now: datetime) -> QuerySet[Delivery]:
    due = Delivery.objects.filter(
        status=DeliveryStatus.WAITING, due_at__lte=now, webhook__stopped=""
    )
    return due.select_related("webhook").order_by("due_at", "pk")


def _take(one: Delivery) -> bool:
    """Mark a message as being sent, if it still waits as it was read: one process does."""
    mine = Delivery.objects.filter(pk=one.pk, status=DeliveryStatus.WAITING, attempts=one.attempts)
    taken = mine.update(
        status=DeliveryStatus.SENDING, holder=processes.mark(), attempts=F("attempts") + 1
    )
    one.attempts += taken
    return bool(taken)


def _send(one: Delivery, now: datetime) -> bool:
    """Send one message and write how it went; tell whether it was received."""
    body = one.body.encode()
    code, failure = None, ""
    try:
        signed = headers_of(
            opened(one.webhook.secret),
            message_id=one.message_id,
            timestamp=int(now.timestamp()),
            body=body,
        )
        code = post(one.webhook.url, headers={**_HEADERS, **signed}, body=body)
    except UnreadableSecretError:
        stop(one.webhook, Stopped.SECRET)
        failure = "secret"
    except NotPublicError:
        failure = "not-public"
    except ValidationError:
        failure = "not-allowed"
    except (OSError, ValueError, http.client.HTTPException) as error:
        failure = type(error).__name__
    if code is not None and 200 <= code < 300:
        _note(one, DeliveryStatus.DELIVERED, code, "", now)
        Webhook.objects.filter(pk=one.webhook_id).update(failing_since=None)
        return True
    _failed(one, code, failure, now)
    return False


_HEADERS = {"Content-Type": "application/json", "User-Agent": "Portulan", "Connection": "close"}


def _failed(one: Delivery, code: int | None, failure: str, now: datetime) -> None:
    if one.attempts >= MOST_ATTEMPTS:
        _note(one, DeliveryStatus.FAILED, code, failure, now)
    else:
        due_at = now + WAITS[one.attempts - 1]
        _note(one, DeliveryStatus.WAITING, code, failure, now, due_at=due_at)
    webhook = one.webhook
    if code == _GONE:
        stop(webhook, Stopped.GONE)
    elif webhook.failing_since is None:
        Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    elif now - webhook.failing_since > PATIENCE:
        stop(webhook, Stopped.FAILING)


def _note(
    one: Delivery,
    status: DeliveryStatus,
    code: int | None,
    failure: str,
    now: datetime,
    **more: datetime,
) -> None:
    ended = None if status is DeliveryStatus.WAITING else now
    Delivery.objects.filter(pk=one.pk).update(
        status=status, code=code, failure=failure[:120], holder="", ended_at=ended, **more
    )


def stop(webhook: Webhook, why: Stopped) -> None:
    """Send nothing more to a webhook, and write why, unless it is stopped already."""
    stopped = Webhook.objects.filter(pk=webhook.pk, stopped="")
    if stopped.update(stopped=why, version=F("version") + 1):
        place = command_line(webhook.organisation_id)
        record(place, webhook, Verb.WEBHOOK_STOPPED, {"stopped": (None, why)})


def recover(now: datetime) -> int:
    """Put back what a process was sending when it ended, or failed; return how many."""
    found = 0
    ahead = Delivery.objects.filter(
        status=DeliveryStatus.WAITING, due_at__gt=now + WAITS[-1] + AHEAD
    )
    ahead.update(due_at=now)  # a clock was wrong: nothing waits for so long
    for one in Delivery.objects.filter(status=DeliveryStatus.SENDING):
        if processes.is_alive(one.holder) is False or one.due_at < now - _LOST:
            mine = Delivery.objects.filter(
                pk=one.pk, status=DeliveryStatus.SENDING, holder=one.holder
            )
            found += mine.update(status=DeliveryStatus.WAITING, holder="")
    return found


def clear(now: datetime) -> int:
    """Remove the messages that are older than they are kept; return how many."""
    return Delivery.objects.filter(created_at__lt=now - KEPT).delete()[0]
