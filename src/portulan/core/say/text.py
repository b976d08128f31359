"""What is wrong with an input, said in French and in English, without Django.

A reader declares its kinds of problem once, as constants, and yields `Problem`s:

    NOT_A_NUMBER = ProblemKind(
        "not-a-number", "error",
        fr="« {text} » n’est pas un montant.", en="“{text}” is not an amount.",
    )
    yield NOT_A_NUMBER.at(line=12, text="12,,5")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Literal, NamedTuple

from portulan.core.folding import shown

type Severity = Literal["error", "warning"]
type Language = Literal["fr", "en"]


class Text(NamedTuple):
    """The same words in French and in English; a sentence asks for them as `{thing:fr}`."""

    fr: str
    en: str

    def say(self, lang: Language) -> str:
        return self.en if lang == "en" else self.fr

    def __format__(self, language: str) -> str:
        return self.en if language == "en" else self.fr


def quoted(text: str, language: Language) -> str:
    """Return a text between the quotation marks of the language."""
    return f"“{text}”" if language == "en" else f"«\u00a0{text}\u00a0»"


def colon(language: Language) -> str:
    """Return the colon of a language, with its spaces."""
    return ": " if language == "en" else "\u00a0: "


def labelled(label: str, text: str, language: Language) -> str:
    """Return “label : text” or “label: text”."""
    return f"{label}{colon(language)}{text}"


def semicolons(texts: Iterable[str], language: Language) -> str:
    """Return texts one after the other, where commas already part something else."""
    return ("; " if language == "en" else "\u202f; ").join(texts)


class _Speaker(Formatter):
    """Fills a sentence: a text is said in its language without being asked."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: object, format_spec: str) -> str:
        return format(value, format_spec or (self._language if isinstance(value, Text) else ""))


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: a stable code, a severity, and its sentence in both languages."""

    code: str
    severity: Severity
    fr: str
    en: str

    def at(self, *, line: int | None = None, file: str | None = None, **values: object) -> Problem:
        """Return the problem of this kind found at a line (from 1) of a file.

        Words among the values are said in the language of the sentence. Texts are the file’s: they
        are cut and made inert, to be quoted.
        """
        quoted = {
            name: shown(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return Problem(self, line=line, file=file, values=quoted)


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
        return _Speaker(language).vformat(template, (), self.values)

    def as_json(self, language: Language = "fr") -> dict[str, object]:
        """Return the object of the command line's contract (docs/reference/commands.md)."""
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


MORE_ERRORS = ProblemKind(
    "more-errors",
    "error",
    fr="Et {count} autres erreurs « {kind} ».",
    en="And {count} more “{kind}” errors.",
)
MORE_WARNINGS = ProblemKind(
    "more-warnings",
    "warning",
    fr="Et {count} autres avertissements « {kind} ».",
    en="And {count} more “{kind}” warnings.",
)
TOLD_OF_A_KIND = 100


class Problems(list[Problem]):
    """The problems met while reading; past a hundred of a kind they are only counted."""

    def __init__(self) -> None:
        super().__init__()
        self._met: Counter[ProblemKind] = Counter()

    def append(self, problem: Problem) -> None:
        self._met[problem.kind] += 1
        if self._met[problem.kind] <= TOLD_OF_A_KIND:
            super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)
        if isinstance(problems, Problems):
            self._met.update(problems.untold())

    def untold(self) -> Counter[ProblemKind]:
        """Return how many of each kind are only counted."""
        return self._met - Counter(problem.kind for problem in self)

    def told(self, key: Callable[[Problem], Any] | None = None) -> tuple[Problem, ...]:
        """Return the problems, in order of a key if one is given, then how many more there are."""
        more = (
            (MORE_ERRORS if kind.severity == "error" else MORE_WARNINGS).at(
                count=count, kind=kind.code
            )
            for kind, count in self.untold().items()
        )
        return (*(sorted(self, key=key) if key else self), *more)
