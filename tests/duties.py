"""What regular work does for each organisation, in the order of their numbers, for the tests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from portulan.core.duties import _DUTIES


def done(name: str, now: datetime) -> dict[str, int]:
    """Do a duty for who has something to do; return its counts together."""
    each = _DUTIES[name].each
    assert each is not None
    counts: Counter[str] = Counter()
    for one in sorted(set(each.places(now))):
        counts.update(each.deed(one, now) or {})
    return dict(counts)


def plan_digests(now: datetime) -> int:
    return done("digests", now).get("put", 0)


def tend(now: datetime) -> dict[str, int]:
    return {"closed": 0, "put": 0} | done("campaigns", now)


def deliver(now: datetime) -> dict[str, int]:
    return {"put": 0, "delivered": 0, "failed": 0} | done("webhooks", now)


def share_all_again(now: datetime) -> dict[str, int]:
    return {"made": 0} | done("shared copies", now)


def clear_departed(now: datetime) -> int:
    return done("departed", now).get("departed", 0)


def tell_operator(now: datetime) -> int:
    return done("unattended", now).get("told", 0)
