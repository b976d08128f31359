"""A JSON source opened, and its items read.

Numbers stay as written; what is malformed is told with its line, what an item lacks with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import PracticeContent, ThemeContent
from portulan.catalogue.readers.files import SourceFile, printable_name, read_text
from portulan.catalogue.readers.wording import code_of, one_line
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError

type Value = str | bool | Sequence[Value] | Mapping[str, Value] | None


def text_of_file(path: Path) -> str | Problem:
    """Return the text of a file, or why there is none."""
    return read_text(SourceFile(path, (), printable_name(path.name)))


def begins_as(signature: re.Pattern[str], path: Path) -> bool:
    """Tell whether a path is a JSON file that begins so."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    text = text_of_file(path)
    return isinstance(text, str) and signature.match(text) is not None


def load_json(path: Path) -> Value:
    """Return the document of a file; raises UnusableInputError when it is no JSON.

    Numbers stay texts: criterion 1.10 is not criterion 1.1.
    """
    text = text_of_file(path)
    if isinstance(text, Problem):
        raise UnusableInputError(text)
    file = printable_name(path.name)
    try:
        document: Value = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise UnusableInputError(findings.JSON_INVALID.at(file=file, line=error.lineno)) from None
    except RecursionError:
        raise UnusableInputError(findings.JSON_INVALID.at(file=file)) from None
    return document


def word(item: Mapping[str, Value], key: str) -> str:
    """Return a text on one line, "" when the item has none there."""
    value = item.get(key)
    return one_line(value) if isinstance(value, str) else ""


def words(item: Mapping[str, Value], key: str) -> tuple[str, ...]:
    """Return the texts of a list, or of the one text that stands for it."""
    value = item.get(key)
    found = value if isinstance(value, list) else [value]
    lines = (one_line(text) for text in found if isinstance(text, str))
    return tuple(line for line in lines if line)


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
