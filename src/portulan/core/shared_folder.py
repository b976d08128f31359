"""Whether this machine sees the folder of files that goes with its database.

Several servers on one PostgreSQL database share the folder of files received and of the secret key.
A machine whose share is not mounted would keep files that the others do not find, and sign with a
key of its own: all the while, each page would look right. The folder and the database bear one
mark. On SQLite the database is in the folder: there is nothing to compare.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from portulan.core.folders import put_in_place
from portulan.core.models import SharedFolder
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError

NAME = "folder.mark"
_LENGTH = 32
OTHER_FOLDER = ProblemKind(
    "other-folder",
    "error",
    fr="Cette base va avec un autre dossier de fichiers que {folder}\u00a0: montez celui que les "
    "autres machines partagent, ou dites-le par PORTULAN_DATA. S’il fut vidé exprès, écrivez "
    "{mark} dans {path}.",
    en="This database goes with another folder of files than {folder}: mount the one that the "
    "other machines share, or say it in PORTULAN_DATA. If it was emptied on purpose, write "
    "{mark} in {path}.",
)


def difference() -> Problem | None:
    """Return what there is to say of a folder that is not the one of this database."""
    if not _is_apart():
        return None
    kept, here = _kept(), _here()
    if not kept or kept == here:
        return None
    place = settings.DATA
    return OTHER_FOLDER.at(folder=str(place), mark=kept, path=str(place / NAME))


def agree() -> None:
    """Give the folder and the database one mark if neither has one, and hold that it is the same.

    Raises UnusableInputError where this machine sees another folder. To be called once the database
    is up to date.
    """
    if not _is_apart():
        return
    with transaction.atomic():
        # Of two machines that start at once, one says the mark.
        row, made = SharedFolder.objects.get_or_create(pk=1, defaults={"mark": _here() or _new()})
        if made and not _here():
            _write(row.mark)
    if problem := difference():
        raise UnusableInputError(problem)


def adopt() -> None:
    """Have a database that was just put back go with this folder."""
    if not _is_apart():
        return
    if not _here():
        _write(_new())
    SharedFolder.objects.update_or_create(pk=1, defaults={"mark": _here()})


def _is_apart() -> bool:
    return connection.vendor != "sqlite"


def _new() -> str:
    return secrets.token_hex(_LENGTH // 2)


def _kept() -> str:
    tables = connection.introspection.table_names()
    if SharedFolder._meta.db_table not in tables:  # one of before, not brought up to date
        return ""
    return SharedFolder.objects.values_list("mark", flat=True).first() or ""


def _here() -> str:
    try:
        return (settings.DATA / NAME).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def _write(mark: str) -> None:
    """Write it whole, whoever looks meanwhile."""
    descriptor, waiting = tempfile.mkstemp(dir=settings.DATA, prefix=f".{NAME}-")
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(mark + "\n")
    put_in_place(Path(waiting), settings.DATA / NAME)
