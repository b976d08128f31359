"""A template has one name, and is written to be read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from django.conf import settings

TEMPLATES = {
    path: path.relative_to(folder).as_posix()
    for folder in map(Path, settings.TEMPLATES[0]["DIRS"])
    for path in folder.rglob("*.html")
}


def test_no_two_templates_have_one_name() -> None:
    # A double would be served by the first folder, silently.
    names = Counter(TEMPLATES.values())
    assert len(names) > 150
    assert [name for name, times in names.items() if times > 1] == []


def test_no_line_of_a_template_is_long() -> None:
    assert [
        f"{name}:{number}"
        for path, name in TEMPLATES.items()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 160
    ] == []


def test_no_screen_tells_to_type_a_command() -> None:
    """But to a third party, who verifies a seal without an account."""
    told = re.compile(
        r"\bportulan (?!verify\b)[a-z]+ |\bportulan [a-z]+ --|[`>« \"]portulan [a-z]+[`<»\"]"
    )
    found = {
        f"{name}: {command}"
        for path, name in TEMPLATES.items()
        for command in told.findall(path.read_text(encoding="utf-8"))
        if command[1:].rstrip("<") != "portulan verify"
    }
    assert found == set()
