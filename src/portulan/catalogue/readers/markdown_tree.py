"""The guide's Markdown tree: one folder for each theme, one page for each practice.

    <theme>/index.md           the theme: title, idThematique `a.`, eleventyNavigation
    <theme>/<practice>.md      the practice: idbp `a.1`, priority, difficulty, who, indicators

Source: github.com/DISIC/MiNumEco, publications/bonnes-pratiques, from the first commit of
2021 to version 1 (docs/reference/truths.md, The catalogue). A practice belongs to the theme of its
folder: theme keys differ from folder names, and the draft's keys have a typo. Other pages
(glossary, home page…) are ignored. A page that cannot be read is a problem, and the others are
read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    CatalogueContent,
    PracticeContent,
    Reading,
    ThemeContent,
)
from portulan.catalogue.readers.files import SourceFile, find_files, printable_name
from portulan.catalogue.readers.front_matter import Page, read_page
from portulan.catalogue.readers.markdown_practice import is_practice, read_practice
from portulan.catalogue.readers.markdown_theme import ThemeFolder, gather_themes, is_root_theme
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.catalogue.readers.wording import slug_of
from portulan.core.problems import Problem, UnusableInputError
from portulan.core.text import natural_key

FORMAT = "guide-markdown"
STEP = 10
GUIDE = {
    "slug": "guide-nr",
    "licence": "Licence Ouverte / Etalab 2.0",
    "source_url": "https://ecoresponsable.numerique.gouv.fr/publications/bonnes-pratiques/",
}


@dataclass(frozen=True, slots=True)
class _Tree:
    """Every page of the tree, sorted into practices, indexes and the rest."""

    root: Path
    home: Page | None
    practices: tuple[Page, ...]
    indexes: tuple[Page, ...]


def recognises(path: Path) -> bool:
    """Tell whether a path may be such a tree: any folder may."""
    return path.is_dir()


def read(path: Path) -> Reading:
    """Read the tree in a folder.

    Raises UnusableInputError when the folder cannot be read, holds too many files, or holds
    neither a practice nor a page that could not be read.
    """
    root = path.resolve()
    files, problems = find_files(root, ".md")
    pages = [read_page(file) for file in files]
    tree = _sort(root, pages)
    folders = gather_themes(tree.indexes, tree.practices)
    themes, practices = _ordered(folders, _practices(tree, folders))
    for page in pages:
        problems.extend(page.problems)
    if not practices and not any(problem.is_error for problem in problems):
        raise UnusableInputError(findings.NO_PRACTICE.at(path=str(path)))
    content = _content(tree, themes, practices)
    return Reading(FORMAT, content, problems.told(key=_place))


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file or "", problem.line or 0, problem.kind.code


def _sort(root: Path, pages: list[Page]) -> _Tree:
    home, practices, indexes = None, [], []
    for page in pages:
        if is_practice(page):
            practices.append(page)
        elif page.file.name.lower() == "index.md":
            if page.file.folders or is_root_theme(page):
                indexes.append(page)
            else:
                home = page
    return _Tree(root, home, tuple(practices), tuple(indexes))


def _practices(tree: _Tree, folders: Iterable[ThemeFolder]) -> list[PracticeContent]:
    """Read the practices theme by theme; a code met twice goes to the first page in path order."""
    theme_of = {page.file: folder for folder in folders for page in folder.pages}
    taken: dict[str, SourceFile] = {}
    slugs: set[str] = set()
    practices: list[PracticeContent] = []
    for page in tree.practices:
        folder = theme_of.get(page.file)
        practice = read_practice(page, folder.code if folder else "")
        if practice is None:
            continue
        if folder is None:
            page.note(findings.NO_THEME, "idbp", code=practice.code)
            continue
        first = taken.setdefault(practice.code, page.file)
        if first is not page.file:
            page.note(findings.DUPLICATE_CODE, "idbp", code=practice.code, other=first.shown)
            continue
        if folder.lettered and not practice.code.startswith(f"{folder.code}."):
            page.note(findings.FOREIGN_CODE, "idbp", code=practice.code, theme=folder.code)
        if practice.slug in slugs:
            page.note(findings.DUPLICATE_SLUG, slug=practice.slug)
        slugs.add(practice.slug)
        practices.append(practice)
    return practices


def _ordered(
    folders: Iterable[ThemeFolder], practices: list[PracticeContent]
) -> tuple[tuple[ThemeContent, ...], tuple[PracticeContent, ...]]:
    """Order themes by navigation then code, practices by theme then code (`g.10` after `g.9`)."""
    found = sorted(folders, key=lambda folder: (folder.order, natural_key(folder.code)))
    used = {practice.theme for practice in practices}
    themes = [folder.content() for folder in found if folder.marked or folder.code in used]
    rank = {theme.code: position for position, theme in enumerate(themes)}
    ranked = sorted(practices, key=lambda one: (rank[one.theme], natural_key(one.code)))
    return (
        tuple(replace(theme, order=(place + 1) * STEP) for place, theme in enumerate(themes)),
        tuple(replace(one, order=(place + 1) * STEP) for place, one in enumerate(ranked)),
    )


def _content(
    tree: _Tree, themes: tuple[ThemeContent, ...], practices: tuple[PracticeContent, ...]
) -> CatalogueContent:
    folder_name = printable_name(tree.root.name) or "catalogue"
    home = tree.home
    version = (home.text("version", 60) if home else None) or folder_name
    title = (home.text("title") if home else None) or folder_name
    official = any(
        "bonne-pratique" in str(page.values.get("layout"))
        for page in (*tree.practices, *tree.indexes)
    )
    date = home.text("date", 40) if home else None
    source = "mission interministérielle numérique écoresponsable (MiNumEco)"
    return CatalogueContent(
        slug=GUIDE["slug"] if official else slug_of(folder_name)[:80].strip("-") or "catalogue",
        title=title,
        version=version[:60],
        scales=read_scales(practices),
        themes=themes,
        practices=practices,
        pilots=read_pilots(practices),
        licence=GUIDE["licence"] if official else None,
        source_url=GUIDE["source_url"] if official else None,
        attribution=", ".join(filter(None, [title[:120], source, date])) if official else "",
    )
