"""An import of public accounts killed thirty times over a table that stands, then made again.

After each kill, the digest of the whole table is that of before or that of after, never another;
what the engine kept as Parquet serves the next turn; nothing half-written is left at the end.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import time
from pathlib import Path

ROUNDS = int(os.environ.get("ROUNDS", "30"))


def trial(folder: Path) -> bool:
    """Kill and begin again; tell how often it was killed, and whether the table is the same."""
    os.environ |= {"PORTULAN_DATA": str(folder), "PORTULAN_SECRET_KEY": "endure"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests.observatory.world import balances_of, towns

    call_command("migrate", verbosity=0)
    chance = random.Random(17)
    former, path = folder / "former.csv", folder / "balances.csv"
    former.write_text(balances_of(towns(600, seed=3)), "utf-8")
    every = [*towns(900, seed=1), *towns(900, seed=2, year=2023)]
    path.write_text(balances_of(every), "utf-8")
    _imported(former, folder)
    before = _digest()
    started = time.monotonic()
    _imported(path, folder)
    usual = time.monotonic() - started
    after = _digest()
    killed = halves = turns = whole = 0
    _back_to(former, folder)
    while killed < ROUNDS and turns < 5 * ROUNDS:  # one that ended before it was killed counts not
        turns += 1
        killed += _killed(path, folder, chance.uniform(0.05, 0.95) * usual)
        found = _digest()
        halves += found not in (before, after)
        whole += found == after
        if found != before:
            _back_to(former, folder)
    _imported(path, folder)
    same = _digest() == after and before != after
    left = list((folder / "observatory").glob("*.part"))
    words = "the same" if same else "ANOTHER"
    sys.stdout.write(
        f"  {killed} kills in {turns} turns, {whole} once all was written: {halves} by halves, the"
        f" digest at the end is {words}, files left aside: {len(left)}\n"
    )
    return same and not halves and not left and killed == ROUNDS


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


def _back_to(former: Path, folder: Path) -> None:
    """Forget what was taken in, but the former table; a Parquet that was whole stays."""
    from portulan.observatory.models import PublicFile

    PublicFile.objects.all().delete()
    _imported(former, folder)


def _digest() -> str:
    """Return the digest of all that the table says, whatever its identifiers."""
    from portulan.observatory.models import PublicAccountLine, PublicAccounts, PublicFile

    digest = hashlib.sha256()
    for model, whose in ((PublicAccounts, "file__sha256"), (PublicAccountLine, "accounts__siren")):
        names = [field.attname for field in model._meta.fields if not field.attname.endswith("id")]
        rows = model._default_manager.values_list(whose, *names)
        digest.update("\n".join(sorted(map(repr, rows))).encode())
    digest.update(repr(sorted(PublicFile.objects.values_list("sha256", "rows"))).encode())
    return digest.hexdigest()
