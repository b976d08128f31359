"""What is wrong with an input, said in French and in English, without Django.

A reader declares its kinds of problem once, as constants, and yields `Problem`s:

    NOT_A_NUMBER = ProblemKind(
        "not-a-number", "error",
        fr="« {text} » n’est pas un montant.", en="“{text}” is not an amount.",
    )
    yield NOT_A_NUMBER.at(line=12, text="12,,5")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type Severity = Literal["error", "warning"]
type Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: a stable code, a severity, and its sentence in both languages."""

    code: str
    severity: Severity
    fr: str
    en: str

    def at(self, *, line: int | None = None, file: str | None = None, **values: object) -> Problem:
        """Return the problem of this kind found at a line (from 1) of a file."""
        return Problem(self, line=line, file=file, values=values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong: what, where, and the values its sentence needs."""

    kind: ProblemKind
    line: int | None = None
    file: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.kind.severity == "error"

    def message(self, language: Language = "fr") -> str:
        """Return the sentence a person reads, without the place."""
        template = self.kind.en if language == "en" else self.kind.fr
        return template.format(**self.values)

    def as_json(self, language: Language = "fr") -> dict[str, object]:
        """Return the object of the command line's contract (DESIGN section 5)."""
        return {
            "file": self.file,
            "line": self.line,
            "severity": self.kind.severity,
            "code": self.kind.code,
            "message": self.message(language),
        }


class UnusableInputError(Exception):
    """The input can give nothing at all: exit code 2, HTTP 400, and nothing is written."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message("en"))
        self.problem = problem
