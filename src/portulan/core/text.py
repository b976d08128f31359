"""Folding of words for comparison: case, accents, apostrophes and spaces do not count."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'"})
SPACES = re.compile(r"\s+")  # with str patterns, \s covers no-break and narrow spaces
NUMBERS = re.compile(r"(\d+)")


def squeeze(text: str) -> str:
    """Return the text trimmed, each run of white space (no-break ones included) as one space."""
    return SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return a form equal for texts that differ only by case, accents, apostrophes or spaces."""
    decomposed = unicodedata.normalize("NFKD", text.translate(APOSTROPHES))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return squeeze(bare).casefold()


def natural_key(code: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sorting key that puts `g.10` after `g.9`."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in NUMBERS.split(code)
        if part
    )
