"""Words of a source made clean: trimmed, without control characters, otherwise untouched."""

from __future__ import annotations

import re
import unicodedata

from portulan.catalogue.readers.content import CODE_LENGTH
from portulan.core.folding import fold

INVISIBLE_ENDS = re.compile(r"^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+\Z")
SLUG_BREAKS = re.compile(r"[^a-z0-9]+")
CODE = re.compile(r"[^\W_]+(?:[.\-_][^\W_]+)*")


def clean(text: str) -> str:
    """Return the text without what no screen, database or JSON document takes, trimmed.

    Control characters and lone surrogates go (YAML escapes can forge both); line ends, tabs
    and no-break spaces inside the text stay.
    """
    kept = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
    return INVISIBLE_ENDS.sub("", kept)


def one_line(text: str) -> str:
    """Return a clean text on one line; the spaces inside its lines stay as they are."""
    lines = clean(text).replace("\t", " ").splitlines()
    return " ".join(line for line in (line.strip() for line in lines) if line)


def without_stray_quote(text: str) -> str:
    """Return the text without the quote left at one end only: `Water Usage (WUE)"`.

    A quote whose pair stands in the text is part of it, and stays.
    """
    if text.count('"') % 2 == 0:
        return text
    if text.endswith('"'):
        return text[:-1].rstrip()
    return text[1:].lstrip() if text.startswith('"') else text


def code_of(text: str) -> str | None:
    """Return the code without its final dot (`a.` gives `a`), or None if it is no code."""
    code = one_line(text).rstrip(".").rstrip()
    return code if len(code) <= CODE_LENGTH and CODE.fullmatch(code) else None


def slug_of(text: str) -> str:
    """Return a lower case ASCII slug; "" when nothing of the text can be kept."""
    return SLUG_BREAKS.sub("-", fold(text)).strip("-")
