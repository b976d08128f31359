"""The front matter of a Markdown page: its values, their lines, and the text below."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import INDICATOR_LENGTH, TITLE_LENGTH
from portulan.catalogue.readers.files import SourceFile, read_text
from portulan.catalogue.readers.plain_yaml import Document, Value, YamlFaultError, load
from portulan.catalogue.readers.wording import clean, one_line, without_stray_quote
from portulan.core.say.text import Problem, ProblemKind, Problems

MAX_CHARACTERS = 64_000
CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
FENCE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Page:
    """A page and what was found wrong in it; a page without front matter has no value."""

    file: SourceFile
    values: Mapping[str, Value] = field(default_factory=dict)
    lines: Document | None = None
    body: str = ""
    problems: Problems = field(default_factory=Problems)

    def note(self, kind: ProblemKind, *path: str | int, **values: str) -> None:
        line = None
        if self.lines is not None and path and path[0] in self.values:
            line = self.lines.line(*path)
        self.problems.append(kind.at(file=self.file.shown, line=line, **values))

    def section(self, key: str) -> Page:
        """Return the mapping under a key as a page of its own, which shares the problems."""
        inner = self.values.get(key)
        return replace(self, values=inner if isinstance(inner, Mapping) else {}, lines=None)

    def text(self, key: str, limit: int = TITLE_LENGTH) -> str | None:
        """Return a text on one line, or None when absent; problems are noted."""
        value = self.values.get(key)
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        if not isinstance(value, str):
            self.note(findings.WRONG_SHAPE, key, key=key)
            return None
        return self._worded(value, limit, key) or None

    def texts(self, key: str, limit: int = INDICATOR_LENGTH) -> tuple[str, ...]:
        """Return a list of texts; a single text makes a list of one."""
        value = self.values.get(key)
        items = value if isinstance(value, tuple) else (value,)
        found: list[str] = []
        for index, item in enumerate(items):
            text = _rejoined(item)
            if text is None and item is not None:
                self.note(findings.WRONG_SHAPE, key, index, key=key)
            elif text:
                found.append(self._worded(text, limit, key, index))
        return tuple(text for text in found if text)

    def _worded(self, text: str, limit: int, *path: str | int) -> str:
        line = one_line(text)
        words = without_stray_quote(line)
        if words != line:
            self.note(findings.STRAY_QUOTE, *path, text=line[:80])
        if len(words) > limit:
            self.note(findings.TOO_LONG, *path, key=str(path[0]), limit=str(limit))
            words = words[: limit - 1].rstrip() + "…"
        return words


def _rejoined(item: Value) -> str | None:
    """Return a text, also when an unquoted colon made a mapping of it (`- charte : oui / non`)."""
    if isinstance(item, Mapping) and len(item) == 1:
        ((key, value),) = item.items()
        return f"{key}\u00a0: {value}" if isinstance(value, str) else None
    return item if isinstance(item, str) else None


def read_page(file: SourceFile) -> Page:
    """Read a Markdown file; a page that cannot be read has no value and at least one problem."""
    page = Page(file)
    text = read_text(file)
    if isinstance(text, Problem):
        page.problems.append(text)
    elif opening := FENCE.match(text, len(text) - len(text.lstrip())):
        try:
            _parse(page, text, text.count("\n", 0, opening.end()) + 1)
        except YamlFaultError as fault:
            page.problems.append(replace(fault.problem, file=file.shown))
    elif conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        page.problems.append(findings.MERGE_CONFLICT.at(file=file.shown, line=line))
    else:
        page.body = clean(text)
    return page


def _parse(page: Page, text: str, first_line: int) -> None:
    try:
        _, head, body = FENCE.split(text, 2)
    except ValueError:
        raise YamlFaultError(findings.FRONT_MATTER_OPEN.at(line=first_line)) from None
    if len(head) > MAX_CHARACTERS:
        raise YamlFaultError(findings.FRONT_MATTER_BIG.at(line=1, limit=MAX_CHARACTERS))
    if conflict := CONFLICT.search(head):
        line = head.count("\n", 0, conflict.start()) + first_line
        raise YamlFaultError(findings.MERGE_CONFLICT.at(line=line))
    document = load(head, first_line=first_line)
    if not isinstance(document.value, Mapping) and document.value is not None:
        raise YamlFaultError(findings.FRONT_MATTER_SHAPE.at(line=first_line))
    page.values, page.lines, page.body = document.value or {}, document, clean(body)
    if conflict := CONFLICT.search(body):
        line = text.count("\n", 0, len(text) - len(body) + conflict.start()) + 1
        page.problems.append(findings.MERGE_IN_BODY.at(file=page.file.shown, line=line))
