"""The folder of a plan in a ZIP archive: written the same for the same plan, read within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import BinaryIO

from portulan.core.say.text import UnusableInputError
from portulan.core.tables.workbooks import check_directory
from portulan.publication.plan_files import findings
from portulan.publication.plan_files.comparing import BASE
from portulan.publication.plan_files.reading import MOST_FILES, MOST_MEGABYTES
from portulan.publication.plan_files.texts import HEAD

_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_FOLDERS = ("actions", "indicators")
_MOST_DIRECTORY = MOST_FILES * 300  # bytes of the list of files, names included


def zip_folder(name: str, files: Mapping[str, str]) -> bytes:
    """Return the archive of a folder of that name: no hour, so the same plan is the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            place = zipfile.ZipInfo(f"{name}/{path}", (1980, 1, 1, 0, 0, 0))
            place.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(place, files[path].encode())
    return stream.getvalue()


def unzip_folder(stream: BinaryIO) -> dict[str, bytes]:
    """Return the files of the plan of an archive, by their path in its folder.

    The folder may stand anywhere in it. What a plan is not made of is passed. Raises
    UnusableInputError for what is no archive, has no plan or two, or is larger than plans are.
    """
    try:
        check_directory(stream, most=_MOST_DIRECTORY)
    except UnusableInputError as error:
        raise _too_big() from error
    try:
        with zipfile.ZipFile(stream) as archive:
            return _files(archive)
    except _BROKEN as error:
        raise UnusableInputError(findings.NO_ZIP.at()) from error


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts = [one for one in archive.infolist() if not one.is_dir()]
    named = {one.filename.replace("\\", "/"): one for one in parts}
    heads = [PurePosixPath(name).parent for name in named if PurePosixPath(name).name == HEAD]
    if not heads:
        raise UnusableInputError(findings.NO_PLAN.at())
    if len(heads) > 1 or len(named) < len(parts):
        raise UnusableInputError(findings.TWO_PLANS.at())
    wanted = {
        inside: part
        for name, part in named.items()
        if (inside := _inside(PurePosixPath(name), heads[0])) is not None
    }
    most = MOST_MEGABYTES * 1_000_000
    if len(wanted) > MOST_FILES or sum(one.file_size for one in wanted.values()) > most:
        raise _too_big()
    found: dict[str, bytes] = {}
    for path, part in wanted.items():
        # What the archive says of its sizes may be wrong: no more is unpacked than was said.
        with archive.open(part) as unpacked:
            found[path] = unpacked.read(part.file_size + 1)
        if len(found[path]) > part.file_size:
            raise _too_big()
    return found


def _too_big() -> UnusableInputError:
    return UnusableInputError(findings.TOO_BIG.at(most=MOST_MEGABYTES, files=MOST_FILES))


def _inside(path: PurePosixPath, folder: PurePosixPath) -> str | None:
    """Return where a file stands in the folder, None for one that no plan is made of."""
    if not path.is_relative_to(folder) or path.name.startswith("."):
        return None
    inside = path.relative_to(folder)
    match inside.parts:
        case (name,):
            return name if name == BASE or name.endswith(".yaml") else None
        case (place, name) if place in _FOLDERS:
            return f"{place}/{name}"
    return None
