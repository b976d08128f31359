"""Files received, kept outside the web root under their SHA-256: accounts, pieces of evidence.

A file appears whole or not at all. What refers to it, and until when, is said by whose it is
(`budget.imports.uploads` removes those that nothing refers to).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.folders import put_in_place

CHUNK = 1024 * 1024
MIB = 1024 * 1024
INCOMING = "incoming-"  # what is being written, under a name that nothing looks for
_HASH = re.compile("[0-9a-f]{64}")

# Given hashes, or None for all, returns those that an app refers to.
type Referred = Callable[[Iterable[str] | None], Iterable[str]]
_REFERRED: dict[str, Referred] = {}


def register(name: str, referred: Referred) -> None:
    """Declare that an app keeps files: it says which, when its app is ready."""
    _REFERRED[name] = referred


def known(among: Iterable[str] | None = None) -> set[str]:
    """Return the hashes of files that something refers to, of those given or of all."""
    among = None if among is None else list(among)
    return {sha256 for referred in _REFERRED.values() for sha256 in referred(among)}


def upload_path(sha256: str) -> Path:
    """Return where the file of this hash is kept."""
    return Path(settings.UPLOADS) / sha256[:2] / sha256


def kept_uploads() -> Iterator[Path]:
    """Yield the files kept under their hash, in the order of their names."""
    return named(_HASH)


def named(pattern: re.Pattern[str]) -> Iterator[Path]:
    """Yield the files kept whose name is of that form."""
    for path in sorted(Path(settings.UPLOADS).glob("[0-9a-f][0-9a-f]/*")):
        if pattern.fullmatch(path.name) and path.is_file():
            yield path


def forget(among: Iterable[str]) -> None:
    """Remove the files of these hashes that nothing refers to any more."""
    among = set(among)
    for sha256 in among - known(among):
        upload_path(sha256).unlink(missing_ok=True)


def keep(stream: BinaryIO, *, most: int) -> tuple[str, int]:
    """Keep the bytes under their SHA-256 and return it with their number.

    Raises ValidationError when there is none, or more than `most`.
    """
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=INCOMING)
    try:
        with os.fdopen(descriptor, "wb") as kept:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise ValidationError(
                        _("Le fichier dépasse %(most)s Mo.") % {"most": most // MIB},
                        code="too-large",
                    )
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
