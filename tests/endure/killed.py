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
from tests.endure.warm import Started, WarmPlace, lines_said
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
# The same line in the accounts of the demonstration's own organisation.
REGION_ROW = ROW.replace("21560046100010", "23990001200017")
IN_FORCE = (
    "SELECT COUNT(*), COALESCE(SUM(l.realised), 0) FROM budget_budgetline l"
    " JOIN budget_importbatch b ON b.id = l.batch_id WHERE b.status = 'confirmed'"
)


class LostError(Exception):
    """Something does not hold after a kill."""


class Models:
    """Places made once, whose copies are killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Place] = {}

    def empty(self) -> Place:
        return self._place("empty")

    def bourg(self) -> Place:
        return self._place("bourg", "init", "--name", "Bourg", "--email", "a@bourg.example")

    def demonstration(self) -> Place:
        return self._place("demonstration", "demo", "--no-serve")

    def remove(self) -> None:
        for made in self._made.values():
            made.remove()

    def _place(self, name: str, *order: str) -> Place:
        if name not in self._made:
            self._made[name] = made = Place(self._folder / f"model-{name}")
            made.folder.mkdir(exist_ok=True)
            if order:
                made.run(*order)
        return self._made[name]


@dataclass
class Trial:
    """The places of a trial, and what its rounds left."""

    folder: Path
    models: Models
    chance: random.Random = field(default_factory=lambda: random.Random(12))
    left: Counter[str] = field(default_factory=Counter)
    number: int = 0

    @contextmanager
    def place(self, like: Place) -> Iterator[WarmPlace]:
        """Make a place whose commands start at once, removed at the end."""
        self.number += 1
        made = WarmPlace(self.folder / f"place{self.number}", like)
        try:
            yield made
        finally:
            made.remove()
            shutil.rmtree(made.folder, ignore_errors=True)

    def kill(self, started: Started | subprocess.Popen[str], within: float, place: Place) -> bool:
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
    bourg = trial.models.bourg()
    with trial.place(bourg) as place:
        place.run("doctor")  # the program is loaded
        within = took(lambda: place.run(*order))
        while True:
            place.renew(bourg)
            over = trial.kill(place.begin(*order), within, place)
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
    with trial.place(trial.models.demonstration()) as place:
        place.run("doctor")
        archive = trial.folder / "once.zip"
        within = took(lambda: place.run("backup", str(archive)))
        members = sorted(zipfile.ZipFile(archive).namelist())
        tables = place.tables()
        while True:
            archive.unlink()
            trial.kill(place.begin("backup", str(archive)), within, place)
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
    bourg, archive = trial.models.bourg(), trial.folder / "saved.zip"
    trial.models.demonstration().run("backup", str(archive))
    opened = _opening(trial.models.demonstration())
    order = ("restore", str(archive), "--replace")
    before = _but_marks(bourg.tables())
    with trial.place(bourg) as place:
        place.run("doctor")
        within = took(lambda: place.run(*order))
        after = _but_marks(place.tables())
        while True:
            place.renew(bourg)
            over = trial.kill(place.begin(*order), within, place)
            found = _but_marks(place.tables())
            if found not in (before, after):
                raise LostError("a mixture of both")
            if over and found != after:
                raise LostError("said to be done, and not there")
            if found == after and (still := _opening(place) & opened):
                raise LostError(f"restored, and {len(still)} of what opened then open still")
            trial.left["saved" if found == after else "as it was"] += 1
            sound(place)
            place.run(*order)
            if _but_marks(place.tables()) != after:
                raise LostError("once more, it is not what was saved")
            yield


def _but_marks(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Leave out when migrations ran and which folder it is: they are of the place.

    What opens is looked at by itself: it is closed with the switch, then taken away and told.
    """
    apart = {"django_migrations", "core_sharedfolder", "accounts_securityentry"}
    apart |= {table for table, _column in opening.SECRETS}
    return {name: rows for name, rows in tables.items() if name not in apart}


def _opening(place: Place) -> set[tuple[str, str]]:
    """Return what knows the tokens, links, codes and addresses that open something."""
    return {
        (table, told)
        for table, column in opening.SECRETS
        for (told,) in place.query(f"SELECT {column} FROM {table}")  # noqa: S608 - our own names
    }


