"""`portulan move`: everything into an empty place, on another kind of database or not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start
from portulan.cli.moving import places
from portulan.cli.moving.places import Destination, refusal
from portulan.cli.moving.problems import (
    BEHIND,
    NOT_EMPTY,
    NOT_OURS,
    NOTHING_TO_MOVE,
    OTHERWISE,
    SAME_PLACE,
)
from portulan.cli.output import (
    UNUSABLE,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    say_problem,
)
from portulan.core.folders import data_folder
from portulan.core.say.text import Language, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.cli.moving.rows import Weight

_FILES = Text("Les fichiers…", "The files…")
_ROWS = Text("Les lignes…", "The rows…")
_COMPARE = Text("Je compare…", "Comparing…")
_THERE = Text("Déménagé\u00a0: {}.", "Moved: {}.")
_NOW = Text(
    "Servez-vous désormais de {}\u00a0; ce qui est ici reste tel quel, à ranger une fois sûr.",
    "From now on, use {}; what is here stays as it is, to be put away once you are sure.",
)
_LONG = 20_000  # rows


def move(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="postgresql://… or sqlite:///FOLDER, empty.")
    ],
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the files of a PostgreSQL place (else the one of here)."),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Take everything into an empty place, and compare it row by row; stop the server first."""
    spoken = language(lang)
    try:
        document = _move(address, data, spoken)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    if as_json:
        print_json(document)


def _move(address: str, data: Path | None, spoken: Language) -> dict[str, object]:
    here = data_folder()
    to = places.destination(address, here=here, data=data)
    there = [os.environ.get(f"DATABASE_URL{suffix}") for suffix in ("", "_FILE")]
    if not to.url and to.data == here and not any(there):
        raise refusal(SAME_PLACE, place=to.name)
    places.require_empty_folder(to, here=here)
    _settle(here, to)
    with _left(here) as strangers:
        if strangers:
            say_problem(NOT_OURS.at(names=", ".join(strangers)), spoken)
        files = list(places.files_of(here)) if to.data != here else []
        with _unfinished(to, here):
            say(_FILES.say(spoken))
            for name in files:
                places.copy_file(here, to.data, name)
            weights = _carry(spoken)
    say(_THERE.say(spoken).format(_counted(weights, len(files), spoken)))
    told = f"PORTULAN_DATA={to.data}" + (" DATABASE_URL=…" if to.url else "")
    say(_NOW.say(spoken).format(told))
    return {
        "to": to.name,
        "data": str(to.data),
        "files": len(files),
        "tables": [
            {"table": name, "rows": one.rows, "sha256": one.sha256, "sums": dict(one.sums)}
            for name, one in weights.items()
        ],
    }


def _settle(here: Path, to: Destination) -> None:
    """Start Django on the new place, where it also knows the one that is left, as `source`."""
    os.environ["PORTULAN_MOVE_FROM"] = str(here)
    for name in ("", "_FILE"):
        os.environ[f"PORTULAN_MOVE_URL{name}"] = os.environ.pop(f"DATABASE_URL{name}", "")
    os.environ["DATABASE_URL"] = to.url
    places.copy_key(here, to.data)
    django_start.start(data=str(to.data))
    from django.db import connections

    source, target = (connections[name].settings_dict for name in ("source", "default"))
    if source["ENGINE"].endswith("sqlite3"):
        if not Path(source["NAME"]).is_file():
            raise refusal(NOTHING_TO_MOVE, place=str(here))
        source["NAME"] = f"{Path(source['NAME']).as_uri()}?mode=ro"
        source["OPTIONS"] = {"timeout": 20, "transaction_mode": "DEFERRED"}
    elif (source["HOST"], source["PORT"], source["NAME"]) == (
        target.get("HOST"),
        target.get("PORT"),
        target["NAME"],
    ):
        raise refusal(SAME_PLACE, place=to.name)
    if not to.url:
        target["NAME"] = to.being_written


@contextmanager
def _left(here: Path) -> Iterator[list[str]]:
    """Hold the database that is left as it is at one instant; give its tables that are not ours.

    Raises UnusableInputError unless it is one of this very program.
    """
    from django.db import connections, transaction
    from django.db.migrations.executor import MigrationExecutor

    from portulan.cli.moving import rows
    from portulan.core import schema

    source = connections["source"]
    with transaction.atomic(using="source"):
        with source.cursor() as cursor:
            if source.vendor != "sqlite":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        executor = MigrationExecutor(source)
        applied = executor.recorder.applied_migrations()
        if not applied:
            raise refusal(NOTHING_TO_MOVE, place=str(here))
        if problem := schema.refusal(applied):
            raise UnusableInputError(problem)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise refusal(BEHIND)
        ours = {model._meta.db_table for model in rows.tables()}
        yield sorted(set(source.introspection.table_names()) - ours)


@contextmanager
def _unfinished(to: Destination, here: Path) -> Iterator[None]:
    """Have the new place say that it is not whole yet, until all is done without a fault."""
    from django.db import connection

    from portulan.core import schema
    from portulan.core.folders import make_private, put_in_place

    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{to.being_written}{suffix}").unlink(missing_ok=True)
    else:
        names = connection.introspection.table_names()
        if names and schema.MOVING not in names:
            raise refusal(NOT_EMPTY, place=to.name)
        schema.say_unfinished()
    if to.data != here or not to.url:
        make_private(to.being_written)
    yield
    if connection.vendor == "sqlite":
        connection.close()  # which brings all into the one file
        for suffix in ("", "-wal", "-shm"):  # who looked at the place made an empty database
            (to.data / f"{places.DATABASE}{suffix}").unlink(missing_ok=True)
        put_in_place(to.being_written, to.data / places.DATABASE)
    else:
        to.being_written.unlink(missing_ok=True)
        schema.say_finished()


def _carry(spoken: Language) -> dict[str, Weight]:
    """Write every table, guards laid and sequences set; read it again. In one transaction."""
    from django.core.management import call_command
    from django.db import connection, models

    from portulan.cli.moving import rows
    from portulan.core import guards
    from portulan.core.journals import guards_laid

    call_command("migrate", verbosity=0, interactive=False)
    total = sum(models.QuerySet(model, using="source").count() for model in rows.tables())
    with guards.lifted():
        _check_references_late()
        rows.empty()
        say(_ROWS.say(spoken))
        tell = _tenths(total)
        sent = {model: rows.copy(model, tell) for model in rows.tables()}
        rows.carry_sequences()
        say(_COMPARE.say(spoken))
        tell = _tenths(total)
        for model, weight in sent.items():
            there = rows.weigh(model, using="default", progress=tell)
            if told := weight.differs(there):
                raise refusal(OTHERWISE, table=model._meta.db_table, told=told)
        connection.check_constraints()
    guards_laid.note(guards_laid.MOVED)
    return {model._meta.db_table: weight for model, weight in sent.items()}


def _check_references_late() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _tenths(total: int) -> Callable[[int], None]:
    """Return what says each tenth of a long work, given the rows done since the last call."""
    done = told = 0

    def add(rows: int) -> None:
        nonlocal done, told
        done += rows
        if total > _LONG and done * 10 // total > told:
            told = done * 10 // total
            say(f"  {told * 10} %")

    return add


def _counted(weights: dict[str, Weight], files: int, spoken: Language) -> str:
    lines = sum(weight.rows for weight in weights.values())
    return (
        Text(
            "{} tables, {} lignes, {} fichiers, comparés un par un",
            "{} tables, {} rows, {} files, compared one by one",
        )
        .say(spoken)
        .format(len(weights), lines, files)
    )
