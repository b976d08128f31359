"""Reading the items of a JSON source: what each lacks is noted with its place, and left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import PracticeContent, ThemeContent
from portulan.catalogue.readers.json_source import Value, word
from portulan.catalogue.readers.wording import code_of
from portulan.core.problems import ProblemKind, Problems


class Named(NamedTuple):
    """An item with the code and the title it gives."""

    item: Mapping[str, Value]
    code: str
    title: str


class Items:
    """The themes and practices met so far in a file, by code."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.themes: dict[str, ThemeContent] = {}
        self.practices: dict[str, PracticeContent] = {}
        self.problems = Problems()

    def note(self, kind: ProblemKind, **values: str) -> None:
        self.problems.append(kind.at(file=self.file, line=None, **values))

    def named(self, rank: str, item: Value, *, code: str, title: str) -> Named | None:
        """Return an item whose code and title stand under those keys, or note that it has none."""
        if not isinstance(item, dict):
            self.note(findings.JSON_SHAPE, rank=rank)
            return None
        found = code_of(word(item, code))
        said = word(item, title)
        if found is None or not said:
            self.note(findings.ITEM_WITHOUT, rank=rank, key=title if found else code)
            return None
        return Named(item, found, said)

    def new_practice(self, rank: str, item: Value, *, code: str, title: str) -> Named | None:
        """Return a named item whose code no practice has yet, or note why it is none."""
        found = self.named(rank, item, code=code, title=title)
        if found is not None and (other := self.practices.get(found.code)):
            self.note(findings.DUPLICATE_CODE, code=found.code, other=other.title[:80])
            return None
        return found
