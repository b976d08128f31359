"""Opening what a person gives, path or stream; what is no table is refused with a sentence."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast

from portulan.core.os_errors import reason_of
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.core.tables import wrapped

MAX_BYTES = 256 * 1024 * 1024
HEAD = 1 << 16  # bytes looked at to recognise a format

MISSING = ProblemKind(
    "no-such-file",
    "error",
    fr="Le fichier « {name} » n’existe pas. Vérifiez son nom et son dossier.",
    en="The file “{name}” does not exist. Check its name and its folder.",
)


class Wanted(NamedTuple):
    """What is read here, as a sentence names it (“un tableau”), and what a person may give."""

    it: Text
    give: Text
    also: tuple[bytes, ...] = ()  # the first bytes of what is read here besides


TABLE = Wanted(
    Text("un tableau", "a table"),
    Text("Donnez un tableau en CSV, XLSX ou ODS.", "Give a table in CSV, XLSX or ODS."),
)
FOLDER = ProblemKind(
    "is-a-folder",
    "error",
    fr="« {name} » est un dossier. {give}",
    en="“{name}” is a folder. {give}",
)
FORBIDDEN = ProblemKind(
    "not-readable",
    "error",
    fr="Le fichier « {name} » ne peut pas être lu ({reason}).",
    en="The file “{name}” cannot be read ({reason}).",
)
NOT_A_FILE = ProblemKind(
    "not-a-file",
    "error",
    fr="« {name} » n’est pas un fichier ordinaire : enregistrez d’abord {it} dans un fichier.",
    en="“{name}” is not an ordinary file: save {it} in a file first.",
)
TOO_BIG = ProblemKind(
    "file-too-big",
    "error",
    fr="Le fichier fait {found} Mo ; {limit} Mo au plus se lisent. Exportez moins de lignes.",
    en="The file is {found} MB; {limit} MB at most are read. Export fewer lines.",
)
EMPTY = ProblemKind(
    "empty-file",
    "error",
    fr="Le fichier est vide. Refaites l’export.",
    en="The file is empty. Export it again.",
)
WRONG_TYPE = ProblemKind(
    "wrong-type",
    "error",
    fr="Ce fichier est {found}, pas {it}. {give}",
    en="This file is {found}, not {it}. {give}",
)
OLD_WORKBOOK = ProblemKind(
    "old-workbook",
    "error",
    fr="Ce fichier est un document d’une ancienne version d’Office, ou protégé par un mot de passe."
    " Enregistrez-le au format XLSX ou CSV, sans mot de passe.",
    en="This file is an old Office document, or protected by a password. Save it as XLSX or CSV,"
    " without a password.",
)

ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": Text("un PDF", "a PDF"),
    b"\x89PNG": Text("une image PNG", "a PNG image"),
    b"\xff\xd8\xff": Text("une image JPEG", "a JPEG image"),
    b"GIF8": Text("une image GIF", "a GIF image"),
    wrapped.GZIP: Text("une archive gzip", "a gzip archive"),  # once unpacked, another
    b"BZh": Text("une archive bzip2", "a bzip2 archive"),
    b"7z\xbc\xaf\x27\x1c": Text("une archive 7z", "a 7z archive"),
    b"Rar!": Text("une archive RAR", "a RAR archive"),
    b"PK\x05\x06": Text("une archive ZIP vide", "an empty ZIP archive"),
    b"{\\rtf": Text("un document RTF", "an RTF document"),
    b"SQLite format 3": Text("une base SQLite", "an SQLite database"),
    b"\x7fELF": Text("un programme", "a program"),
    b"MZ\x90": Text("un programme", "a program"),
}


class Source:
    """A seekable binary stream with its name and its first bytes; closes only what it opened."""

    def __init__(self, stream: BinaryIO, name: str, *, owned: bool, wanted: Wanted = TABLE) -> None:
        self.stream = stream
        self.name = name
        self.wanted = wanted
        self.tables: object = None  # what `tabular` made of it, once a reader asked
        self.separator: str | None = None  # of its cells, where it was written here
        self.year: int | None = None  # the fiscal year that it is read for, if one is asked
        self._owned = owned
        stream.seek(0)
        self.head = stream.read(HEAD)
        stream.seek(0)

    def close(self) -> None:
        if self._owned:
            self.stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def open_source(
    given: str | os.PathLike[str] | BinaryIO, name: str | None = None, wanted: Wanted = TABLE
) -> Source:
    """Open a path or a binary stream (copied to a temporary file when it cannot be rewound).

    What a gzip archive holds is opened in its place, and the tables of a page as one of text.
    Raises UnusableInputError: missing, a folder, not readable, empty, or of a type that nobody
    takes for what is `wanted`.
    """
    if isinstance(given, str | os.PathLike):
        source = _open_path(Path(given), name, wanted)
    else:
        stream, owned = _seekable(given)
        name = name or str(getattr(given, "name", ""))
        source = Source(stream, name, owned=owned, wanted=wanted)
    try:
        source = _unwrapped(source)
        _refuse_foreign(source.head, wanted)
    except BaseException:
        source.close()
        raise
    return source


def _unwrapped(source: Source) -> Source:
    """Return a source whose table was wrapped, unwrapped: an archive may hold a page."""
    if source.head.startswith(wrapped.GZIP):
        with source:
            stream = _copied(wrapped.unpacked(source.stream))
        name = source.name.removesuffix(".gz")
        source = Source(stream, name, owned=True, wanted=source.wanted)
    if wrapped.is_page(source.head) and (table := wrapped.table_of_page(source.stream, MAX_BYTES)):
        source.close()
        source = Source(table, source.name, owned=True, wanted=source.wanted)
        source.separator = wrapped.SEPARATOR
    return source


def _open_path(path: Path, name: str | None, wanted: Wanted) -> Source:
    shown = name or str(path)
    stream: BinaryIO | None = None
    try:
        # A pipe that nobody writes to would never open, nor end.
        stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
        _refuse_odd(stream, shown, wanted)
        return Source(stream, shown, owned=True, wanted=wanted)
    except UnusableInputError:
        if stream is not None:
            stream.close()
        raise
    except FileNotFoundError:
        raise UnusableInputError(MISSING.at(file=shown, name=shown)) from None
    except IsADirectoryError:
        raise UnusableInputError(FOLDER.at(file=shown, name=shown, give=wanted.give)) from None
    except (OSError, ValueError) as error:
        if stream is not None:
            stream.close()
        if path_is_folder(path):  # Windows refuses to open a folder as a matter of permission
            raise UnusableInputError(FOLDER.at(file=shown, name=shown, give=wanted.give)) from None
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise UnusableInputError(FORBIDDEN.at(file=shown, name=shown, reason=reason)) from None


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_odd(stream: BinaryIO, name: str, wanted: Wanted) -> None:
    """Refuse what is no ordinary file, and what is too big to be read."""
    found = os.fstat(stream.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise UnusableInputError(NOT_A_FILE.at(file=name, name=name, it=wanted.it))
    _refuse_big(found.st_size)


def _refuse_big(size: int) -> None:
    if size > MAX_BYTES:
        found, limit = -(-size // 2**20), MAX_BYTES // 2**20
        raise UnusableInputError(TOO_BIG.at(found=found, limit=limit))


def path_is_folder(path: Path) -> bool:
    """Return whether the path is a folder; false for a path no system can have."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _seekable(stream: BinaryIO) -> tuple[BinaryIO, bool]:
    if stream.seekable():
        return stream, False
    return _copied(iter(lambda: stream.read(1 << 20), b"")), True


def _copied(pieces: Iterable[bytes]) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the source that owns it
    size = 0
    for piece in pieces:
        size += len(piece)
        _refuse_big(size)
        copy.write(piece)
    return cast("BinaryIO", copy)


def _refuse_foreign(head: bytes, wanted: Wanted) -> None:
    if not head.strip(b"\x00 \t\r\n"):
        raise UnusableInputError(EMPTY.at())
    if head.startswith(_OLE_MAGIC):
        raise UnusableInputError(OLD_WORKBOOK.at())
    for magic, found in _FOREIGN.items():
        if head.startswith(magic) and magic not in wanted.also:
            raise UnusableInputError(WRONG_TYPE.at(found=found, it=wanted.it, give=wanted.give))
