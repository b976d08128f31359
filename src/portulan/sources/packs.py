"""Several files of one inventory in one deposit: a ZIP of lists is unpacked, within limits (pure).

A workbook is a ZIP too, and is left as it is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from portulan.core.say.text import ProblemKind, UnusableInputError

MOST_FILES, MOST_BYTES = 20, 256 << 20
_WORKBOOKS = frozenset({"[Content_Types].xml", "mimetype"})
BAD_PACK = ProblemKind(
    "bad-pack",
    "error",
    fr="Cette archive ZIP ne peut pas être lue\u00a0: envoyez les fichiers tels quels.",
    en="This ZIP archive cannot be read: send the files as they are.",
)
TOO_MUCH = ProblemKind(
    "pack-too-big",
    "error",
    fr="Cette archive contient plus de {files} fichiers, ou plus de {size} Mo\u00a0: allégez-la.",
    en="This archive holds more than {files} files, or more than {size} MB: make it lighter.",
)


def unpacked(name: str, content: bytes) -> Sequence[tuple[str, bytes]]:
    """Return the files of a deposit. Raises UnusableInputError for a ZIP that is not sound."""
    if not content.startswith(b"PK\x03\x04"):
        return [(name, content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            if _WORKBOOKS & set(pack.namelist()):
                return [(name, content)]
            return _members(pack)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnusableInputError(BAD_PACK.at()) from error


def _members(pack: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    listed = [one for one in pack.infolist() if not one.is_dir()]
    too_much = UnusableInputError(TOO_MUCH.at(files=MOST_FILES, size=MOST_BYTES >> 20))
    if len(listed) > MOST_FILES:
        raise too_much
    found, left = [], MOST_BYTES
    for one in listed:
        with pack.open(one) as stream:  # what is said of its size may be false
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise too_much
        found.append((PurePosixPath(one.filename).name[:200], content))
    return found
