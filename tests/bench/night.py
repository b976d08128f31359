"""The regular work of one night for many organisations: what it costs, and how that grows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from math import log
from pathlib import Path

from django.test import override_settings
from django.utils import timezone

from portulan.catalogue.imports.writes import install_builtin
from portulan.core.duties import NIGHT, duties
from portulan.core.schedule import run_one
from portulan.steering.mail.digest import set_digest
from portulan.steering.models import Webhook
from portulan.steering.words import Subject
from tests.bench.base import database
from tests.bench.place import act_many
from tests.bench.table import Row, by_amount
from tests.people import make_town
from tests.steering.campaigns.asked import asking

COUNT = int(os.environ.get("BENCH_NIGHT", "2000"))
ACTIONS = 20
MOST = 300.0  # seconds of CPU for two thousand organisations
GROWS = 1.2  # the exponent, at most
_EASY = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}},
}


def rows(_folder: Path) -> Iterator[Row]:
    """Yield what each piece of the work of a night takes, and what all take together."""
    few = max(1, COUNT // 4)
    with database(), override_settings(**_EASY):
        practices = list(install_builtin().practices.order_by("pk"))
        _settle(0, few, practices)
        small = _night(1)
        _settle(few, COUNT, practices)
        large = _night(2)
    for name, took in sorted(large.items(), key=lambda one: -one[1]):
        yield _row(f"{name} at night, {COUNT:,} organisations", took, small[name], few)
    whole, before = sum(large.values()), sum(small.values())
    grows = log(whole / before) / log(COUNT / few)
    yield Row(
        f"a night grows from {few:,} to {COUNT:,} organisations as their number to the power",
        f"{grows:.2f}",
        "–",
        "–",
        f"≤ {GROWS:g}",
        grows <= GROWS,
    )
    yield by_amount(f"a night of {COUNT:,} organisations", whole, MOST * COUNT / 2000, "s")


def _row(what: str, took: float, before: float, few: int) -> Row:
    return Row(what, f"{took:,.2f} s", f"{before:,.2f} s for {few:,}", f"{took / before:.1f}")


def _settle(first: int, end: int, practices: list[object]) -> None:
    """Make organisations with a plan, a campaign under way, a weekly mail and a webhook."""
    for number in range(first, end):
        town = make_town(f"commune-{number}")
        asked = asking(town)
        act_many(town, asked.plan, practices, range(4, ACTIONS + 1))  # type: ignore[arg-type]
        set_digest(town.editor, weekday=1)
        Webhook.objects.create(
            organisation=town.organisation,
            url="https://example.org/",
            secret="0" * 64,
            subjects=[Subject.ALERT],
            created_at=timezone.now(),
        )


def _night(days: int) -> dict[str, float]:
    """Do all that is done at night, some days from now; return the CPU of each, in seconds."""
    now, took = timezone.now() + timedelta(days=days), {}
    for duty in (one for one in duties() if one.at == NIGHT):
        before = time.process_time()
        run_one(duty, now)
        took[duty.name] = time.process_time() - before
    return took
