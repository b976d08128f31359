"""What acts by itself in a document: scripts, programs inside, links that are followed unseen.

Read without running anything, bounded, and whatever the case or the escapes of names. Sources: PDF
ISO 32000-2 (7.3.5 names, 7.5.7 object streams, 12.6 actions), ECMA-376 parts 1 and 2
(relationships, fields), OpenDocument 1.3 part 3 (events, DDE).
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from portulan.core.tables.xml_pieces import Markup, MarkupError

_MOST = 64 * 1024 * 1024  # bytes of what is compressed inside, in all
_STREAMS = 10_000  # that hold objects: real documents have some hundred
_STEP = 16 * 1024
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
_CODED = re.compile(rb"/(?:LZW|ASCII85|ASCIIHex|RunLength|Crypt|Predictor|DecodeParms\s+\d)")
_STREAM = re.compile(rb"stream[ \t]*\r?\n?")
_ATTACHED = re.compile(rb"/(?:UF|F)\s*\(((?:\\.|[^\\()])*)\)", re.S)
_HARMLESS = (".xml", ".csv", ".pdf", ".txt", ".json", ".png", ".jpg", ".jpeg")
_LINKED = ("attachedtemplate", "oleobject", "/frame", "subdocument")
_CHARACTER = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_IN_XML = (
    (re.compile(rb"DDEAUTO|\bDDE\s|<(?:\w+:)?ddeLink|(?:office|text):dde-"), "link"),
    (re.compile(rb"script:event-listener|<office:script\b|presentation:action=.execute"), "script"),
)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError),
    *(RuntimeError, EOFError, ValueError, MarkupError),
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
        except _BROKEN:
            found = {"unread"}
    else:
        found = set()
    stream.seek(0)
    return sorted(found)


def _in_pdf(content: bytes) -> Iterator[str]:
    plain = _plain(content)
    packed = list(_packed(content))
    if None in packed or (packed and b"/Encrypt" in plain):
        yield "unread"
    pieces = [plain, *(_plain(inside) for inside in packed if inside)]
    for piece in pieces:
        for name, code in _IN_PDF.items():
            if re.search(name + rb"(?![A-Za-z])", piece):
                yield code
    if any(b"/EmbeddedFile" in piece for piece in pieces) and not _harmless(pieces):
        yield "file"


def _packed(content: bytes) -> Iterator[bytes | None]:
    """Yield the objects that are compressed together; None for what cannot be read.

    What is between two words `stream` is read once, whatever its length: `endstream` is one.
    """
    left, work, count, before = _MOST, 2 * len(content) + _STEP, 0, 0
    for begins in _STREAM.finditer(content):
        said = _plain(content[before : begins.start()])
        before = begins.end()
        if b"/ObjStm" not in said:
            continue
        count += 1
        if left <= 0 or work <= 0 or count > _STREAMS:
            yield None
            return
        if _CODED.search(said):
            yield None
            continue
        inside, used = _inflated(content, before, left)
        left, work = left - len(inside or b""), work - used
        yield inside
    if b"/ObjStm" in _plain(content[before:]):
        yield None


def _inflated(content: bytes, at: int, most: int) -> tuple[bytes | None, int]:
    """Return what is compressed from there, None unless whole, and how much was read."""
    reader, found, begin = zlib.decompressobj(), bytearray(), at
    while not reader.eof and at < len(content) and len(found) < most:
        try:
            found += reader.decompress(content[at : at + _STEP], most - len(found))
        except zlib.error:
            return None, at + _STEP - begin
        if reader.unconsumed_tail:
            break
        at += _STEP
    return bytes(found) if reader.eof else None, at - begin - len(reader.unused_data)


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


class _Relationships(Markup[str]):
    """What a part refers to: what is outside, and is followed when it opens."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        outside = attributes.get("TargetMode", "").strip().casefold() == "external"
        kind = attributes.get("Type", "").casefold()
        if outside and any(one in kind for one in _LINKED):
            self.found.append("link")


def _character(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    return bytes([number]) if 32 <= number < 127 else found[0]


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
            if name.endswith(".rels"):
                yield from _Relationships().read([content])
                continue
            if content[:2] in {b"\xfe\xff", b"\xff\xfe"}:
                content = content.decode("utf-16", "replace").encode()
            content = _CHARACTER.sub(_character, content)
            for pattern, code in _IN_XML:
                if pattern.search(content):
                    yield code
