"""The themes of the guide's tree, joined to their practices by folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import CODE_LENGTH, SLUG_LENGTH, ThemeContent
from portulan.catalogue.readers.files import ancestors
from portulan.catalogue.readers.front_matter import Page
from portulan.catalogue.readers.markdown_practice import order_of
from portulan.catalogue.readers.wording import code_of, slug_of
from portulan.core.text import fold

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
