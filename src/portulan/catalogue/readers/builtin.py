"""The editions shipped with Portulan, and the format they are written in.

An edition is one YAML file (UTF-8) in `portulan/catalogue/data/`, for instance
`guide-v1.yaml`. Facts come from the source; titles, summaries and indicators are worded in
French (`fr`) and in English (`en`), both required wherever `{fr, en}` stands:

    catalogue:
      slug: guide-nr              # lower case, digits and dashes
      version: v1
      title: {fr, en}
      licence: etalab-2.0
      source_url: https://…       # http or https
      attribution: {fr, en}
    scales:                       # from the first to do, from the easiest
      priority: [{key: Prioritaire, en: Priority}, …]
      difficulty: [{key: Facile, en: Easy}, …]
    pilots: [{key: Direction du numérique, en: Digital department}, …]
    themes: [{code: a, slug: strategie-et-gouvernance, title: {fr, en}}, …]
    practices:
      - code: a.1                 # starts with its theme's code and a dot
        slug: personne-dediee     # unique in the edition
        theme: a
        priority: Prioritaire     # a key of scales.priority, or absent
        difficulty: Moyenne       # a key of scales.difficulty, or absent
        pilots: [Direction générale]        # keys of pilots, at least one
        title: {fr, en}
        summary: {fr, en}
        source_url: https://…     # optional
        indicators:               # at least one
          - {fr, en, kind: percentage, unit: "%", direction: up}

`kind` is yes_no, percentage, count, quantity or text; `unit` is optional, and "%" for a
percentage; `direction` (which way is better) is up, down, none or absent. Order in the file
is the order on screen. Every other key is refused, so that a typo is not lost in silence.
Aliases are refused. Quote a text that holds ": ", or starts with %, *, &, @, [ or {.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import CatalogueContent, Reading
from portulan.catalogue.readers.edition import read_edition
from portulan.catalogue.readers.files import SourceFile, printable_name, read_text
from portulan.core.problems import Problem, UnusableInputError

BUILTIN_EDITIONS: tuple[str, ...] = ("guide-v1",)
FORMAT = "portulan-edition"


def parse_edition(text: str, *, file: str | None = None) -> Reading:
    """Read an edition written in the format above; every problem is an error.

    Raises UnusableInputError when the text is no YAML, or holds no practice.
    """
    content, problems = read_edition(text, file=file)
    if content is None:
        raise UnusableInputError((problems or [findings.NO_PRACTICE.at(path=file or "-")])[0])
    return Reading(FORMAT, content, tuple(problems))


def recognises(path: Path) -> bool:
    """Tell whether a path is a YAML file."""
    return path.suffix.lower() in {".yaml", ".yml"} and path.is_file()


def read(path: Path) -> Reading:
    """Read an edition from a file; raises UnusableInputError as `parse_edition` does."""
    text = read_text(SourceFile(path, (), printable_name(path.name)))
    if isinstance(text, Problem):
        raise UnusableInputError(text)
    return parse_edition(text, file=printable_name(path.name))


@lru_cache(maxsize=4)
def load_builtin(name: str = "guide-v1") -> CatalogueContent:
    """Return an edition shipped with the package, in both languages.

    Raises UnusableInputError at the first problem: a shipped edition has none.
    """
    if name not in BUILTIN_EDITIONS:
        raise KeyError(name)
    file = f"{name}.yaml"
    folder = resources.files("portulan.catalogue").joinpath("data")
    reading = parse_edition(folder.joinpath(file).read_text("utf-8"), file=file)
    if reading.problems:
        raise UnusableInputError(reading.problems[0])
    return reading.content
