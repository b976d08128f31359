"""Values of a JSON document with the place where they stand; what is wrong is noted, not raised."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from portulan.core.problems import Problem, ProblemKind
from portulan.plans.enums import CommitmentLevel
from portulan.plans.wording import Word
from portulan.portfolio.engine import findings

# Sums of a thousand such numbers are still exact in the solver's floats.
MOST = 10**12

_OBJECT = Word("un objet", "an object")
_LIST = Word("une liste", "a list")
_TEXT = Word("un texte", "a text")
_NUMBER = Word("un nombre entier", "a whole number")
_YES_NO = Word("true ou false", "true or false")


@dataclass(frozen=True, slots=True)
class Field:
    """A value, its path as `actions[2].gate`, and the list where problems are noted.

    What is absent is None. Each method notes what is wrong and returns something of the right type.
    """

    value: object
    path: str
    problems: list[Problem]

    def note(self, kind: ProblemKind, **values: object) -> None:
        """Note a problem here."""
        self.problems.append(Problem(kind, values=values | {"field": self.path}))

    @property
    def absent(self) -> bool:
        return self.value is None

    def members(self, *known: str) -> dict[str, Field]:
        """Return the known members of an object, absent ones included; others are problems."""
        given = self._object()
        for key in given:
            if key not in known:
                self._below(str(key), None).note(findings.UNKNOWN_KEY, known=", ".join(known))
        return {key: self._below(key, given.get(key)) for key in known}

    def entries(self) -> Iterator[tuple[str, Field]]:
        """Yield the members of an object whose keys are free."""
        for key, value in self._object().items():
            yield str(key), self._below(str(key), value)

    def items(self) -> list[Field]:
        """Return the items of a list."""
        if self.absent:
            return []
        if not isinstance(self.value, list):
            self.note(findings.WRONG_TYPE, expected=_LIST)
            return []
        return [
            Field(item, f"{self.path}[{index}]", self.problems)
            for index, item in enumerate(self.value)
        ]

    def whole(self, *, least: int | None = 0, default: int | None = 0) -> int:
        """Return a whole number; without a default it must be there."""
        if self.absent and default is not None:
            return default
        if self.absent:
            self.note(findings.MISSING)
        elif isinstance(self.value, float) and isfinite(self.value):
            self.note(findings.NOT_WHOLE, found=self.value)
        elif isinstance(self.value, bool) or not isinstance(self.value, int):
            self.note(findings.WRONG_TYPE, expected=_NUMBER)
        elif least is not None and self.value < least:
            self.note(findings.TOO_SMALL, found=_short(self.value), least=least)
        elif abs(self.value) > MOST:
            self.note(findings.TOO_GREAT, found=_short(self.value), most=MOST)
        else:
            return self.value
        return least or 0

    def wholes(self, length: int) -> tuple[int, ...]:
        """Return as many whole numbers ≥ 0."""
        items = self.items()
        if len(items) != length:
            if self.absent:
                self.note(findings.MISSING)
            elif isinstance(self.value, list):
                self.note(findings.WRONG_LENGTH, found=len(items), expected=length)
            return (0,) * length
        return tuple(item.whole(default=None) for item in items)

    def text(self, *, required: bool = False) -> str:
        """Return a text, empty when absent."""
        if self.absent:
            if required:
                self.note(findings.MISSING)
        elif not isinstance(self.value, str):
            self.note(findings.WRONG_TYPE, expected=_TEXT)
        elif required and not self.value.strip():
            self.note(findings.EMPTY)
        else:
            if any(unicodedata.category(character) == "Cc" for character in self.value):
                self.note(findings.CONTROL)
            return self.value
        return ""

    def yes(self) -> bool:
        """Return true or false, false when absent."""
        if not isinstance(self.value, bool | None):
            self.note(findings.WRONG_TYPE, expected=_YES_NO)
        return self.value is True

    def level(self) -> CommitmentLevel:
        """Return a commitment level, by name."""
        name = self.text(required=True)
        if name in CommitmentLevel.__members__:
            return CommitmentLevel[name]
        if name:
            self.note(findings.NOT_A_LEVEL, found=name)
        return CommitmentLevel.IMPLEMENTATION

    def _object(self) -> Mapping[object, object]:
        if isinstance(self.value, dict):
            return self.value
        if not self.absent:
            self.note(findings.WRONG_TYPE, expected=_OBJECT)
        return {}

    def _below(self, key: str, value: object) -> Field:
        return Field(value, f"{self.path}.{key}" if self.path else key, self.problems)


def _short(number: int) -> str:
    """Return a number, the first digits of one that nobody would read."""
    text = str(number)
    return text if len(text) <= 20 else f"{text[:20]}…"
