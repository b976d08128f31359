"""`portulan upgrade`: what an upgrade asks, a verified copy, the steps, and the way back."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from portulan import __version__
from portulan.cli import django_start
from portulan.cli.backups.backup import MEGABYTE, SPARE, refusals, teller
from portulan.cli.output import (
    DONE,
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
)
from portulan.core.folders import put_in_place
from portulan.core.say.text import Language, Text

FOLDER, STATE = "before-upgrade", "upgrade.json"
_PACE = 8 * MEGABYTE  # bytes a second, to copy, compress and read again; measured on two slow cores
_STEP = 0.2  # seconds
_CURRENT = Text("La base est à jour.", "The database is up to date.")
_PLAN = Text(
    "{steps} étapes, environ {seconds}\u00a0s\u00a0; il faut {needed}\u00a0Mo libres, il y en a "
    "{free}.",
    "{steps} steps, about {seconds} s; {needed} MB of free disk are needed, and there are {free}.",
)
_KEPT = Text(
    "La copie faite avant l’arrêt est entière\u00a0: je reprends.",
    "The copy made before it stopped is whole: going on.",
)
_DONE = Text(
    "Mis à niveau en {seconds}\u00a0s. La base d’avant est dans {archive}\u00a0; "
    "`portulan upgrade --undo` y revient.",
    "Upgraded in {seconds} s. The database of before is in {archive}; `portulan upgrade --undo` "
    "goes back to it.",
)
_NOTHING = Text(
    "Aucune mise à niveau à défaire\u00a0: {} n’en garde pas.",
    "There is no upgrade to undo: {} keeps none.",
)
_LOST = Text(
    "{count} changements faits depuis seront perdus (ils restent de côté). --replace y consent.",
    "{count} changes made since will be lost (they are kept aside). --replace agrees to it.",
)
_SURE = Text("Continuer\u202f?", "Go on?")
_UNDONE = Text(
    "La base est celle d’avant la mise à niveau. Réinstallez Portulan {} puis lancez "
    "`portulan serve`\u00a0: celui-ci la mettrait à niveau de nouveau.",
    "The database is the one of before the upgrade. Install Portulan {} again, then run "
    "`portulan serve`: this one would upgrade it again.",
)
_ASIDE = Text("Ce qui était ici est dans {}", "What was here is in {}")
_MODES = Text("Droits resserrés sur {} fichiers.", "Access tightened on {} files.")


@dataclass(frozen=True, slots=True)
class State:
    """A copy made before an upgrade: of which database, and as it was when."""

    archive: str
    migrations: list[str]
    last: int
    portulan: str


def upgrade(
    check: Annotated[
        bool, typer.Option("--check", help="Say what it asks (room, time), and do nothing.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Put back the database of before the last upgrade.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --undo: lose what was changed since.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Bring the database up to this program: a verified copy first, then every step or none.

    Run again, it goes on from where it stopped. Stop the server first.
    """
    spoken = language(lang)
    django_start.start()
    from django.conf import settings

    with refusals(spoken, settings.DATA):
        if undo:
            _undo(spoken, replace=replace)
            return
        plan = _plan()
        if as_json:
            print_json(plan)
        elif plan["steps"]:
            say(_PLAN.say(spoken).format(**plan))
        if plan["steps"] and not plan["enough"]:
            raise typer.Exit(WITH_ERRORS)
        if not plan["steps"]:
            say(_CURRENT.say(spoken))
        if check:
            raise typer.Exit(DONE)
        begun = monotonic()
        archive = _copied(spoken) if plan["steps"] and plan["tables"] else None
        django_start.prepare(spoken)
        if count := tighten(settings.DATA):
            say(_MODES.say(spoken).format(count))
        if archive is not None:
            told = {"seconds": round(monotonic() - begun, 1), "archive": archive}
            say(_DONE.say(spoken).format(**told))