def killed_move(trial: Trial) -> Iterator[None]:
    """A move: what is left does not change, and where it went is whole or says that it is not."""
    nowhere = trial.models.empty()
    with (
        trial.place(trial.models.demonstration()) as here,
        trial.place(nowhere) as there,
    ):
        before = here.tables()
        # It settles its two databases before the program is loaded: a process of its own.
        within = took(lambda: Place.run(here, "move", *_address(there)))
        while True:
            there.renew(nowhere)
            trial.kill(here.start("move", *_address(there)), within, there)
            if here.tables() != before:
                raise LostError("what was left has moved")
            # Whoever comes there has loaded nothing yet.
            whole = False
            said = "".join(there.start("doctor").communicate(timeout=there.patience))
            if "A move to this place stopped" in said:
                there.run("serve", code=2)
                trial.left["unfinished, said"] += 1
            elif "Migrations: nothing" in said or "portulan init" in said:
                trial.left["nothing yet"] += 1
            elif there.tables() != before:
                raise LostError(said)
            else:
                whole = True
                trial.left["whole"] += 1
            if trial.left.total() % 10 == 0:  # it is begun again from what is left, unless whole
                Place.run(here, "move", *_address(there), code=2 if whole else 0)
                if there.tables() != before:
                    raise LostError("moved again, it is not the same")
            yield


def _address(there: Place) -> tuple[str, ...]:
    if ON_POSTGRESQL:
        return there.environment["DATABASE_URL"], "--data", str(there.folder)
    return (f"sqlite:///{there.folder}",)


def killed_deeds(deed: str, model: str = "demonstration") -> Callable[[Trial], Iterator[None]]:
    """What a person does, in a process that says each once it is done: none is lost."""

    def rounds(trial: Trial) -> Iterator[None]:
        with trial.place(getattr(trial.models, model)()) as place:
            while True:
                started = place.begin("deeds", deed)
                if lines_said(started, 1, place.patience)[:1] != ["ready"]:
                    raise LostError(started.said())
                began = time.monotonic()
                lines_said(started, 2, place.patience)
                # Some deeds as long as the first one, whatever else the machine does.
                trial.kill(started, 5 * (time.monotonic() - began), place)
                if started.returncode != -signal.SIGKILL:
                    raise LostError(started.said())
                said = lines_said(started, 0, 0)[1:]
                place.run("deeds", f"{deed}-held", *said)
                sound(place)
                trial.left["done"] += len(said)
                yield

    rounds.__doc__ = killed_deeds.__doc__
    return rounds


OPERATIONS: dict[str, Callable[[Trial], Iterator[None]]] = {
    "import": killed_import,
    "backup": killed_backup,
    "restore": killed_restore,
    "move": killed_move,
    "evidence": killed_deeds("evidence"),
    "seal": killed_deeds("seal"),
    "source": killed_deeds("source", "bourg"),
}


def trial(folder: Path, part: str = "") -> bool:
    """Kill each operation; tell what was left, and whether all of it holds."""
    held, models = True, Models(folder)
    try:
        for name in [part] if part else OPERATIONS:
            held = _tried(name, folder / name, models) and held
    finally:
        models.remove()
    return held


def _tried(name: str, folder: Path, models: Models) -> bool:
    folder.mkdir()
    tried, held = Trial(folder, models), True
    rounds = OPERATIONS[name](tried)
    done, wrong, began = 0, "", time.monotonic()
    try:
        for _ in range(ROUNDS):
            next(rounds)
            done += 1
    except (LostError, AssertionError) as error:
        wrong, held = f": {error}", False
    except KeyboardInterrupt:
        wrong, held = ": stopped there, what was tried held", False
    finally:
        rounds.close()
    told = ", ".join(f"{count} {what}" for what, count in sorted(tried.left.items()))
    base = "PostgreSQL" if ON_POSTGRESQL else "SQLite"
    seconds = time.monotonic() - began
    sys.stdout.write(f"  {name}, {base}: {done} kills in {seconds:.0f} s, {told}{wrong}\n")
    sys.stdout.flush()
    return held
