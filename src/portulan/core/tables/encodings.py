"""Which characters a text file is written in: seen in its bytes, whatever it declares."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, NamedTuple

from portulan.core.say.text import ProblemKind, UnusableInputError

NOT_TEXT = ProblemKind(
    "not-text",
    "error",
    fr="Ce fichier n’est pas du texte lisible : il est binaire ou abîmé. Refaites l’export en CSV,"
    " XLSX, ODS ou XML.",
    en="This file is not readable text: it is binary or damaged. Export it again as CSV, XLSX, ODS"
    " or XML.",
)

_CHUNK = 1 << 20
_ALLOWED_CONTROLS = b"\t\n\r\f\v\x1a"  # 0x1a ends files of old tools
_TEXT = bytes(byte for byte in range(256) if byte >= 32 and byte != 127) + _ALLOWED_CONTROLS
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_NOT_HIGH_CONTROLS = bytes(byte for byte in range(256) if not 0x80 <= byte < 0xA0)
_ASCII = bytes(range(128))
_SOME = 4096  # letters, enough to know them
_LEAST = 0.6  # of them, of words
_OLDER = ("mac_roman", "cp850")
# Capitals are fewer: of two codecs, the one that makes small letters is meant.
_WEIGHTS = dict.fromkeys("éèêëàâäçôöîïûùüñœ«»°’€", 1.0)
_WEIGHTS |= dict.fromkeys("ÉÈÊËÀÂÇÔÎÏÛÙŒ", 0.5)
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Encoding(NamedTuple):
    """A codec, in lower case, and whether the text needs it: plain ASCII reads in any."""

    codec: str
    is_ascii: bool = False


def detect_encoding(stream: BinaryIO) -> Encoding:
    """Return the codec of a text stream, which is rewound: utf-8 when every byte agrees with it.

    A text that is not UTF-8 is cp1252, or iso-8859-15 when it has the euro of that code and no
    sign that only cp1252 has; or Mac Roman or DOS (cp850) where these alone make letters of words
    of its bytes. Raises UnusableInputError when the bytes are no text at all. Memory does not grow
    with the file.
    """
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return _checked(stream, codec)
    if wide := _without_mark(head):
        return _checked(stream, wide)
    return _eight_bits(stream)


def _without_mark(head: bytes) -> str | None:
    """Return UTF-16 when one byte in two is nil, as Latin letters are written there."""
    even, odd = head[::2], head[1::2]
    if not odd:
        return None
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _checked(stream: BinaryIO, codec: str) -> Encoding:
    """Return the codec after reading the whole stream with it."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        while chunk := stream.read(_CHUNK):
            if _CONTROLS.search(decoder.decode(chunk)):
                raise UnusableInputError(NOT_TEXT.at())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    finally:
        stream.seek(0)
    return Encoding(codec)


def _eight_bits(stream: BinaryIO) -> Encoding:
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    high: set[int] = set()
    euro = False
    is_ascii = True
    some = b""
    try:
        while chunk := stream.read(_CHUNK):
            if chunk.translate(None, _TEXT):
                raise UnusableInputError(NOT_TEXT.at())
            decoder = _still_utf8(decoder, chunk)
            high.update(chunk.translate(None, _NOT_HIGH_CONTROLS))
            is_ascii = is_ascii and chunk.isascii()
            euro = euro or b"\xa4" in chunk
            if len(some) < _SOME:
                some += chunk.translate(None, _ASCII)[:_SOME]
    finally:
        stream.seek(0)
    if decoder is not None and _still_utf8(decoder, b"", final=True):
        return Encoding("utf-8", is_ascii)
    if (older := _older(some)) is not None:
        return Encoding(older)
    if high & set(_NOT_IN_CP1252):
        raise UnusableInputError(NOT_TEXT.at())
    return Encoding("iso-8859-15" if euro and not high else "cp1252")


def _older(some: bytes) -> str | None:
    """Return the codec of an old tool, Macintosh or DOS, where it alone gives letters of words."""
    if not some:
        return None
    shares = {
        codec: sum(_WEIGHTS.get(char, 0) for char in some.decode(codec, "replace")) / len(some)
        for codec in ("cp1252", *_OLDER)
    }
    best = max(_OLDER, key=lambda codec: shares[codec])
    return best if shares[best] > _LEAST and shares["cp1252"] * 2 < shares[best] else None


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """Return the decoder while what it has read is UTF-8, None from the first other byte."""
    if decoder is None:
        return None
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return None
    return decoder
