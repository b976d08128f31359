"""The six headings of a local authority's responsible digital strategy (loi REEN, article 35).

The ministry's pages, one for each heading of decree 2022-1084 (CGCT, article D.2311-15-1):
a title numbered `1. …`, then lists under headings: actions, indicators, tools, experience.
Source: github.com/DISIC/MiNumEco, strategie-numerique-responsable-des-collectivites. Each
heading is a theme with one practice: what a strategy may set, with the ministry's examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    INDICATOR_LENGTH,
    SLUG_LENGTH,
    WORD_LENGTH,
    CatalogueContent,
    PracticeContent,
    Reading,
    Scales,
    ThemeContent,
)
from portulan.catalogue.readers.files import MAX_ENTRIES, find_files, printable_name
from portulan.catalogue.readers.front_matter import Page, read_page
from portulan.catalogue.readers.markdown_practice import LINK, order_of, read_indicator
from portulan.catalogue.readers.wording import one_line, slug_of
from portulan.core.folding import fold, natural_key
from portulan.core.say.text import Problem, UnusableInputError

FORMAT = "reen-markdown"
STEP = 10
LAYOUT = "numerique-responsable-collectivites"
PAGES_LOOKED_AT = 50
NUMBERED = re.compile(r"([0-9]{1,2})\s*[.°]\s*(.+)")
PERMALINK = re.compile(r"/[\w./-]{1,200}")
BULLET = re.compile(r"[-*+]\s+(\S.*)")
SITE = "https://ecoresponsable.numerique.gouv.fr"
TITLE = "Stratégie numérique responsable des collectivités (loi REEN, décret n° 2022-1084)"


def recognises(path: Path) -> bool:
    """Tell whether a folder holds, at its top, a page of the headings."""
    if not path.is_dir():
        return False
    found = sorted(islice(path.glob("*.md"), MAX_ENTRIES))[:PAGES_LOOKED_AT]
    return any(_says_layout(page) for page in found if page.is_file())  # a pipe has no end


def _says_layout(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return LAYOUT.encode() in stream.read(2_000).partition(b"\n---")[0]
    except OSError:
        return False


def read(path: Path) -> Reading:
    """Read the headings of a folder; raises UnusableInputError when none can be read."""
    root = path.resolve()
    files, problems = find_files(root, ".md")
    pages = [read_page(file) for file in files]
    headings = [page for page in pages if LAYOUT in str(page.values.get("layout"))]
    practices: dict[str, PracticeContent] = {}
    for rank, page in enumerate(headings, start=1):
        practice = _practice(page, rank)
        if practice.code in practices:
            other = practices[practice.code].title[:80]
            page.note(findings.DUPLICATE_CODE, "title", code=practice.code, other=other)
        else:
            practices[practice.code] = practice
    for page in pages:
        problems.extend(page.problems)
    if not practices and not any(problem.is_error for problem in problems):
        raise UnusableInputError(findings.NO_PRACTICE.at(path=str(path)))
    content = _content(printable_name(root.name) or "reen", list(practices.values()))
    return Reading(FORMAT, content, problems.told(key=_place))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file or "", problem.line or 0


def _practice(page: Page, rank: int) -> PracticeContent:
    title = page.text("title")
    if title is None:
        page.note(findings.NO_TITLE)
        title = page.file.stem
    numbered = NUMBERED.fullmatch(title)
    order = order_of(page)
    code = numbered[1] if numbered else str(order // STEP if order else rank)
    permalink = page.values.get("permalink")
    known = isinstance(permalink, str) and PERMALINK.fullmatch(permalink)
    return PracticeContent(
        code=code,
        slug=slug_of(page.file.stem)[:SLUG_LENGTH].strip("-") or f"titre-{code}",
        theme=code,
        title=numbered[2] if numbered else title,
        priority=None,
        difficulty=None,
        pilots=(),
        indicators=tuple(read_indicator(text) for text in _indicators(page.body)),
        order=0,
        body=page.body,
        source_url=f"{SITE}{permalink}" if known else None,
    )


def _indicators(body: str) -> Iterator[str]:
    """Yield the first-level items of the list under the heading of indicators."""
    wanted = False
    for line in body.splitlines():
        if line.startswith("#"):
            wanted = "indicateur" in fold(line)
        elif wanted and (bullet := BULLET.match(line)):
            text = one_line(LINK.sub(r"\1", bullet[1][:8_000]))
            yield text if len(text) <= INDICATOR_LENGTH else text[: INDICATOR_LENGTH - 1] + "…"


def _content(folder: str, found: list[PracticeContent]) -> CatalogueContent:
    practices = sorted(found, key=lambda one: natural_key(one.code))
    return CatalogueContent(
        slug="reen",
        title=TITLE,
        version=folder[:WORD_LENGTH],
        scales=Scales(),
        themes=tuple(
            ThemeContent(one.code, one.slug, one.title, rank * STEP)
            for rank, one in enumerate(practices, start=1)
        ),
        practices=tuple(
            replace(one, order=rank * STEP) for rank, one in enumerate(practices, start=1)
        ),
        licence="Licence Ouverte / Etalab 2.0",
        source_url=f"{SITE}/publications/strategie-numerique-responsable-des-collectivites/",
        attribution=f"{TITLE}, mission interministérielle numérique écoresponsable (MiNumEco)",
    )
