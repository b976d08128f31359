"""Where what is being saved or restored waits, beside the database, until it is whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_PREFIX = ".backup-"


@contextmanager
def staging() -> Iterator[Path]:
    """Give a new private folder on the disk of the data, removed at the end."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix=_PREFIX) as folder:
        yield Path(folder)


def clear_staging() -> int:
    """Remove what backups and restorations that were killed left, and return how many."""
    left = list(settings.DATA.glob(f"{_PREFIX}*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)
