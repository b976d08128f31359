"""Receiving the file of a piece: limited, recognised, cleaned, scanned, then kept by its hash."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.uploads import CHUNK, INCOMING, MIB, keep
from portulan.evidence.active import active_in
from portulan.evidence.kinds import kind_of
from portulan.evidence.labels import ActiveContent
from portulan.evidence.pictures import cleaned

SCAN_SECONDS = 120
_UNSAFE = re.compile(r"[^\w .,()’'&+@-]+")


@dataclass(frozen=True, slots=True)
class Received:
    """A file kept under its SHA-256, what it is, and the day it says a picture was taken."""

    sha256: str
    size: int
    kind: str
    file_name: str
    taken_on: date | None = None
    active: str = ""


def receive(stream: BinaryIO, name: str) -> Received:
    """Keep the file of a piece; its name on the sender’s machine is kept without its folders.

    What a picture says of its place and device goes before the hash is made. Raises
    UnusableInputError for a kind that is not received, ValidationError when it is empty, too large
    (`PORTULAN_EVIDENCE_MB`), or when the scan refuses it (`PORTULAN_SCAN_COMMAND`). What acts by
    itself in a document is refused too, or kept and said (`PORTULAN_ACTIVE_CONTENT`).
    """
    most = settings.EVIDENCE_MB * MIB
    size = stream.seek(0, os.SEEK_END)
    if size > most:
        raise ValidationError(
            _("Le fichier dépasse %(most)s Mo.") % {"most": settings.EVIDENCE_MB}, code="too-large"
        )
    if not size:
        raise ValidationError(_("Le fichier est vide."), code="empty")
    kind = kind_of(stream, name)
    stream.seek(0)
    taken_on = None
    if kind.picture:
        picture = cleaned(stream.read(), kind)
        stream, taken_on = BytesIO(picture.content), picture.taken_on
    active = active_in(stream, kind.name)
    if active and settings.ACTIVE_CONTENT == "refuse":
        told = ", ".join(str(ActiveContent(one).label) for one in active)
        raise ValidationError(
            _(
                "Ce document agit de lui-même (%(what)s) : enregistrez-le sans cela, ou "
                "imprimez-le en PDF."
            )
            % {"what": told},
            code="active",
        )
    _scan(stream)
    stream.seek(0)
    sha256, size = keep(stream, most=most)
    return Received(
        sha256, size, kind.name, _named(name, kind.extension), taken_on, ",".join(active)
    )


def _named(name: str, extension: str) -> str:
    """Return a name fit for any disk, which ends as what the file is."""
    last = re.split(r"[/\\]", name)[-1]
    stem = _UNSAFE.sub("_", last.rsplit(".", 1)[0]).strip(" ._")[:100]
    return f"{stem or 'piece'}.{extension}"


def _scan(stream: BinaryIO) -> None:
    """Have the command of the operator look at the file, if there is one."""
    if not settings.SCAN_COMMAND:
        return
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=INCOMING)
    try:
        stream.seek(0)
        with os.fdopen(descriptor, "wb") as copy:
            while chunk := stream.read(CHUNK):
                copy.write(chunk)
        done = subprocess.run(
            [*settings.SCAN_COMMAND, name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SCAN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValidationError(
            _("Le fichier n’a pas pu être examiné, il n’est pas gardé : prévenez qui opère."),
            code="not-scanned",
        ) from error
    finally:
        Path(name).unlink(missing_ok=True)
    if done.returncode:
        raise ValidationError(
            _("L’examen des fichiers refuse celui-ci : il n’est pas gardé."), code="refused"
        )
