"""The archive of a backup: a ZIP file whose manifest gives the size and the SHA-256 of each member.

    manifest.json               {"format", "portulan", "made_at", "database": {…}, "members": {…}}
    database.sqlite3            the database, as one SQLite file, or
    database.dump               the database, as pg_dump writes it (custom format)
    uploads/<SHA-256>           each file received

No name of a member is ever used as a path: only those above are read, each for what it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from portulan.cli.backups.problems import (
    DAMAGED,
    EXISTS,
    NEWER_FORMAT,
    NOT_AN_ARCHIVE,
    STRANGE_MEMBER,
)
from portulan.core.folders import put_in_place
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError

FORMAT = "portulan-backup/1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
UPLOAD = re.compile("uploads/([0-9a-f]{64})")
MANIFEST_AT_MOST = 64 * 1024 * 1024
CHUNK = 1024 * 1024
# What zipfile raises of a damaged, encrypted or exotic member (NotImplementedError and
# RecursionError are RuntimeErrors).
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

type Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Member:
    """Size in bytes and SHA-256 of a member."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SavedDatabase:
    """The database saved: `engine` is sqlite or postgresql, `migrations` are `app.name`."""

    engine: str
    version: str
    migrations: tuple[str, ...]
    schema: str = ""
    tool: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    portulan: str
    made_at: str
    database: SavedDatabase
    members: dict[str, Member] = field(default_factory=dict)
    format: str = FORMAT
    journal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members.values())


def refusal(kind: ProblemKind, path: Path | None = None, **values: object) -> UnusableInputError:
    """Return the exception of a problem, about an archive if there is one."""
    return UnusableInputError(Problem(kind, file=str(path) if path else None, values=values))


class Writing:
    """An archive being written: members first, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: Path) -> None:
        """Copy a file in, and keep its size and sum as they were read."""
        with source.open("rb") as stream, self._archive.open(name, "w", force_zip64=True) as kept:
            self.members[name] = _copy(stream, kept)

    def finish(self, manifest: Manifest) -> None:
        document = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        self._archive.writestr(MANIFEST, document)


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Write an archive, which appears whole or not at all, and is its owner's only.

    Raises UnusableInputError when something has that name already.
    """
    if path.exists():
        raise refusal(EXISTS, path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
            with archive:
                yield Writing(archive)
        put_in_place(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class Archive:
    """An archive to be read, whose members are those of its manifest and no other."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self._opened, self.manifest = path, opened, manifest

    def verify(self, progress: Progress) -> None:
        """Read every member and compare it; nothing is written. Raises UnusableInputError.

        `progress` is told the bytes of each member that was read.
        """
        for name, member in self.manifest.members.items():
            self._read(name, None)
            progress(member.size)

    def extract(self, name: str, to: Path) -> None:
        """Write a member in a new file, compared once more. Raises UnusableInputError."""
        with to.open("xb") as stream:
            self._read(name, stream)
            stream.flush()
            os.fsync(stream.fileno())

    def _read(self, name: str, to: BinaryIO | None) -> None:
        try:
            with self._opened.open(name) as stream:
                found = _copy(stream, to)
        except _UNREADABLE:
            found = None
        if found != self.manifest.members[name]:
            raise refusal(DAMAGED, self.path, name=name)


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Open an archive and read its manifest.

    Raises UnusableInputError when it is none, when it comes from a newer program, and when its
    members are not those that its manifest lists.
    """
    try:
        opened = zipfile.ZipFile(path)
    except (*_UNREADABLE, ValueError) as error:
        raise refusal(NOT_AN_ARCHIVE, path, reason="ZIP") from error
    with opened:
        manifest = _manifest(path, opened)
        _check_members(path, opened, manifest)
        yield Archive(path, opened, manifest)


def _copy(source: IO[bytes], to: IO[bytes] | None) -> Member:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
        if to is not None:
            to.write(chunk)
    return Member(size, digest.hexdigest())


def _manifest(path: Path, opened: zipfile.ZipFile) -> Manifest:
    try:
        if opened.getinfo(MANIFEST).file_size > MANIFEST_AT_MOST:
            raise ValueError(MANIFEST)
        document = json.loads(opened.read(MANIFEST))
    except (*_UNREADABLE, KeyError, ValueError) as error:
        raise refusal(NOT_AN_ARCHIVE, path, reason=MANIFEST) from error
    with suppress(AttributeError):
        wanted = str(document.get("format"))
        if wanted.startswith("portulan-backup/") and wanted != FORMAT:
            raise refusal(NEWER_FORMAT, path, version=document.get("portulan", "?"))
    try:
        return _built(document)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise refusal(NOT_AN_ARCHIVE, path, reason=MANIFEST) from error


def _built(document: dict[str, Any]) -> Manifest:
    """Return the manifest of a document. Raises KeyError, TypeError or ValueError."""
    if document["format"] != FORMAT:
        raise ValueError(document["format"])
    saved = document["database"]
    return Manifest(
        portulan=str(document["portulan"]),
        made_at=str(document["made_at"]),
        database=SavedDatabase(
            engine=str(saved["engine"]),
            version=str(saved["version"]),
            migrations=tuple(str(name) for name in saved["migrations"]),
            schema=str(saved["schema"]),
            tool=int(saved["tool"]),
        ),
        members={
            str(name): Member(size=int(member["size"]), sha256=str(member["sha256"]))
            for name, member in document["members"].items()
        },
    )


def _check_members(path: Path, opened: zipfile.ZipFile, manifest: Manifest) -> None:
    database = DATABASES.get(manifest.database.engine)
    seen: set[str] = set()
    for info in opened.infolist():
        name = info.filename
        known = name in {MANIFEST, database} or UPLOAD.fullmatch(name)
        if not known or name in seen or info.compress_type not in _READABLE:
            raise refusal(STRANGE_MEMBER, path, name=name[:80])
        seen.add(name)
        told = manifest.members.get(name)
        if name != MANIFEST and told is None:
            raise refusal(STRANGE_MEMBER, path, name=name)
        if told is not None and told.size != info.file_size:
            raise refusal(DAMAGED, path, name=name)
        # A file received is named after its content, in the archive as on the disk.
        upload = UPLOAD.fullmatch(name)
        if upload and told is not None and told.sha256 != upload[1]:
            raise refusal(DAMAGED, path, name=name)
    lacking = sorted({*manifest.members, database or "?"} - seen)
    if lacking:
        raise refusal(NOT_AN_ARCHIVE, path, reason=lacking[0])
