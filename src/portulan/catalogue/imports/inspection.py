"""What `portulan catalogue inspect` tells of a source, without writing anything anywhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from portulan.catalogue.readers.content import CatalogueContent, PracticeContent, Reading, Term
from portulan.catalogue.readers.edition_file import FORMAT
from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.say.text import Language, Problem, colon


@dataclass(frozen=True, slots=True)
class Inspection:
    """A source as read; `document` is what docs/reference/commands.md says of it."""

    reading: Reading

    @property
    def content(self) -> CatalogueContent:
        return self.reading.content

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.reading.problems

    @property
    def is_whole(self) -> bool:
        """Tell whether it may be imported: readers of others' formats leave out what is wrong, and
        what is left is whole; our own format is somebody's work in hand, to be mended first."""
        return self.reading.format != FORMAT or not any(one.is_error for one in self.problems)

    def document(self, language: Language = "fr") -> dict[str, object]:
        """Return the JSON document; words stay the source's, messages follow the language."""
        content = self.content
        sizes = Counter(practice.theme for practice in content.practices)
        return {
            "format": self.reading.format,
            "catalogue": {
                "slug": content.slug,
                "title": content.title,
                "version": content.version,
            },
            "counts": {
                "themes": len(content.themes),
                "practices": len(content.practices),
                "indicators": content.indicator_count,
            },
            "themes": [
                {"code": theme.code, "title": theme.title, "practices": sizes[theme.code]}
                for theme in content.themes
            ],
            "practices": [_practice(practice) for practice in content.practices],
            "problems": [problem.as_json(language) for problem in self.problems],
        }

    def summary(self, language: Language = "fr") -> str:
        """Return the same facts for a person: counts, themes, and the spread of each scale."""
        content = self.content
        sizes = Counter(practice.theme for practice in content.practices)
        words = WORDS[language]
        lines = [
            f"{content.title} ({content.version})",
            ", ".join(
                f"{number} {_plural(words[name], number, language)}"
                for name, number in (
                    ("theme", len(content.themes)),
                    ("practice", len(content.practices)),
                    ("indicator", content.indicator_count),
                )
            ),
            "",
            *(f"{theme.code:>4}  {theme.title} ({sizes[theme.code]})" for theme in content.themes),
            "",
        ]
        scales = (
            ("priority", content.scales.priority, [one.priority for one in content.practices]),
            (
                "difficulty",
                content.scales.difficulty,
                [one.difficulty for one in content.practices],
            ),
        )
        for name, scale, found in scales:
            if scale:
                lines.append(
                    words[name] + colon(language) + _spread(scale, Counter(found), words["unsaid"])
                )
        return "\n".join(lines).rstrip() + "\n"


WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "theme": "thématique",
        "practice": "bonne pratique",
        "indicator": "indicateur",
        "priority": "Priorité",
        "difficulty": "Difficulté",
        "unsaid": "non dite",
    },
    "en": {
        "theme": "theme",
        "practice": "practice",
        "indicator": "indicator",
        "priority": "Priority",
        "difficulty": "Difficulty",
        "unsaid": "not said",
    },
}


def inspect(path: Path) -> Inspection:
    """Read a source and return what it holds.

    Raises UnusableInputError when nothing can be read there.
    """
    return Inspection(read_catalogue(path))


def _practice(practice: PracticeContent) -> dict[str, object]:
    return {
        "code": practice.code,
        "slug": practice.slug,
        "theme": practice.theme,
        "title": practice.title,
        "priority": practice.priority,
        "difficulty": practice.difficulty,
        "pilots": list(practice.pilots),
        "indicators": [
            {"text": one.text, "kind": one.kind, "unit": one.unit} for one in practice.indicators
        ],
    }


def _plural(words: str, number: int, language: Language) -> str:
    """Return a regular plural of each word; none of the words above has another."""
    alone = number < 2 if language == "fr" else number == 1  # "0 thématique", "0 themes"
    return words if alone else " ".join(f"{word}s" for word in words.split(" "))


def _spread(scale: tuple[Term, ...], found: Counter[str | None], unsaid: str) -> str:
    parts = [f"{term.key} {found[term.key]}" for term in scale]
    return ", ".join([*parts, f"{unsaid} {found[None]}"] if found[None] else parts)
