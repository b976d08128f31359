"""Texts in which somebody is named: what a sealed plan holds for ever is read first (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORDS = re.compile(r"[^\W\d_]+")
_SHORTEST = 3  # letters of a name alone: shorter ones are words of any text


@dataclass(frozen=True, slots=True)
class Named:
    """A text that names somebody: its place, the text, and the words that do."""

    path: str
    text: str
    words: tuple[str, ...]


def named_in(texts: Iterable[tuple[str, str]], people: Iterable[str]) -> Iterator[Named]:
    """Yield the texts that hold an address, or a part of the name of one of these people.

    A part of a name counts where it has a capital, as names have: “Rose Marin” is found in “vu avec
    R. MARIN”, and not in “les métiers marins”. Accents do not count.
    """
    known = {_bare(part) for name in people for part in _WORDS.findall(name)}
    known = {part for part in known if len(part) >= _SHORTEST}
    for path, text in texts:
        found = dict.fromkeys(ADDRESS.findall(text))
        without = ADDRESS.sub(" ", text)
        for word in _WORDS.findall(without):
            if word[0].isupper() and _bare(word) in known:
                found[word] = None
        if found:
            yield Named(path, text, tuple(found))


def _bare(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(char for char in parts if not unicodedata.combining(char)).casefold()
