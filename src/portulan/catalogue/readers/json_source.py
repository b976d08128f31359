"""Opening a JSON source: numbers stay as written, and what is malformed is told with its line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.files import SourceFile, printable_name, read_text
from portulan.catalogue.readers.wording import one_line
from portulan.core.problems import Problem, UnusableInputError

type Value = str | bool | Sequence[Value] | Mapping[str, Value] | None


def text_of_file(path: Path) -> str | Problem:
    """Return the text of a file, or why there is none."""
    return read_text(SourceFile(path, (), printable_name(path.name)))


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
