"""What a client sends, received whole and read strictly: one request read in two ways is an attack.

The heads are those of waitress, which drops the fields whose name has an underscore:
`X_Forwarded_For` would pass for `X-Forwarded-For` once it is a variable. What a proxy before us
might read otherwise is refused (RFC 9112, sections 3.2, 6.1, 6.3 and 7.1).
"""

from __future__ import annotations

import re
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

# Who sends more than this must be known first: the rest would fill the disk for anybody.
LARGE = 1 << 16
_LINE = 4096  # bytes of a line between two chunks
_TRAILER = 1 << 14
_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?")


class Chunks:
    """A body in chunks, whose lines are short and end as they must."""

    def __init__(self, kept: OverflowableBuffer) -> None:
        self.kept = kept
        self.completed = False
        self.error: Error | None = None
        self._expected = self._size
        self._line, self._left, self._trailer = b"", 0, 0

    def __len__(self) -> int:
        return len(self.kept)

    def getfile(self) -> Any:
        return self.kept.getfile()

    def getbuf(self) -> OverflowableBuffer:
        return self.kept

    def received(self, data: bytes) -> int:
        """Take what is of this body, and return how many bytes that is."""
        at = 0
        while at < len(data) and not (self.completed or self.error):
            if self._left:
                piece = data[at : at + self._left]
                self.kept.append(piece)
                self._left -= len(piece)
            else:
                end = data.find(b"\n", at)
                piece = data[at : end + 1 if end >= 0 else len(data)]
                self._take(piece)
            at += len(piece)
        return at

    def _take(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > _LINE:
            self.error = BadRequest("a line between chunks is too long")
        elif piece.endswith(b"\n"):
            line, self._line = self._line, b""
            if line.endswith(b"\r\n"):
                self._expected(line[:-2])
            else:
                self.error = BadRequest("a line between chunks ends badly")

    def _size(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            self.error = BadRequest("the size of a chunk is wrong")
            return
        self._left = int(found[1], 16)
        self._expected = self._end_of_chunk if self._left else self._end

    def _end_of_chunk(self, line: bytes) -> None:
        self._expected = self._size
        if line:
            self.error = BadRequest("a chunk is longer than its size")

    def _end(self, line: bytes) -> None:
        self._trailer += len(line)
        if self._trailer > _TRAILER:
            self.error = BadRequest("what follows the chunks is too long")
        self.completed = not line


class Received(HTTPRequestParser):  # type: ignore[misc]
    """A request under way."""

    known = False  # who sends it may send that much
    error: Error | None
    body_rcv: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Raises ParsingError for what could be read in two ways."""
        encodings = [
            line.partition(b":")[2].strip(b" \t").lower()
            for line in header_plus.split(b"\r\n")
            if line.lower().startswith(b"transfer-encoding")
        ]
        super().parse_header(header_plus)
        if self.version not in {"1.0", "1.1"}:
            raise ParsingError("HTTP/1.0 or HTTP/1.1 is spoken here")
        if encodings and (
            encodings != [b"chunked"] or not self.chunked or "CONTENT_LENGTH" in self.headers
        ):
            raise ParsingError("Where the body ends is said twice")
        host = self.headers.get("HOST", "")
        if "," in host or (not host and self.version == "1.1"):
            raise ParsingError("One Host is needed")
        if self.chunked:
            self.body_rcv = Chunks(self.body_rcv.getbuf())

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.leave_body()
        return consumed

    @property
    def is_large(self) -> bool:
        return bool(max(self.content_length, self.body_bytes_received) > LARGE)

    def leave_body(self) -> None:
        """Receive no more of it: the application says why, from the head alone."""
        self.close()
        self.error, self.body_rcv, self.completed = None, None, True
        self.headers.setdefault("CONTENT_LENGTH", str(self.adj.max_request_body_size))
        self.headers["CONNECTION"] = "close"


class BusyError(Error):  # type: ignore[misc]
    """There are too many requests before this one."""

    code = 503
    reason = "Service Unavailable"
    retry_after = 5
    title = "Portulan est occupé"
    said = (
        "Trop de demandes arrivent en même temps. Rien n’est enregistré : réessayez dans quelques "
        "secondes."
    )
    in_english = "Too many requests came at once. Nothing was saved: try again in a few seconds."

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return the status, the fields and the page, for which nothing else is asked."""
        page = _PAGE.format(title=self.title, said=self.said, in_english=self.in_english)
        fields = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Cache-Control", "no-store"),
            ("Retry-After", str(self.retry_after)),
        ]
        return f"{self.code} {self.reason}", fields, page.encode()


class FullError(BusyError):
    """There is no room to receive it."""

    retry_after = 60
    title = "Le disque est plein"
    said = "Il n’y a plus de place pour recevoir ce fichier : rien n’est enregistré."
    in_english = "The disk is full: there is no room to receive this file, and nothing was saved."


_PAGE = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p>{said}</p>
<p lang="en">{in_english}</p>
</html>
"""
