"""Files of accounts received, kept outside the web root under their hash.

The folder is theirs alone. What no import refers to is removed after a while, as are previews that
nobody came back to; imports in force and rolled-back ones keep their files: they can be undone and
put back.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import command_line
from portulan.accounts.trail import record
from portulan.budget.access import hold_year
from portulan.budget.models import ImportBatch
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus
from portulan.core.folders import put_in_place
from portulan.core.tables.sources import MAX_BYTES

CHUNK = 1024 * 1024
INCOMING = "incoming-"  # what is being written, under a name that nothing looks for
_HASH = re.compile("[0-9a-f]{64}")
_LINES = re.compile("[0-9a-f]{64}-[0-9a-f]{16}")


def upload_path(sha256: str) -> Path:
    """Return where the file of this hash is kept."""
    return Path(settings.UPLOADS) / sha256[:2] / sha256


def kept_uploads() -> Iterator[Path]:
    """Yield the files kept under their hash, in the order of their names."""
    return _named(_HASH)


def kept_readings() -> Iterator[Path]:
    """Yield the files of lines kept beside them (`kept_lines`)."""
    return _named(_LINES)


def _named(pattern: re.Pattern[str]) -> Iterator[Path]:
    for path in sorted(Path(settings.UPLOADS).glob("[0-9a-f][0-9a-f]/*")):
        if pattern.fullmatch(path.name) and path.is_file():
            yield path


def keep_upload(stream: BinaryIO) -> tuple[str, int]:
    """Keep the bytes under their SHA-256 and return it with their number.

    The file appears whole or not at all. Raises ValidationError when it is empty or over 256 MiB.
    """
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=INCOMING)
    try:
        with os.fdopen(descriptor, "wb") as kept:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise ValidationError(_("Le fichier dépasse 256 Mo."), code="too-large")
                digest.update(chunk)
                kept.write(chunk)
        if not size:
            raise ValidationError(_("Le fichier est vide."), code="empty")
        path = upload_path(digest.hexdigest())
        path.parent.mkdir(exist_ok=True)
        put_in_place(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


# Longer than the day during which the columns of a file that was refused may still be told.
STRAYS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Identifiers of previews left too long, and files that nothing refers to (any longer)."""

    previews: tuple[int, ...]
    files: tuple[Path, ...]


def find_leftovers(now: datetime) -> Leftovers:
    """Return what has outlived its use at that moment."""
    batches = ImportBatch.objects.exclude(sha256="").values_list(
        "pk", "sha256", "status", "created_at"
    )
    previews, known, limit = [], set(), now - timedelta(days=settings.PREVIEW_DAYS)
    for pk, sha256, status, created_at in batches.iterator(chunk_size=2000):
        if status == BatchStatus.PREVIEWED and created_at < limit:
            previews.append(pk)
        else:
            known.add(sha256)
    folder = Path(settings.UPLOADS)
    unknown = (path for path in kept_uploads() if path.name not in known)
    files = [*folder.glob(f"{INCOMING}*"), *kept_readings(), *unknown]
    return Leftovers(tuple(previews), tuple(path for path in files if _is_old(path, now)))


def clear_leftovers(now: datetime) -> Leftovers:
    """Remove what has outlived its use, and return it; each preview has its entry in the trail."""
    found = find_leftovers(now)
    for pk in found.previews:
        _forget(pk)
    for path in found.files:
        # Received again meanwhile, it serves. What cannot be removed is told by `doctor`.
        if _is_old(path, now):
            with suppress(OSError):
                path.unlink()
    return found


@transaction.atomic
def _forget(pk: int) -> None:
    batch = ImportBatch.objects.select_related("fiscal_year").filter(pk=pk).first()
    if batch is None:
        return
    hold_year(batch.fiscal_year_id)
    batch = ImportBatch.objects.filter(pk=pk, status=BatchStatus.PREVIEWED).first()
    if batch is not None:
        actor = command_line(batch.fiscal_year.organisation_id)
        record(actor, batch, Verb.DISCARDED, {"file": (batch.file_name, None)})
        batch.delete()


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return path.stat().st_mtime < (now - STRAYS_KEPT).timestamp()
    except FileNotFoundError:
        return False
