"""Files of accounts received, kept outside the web root under their hash.

The folder is theirs alone: what no import refers to is removed after a while (`stale_uploads`).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.budget.readers.sources import MAX_BYTES

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
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size