def _plan() -> dict[str, Any]:
    """Return what an upgrade asks: its steps, time and room. Raises UnusableInputError."""
    from django.conf import settings
    from django.db import connection

    from portulan.core import schema
    from portulan.core.management.commands.migrate import pending

    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    schema.require_database()
    schema.require_known()
    steps, size = pending(), _size()
    free = shutil.disk_usage(settings.DATA).free
    # The copy, the archive being written, and what tables that are made again take meanwhile.
    needed = 3 * size + SPARE
    return {
        "steps": len(steps),
        "names": [f"{one.app_label}.{one.name}" for one in steps],
        "tables": len(connection.introspection.table_names()),
        "size": size,
        "seconds": round(size / _PACE + _STEP * len(steps) + 1),
        "needed": -(-needed // MEGABYTE),
        "free": free // MEGABYTE,
        "enough": needed <= free,
    }


def _size() -> int:
    """Return how many bytes the database takes."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def _copied(spoken: Language) -> Path:
    """Return a verified copy of the database as it is: the one of a run that stopped, or a new."""
    from django.conf import settings
    from django.utils import timezone

    from portulan.cli.backups.archive import reading
    from portulan.cli.backups.backup import applied, save

    kept, migrations, last = _state(), list(applied()), _last_change()
    if kept and (kept.migrations, kept.last) == (migrations, last) and Path(kept.archive).exists():
        with reading(Path(kept.archive)) as archive:
            archive.verify(lambda _size: None)
        say(_KEPT.say(spoken))
        return Path(kept.archive)
    folder = settings.DATA / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / f"{timezone.localtime():%Y%m%d_%H%M%S}.zip"
    save(place, teller(spoken), files=False)
    with reading(place) as archive:
        archive.verify(lambda _size: None)
    state = State(str(place), migrations, last, __version__)
    part = settings.DATA / f"{STATE}.part"
    part.write_text(json.dumps(asdict(state)), encoding="utf-8")
    part.chmod(0o600)
    put_in_place(part, settings.DATA / STATE)
    return place


def _state() -> State | None:
    from django.conf import settings

    try:
        return State(**json.loads((settings.DATA / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _last_change() -> int:
    """Return the last entry of the trail, as its table is before the upgrade."""
    from django.db import connection

    with connection.cursor() as cursor:
        if "core_auditentry" not in connection.introspection.table_names():
            return 0
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM core_auditentry")
        return int(cursor.fetchone()[0])


def _undo(spoken: Language, *, replace: bool) -> None:
    from django.conf import settings

    from portulan.cli.backups.archive import reading
    from portulan.cli.backups.backup import put_back

    kept = _state()
    if kept is None or not Path(kept.archive).exists():
        say(_NOTHING.say(spoken).format(settings.DATA))
        raise typer.Exit(UNUSABLE)
    with reading(Path(kept.archive)) as archive:
        archive.verify(lambda _size: None)
        if (count := _last_change() - kept.last) > 0 and not replace:
            say(_LOST.say(spoken).format(count=count))
            if not sys.stdin.isatty() or not typer.confirm(_SURE.say(spoken), err=True):
                raise typer.Exit(UNUSABLE)
        # What was revoked since is the same person's doing, on this very machine.
        aside = put_back(archive, teller(spoken), keep=True, keep_tokens=True, as_it_was=True)
        version = archive.manifest.portulan
    (settings.DATA / STATE).unlink()
    say(_ASIDE.say(spoken).format(aside))
    say(_UNDONE.say(spoken).format(version))


def tighten(folder: Path) -> int:
    """Take from the group and others what they may do with what is private; return how many."""
    count = 0
    private = [
        *folder.glob("portulan.sqlite3*"),
        *folder.glob("*.key"),
        *folder.glob("before-*/**/*"),
        *folder.glob("before-*"),
        *(folder / "uploads").rglob("*"),
    ]
    for path in private:
        mode = path.stat().st_mode
        if mode & 0o077 and not path.is_symlink():
            path.chmod(mode & 0o700)
            count += 1
    return count
