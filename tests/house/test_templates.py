"""A template has one name: a double would be served by the first folder, silently."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from django.conf import settings


def test_no_two_templates_have_one_name() -> None:
    names = Counter(
        path.relative_to(folder).as_posix()
        for folder in map(Path, settings.TEMPLATES[0]["DIRS"])
        for path in folder.rglob("*.html")
    )
    assert len(names) > 150
    assert [name for name, times in names.items() if times > 1] == []
