"""What acts by itself in a document: scripts, programs inside, links that are followed unseen.

Read without running anything, bounded, and whatever the case or the escapes of names. Sources: PDF
ISO 32000-2 (7.3.5 names, 7.5.7 object streams, 12.6 actions), ECMA-376 parts 1 and 2
(relationships, fields), OpenDocument 1.3 part 3 (events, DDE).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_MOST = 64 * 1024 * 1024  # bytes of what is compressed inside, in all
_DICTIONARY = 4096  # bytes before a stream where what it is made of is said
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[^\x00-\x20/<>\[\](){}%]*#[^\x00-\x20/<>\[\](){}%]*")
# Long enough never to come by chance in compressed bytes.
_IN_PDF = {
    rb"/JavaScript": "script",
    rb"/Launch": "program",
    rb"/RichMedia": "media",
    rb"/Rendition": "media",
    rb"/SubmitForm": "sending",
    rb"/ImportData": "sending",
    rb"/XFA": "form",
}
_CODED = re.compile(rb"/(?:LZW|ASCII85|ASCIIHex|RunLength|Crypt)")
_STREAM = re.compile(rb"stream\r?\n")
_ATTACHED = re.compile(rb"/(?:UF|F)\s*\(((?:\\.|[^\\()])*)\)", re.S)
_HARMLESS = (".xml", ".csv", ".pdf", ".txt", ".json", ".png", ".jpg", ".jpeg")
_OUTSIDE = re.compile(
    rb"<[^>]*(?:attachedTemplate|oleObject|/frame|subDocument)[^>]*TargetMode\s*=\s*[\"']External"
    rb"|<[^>]*TargetMode\s*=\s*[\"']External[^>]*(?:attachedTemplate|oleObject|/frame|subDocument)",
    re.S,
)
_IN_XML = (
    (re.compile(rb"DDEAUTO|\bDDE\s|<(?:\w+:)?ddeLink|(?:office|text):dde-"), "link"),
    (re.compile(rb"script:event-listener|<office:script\b|presentation:action=.execute"), "script"),
    (_OUTSIDE, "link"),
)
_PROGRAMS = (".bin", ".exe", ".dll", ".js", ".vbs", ".scr", ".com", ".bat", ".ps1", ".jar", ".msi")


def active_in(stream: BinaryIO, kind: str) -> list[str]:
    """Return the codes of what acts by itself in a file of that kind, in their order."""
    stream.seek(0)
    if kind == "pdf":
        found = set(_in_pdf(stream.read()))
    elif kind in {"odt", "ods", "odp", "docx", "xlsx", "pptx"}:
        try:
            found = set(_in_archive(stream))
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError):
            found = {"unread"}
    else:
        found = set()
    stream.seek(0)
    return sorted(found)


def _in_pdf(content: bytes) -> Iterator[str]:
    plain = _plain(content)
    pieces = [plain]
    for inside in _packed(content):
        if inside is None or b"/Encrypt" in plain:
            yield "unread"
        pieces.append(_plain(inside or b""))
    for piece in pieces:
        for name, code in _IN_PDF.items():
            if re.search(name + rb"(?![A-Za-z])", piece):
                yield code
    if any(b"/EmbeddedFile" in piece for piece in pieces) and not _harmless(pieces):
        yield "file"


def _packed(content: bytes) -> Iterator[bytes | None]:
    """Yield the objects that are compressed together; None for what cannot be read."""
    left = _MOST
    for begins in _STREAM.finditer(content):
        said = _plain(content[max(0, begins.start() - _DICTIONARY) : begins.start()])
        # Of this very object alone: what came before ended with `endobj`.
        said = said[said.rfind(b"endobj") + 1 :]
        if b"/ObjStm" not in said:
            continue
        if left <= 0 or _CODED.search(said):
            yield None
            return
        try:
            inside = zlib.decompressobj().decompress(content[begins.end() :], left)
        except zlib.error:
            yield None
            continue
        left -= len(inside)
        yield inside


def _plain(content: bytes) -> bytes:
    """Return PDF whose names are said without escapes."""
    return _NAME.sub(
        lambda name: _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name[0]), content
    )


def _harmless(pieces: list[bytes]) -> bool:
    """Tell whether all that is attached is data, as an invoice in XML within its PDF."""
    names = [_text(found) for piece in pieces for found in _ATTACHED.findall(piece)]
    return bool(names) and all(name.lower().endswith(_HARMLESS) for name in names)


def _text(name: bytes) -> str:
    if name.startswith((b"\xfe\xff", b"\xff\xfe")):
        return name.decode("utf-16", "replace")
    return name.decode("latin-1")


def _in_archive(stream: BinaryIO) -> Iterator[str]:
    left = _MOST
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            name = info.filename.lower()
            if "activex/" in name:
                yield "program"
            if name.endswith(_PROGRAMS) and "printersettings" not in name:
                yield "file"
            if not name.endswith((".xml", ".rels")):
                continue
            with archive.open(info) as member:
                content = member.read(max(left, 0) + 1)
            left -= len(content)
            if left < 0:
                yield "unread"
                return
            if content[:2] in {b"\xfe\xff", b"\xff\xfe"}:
                content = content.decode("utf-16", "replace").encode()
            for pattern, code in _IN_XML:
                if pattern.search(content):
                    yield code
