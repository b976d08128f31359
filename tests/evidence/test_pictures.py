"""Pictures lose what they say of who took them, and nothing of what is seen."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import UnusableInputError
from portulan.evidence.kinds import CSV, DOCX, JPEG, ODT, PDF, PNG, TEXT, WEBP, FileKind, kind_of
from portulan.evidence.pictures import cleaned

GPS, DEVICE = b"GPS-48.1173", b"Fairphone 5"


def tiff(order: str = ">") -> bytes:
    """A block of Exif: a device, an orientation, a day of capture, a place after them."""
    head = (b"MM\0\x2a" if order == ">" else b"II\x2a\0") + struct.pack(f"{order}I", 8)
    device, day = DEVICE + b"\0", b"2026:09:30 14:05:00\0"
    at = 8 + 2 + 3 * 12 + 4
    inner = at + len(device)
    short = struct.pack(f"{order}HH", 6, 0)
    tags = [
        struct.pack(f"{order}HHII", 0x0110, 2, len(device), at),
        struct.pack(f"{order}HHI", 0x0112, 3, 1) + short,
        struct.pack(f"{order}HHII", 0x8769, 4, 1, inner),
    ]
    directory = struct.pack(f"{order}H", len(tags)) + b"".join(tags) + b"\0\0\0\0"
    taken = struct.pack(f"{order}HHHII", 1, 0x9003, 2, len(day), inner + 2 + 12 + 4) + b"\0\0\0\0"
    return head + directory + device + taken + day + GPS


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(exif: bytes) -> bytes:
    thumbnail = b"\1\1" + b"\x77\x77\x77"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1" + thumbnail)
        + segment(0xE1, b"Exif\0\0" + exif)
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + GPS)
        + segment(0xED, b"Photoshop 3.0\0" + DEVICE)
        + segment(0xFE, GPS)
        + segment(0xDB, b"\0" * 65)
        + segment(0xDA, b"\1\1\0\0?\0")
        + b"pixels\xff\x00pixels\xff\xd0pixels"
        + b"\xff\xd9"
        + b"a second picture, a film"
        + GPS
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png() -> bytes:
    pixels = zlib.compress(b"\0\x7f")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"tEXt", b"Author\0" + DEVICE)
        + chunk(b"eXIf", tiff())
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
        + b"<script>"
        + GPS
    )


def webp() -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    parts = b"WEBP" + part(b"VP8X", b"\x0c\0\0\0\0\0\0\0\0\0") + part(b"VP8 ", b"pixels!")
    parts += part(b"EXIF", tiff("<")) + part(b"XMP ", GPS)
    return b"RIFF" + struct.pack("<I", len(parts)) + parts + GPS


@pytest.mark.parametrize(
    ("content", "kind"),
    [(jpeg(tiff()), JPEG), (jpeg(tiff("<")), JPEG), (png(), PNG), (webp(), WEBP)],
)
def test_place_device_and_what_follows_leave_and_the_day_is_told(
    content: bytes, kind: FileKind
) -> None:
    assert kind_of(io.BytesIO(content)) is kind
    found = cleaned(content, kind)
    assert found.taken_on == date(2026, 9, 30)
    for secret in (GPS, DEVICE, b"\x77\x77\x77", b"film", b"script"):
        assert secret not in found.content
    # Cleaned again, it is the same: the hash of a picture sent twice is one.
    assert cleaned(found.content, kind).content == found.content
    assert kind_of(io.BytesIO(found.content)) is kind
    if kind is JPEG:
        assert b"pixels\xff\x00pixels\xff\xd0pixels\xff\xd9" in found.content
        # Which way up it is stays, written anew.
        assert b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06" in found.content


@pytest.mark.parametrize("whole", [jpeg(tiff()), png(), webp()])
def test_half_a_picture_is_refused(whole: bytes) -> None:
    for size in range(16, len(whole) // 2, 7):
        with pytest.raises(UnusableInputError):
            cleaned(whole[:size], kind_of(io.BytesIO(whole)))


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", png()[:40], webp()[:40], b""]))
def test_anything_is_read_or_refused_in_a_sentence(rest: bytes, head: bytes) -> None:
    with suppress(UnusableInputError):
        kind = kind_of(io.BytesIO(head + rest))
        if kind.picture:
            cleaned(head + rest, kind)


def archive(*members: tuple[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members:
            made.writestr(name, content)
    return stream.getvalue()


def test_a_file_is_what_its_content_says() -> None:
    odt = ("mimetype", "application/vnd.oasis.opendocument.text")
    docx = ("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")
    told = [
        (b"%PDF-1.7\n", PDF, "photo.png"),
        ("Réception faite le 3 mai ; tout va.".encode(), TEXT, "pv.exe"),
        ("a;b\né;2\n".encode(), CSV, "table.csv"),
        (archive(odt, ("content.xml", "<o/>")), ODT, "x.zip"),
        (archive(*docx), DOCX, "x.docx"),
    ]
    for content, kind, name in told:
        assert kind_of(io.BytesIO(content), name) is kind
    for content in (
        b"MZ\x90\0", b"\x7fELF", b"<html><script>", b" <svg onload=x>", b"GIF89a\1\0\1\0",
        "Réception".encode("latin-1"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\0\0\x18ftypheic",
        archive(("a.txt", "b")), archive(*docx, ("word/vbaProject.bin", "x")),
        archive(odt, ("Basic/Standard/script-lb.xml", "x")), b"PK\x03\x04broken",
    ):  # fmt: skip
        with pytest.raises(UnusableInputError):
            kind_of(io.BytesIO(content), "piece.pdf")
