"""`portulan verify --journal`: whether the journals are what was written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from portulan.cli import django_start
from portulan.cli.output import (
    DONE,
    UNUSABLE,
    WITH_ERRORS,
    print_json,
    say,
    say_problem,
)
from portulan.core.os_errors import refusal_of
from portulan.core.say.numbers import moment
from portulan.core.say.text import Language, Problem, Text, UnusableInputError

_NOTHING = Text(
    "Il n’y a pas encore de journal ici\u00a0: `portulan serve` met la base à jour.",
    "There is no journal here yet: `portulan serve` brings the database up to date.",
)
_HOLDS = Text(
    "Rien n’a été touché\u00a0: {entries} lignes chaînées, {heads} têtes scellées{last}.",
    "Nothing was touched: {entries} chained entries, {heads} sealed heads{last}.",
)
_LAST = Text(", la dernière le {}", ", the last on {}")
_SEEN = Text(
    "C’est noté\u00a0: ce qui a été dit des gardes jusqu’ici est vu.",
    "Noted: what was said of guards until now has been seen.",
)
_MOST = 64 * 1024 * 1024


def verify_journals(lang: Language, *, against: Sequence[Path], seen: bool, as_json: bool) -> None:
    """Verify the journals here, and that they hold the heads kept in files. Exits 0, 1 or 2."""
    django_start.start()
    heads = [_read(path, lang) for path in against]
    from django.db import connection
    from django.utils import timezone

    from portulan.accounts.models import Person
    from portulan.core.journals import guards_laid
    from portulan.core.journals.verifying import verify
    from portulan.core.models import JournalHead

    if JournalHead._meta.db_table not in connection.introspection.table_names():
        say(_NOTHING.say(lang))
        raise typer.Exit(UNUSABLE)
    standing = set(Person.objects.filter(erased_at=None).values_list("pk", flat=True))
    found = verify(heads, standing=standing)
    if as_json:
        document = {
            "holds": not found.problems,
            "entries": found.entries,
            "heads": found.heads,
            "stamped": found.stamped,
            "last_head": found.last_head.isoformat() if found.last_head else None,
            "problems": [one.as_json(lang) for one in found.problems],
        }
        print_json(document)
    for one in [] if as_json else found.problems:
        say_problem(one, lang)
    if seen:
        guards_laid.note(guards_laid.SEEN)
        say(_SEEN.say(lang))
    if not found.problems and not as_json:
        last = found.last_head
        told = _LAST.say(lang).format(moment(timezone.localtime(last), lang)) if last else ""
        count = sum(found.entries.values())
        typer.echo(_HOLDS.say(lang).format(entries=count, heads=found.heads, last=told))
    raise typer.Exit(WITH_ERRORS if found.problems else DONE)


def _read(path: Path, lang: Language) -> Mapping[str, Any]:
    """Return the head that a file is, or that a backup keeps. Exits 2."""
    from portulan.core.journals.findings import NOT_A_HEAD
    from portulan.core.journals.heads import read_head

    try:
        return read_head(json.loads(_content(path)))
    except OSError as error:
        say(f"{refusal_of(error, lang, path)}.")
        raise typer.Exit(UNUSABLE) from error
    except (ValueError, KeyError, RecursionError, UnusableInputError, zipfile.BadZipFile):
        say_problem(Problem(NOT_A_HEAD, file=str(path)), lang)
        raise typer.Exit(UNUSABLE) from None


def _content(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            return stream.read(_MOST)
    with zipfile.ZipFile(path) as archive, archive.open("manifest.json") as stream:
        return stream.read(_MOST)
