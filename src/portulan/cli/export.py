"""`portulan export`: all that an organisation owns, in a folder that is read without Portulan."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption
from portulan.cli.output import UNUSABLE, JsonOption, LangOption, language, print_json, say, working
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Text

_TAKEN = Text(
    "{} existe déjà et n’est pas vide\u00a0: rien n’est écrit.",
    "{} exists and is not empty: nothing is written.",
)
_WRITING = Text("Écriture des fichiers", "Writing files")
_WRITTEN = Text(
    "{files} fichiers dans {folder}\u00a0; sceau {seal}", "{files} files in {folder}; seal {seal}"
)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write, empty.")],
    org: OrgOption,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write all that an organisation owns: plans, accounts, files, trail, documents, checksums.

    The names of people are in it. The folder is whole, or is not there.
    """
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from django.db import transaction

    from portulan.accounts.reads import today
    from portulan.publication.export.folder import write

    organisation, actor = django_start.organisation_and_actor(org, spoken)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        say(_TAKEN.say(spoken).format(folder))
        raise typer.Exit(UNUSABLE)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".portulan-export-", dir=folder.parent))
        try:
            with working(_WRITING, spoken), transaction.atomic():
                on = today(organisation)
                seal = write(actor, organisation=organisation, place=staged, on=on, lang=spoken)
            files = sum(path.is_file() for path in staged.rglob("*"))
            if folder.exists():
                folder.rmdir()
            staged.rename(folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        say(f"{refusal_of(error, spoken, folder)}.")
        raise typer.Exit(UNUSABLE) from error
    if as_json:
        print_json({"folder": str(folder), "files": files, "seal": seal})
    else:
        typer.echo(_WRITTEN.say(spoken).format(files=files, folder=folder, seal=seal))
