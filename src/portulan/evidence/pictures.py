"""Pictures without what they say of who took them: place, device, thumbnails, what follows them.

Segments are left out, pixels are not encoded again: nothing is lost of what is seen. The way up of
a JPEG is kept (written anew, alone), the day of the capture is returned, as declared by the device.
Sources: JPEG (ITU T.81, JFIF 1.02), Exif 2.32 (CIPA DC-008), PNG (ISO 15948), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.evidence.kinds import JPEG, PNG, WEBP, FileKind

DAMAGED = ProblemKind(
    "picture-damaged",
    "error",
    fr="Cette image est abîmée ou incomplète\u00a0: enregistrez-la de nouveau, et envoyez-la.",
    en="This picture is damaged or incomplete: save it again, and send it.",
)
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# What the pixels need to be shown; texts, dates and all others are left out.
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"),
    *(b"pHYS", b"iCCP", b"cICP", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_EXIF = b"Exif\0\0"
_ORIENTATION, _DATE, _EXIF_IFD, _TAKEN = 0x0112, 0x0132, 0x8769, 0x9003
# Markers without a length: TEM, RST0 to RST7, SOI, EOI.
_SOS, _EOI, _APP0, _APP1, _APP2, _APP14, _COM = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_ALONE = {0x01, *range(0xD0, 0xDA)}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The bytes of a picture that says nothing else, and the day when it says that it was taken."""

    content: bytes
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class _Exif:
    orientation: int | None = None
    taken_on: date | None = None


def cleaned(content: bytes, kind: FileKind) -> Cleaned:
    """Return a picture without its metadata. Raises UnusableInputError when it is damaged."""
    clean = {PNG.name: _png, JPEG.name: _jpeg, WEBP.name: _webp}[kind.name]
    try:
        return clean(content)
    except (struct.error, IndexError, ValueError) as error:
        raise UnusableInputError(DAMAGED.at()) from error


def _png(content: bytes) -> Cleaned:
    kept, taken, at, name = [_PNG_HEAD], None, len(_PNG_HEAD), b""
    while name != b"IEND":
        (size,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + size
        if end > len(content):
            raise ValueError(name)
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        elif name == b"eXIf":
            taken = _exif(content[at + 8 : end - 4]).taken_on
        at = end
    return Cleaned(b"".join(kept), taken)


def _webp(content: bytes) -> Cleaned:
    (said,) = struct.unpack_from("<I", content, 4)
    whole, at, kept, taken = content[: said + 8], 12, [], None
    if len(whole) != said + 8:
        raise ValueError(said)
    while at < len(whole):
        name, (size,) = whole[at : at + 4], struct.unpack_from("<I", whole, at + 4)
        end = at + 8 + size + size % 2
        body = whole[at + 8 : at + 8 + size]
        if len(body) != size:
            raise ValueError(name)
        if name == b"VP8X":
            body = bytes([body[0] & ~(_EXIF_FLAG | _XMP_FLAG)]) + body[1:]
        if name in _WEBP_KEPT:
            kept.append(name + struct.pack("<I", size) + body + b"\0" * (size % 2))
        elif name == b"EXIF":
            taken = _exif(body.removeprefix(_EXIF)).taken_on
        at = end
    if not kept:
        raise ValueError(content[:4])
    chunks = b"WEBP" + b"".join(kept)
    return Cleaned(b"RIFF" + struct.pack("<I", len(chunks)) + chunks, taken)


def _jpeg(content: bytes) -> Cleaned:
    kept, exif = [b"\xff\xd8"], _Exif()
    for marker, segment in _segments(content):
        body = segment[4:]
        if marker == _APP1 and body.startswith(_EXIF):
            exif = _exif(body[len(_EXIF) :])
            if exif.orientation is not None:
                kept.append(_upright(exif.orientation))
        elif marker == _APP0:
            if body.startswith(b"JFIF\0"):  # density, without the thumbnail that may follow
                kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\0\0")
        elif marker == _APP2:
            if body.startswith(b"ICC_PROFILE\0"):
                kept.append(segment)
        elif marker == _APP14 or not (_APP0 <= marker <= 0xEF or marker == _COM):
            kept.append(segment)
    return Cleaned(b"".join(kept), exif.taken_on)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each marker of a JPEG with its bytes, up to its end; what follows it is left out."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError(at)
        while content[at + 1] == 0xFF:  # padding
            at += 1
        marker = content[at + 1]
        if marker in _ALONE:
            yield marker, content[at : at + 2]
            if marker == _EOI:
                return
            at += 2
            continue
        (size,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + size
        if size < 2 or end > len(content):
            raise ValueError(marker)
        if marker == _SOS:
            end = _after_scan(content, end)
        yield marker, content[at:end]
        at = end


def _after_scan(content: bytes, at: int) -> int:
    """Return where the marker after compressed data is: 00 and restarts belong to the data."""
    while True:
        at = content.index(b"\xff", at)
        following = content[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


def _upright(orientation: int) -> bytes:
    """Return a segment that says which way up, and nothing else."""
    tiff = b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(_EXIF) + len(tiff) + 2) + _EXIF + tiff


def _exif(tiff: bytes) -> _Exif:
    """Return the little that is read of a block of Exif; what cannot be read says nothing."""
    with suppress(struct.error, IndexError, ValueError):
        order = {b"II": "<", b"MM": ">"}[tiff[:2]] if tiff[:2] in {b"II", b"MM"} else ""
        if not order:
            return _Exif()
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        tags = _tags(tiff, order, first)
        orientation = tags.get(_ORIENTATION, (0, 0))[0] >> (0 if order == "<" else 16)
        day = _day(tiff, tags.get(_DATE))
        if _EXIF_IFD in tags:
            inner = _tags(tiff, order, tags[_EXIF_IFD][0])
            day = _day(tiff, inner.get(_TAKEN)) or day
        return _Exif(orientation & 0xFFFF if 1 <= orientation & 0xFFFF <= 8 else None, day)
    return _Exif()


def _tags(tiff: bytes, order: str, at: int) -> dict[int, tuple[int, int]]:
    """Return the value, or the place, of each tag of a directory, with how many there are."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    found = {}
    for index in range(min(count, 500)):
        tag, _kind, number, value = struct.unpack_from(f"{order}HHII", tiff, at + 2 + 12 * index)
        found[tag] = (value, number)
    return found


def _day(tiff: bytes, said: tuple[int, int] | None) -> date | None:
    if said is None or said[1] < 10:
        return None
    with suppress(ValueError):
        text = tiff[said[0] : said[0] + 10].decode("ascii", "replace")
        return date.fromisoformat(text.replace(":", "-"))
    return None
