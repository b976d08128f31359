"""An import of public accounts killed thirty times, then made again, as one never killed."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROUNDS = 30


def trial(folder: Path) -> bool:
    """Kill and begin again; tell how often it was killed, and whether the table is the same."""
    os.environ |= {"PORTULAN_DATA": str(folder), "PORTULAN_SECRET_KEY": "endure"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from portulan.observatory.readers.files import read
    from tests.observatory.world import balances_of, towns

    call_command("migrate", verbosity=0)
    chance = random.Random(17)
    path = folder / "balances.csv"
    every = [*towns(2500, seed=1), *towns(2500, seed=2, year=2023)]
    path.write_text(balances_of(every), "utf-8")
    (reading,) = read(path, lambda _rows: None)
    wanted = sorted(
        (one.siren, one.year, sum(its.spent for its in one.certain.values()))
        for one in reading.found
    )
    started = time.monotonic()
    _imported(path, folder)
    usual = time.monotonic() - started
    killed = halves = turns = 0
    while killed < ROUNDS and turns < 5 * ROUNDS:  # one that ended before it was killed counts not
        turns += 1
        _forget()
        killed += _killed(path, folder, chance.uniform(0.05, 0.95) * usual)
        halves += _table() not in ([], wanted)
    _forget()
    _imported(path, folder)
    same = _table() == wanted
    words = "the same" if same else "ANOTHER"
    sys.stdout.write(
        f"  {killed} kills in {turns} turns: {halves} by halves, the table at the end is {words}\n"
    )
    return same and not halves and killed == ROUNDS


def _imported(path: Path, folder: Path) -> None:
    """Import in a process of its own, to its end."""
    child = _fork(path, folder)
    os.waitpid(child, 0)


def _killed(path: Path, folder: Path, after: float) -> bool:
    """Import in another process and kill it at a moment; False when it had ended before."""
    child = _fork(path, folder)
    time.sleep(after)
    ended, _status = os.waitpid(child, os.WNOHANG)
    if ended:
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _fork(path: Path, folder: Path) -> int:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        from portulan.observatory import engine
        from portulan.observatory.readers.files import identity_of_file, read
        from portulan.observatory.writes import take_in

        identity = identity_of_file(path)
        if engine.is_there():
            found = engine.read(path, identity.sha256, folder / "observatory", lambda _rows: None)
        else:
            found = read(path, lambda _rows: None)
        take_in(identity, found)
        status = 0
    finally:
        os._exit(status)


def _forget() -> None:
    """Forget what was taken in; a Parquet that was whole stays, and serves the next one."""
    from portulan.observatory.models import PublicFile

    PublicFile.objects.all().delete()


def _table() -> list[tuple[Any, ...]]:
    from portulan.observatory.models import PublicAccounts

    return sorted(PublicAccounts.objects.values_list("siren", "year", "certain"))
