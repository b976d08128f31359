"""Each operation killed at random moments (`kill -9`), sixty rounds: all of it is there, or none.

After each round the sums are added up again from the lines, the files are read again, and what was
said to be done is there. On SQLite, or on the server of `DATABASE_URL`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portulan.cli.backups import opening
from tests.places import ON_POSTGRESQL, Place

ROUNDS = int(os.environ.get("ROUNDS", "60"))
LINES = 12_000  # more than are written at once
HEADER = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,"
    "BGT_NATURE_LABEL,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL\n"
)
ROW = (
    "compte administratif,2025,21560046100010,BOURG,011,x,2051,Logiciels,"
    "fonctionnement,réel,dépense,1.25\n"
)
IN_FORCE = (
    "SELECT COUNT(*), COALESCE(SUM(l.realised), 0) FROM budget_budgetline l"
    " JOIN budget_importbatch b ON b.id = l.batch_id WHERE b.status = 'confirmed'"
)


class LostError(Exception):
    """Something does not hold after a kill."""


@dataclass
class Trial:
    """The places of a trial, and what its rounds left."""

    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(12))
    left: Counter[str] = field(default_factory=Counter)
    number: int = 0

    @contextmanager
    def place(self, like: Place | None = None) -> Iterator[Place]:
        """Make a place, removed at the end."""
        self.number += 1
        made = Place(self.folder / f"place{self.number}", like)
        try:
            yield made
        finally:
            made.remove()
            shutil.rmtree(made.folder, ignore_errors=True)

    def kill(self, started: subprocess.Popen[str], within: float, place: Place) -> bool:
        """Kill it at a moment drawn, with what it started; tell whether it had ended by itself."""
        deadline = time.monotonic() + self.chance.uniform(0, within)
        while time.monotonic() < deadline and started.poll() is None:
            time.sleep(0.002)
        over = started.poll() is not None
        children = _children(started.pid)
        for pid in (started.pid, *children):
            with _gone():
                os.kill(pid, signal.SIGKILL)
        started.communicate()
        if ON_POSTGRESQL:  # the server ends what the killed ones had begun
            _until_quiet(place)
        return over


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    direct = [int(child) for child in told.split()]
    return direct + [one for child in direct for one in _children(child)]


def _until_quiet(place: Place) -> None:
    others = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    for _ in range(600):
        if place.query(others) == [(0,)]:
            return
        time.sleep(0.05)
    raise LostError("the server still works for those that were killed")


def took(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def sound(place: Place) -> None:
    """Hold what `doctor` looks at: guards, sums against every line, files against their hash."""
    place.run("doctor", "--fix")
    said = place.run("doctor")
    if "✗" in said or "! Files" in said:
        raise LostError(said)


def killed_import(trial: Trial) -> Iterator[None]:
    """An import written by pieces: in force whole, or not at all, and then it starts again."""
    accounts = trial.folder / "accounts.csv"
    accounts.write_text(HEADER + ROW * LINES, encoding="utf-8")
    order = ("budget", "import", str(accounts), "--org", "bourg", "--year", "2025")
    whole = (LINES, LINES * 1.25)
    with trial.place() as bourg:
        bourg.run("init", "--name", "Bourg", "--email", "a@bourg.example")
        with trial.place(bourg) as once:
            within = took(lambda: once.run(*order))
        while True:
            with trial.place(bourg) as place:
                over = trial.kill(place.start(*order), within, place)
                count, total = place.query(IN_FORCE)[0]
                if (count, float(total)) not in {(0, 0.0), whole}:
                    raise LostError(f"{count} lines in force, {total}")
                if over and not count:
                    raise LostError("said to be done, and not there")
                half = place.query("SELECT COUNT(*) FROM budget_budgetline") != [(count,)]
                trial.left["half written" if half else "whole" if count else "nothing"] += 1
                sound(place)
                if not count:
                    place.run(*order)
                count, total = place.query(IN_FORCE)[0]
                if (count, float(total)) != whole:
                    raise LostError(f"once more: {count} lines in force, {total}")
                if place.query("SELECT COUNT(*) FROM budget_budgetline") != [(LINES,)]:
                    raise LostError("lines of nobody are left")
            yield


def killed_backup(trial: Trial) -> Iterator[None]:
    """A backup: an archive that is whole, or none; what is saved does not move."""
    with trial.place() as place:
        place.run("demo", "--no-serve")
        archive = trial.folder / "once.zip"
        within = took(lambda: place.run("backup", str(archive)))
        members = sorted(zipfile.ZipFile(archive).namelist())
        tables = place.tables()
        while True:
            archive.unlink()
            trial.kill(place.start("backup", str(archive)), within, place)
            if archive.exists():
                with zipfile.ZipFile(archive) as opened:
                    if opened.testzip() or sorted(opened.namelist()) != members:
                        raise LostError("an archive that is not whole bears its name")
            trial.left["whole" if archive.exists() else "none"] += 1
            for part in trial.folder.glob(".once.zip-*.part"):
                part.unlink()  # what a kill leaves has another name
            sound(place)
            if place.tables() != tables:
                raise LostError("what was saved has moved")
            archive.touch()
            yield


def killed_restore(trial: Trial) -> Iterator[None]:
    """A restoration: what was here, or what was saved, of every table."""
    with trial.place() as saved, trial.place() as bourg:
        saved.run("demo", "--no-serve")
        archive = trial.folder / "saved.zip"
        saved.run("backup", str(archive))
        bourg.run("init", "--name", "Bourg", "--email", "a@bourg.example")
        order = ("restore", str(archive), "--replace")
        with trial.place(bourg) as once:
            within = took(lambda: once.run(*order))
            after = once.tables()
        before = bourg.tables()
        while True:
            with trial.place(bourg) as place:
                over = trial.kill(place.start(*order), within, place)
                found = _but_marks(place.tables())
                if found not in (_but_marks(before), _but_marks(after)):
                    raise LostError("a mixture of both")
                if over and found != _but_marks(after):
                    raise LostError("said to be done, and not there")
                if found == _but_marks(after) and (open_ := _opens(place)):
                    raise LostError(f"restored, and {open_} of what opened then open still")
                trial.left["saved" if found == _but_marks(after) else "as it was"] += 1
                sound(place)
                place.run(*order)
                if _but_marks(place.tables()) != _but_marks(after):
                    raise LostError("once more, it is not what was saved")
                sound(place)
            yield


def _but_marks(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Leave out when migrations ran and which folder it is: they are of the place.

    What opens is looked at by itself: it is closed with the switch, then taken away and told.
    """
    apart = {"django_migrations", "core_sharedfolder", "accounts_securityentry", *opening.TABLES}
    return {name: rows for name, rows in tables.items() if name not in apart}


