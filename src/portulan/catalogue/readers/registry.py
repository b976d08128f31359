"""The formats of catalogue we read. A new format is one module and one line here."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from portulan.catalogue.readers import (
    edition_file,
    findings,
    guide_json,
    markdown_tree,
    reen_markdown,
    rgesn_json,
)
from portulan.catalogue.readers.content import Reading
from portulan.catalogue.readers.files import printable_name
from portulan.core.say.text import UnusableInputError


class CatalogueFormat(Protocol):
    """A module that reads a format: its name, whether a path may be in it, and its reader."""

    FORMAT: str

    def recognises(self, path: Path) -> bool: ...
    def read(self, path: Path) -> Reading: ...


# The first that recognises a path reads it: those that look inside come before those that
# only look at the kind of path.
FORMATS: tuple[CatalogueFormat, ...] = (
    edition_file,
    guide_json,
    rgesn_json,
    reen_markdown,
    markdown_tree,
)


def read_catalogue(path: Path) -> Reading:
    """Read a catalogue in whichever format it is.

    Raises UnusableInputError when the path does not exist, is in no known format, or gives
    no practice at all.
    """
    shown = printable_name(str(path))
    try:
        if not path.exists():
            raise UnusableInputError(findings.NOT_FOUND.at(path=shown))
        for candidate in FORMATS:
            if candidate.recognises(path):
                return candidate.read(path)
    except (OSError, ValueError):  # a name too long, with a NUL, or out of reach
        raise UnusableInputError(findings.NOT_FOUND.at(path=shown)) from None
    known = ", ".join(candidate.FORMAT for candidate in FORMATS)
    raise UnusableInputError(findings.NO_FORMAT.at(path=shown, formats=known))
