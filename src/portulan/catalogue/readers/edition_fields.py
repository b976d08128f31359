"""The values of an edition in our own format, each problem told with its path and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portulan.catalogue.readers.content import (
    CODE_LENGTH,
    INDICATOR_LENGTH,
    REASON_LENGTH,
    SLUG_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from portulan.catalogue.readers.plain_yaml import Document, Path, Value
from portulan.catalogue.readers.wording import clean, code_of, one_line
from portulan.core.say.text import ProblemKind, Problems

SLUG = re.compile(r"(?=.{1,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")  # one of the guide's own has an accent
URL = re.compile(r"https?://[^\s/]+\S*")


# Characters at most, by the nearest key of the path.
LIMITS: dict[str | int, int] = {
    "code": CODE_LENGTH,
    "slug": SLUG_LENGTH,
    "title": TITLE_LENGTH,
    "version": WORD_LENGTH,
    "licence": 120,
    "attribution": 500,
    "source_url": 500,
    "key": WORD_LENGTH,
    "unit": 40,
    "summary": 20_000,
    "body": 200_000,
    "reason": REASON_LENGTH,
    "catalogue": 80,
    "edition": WORD_LENGTH,
    "indicators": INDICATOR_LENGTH,
    "scales": WORD_LENGTH,
    "pilots": WORD_LENGTH,
}


@dataclass(slots=True)
class Checker:
    """Walks the document, and notes what is wrong with the line and the path of each value."""

    document: Document
    file: str | None
    problems: Problems = field(default_factory=Problems)

    def note(self, kind: ProblemKind, path: Path, **values: object) -> None:
        shown = ".".join(f"{step + 1}" if isinstance(step, int) else step for step in path)
        line = self.document.line(*path)
        self.problems.append(kind.at(file=self.file, line=line, path=shown or "-", **values))

    def shape(self, path: Path, fr: str, en: str) -> None:
        self.note(EDITION_SHAPE, path, expected_fr=fr, expected_en=en)

    def mapping(self, value: Value, path: Path, keys: Sequence[str]) -> Mapping[str, Value]:
        if value is None:
            self.note(EDITION_MISSING, path)
            return {}
        if not isinstance(value, Mapping):
            self.shape(path, "une suite de «\u00a0clé\u00a0: valeur\u00a0»", "a list of key: value")
            return {}
        for key in value:
            if key not in keys:
                known = ", ".join(keys)
                self.note(EDITION_UNKNOWN_KEY, (*path, key), word=key, known=known)
        return value

    def items(
        self, value: Value, path: Path, *, required: bool = False
    ) -> Iterator[tuple[Path, Value]]:
        if value is None or value == ():
            if required:
                self.note(EDITION_MISSING, path)
        elif not isinstance(value, tuple):
            self.shape(path, "une liste", "a list")
        else:
            for index, item in enumerate(value):
                yield (*path, index), item

    def text(self, value: Value, path: Path, *, required: bool = True) -> str:
        """Return a text on one line."""
        return self._worded(value, path, one_line, required=required)

    def block(self, value: Value, path: Path) -> str:
        """Return a text of several lines, "" when absent."""
        return self._worded(value, path, clean, required=False)

    def _worded(
        self, value: Value, path: Path, tidy: Callable[[str], str], *, required: bool
    ) -> str:
        if value is not None and not isinstance(value, str):
            self.shape(path, "un texte", "a text")
            return ""
        text = tidy(value or "")
        if required and not text:
            self.note(EDITION_MISSING, path)
        limit = next((LIMITS[step] for step in reversed(path) if step in LIMITS), TITLE_LENGTH)
        if len(text) > limit:
            self.shape(path, f"de {limit} caractères au plus", f"{limit} characters at most")
        return text

    def pair(self, value: Value, path: Path, *, required: bool = True) -> tuple[str, str]:
        """Return a text in French and in English: a text alone is in French."""
        if value is None or isinstance(value, str):
            return self.text(value, path, required=required), ""
        both = self.mapping(value, path, ("fr", "en"))
        if not both:
            return "", ""
        return (
            self.text(both.get("fr"), (*path, "fr"), required=required),
            self.text(both.get("en"), (*path, "en"), required=False),
        )

    def matching(self, value: Value, path: Path, pattern: re.Pattern[str], fr: str, en: str) -> str:
        text = self.text(value, path)
        if text and not pattern.fullmatch(text):
            self.shape(path, fr, en)
        return text

    def slug(self, value: Value, path: Path) -> str:
        return self.matching(
            value,
            path,
            SLUG,
            "fait de minuscules sans accent, de chiffres et de tirets (80 au plus)",
            "made of unaccented lower case letters, digits and dashes (80 at most)",
        )

    def name(self, value: Value, path: Path) -> str:
        """Return the slug of a theme or a practice: words as an address has them."""
        fr, en = "fait de mots joints par des tirets", "made of words joined by dashes"
        return self.matching(value, path, NAME, fr, en)

    def url(self, value: Value, path: Path) -> str:
        return self.matching(value, path, URL, "une adresse http ou https", "an http(s) address")

    def code(self, value: Value, path: Path) -> str:
        text = self.text(value, path)
        if text and code_of(text) != text:
            self.shape(path, "un code, sans point final", "a code, without final dot")
        return text

    def word(self, value: Value, path: Path, known: Sequence[str]) -> str | None:
        """Return one of the known words (any, if none is known); None when the value is absent."""
        if value is None:
            return None
        text = self.text(value, path)
        if text and known and text not in known:
            self.note(EDITION_UNKNOWN, path, word=text, known=", ".join(known))
        return text or None

    def once(self, text: str, path: Path, taken: set[str]) -> None:
        if text and text in taken:
            self.note(EDITION_TWICE, path, word=text)
        taken.add(text)


EDITION_MISSING = ProblemKind(
    "edition-missing",
    "error",
    fr="«\u00a0{path}\u00a0» manque.",
    en="“{path}” is missing.",
)
EDITION_SHAPE = ProblemKind(
    "edition-shape",
    "error",
    fr="«\u00a0{path}\u00a0» doit être {expected_fr}.",
    en="“{path}” must be {expected_en}.",
)
EDITION_UNKNOWN = ProblemKind(
    "edition-unknown-word",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: «\u00a0{word}\u00a0» n’est pas parmi {known}.",
    en="“{path}”: “{word}” is not among {known}.",
)
EDITION_UNKNOWN_KEY = ProblemKind(
    "edition-unknown-key",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: la clé «\u00a0{word}\u00a0» est inconnue "
    "(clés connues\u00a0: {known}).",
    en="“{path}”: key “{word}” is unknown (known keys: {known}).",
)
EDITION_TWICE = ProblemKind(
    "edition-twice",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: «\u00a0{word}\u00a0» est déjà pris.",
    en="“{path}”: “{word}” is already taken.",
)
EDITION_NO_PRACTICE = ProblemKind(
    "edition-no-practice",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: aucune bonne pratique de cette édition n’a le code {code}.",
    en="“{path}”: no practice of this edition has the code {code}.",
)