def _opens(place: Place) -> int:
    """Count the tokens, links and addresses that open something."""
    hashes = [
        told
        for table in opening.TABLES
        for (told,) in place.query(f"SELECT token_hash FROM {table}")  # noqa: S608 - our own names
    ]
    return sum(not told.startswith("closed ") for told in hashes)


def killed_move(trial: Trial) -> Iterator[None]:
    """A move: what is left does not change, and where it went is whole or says that it is not."""
    with trial.place() as here:
        here.run("demo", "--no-serve")
        before = here.tables()
        with trial.place() as once:
            within = took(lambda: here.run("move", *_address(once)))
        while True:
            with trial.place() as there:
                trial.kill(here.start("move", *_address(there)), within, there)
                if here.tables() != before:
                    raise LostError("what was left has moved")
                said = "".join(there.start("doctor").communicate(timeout=there.patience))
                if "A move to this place stopped" in said:
                    there.run("serve", code=2)
                    trial.left["unfinished, said"] += 1
                elif "Migrations: nothing" in said or "portulan init" in said:
                    trial.left["nothing yet"] += 1
                elif there.tables() != before:
                    raise LostError(said)
                else:
                    trial.left["whole"] += 1
                if trial.left.total() % 10 == 0:  # and it is begun again from what is left
                    here.run("move", *_address(there))
                    if there.tables() != before:
                        raise LostError("moved again, it is not the same")
            yield


def _address(there: Place) -> tuple[str, ...]:
    if ON_POSTGRESQL:
        return there.environment["DATABASE_URL"], "--data", str(there.folder)
    return (f"sqlite:///{there.folder}",)


def killed_deeds(deed: str) -> Callable[[Trial], Iterator[None]]:
    """What a person does, in a process that says each once it is done: none is lost."""

    def rounds(trial: Trial) -> Iterator[None]:
        with trial.place() as place:
            place.run("demo", "--no-serve")
            while True:
                started = subprocess.Popen(
                    [sys.executable, "-m", "tests.endure.deeds", deed],
                    env=place.environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                assert started.stdout
                first = started.stdout.readline()  # it has started
                if first != "ready\n":
                    raise LostError(started.communicate()[1])
                began = time.monotonic()
                done = [started.stdout.readline()]
                # Some deeds as long as the first one, whatever else the machine does.
                time.sleep(trial.chance.uniform(0, 5 * (time.monotonic() - began)))
                started.kill()
                done += started.communicate()[0].splitlines(keepends=True)
                # A line cut in its middle was not said.
                said = [line.strip() for line in done if line.endswith("\n")]
                if ON_POSTGRESQL:
                    _until_quiet(place)
                _held(place, deed, said)
                trial.left["done"] += len(said)
                yield

    rounds.__doc__ = killed_deeds.__doc__
    return rounds


def _held(place: Place, deed: str, said: list[str]) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "tests.endure.deeds", f"{deed}-held", *said],
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        raise LostError(checked.stdout + checked.stderr)
    sound(place)


OPERATIONS: dict[str, Callable[[Trial], Iterator[None]]] = {
    "import": killed_import,
    "backup": killed_backup,
    "restore": killed_restore,
    "move": killed_move,
    "evidence": killed_deeds("evidence"),
    "seal": killed_deeds("seal"),
}


def trial(folder: Path, part: str = "") -> bool:
    """Kill each operation; tell what was left, and whether all of it holds."""
    held = True
    for name in [part] if part else OPERATIONS:
        place = folder / name
        place.mkdir()
        tried = Trial(place)
        rounds = OPERATIONS[name](tried)
        done, wrong, began = 0, "", time.monotonic()
        try:
            for _ in range(ROUNDS):
                next(rounds)
                done += 1
        except (LostError, AssertionError) as error:
            wrong, held = f": {error}", False
        finally:
            rounds.close()
        told = ", ".join(f"{count} {what}" for what, count in sorted(tried.left.items()))
        base = "PostgreSQL" if ON_POSTGRESQL else "SQLite"
        seconds = time.monotonic() - began
        sys.stdout.write(f"  {name}, {base}: {done} kills in {seconds:.0f} s, {told}{wrong}\n")
        sys.stdout.flush()
    return held
