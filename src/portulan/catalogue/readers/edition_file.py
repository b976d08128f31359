"""Our own format of catalogue: one edition in one YAML file (UTF-8).

A text is in French, or `{fr: …, en: …}` where the English may be left out. Only what has no
comment is needed:

    catalogue:
      slug: charte-maison           # lower case, digits and dashes
      version: "2026"
      title: Charte de la maison
      licence: etalab-2.0           # optional, as the two below
      source_url: https://…
      attribution: …
    scales:                         # optional: else the words met, in their order
      priority: [{key: Prioritaire, en: Priority}, Souhaitable]      # from the first to do
      difficulty: [Facile, Difficile]                                # from the easiest
    pilots: [{key: Direction du numérique, en: Digital department}]  # optional, as scales
    themes:
      - code: a
        title: {fr: Acheter, en: Buying}
        slug: acheter               # optional: else made of the title, as for a practice
    practices:
      - code: a.1
        theme: a
        title: Acheter du matériel reconditionné
        slug: reconditionne         # optional, like all that follows
        priority: Prioritaire       # a word of scales.priority
        difficulty: Facile
        pilots: [Direction du numérique]
        summary: {fr: …, en: …}
        body: |                     # Markdown
          …
        source_url: https://…
        indicators:
          - "% d’appareils reconditionnés"           # its kind and unit are guessed
          - {fr: …, en: …, kind: percentage, unit: "%", direction: up}
    links:                          # optional: what a practice is to one of another catalogue
      - {code: a.1, relation: equal, catalogue: guide-nr, edition: v1, other: e.1, reason: …}
    successors:                     # optional: where the codes of an older edition went
      - {edition: "2024", old: b.3, code: a.1, reason: …}
      - {edition: "2024", old: b.4, reason: Sans suite}

`relation` says what this practice is to the other: equal, broader, narrower or related; without
`edition`, any edition of that catalogue serves. `kind` is yes_no, percentage, count, quantity or
text; `unit` is "%" for a percentage; `direction` (which way is better) is up, down or none. Order
in the file is the order on screen. Every other key is refused, so that a typo is not lost in
silence. Aliases are refused. Quote a text that holds ": ", or starts with %, *, &, @, [
or {, and, inside { } or [ ], a text that holds a comma.

The editions shipped with Portulan, written in our own format, worded in both languages.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import CatalogueContent, Reading
from portulan.catalogue.readers.edition import read_edition
from portulan.catalogue.readers.files import SourceFile, printable_name, read_text
from portulan.core.say.text import Problem, UnusableInputError

FORMAT = "portulan-edition"


def parse_edition(text: str, *, file: str | None = None) -> Reading:
    """Read an edition written in the format above, with every problem met.

    Raises UnusableInputError when the text is no YAML, or holds no practice.
    """
    content, problems = read_edition(text, file=file)
    if content is None:
        raise UnusableInputError((problems or [findings.NO_PRACTICE.at(path=file or "-")])[0])
    return Reading(FORMAT, content, problems.told())


def recognises(path: Path) -> bool:
    """Tell whether a path is a YAML file."""
    return path.suffix.lower() in {".yaml", ".yml"} and path.is_file()


def read(path: Path) -> Reading:
    """Read an edition from a file; raises UnusableInputError as `parse_edition` does."""
    text = read_text(SourceFile(path, (), printable_name(path.name)))
    if isinstance(text, Problem):
        raise UnusableInputError(text)
    return parse_edition(text, file=printable_name(path.name))


BUILTIN_EDITIONS: tuple[str, ...] = ("guide-v1",)
# Shipped too, and added by who wants them: an organisation that did not ask sees nothing of them.
OFFERED_EDITIONS: tuple[str, ...] = ("gpc-onr",)


@lru_cache(maxsize=4)
def load_builtin(name: str = "guide-v1") -> CatalogueContent:
    """Return an edition shipped with the package, in the languages of its source.

    Raises KeyError, and UnusableInputError at the first problem: a shipped edition has none.
    """
    if name not in BUILTIN_EDITIONS + OFFERED_EDITIONS:
        raise KeyError(name)
    file = f"{name}.yaml"
    folder = resources.files("portulan.catalogue").joinpath("data")
    reading = parse_edition(folder.joinpath(file).read_text("utf-8"), file=file)
    if reading.problems:
        raise UnusableInputError(reading.problems[0])
    return reading.content
