"""The guide's Markdown tree: one folder for each theme, one page for each practice.

    <theme>/index.md           the theme: title, idThematique `a.`, eleventyNavigation
    <theme>/<practice>.md      the practice: idbp `a.1`, priority, difficulty, who, indicators

Source: github.com/DISIC/MiNumEco, publications/bonnes-pratiques, from the first commit of
2021 to version 1 (docs/reference/truths.md, The catalogue). A practice belongs to the theme of its
folder: theme keys differ from folder names, and the draft's keys have a typo. Other pages
(glossary, home page…) are ignored. A page that cannot be read is a problem, and the others are
read.

The themes of the guide's tree, joined to their practices by folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    CODE_LENGTH,
    SLUG_LENGTH,
    CatalogueContent,
    PracticeContent,
    Reading,
    ThemeContent,
)
from portulan.catalogue.readers.files import SourceFile, ancestors, find_files, printable_name
from portulan.catalogue.readers.front_matter import Page, read_page
from portulan.catalogue.readers.markdown_practice import is_practice, order_of, read_practice
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.catalogue.readers.wording import code_of, slug_of
from portulan.core.folding import fold, natural_key
from portulan.core.say.text import Problem, UnusableInputError

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


LAST = 1_000_000


@dataclass(slots=True)
class ThemeFolder:
    """A folder of practices and what its index says, when it has a readable one."""

    folders: tuple[str, ...]
    index: Page | None
    pages: list[Page] = field(default_factory=list)
    code: str = ""
    lettered: bool = False  # the code is the letter that the codes of its practices start with

    @property
    def marked(self) -> bool:
        """Whether the index says it is a theme, practices or not."""
        return self.index is not None and _is_marked(self.index)

    @property
    def name(self) -> str:
        return self.folders[-1] if self.folders else "index"

    @property
    def order(self) -> int:
        rank = order_of(self.index) if self.index is not None else None
        return LAST if rank is None else rank

    @property
    def key(self) -> str:
        return _navigation(self.index, "key") if self.index is not None else ""

    def content(self) -> ThemeContent:
        title = None
        if self.index is not None:
            title = self.index.text("title") or _navigation(self.index, "title")
        return ThemeContent(
            code=self.code,
            slug=slug_of(self.name)[:SLUG_LENGTH].strip("-") or self.code,
            title=title or self.name,
            order=self.order,
            key=self.key,
            body=self.index.body if self.index is not None else "",
        )


def is_root_theme(page: Page) -> bool:
    """Tell whether the index at the root is a theme's, not the guide's home page."""
    return _is_marked(page)


def _is_marked(page: Page) -> bool:
    if page.values.get("idThematique") is not None:
        return True
    words = " ".join(str(page.values.get(key)) for key in ("tags", "layout"))
    return "thematique" in fold(words)


def _navigation(page: Page, key: str) -> str:
    value = page.section("eleventyNavigation").values.get(key)
    return value.strip() if isinstance(value, str) else ""


def gather_themes(indexes: Sequence[Page], practices: Sequence[Page]) -> list[ThemeFolder]:
    """Return the themes with their pages: by folder, else by key, else a theme for the folder."""
    themes = {
        page.file.folders: ThemeFolder(page.file.folders, page if page.values else None)
        for page in indexes
    }
    by_key = {theme.key: theme for theme in themes.values() if theme.key}
    for page in practices:
        theme = _theme_of(page, themes, by_key)
        if theme is not None:
            theme.pages.append(page)
    for theme in themes.values():
        if theme.pages and theme.index is None:
            folder = "/".join(theme.folders) or "."
            theme.pages[0].problems.append(findings.UNKNOWN_FOLDER.at(file=folder))
    _give_codes(themes.values())
    return list(themes.values())


def _theme_of(
    page: Page,
    themes: dict[tuple[str, ...], ThemeFolder],
    by_key: dict[str, ThemeFolder],
) -> ThemeFolder | None:
    folders = page.file.folders
    for folder in ancestors(folders):
        if folder in themes:
            return themes[folder]
    theme = by_key.get(_navigation(page, "parent"))
    if theme is None and folders:
        theme = themes[folders] = ThemeFolder(folders, None)
    return theme


def _give_codes(themes: Iterable[ThemeFolder]) -> None:
    taken: dict[str, ThemeFolder] = {}
    for theme in themes:
        code = _code_written(theme) or _code_shared(theme)
        theme.lettered = code is not None
        if code is not None and code in taken and theme.index is not None:
            other = taken[code].name
            theme.index.note(findings.THEME_CODE_TWICE, "idThematique", code=code, other=other)
        if code is None or code in taken:
            theme.lettered = False
            code = _code_of_folder(theme.name, taken)
        theme.code = code
        taken[code] = theme


def _code_written(theme: ThemeFolder) -> str | None:
    written = theme.index.text("idThematique") if theme.index is not None else None
    return code_of(written) if written else None


def _code_shared(theme: ThemeFolder) -> str | None:
    """Return the letter shared by the codes of the practices: the drafts write it nowhere else."""
    letters = set()
    for page in theme.pages:
        written = page.values.get("idbp")
        head, dot, _ = (written if isinstance(written, str) else "").strip().partition(".")
        letters.add(head if dot and head else None)
    letter = letters.pop() if len(letters) == 1 else None
    return code_of(letter) if letter else None


def _code_of_folder(name: str, taken: dict[str, ThemeFolder]) -> str:
    """Return a code made of the folder's name, cut at a dash to fit, and free."""
    slug = slug_of(name) or "theme"
    code = slug if len(slug) <= CODE_LENGTH else slug[: CODE_LENGTH + 1].rpartition("-")[0]
    code = (code or slug)[: CODE_LENGTH - 3].strip("-")
    free, number = code, 1
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free
