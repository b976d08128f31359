"""Carbon dioxide is written CO₂ where people read, and “about” is a word.

What machines read keeps its letters: units of factors, keys of files, patterns of readers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portulan.core.say import numbers
from portulan.core.say.values import Number

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "portulan"
SAID = {"_", "gettext", "gettext_lazy", "ngettext", "Text", "ProblemKind"}
BARE = re.compile(r"CO2|~\s?\d")
# What a person types, or a file has: told as such.
QUOTED = re.compile(r"`[^`]*`|```.*?```", re.S)


def sentences(tree: ast.AST) -> Iterator[str]:
    """Yield the words of calls that say something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in SAID:
                values = [*node.args, *(one.value for one in node.keywords)]
                for value in values:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def test_no_sentence_writes_the_digit_on_the_line() -> None:
    found = [
        (path.relative_to(SOURCE).as_posix(), words)
        for path in SOURCE.rglob("*.py")
        for words in sentences(ast.parse(path.read_text("utf-8")))
        if BARE.search(words)
    ]
    found += [
        (path.name, line.strip())
        for path in SOURCE.rglob("*.html")
        for line in path.read_text("utf-8").splitlines()
        if BARE.search(line)
    ]
    with (SOURCE / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        found += [
            ("django.po", str(one.string)) for one in read_po(file) if BARE.search(str(one.string))
        ]
    assert found == []


@pytest.mark.parametrize("folder", ["fr", "en"])
def test_no_page_of_the_manual_does_either(folder: str) -> None:
    found = [
        (path.name, line)
        for path in sorted((ROOT / "docs" / folder).glob("*.md"))
        for line in QUOTED.sub("", path.read_text("utf-8")).splitlines()
        if BARE.search(line)
    ]
    assert found == []


def test_a_unit_that_was_kept_otherwise_is_said_so_and_both_are_read() -> None:
    assert f"{Number(Decimal(288), 'tCO2e/an'):fr}" == "288\u00a0tCO₂e/an"
    for text in ("288 tCO2e/an", "288 tCO₂e/an"):
        for kept in ("tCO2e/an", "tCO₂e/an"):
            assert numbers.parse(text, "fr", units=(kept,)) == 288
