"""`portulan drill`: a backup restored elsewhere, read page by page, and what that proves."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Any
from urllib.parse import urljoin

import typer

from portulan import __version__
from portulan.cli import django_start
from portulan.cli.backups.backup import ArchiveArgument, refusals
from portulan.cli.output import (
    DONE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    whole,
)
from portulan.core.say.numbers import moment
from portulan.core.say.text import Language, Text

_PAGES = 400  # of one organisation: each kind of page once
_LINK = re.compile(rb'href="([^"#?]+)')
_NOT_OURS = ("DATABASE_URL", "DATABASE_URL_FILE", "PORTULAN_SYSLOG", "PORTULAN_BACKUP_FOLDER")
_TITLE = Text("Essai de restauration", "Restoration drill")
_ROWS = (
    ("archive", Text("Sauvegarde", "Backup")),
    ("made_at", Text("Faite le", "Made on")),
    ("drilled_at", Text("Essayée le", "Tried on")),
    ("rpo", Text("Perte possible (RPO), en minutes", "Possible loss (RPO), in minutes")),
    ("rto", Text("Remise en route (RTO), en secondes", "Back at work (RTO), in seconds")),
    ("organisations", Text("Organisations", "Organisations")),
    ("entries", Text("Lignes de journal vérifiées", "Journal entries verified")),
    ("pages", Text("Pages ouvertes", "Pages opened")),
    ("problems", Text("Ce qui ne va pas", "What is wrong")),
)
_SIGN = Text(
    "Portulan {} a restauré cette sauvegarde dans un endroit à part, l’a vérifiée et en a ouvert "
    "les pages. Le temps de retrouver une machine n’est pas compté.",
    "Portulan {} restored this backup in a place apart, verified it and opened its pages. The time "
    "to find a machine is not counted.",
)
_SIGNED = Text("Nom, fonction, date et signature\u00a0:", "Name, function, date and signature:")
_NONE = Text("rien", "nothing")


def drill(
    file: ArchiveArgument,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The page to sign (Markdown).")
    ] = None,
    into: Annotated[
        str, typer.Option("--into", help="Empty PostgreSQL database, for an archive of one.")
    ] = "",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Restore a backup in a place apart, verify it, open its pages, and say RPO and RTO.

    Nothing here is read or changed. Exit code 1 when something is wrong in what came back.
    """
    spoken = language(lang)
    with _apart(into) as folder, refusals(spoken, folder):
        found = _tried(file.absolute(), spoken)
    if output is not None:
        with refusals(spoken, output), whole(output) as stream:
            stream.write(_page(found, spoken).encode())
    if as_json:
        print_json(found)
    else:
        typer.echo(_page(found, spoken))
    raise typer.Exit(WITH_ERRORS if found["problems"] else DONE)


@contextmanager
def _apart(into: str) -> Iterator[Path]:
    """Have the program work in a folder of its own, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="portulan-drill-", ignore_cleanup_errors=True) as name:
        for variable in _NOT_OURS:
            os.environ.pop(variable, None)
        os.environ["DATABASE_URL"] = into
        django_start.start(data=name)
        try:
            yield Path(name)
        finally:
            from django.db import connections

            connections.close_all()


def _tried(file: Path, spoken: Language) -> dict[str, Any]:
    from django.utils import timezone

    from portulan.accounts.models import Organisation, Person
    from portulan.cli.backups.archive import reading
    from portulan.cli.backups.backup import restored
    from portulan.core.journals.verifying import verify

    begun, now = monotonic(), timezone.now()
    with reading(file) as archive:
        made_at = datetime.fromisoformat(archive.manifest.made_at)
    restored(file, spoken, replace=False, keep_tokens=False)
    django_start.prepare(spoken)
    standing = set(Person.objects.filter(erased_at=None).values_list("pk", flat=True))
    verdict = verify(standing=standing)
    rto, problems = monotonic() - begun, [one.message(spoken) for one in verdict.problems]
    pages = 0
    for organisation in Organisation.objects.order_by("pk"):
        count, failed = _crawled(organisation)
        pages += count
        problems += failed
    return {
        "archive": str(file),
        "made_at": made_at.isoformat(),
        "drilled_at": now.isoformat(timespec="seconds"),
        "rpo": max(0, round((now - made_at).total_seconds() / 60)),
        "rto": round(rto, 1),
        "organisations": Organisation.objects.count(),
        "entries": sum(verdict.entries.values()),
        "pages": pages,
        "problems": problems,
    }


def _crawled(organisation: Any) -> tuple[int, list[str]]:
    """Open a page of each kind, as who administers; return how many, and which failed."""
    from django.conf import settings
    from django.test import Client
    from django.urls import Resolver404, resolve
    from django.utils import timezone

    from portulan.accounts.access import Role
    from portulan.accounts.models import Person
    from portulan.accounts.sessions import FACTOR_AT

    people = Person.objects.filter(organisation=organisation, memberships__role=Role.ADMIN)
    admin = people.exclude(user=None).select_related("user").first()
    if admin is None or admin.user is None:
        return 0, []
    host = settings.ALLOWED_HOSTS[0].strip("[]")
    client = Client(raise_request_exception=False, SERVER_NAME=host)
    client.force_login(admin.user, backend="portulan.accounts.backends.EmailBackend")
    session = client.session
    session[FACTOR_AT] = timezone.now().isoformat()
    session.save()
    start = f"/{organisation.slug}/"
    waiting, seen, kinds, failed = [start], {start}, set[str](), []
    while waiting and len(kinds) < _PAGES:
        address = waiting.pop(0)
        try:
            kind = resolve(address).view_name
        except Resolver404:
            continue
        if kind in kinds:
            continue
        answer = client.get(address, secure=settings.HTTPS)
        if answer.status_code >= 500:
            failed.append(f"{address} ({answer.status_code})")
            kinds.add(kind)
        if answer.status_code != 200:
            continue
        kinds.add(kind)
        content = b"".join(answer) if answer.streaming else answer.content
        if "text/html" not in answer["Content-Type"]:
            continue
        for link in _LINK.findall(content):
            where = urljoin(address, link.decode(errors="replace"))
            if where.startswith(start) and where not in seen:
                seen.add(where)
                waiting.append(where)
    return len(kinds), failed


def _page(found: dict[str, Any], lang: Language) -> str:
    """Return the page that somebody signs."""
    from django.utils import timezone

    said = dict(found)
    for name in ("made_at", "drilled_at"):
        said[name] = moment(timezone.localtime(datetime.fromisoformat(said[name])), lang)
    said["problems"] = " ".join(found["problems"]) or _NONE.say(lang)
    rows = "".join(f"| {title.say(lang)} | {said[name]} |\n" for name, title in _ROWS)
    told = _SIGN.say(lang).format(__version__)
    return f"# {_TITLE.say(lang)}\n\n| | |\n|---|---|\n{rows}\n{told}\n\n{_SIGNED.say(lang)}\n"
