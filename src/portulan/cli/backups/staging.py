"""Where what is being saved or restored waits, beside the database, until it is whole."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings

_PREFIX = ".backup-"
# A file that SQLite locks while its process lives, on every system.
_OWNER = "owner"
_LONG = 86_400  # seconds


@contextmanager
def staging() -> Iterator[Path]:
    """Give a new private folder on the disk of the data, removed at the end."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    made = tempfile.TemporaryDirectory(
        dir=settings.DATA, prefix=_PREFIX, ignore_cleanup_errors=True
    )
    with made as name:
        folder = Path(name)
        with closing(sqlite3.connect(folder / _OWNER)) as owner:
            owner.execute("BEGIN EXCLUSIVE")
            yield folder


def clear_staging() -> int:
    """Remove what backups and restorations that were killed left, and return how many."""
    left = [folder for folder in settings.DATA.glob(f"{_PREFIX}*") if _is_abandoned(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _is_abandoned(folder: Path) -> bool:
    """Tell whether nobody works there: the owner is gone, or for a day none said who it is."""
    owner = folder / _OWNER
    if not owner.exists():
        with suppress(FileNotFoundError):  # finished meanwhile
            return time.time() - folder.stat().st_mtime > _LONG
        return False
    try:
        with closing(sqlite3.connect(owner, timeout=0)) as ours:
            ours.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
