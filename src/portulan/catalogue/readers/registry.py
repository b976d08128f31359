"""The formats of catalogue we read. A new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class CatalogueFormat:
    """A format: its name, whether a path may be in it, and its reader."""

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Reading]


# The first that recognises a path reads it: those that look inside come before those that
# only look at the kind of path.
FORMATS: tuple[CatalogueFormat, ...] = (
    CatalogueFormat(edition_file.FORMAT, edition_file.recognises, edition_file.read),
    CatalogueFormat(guide_json.FORMAT, guide_json.recognises, guide_json.read),
    CatalogueFormat(rgesn_json.FORMAT, rgesn_json.recognises, rgesn_json.read),
    CatalogueFormat(reen_markdown.FORMAT, reen_markdown.recognises, reen_markdown.read),
    CatalogueFormat(markdown_tree.FORMAT, markdown_tree.recognises, markdown_tree.read),
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
    known = ", ".join(candidate.name for candidate in FORMATS)
    raise UnusableInputError(findings.NO_FORMAT.at(path=shown, formats=known))
