"""Files of accounts received, kept outside the web root under their hash.

The folder is theirs alone. What no import refers to is removed after a while, as are previews that
nobody came back to; imports in force and rolled-back ones keep their files: they can be undone and
put back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from portulan.accounts.actors import command_line
from portulan.accounts.trail import record
from portulan.budget.access import hold_year
from portulan.budget.models import ImportBatch
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus
from portulan.core.tables.sources import MAX_BYTES
from portulan.core.uploads import INCOMING, keep, kept_uploads, named
from portulan.evidence.models import Revision

_LINES = re.compile("[0-9a-f]{64}-[0-9a-f]{16}")


def kept_readings() -> Iterator[Path]:
    """Yield the files of lines kept beside them (`kept_lines`)."""
    return named(_LINES)


def keep_upload(stream: BinaryIO) -> tuple[str, int]:
    """Keep a file of accounts and return its SHA-256 with its size.

    Raises ValidationError when it is empty or over 256 MiB.
    """
    return keep(stream, most=MAX_BYTES)


def of_imports(among: Iterable[str] | None) -> Iterable[str]:
    """Return the hashes of the files of imports, of those given or of all."""
    found = ImportBatch.objects.exclude(sha256="")
    if among is not None:
        found = found.filter(sha256__in=among)
    return found.values_list("sha256", flat=True)


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
    known.update(Revision.objects.values_list("sha256", flat=True))
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
