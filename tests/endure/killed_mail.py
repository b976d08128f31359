"""A sender killed at random moments, two hundred times, against a server that takes its time.

No message is received twice, none is lost without being shown, at most one is doubtful a kill.
"""

from __future__ import annotations

import asyncio
import email
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROUNDS, EACH = int(os.environ.get("ROUNDS", "200")), 3
NOON = datetime(2026, 11, 26, 10, tzinfo=UTC)


class Slow:
    """A server that receives within a few hundredths of a second."""

    def __init__(self, chance: random.Random) -> None:
        self.received: Counter[str] = Counter()
        self._chance = chance

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self._chance.uniform(0, 0.02))
        self.received[str(email.message_from_bytes(envelope.content)["Message-ID"])] += 1
        await asyncio.sleep(self._chance.uniform(0, 0.02))
        return "250 OK"


def trial(folder: Path) -> bool:
    """Kill and count; tell what was received, doubtful, lost."""
    os.environ.setdefault("PORTULAN_DATA", str(folder))
    import django
    from aiosmtpd.controller import Controller
    from django.conf import settings
    from django.core.management import call_command

    from portulan.config.env import mailers

    chance = random.Random(14)
    server = Slow(chance)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # Said here, as settings may have been read before: a trial without a server proves nothing.
    settings.MAILERS = mailers(f"smtp+clear://127.0.0.1:{port}")
    settings.MAIL_DAYS, settings.MAIL_HOURS = set(range(1, 8)), (0, 24)
    django.setup()
    from portulan.core import mail
    from portulan.core.models import Letter
    from portulan.core.words import LetterStatus

    call_command("migrate", verbosity=0)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    worst = 0
    for turn in range(ROUNDS):
        before = Letter.objects.filter(status=LetterStatus.DOUBTFUL).count()
        for number in range(EACH):
            _put(mail, turn, number)
        _killed(mail, chance)
        mail.recover()
        after = Letter.objects.filter(status=LetterStatus.DOUBTFUL).count()
        worst = max(worst, after - before)
    for _look in range(ROUNDS):
        mail.send_due(NOON)
        if not Letter.objects.filter(status=LetterStatus.WAITING).exists():
            break
    controller.stop()
    return _told(server, Letter, worst)


def _put(mail: Any, turn: int, number: int) -> None:
    mail.put(
        organisation_id=1, person_id=turn * EACH + number, address="a@b.example", key="k",
        language="fr", subject="Essai", body="Essai", due_at=NOON,
    )  # fmt: skip


def _killed(mail: Any, chance: random.Random) -> None:
    """Send in another process, and kill it at a moment drawn."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            mail.send_due(NOON)
        finally:
            os._exit(0)
    time.sleep(chance.uniform(0.02, 0.4))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _told(server: Slow, letters: Any, worst: int) -> bool:
    twice = sum(count > 1 for count in server.received.values())
    statuses: Counter[str] = Counter()
    lost = 0
    for one in letters.objects.all():
        statuses[one.status] += 1
        # Neither received nor shown: only one that waits for a person may not have arrived.
        lost += one.status != "doubtful" and not server.received[one.message_id]
    told = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    sys.stdout.write(
        f"  {ROUNDS} kills: {told}; received twice {twice}, lost {lost}, doubtful a kill {worst}\n"
    )
    # Of many kills, some fall while a message leaves: else nothing was tried.
    tried = statuses["sent"] > 0 and (ROUNDS < 50 or statuses["doubtful"] > 0)
    return not twice and not lost and worst <= 1 and tried
