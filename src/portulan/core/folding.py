"""Folding of words for comparison: case, accents, apostrophes and spaces do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps

APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'"})
BREAKS = re.compile(r"[\t\n\r]")
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
SHOWN = 200  # characters of a file that a sentence quotes at most
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
NUMBERS = re.compile(r"(\d+)")


def squeeze(text: str) -> str:
    """Return the text trimmed, each run of white space (no-break ones included) as one space."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return a form equal for texts that differ only by case, accents, apostrophes or spaces."""
    if text.isascii():  # nothing to decompose: codes, and most words
        return squeeze(text.replace("`", "'")).lower()
    # Combining marks go before as well: sorting a long run of them takes the square of its length.
    decomposed = unicodedata.normalize("NFKD", _bare(text.translate(APOSTROPHES)))
    return squeeze(_bare(decomposed)).casefold()


def sought(text: str) -> str:
    """Return the text as a search compares it: folded, ligatures as the two letters they join."""
    folded = fold(text)
    return folded if folded.isascii() else folded.translate(LIGATURES)


def _bare(text: str) -> str:
    return "".join(char for char in text if not unicodedata.combining(char))


def natural_key(code: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sorting key that puts `g.10` after `g.9`."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in NUMBERS.split(code)
        if part
    )


def shown(text: str, most: int = SHOWN) -> str:
    """Return what a file says as a sentence may quote it: on one line, short, and inert."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return inert(squeeze(cut) if BREAKS.search(cut) else cut)


def inert(text: str) -> str:
    """Return the text without what is not seen: it may be written on a terminal.

    Control characters command it, marks of direction turn the words around them, and half a
    character (a lone surrogate, as in the name of a file that is no text) cannot be written.
    """
    return UNSEEN.sub("\ufffd", text)


def remembered[**P, T](most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember the last `most` answers of a pure function of texts, but not about long texts.

    A column of long texts would stay in memory for the life of the process.
    """

    def remember(answer: Callable[P, T]) -> Callable[P, T]:
        known = lru_cache(maxsize=most)(answer)

        @wraps(answer)
        def ask(*texts: P.args, **named: P.kwargs) -> T:
            for text in texts:
                if text is not None and len(text) > SHOWN:  # type: ignore[arg-type]
                    return answer(*texts, **named)
            return known(*texts, **named)  # type: ignore[arg-type]

        return ask

    return remember
