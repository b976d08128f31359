"""What a file is, found from its content: its name is never believed.

Only what can be recognised and holds no program is received; source of the signatures: PNG (RFC
2083), JPEG (ITU T.81), WebP (RFC 9649), PDF (ISO 32000), OpenDocument 1.3 part 2 (first member
`mimetype`), Office Open XML (ECMA-376 part 2).
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from portulan.core.say.text import ProblemKind, UnusableInputError


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its type for a browser, its ending, whether it is a picture."""

    name: str
    mime: str
    extension: str
    picture: bool = False


PNG = FileKind("png", "image/png", "png", picture=True)
JPEG = FileKind("jpeg", "image/jpeg", "jpg", picture=True)
WEBP = FileKind("webp", "image/webp", "webp", picture=True)
PDF = FileKind("pdf", "application/pdf", "pdf")
TEXT = FileKind("text", "text/plain; charset=utf-8", "txt")
CSV = FileKind("csv", "text/csv; charset=utf-8", "csv")
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
ODT = FileKind("odt", f"{_OPEN}text", "odt")
ODS = FileKind("ods", f"{_OPEN}spreadsheet", "ods")
ODP = FileKind("odp", f"{_OPEN}presentation", "odp")
DOCX = FileKind("docx", f"{_OFFICE}wordprocessingml.document", "docx")
XLSX = FileKind("xlsx", f"{_OFFICE}spreadsheetml.sheet", "xlsx")
PPTX = FileKind("pptx", f"{_OFFICE}presentationml.presentation", "pptx")
KINDS = {
    kind.name: kind for kind in (PNG, JPEG, WEBP, PDF, TEXT, CSV, ODT, ODS, ODP, DOCX, XLSX, PPTX)
}
_BY_MIME = {kind.mime: kind for kind in (ODT, ODS, ODP)}
_BY_FOLDER = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
_MOST_MEMBERS = 10_000
_CHUNK = 1024 * 1024

UNKNOWN = ProblemKind(
    "evidence-unknown-kind",
    "error",
    fr="Ce fichier n’est d’aucun genre reçu ici\u00a0: PDF, image PNG, JPEG ou WebP, document "
    "OpenDocument ou Office récent, texte ou CSV en UTF-8.",
    en="This file is of no kind received here: PDF, PNG, JPEG or WebP picture, OpenDocument or "
    "recent Office document, text or CSV in UTF-8.",
)
HEIC = ProblemKind(
    "evidence-heic",
    "error",
    fr="Cette photo est en HEIC\u00a0: dans les réglages de l’appareil, choisissez le format le "
    "plus compatible (JPEG), ou envoyez une capture d’écran.",
    en="This photo is in HEIC: in the settings of the camera, choose the most compatible format "
    "(JPEG), or send a screenshot.",
)
PROGRAM = ProblemKind(
    "evidence-program",
    "error",
    fr="Ce document contient des macros\u00a0: enregistrez-le sans elles, ou en PDF.",
    en="This document holds macros: save it without them, or as a PDF.",
)
OLD_OFFICE = ProblemKind(
    "evidence-old-office",
    "error",
    fr="Ce document est d’un ancien format Office\u00a0: enregistrez-le en .docx, .xlsx, .odt ou "
    "PDF.",
    en="This document is of an old Office format: save it as .docx, .xlsx, .odt or PDF.",
)
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"}


def kind_of(stream: BinaryIO, name: str = "") -> FileKind:
    """Return what a file is, read from its start; `name` only tells a CSV from a text.

    Raises UnusableInputError for what is not received.
    """
    stream.seek(0)
    head = stream.read(64)
    if found := _by_signature(head):
        return found
    if head[:4] == b"PK\x03\x04":
        return _in_archive(stream)
    if _is_text(stream):
        return CSV if name.lower().endswith(".csv") else TEXT
    raise UnusableInputError(UNKNOWN.at())


def _by_signature(head: bytes) -> FileKind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnusableInputError(OLD_OFFICE.at())
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        raise UnusableInputError(HEIC.at())
    return None


def _in_archive(stream: BinaryIO) -> FileKind:
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(names) > _MOST_MEMBERS or not names:
                raise UnusableInputError(UNKNOWN.at())
            kind = _kind_in(archive, infos[0], names)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, OSError) as error:
        raise UnusableInputError(UNKNOWN.at()) from error
    if any(_is_program(name) for name in names):
        raise UnusableInputError(PROGRAM.at())
    return kind


def _kind_in(archive: zipfile.ZipFile, first: zipfile.ZipInfo, names: list[str]) -> FileKind:
    found = None
    if first.filename == "mimetype" and first.file_size < 100:
        found = _BY_MIME.get(archive.read(first).decode("ascii", "replace").strip())
    elif "[Content_Types].xml" in names:
        folders = (kind for folder, kind in _BY_FOLDER.items() if _has(names, folder))
        found = next(folders, None)
    if found is None:
        raise UnusableInputError(UNKNOWN.at())
    return found


def _has(names: list[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _is_program(name: str) -> bool:
    lower = name.lower()
    return lower.endswith("vbaproject.bin") or lower.startswith(("basic/", "scripts/"))


def _is_text(stream: BinaryIO) -> bool:
    """Tell whether all of it is plain text in UTF-8, and not a page nor a drawing that runs."""
    stream.seek(0)
    start, rest = True, b""
    while chunk := stream.read(_CHUNK):
        if any((byte < 32 or byte == 127) and byte not in b"\t\n\r\f" for byte in set(chunk)):
            return False
        chunk = rest + chunk
        cut = _whole_characters(chunk)
        try:
            text = chunk[:cut].decode("utf-8-sig" if start else "utf-8")
        except UnicodeDecodeError:
            return False
        if start and text.lstrip().startswith("<"):
            return False
        start, rest = False, chunk[cut:]
    return not rest and not start


def _whole_characters(chunk: bytes) -> int:
    """Return where the last character of a piece that may be cut begins, or the end."""
    for back in range(1, min(4, len(chunk)) + 1):
        byte = chunk[-back]
        if byte >= 0xC0:  # the first byte of a character of several
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(chunk) - back if size > back else len(chunk)
        if byte < 0x80:
            break
    return len(chunk)
