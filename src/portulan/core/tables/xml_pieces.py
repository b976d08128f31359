"""XML read by pieces, whoever wrote it: memory does not grow with the file, nothing is fetched.

The parser is expat, which Python has. It keeps the open elements, the names it has seen and the
tag being read: the three are bounded here. A DOCTYPE, which is where entities are declared, is
refused, so that there is nothing to expand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.parsers import expat

# Real documents are ten deep and have some hundred names, of elements and attributes together.
MAX_DEPTH = 200
MAX_NAMES = 5_000
MAX_SILENCE = 1 << 20  # characters or bytes without one element: no tag and no text is so long


class MarkupError(Exception):
    """What is wrong with a document, and the line where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class DoctypeError(MarkupError):
    """The document declares a DOCTYPE."""


class Markup[T]:
    """The reading of one document; a kind of document says what it finds in `start` and `end`.

    Names are as written, prefixes included. What is put in `found` comes out of `read`.
    """

    def __init__(self) -> None:
        self.found: list[T] = []
        self.depth = 0
        self.deepest = MAX_DEPTH  # ends below this depth are not told
        self._moved = False
        self._names: dict[str, str] = {}
        self._parser = parser = expat.ParserCreate(intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        # Most of a document is the space between its elements: who reads no text is not told of it.
        if type(self).text is not Markup.text:
            parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._doctype

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element that opens, at `depth` (1 for the root)."""

    def end(self, name: str) -> None:
        """Take the end of the element at `depth`."""

    def text(self, text: str) -> None:
        """Take some text of the open element; it may come in several pieces."""

    @property
    def line(self) -> int:
        """The line of the source where the parser is, from 1."""
        return self._parser.CurrentLineNumber

    def read(self, pieces: Iterable[str] | Iterable[bytes]) -> Iterator[T]:
        """Yield what is found, piece after piece; nothing of nothing. Raises MarkupError."""
        silence = 0
        piece: str | bytes | None = None
        for piece in pieces:
            self._moved = False
            self._feed(piece, final=False)
            silence = 0 if self._moved else silence + len(piece)
            if silence > MAX_SILENCE or len(self._names) > MAX_NAMES:
                raise MarkupError("too long, or too many names", self.line)
            yield from self._taken()
        if piece is not None:
            self._feed(b"", final=True)
            yield from self._taken()

    def _taken(self) -> list[T]:
        taken, self.found = self.found, []
        return taken

    def _feed(self, piece: str | bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            raise MarkupError(expat.ErrorString(error.code), error.lineno) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._moved = True
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise MarkupError("too deep", self.line)
        self.start(name, attributes)

    def _end(self, name: str) -> None:
        if self.depth <= self.deepest:
            self.end(name)
        self.depth -= 1

    def _doctype(self, *_declaration: object) -> None:
        raise DoctypeError("DOCTYPE", self.line)
