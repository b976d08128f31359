"""Services write a validated row in one way, which knows what to tell the second of two."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent.parent / "src" / "portulan"
# `store` itself, and rows written by the thousand, whose edition is the lock.
ALONE = {"core/storing.py", "catalogue/imports/rows.py"}


def test_nobody_validates_and_saves_but_store() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if ".full_clean(" in path.read_text(encoding="utf-8")
    }
    assert found == ALONE


def test_a_form_that_is_drawn_says_what_it_shows() -> None:
    """So that two people at once are told of each other: docs/adr/0038."""
    silent = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.glob("web/**/*.html")
        for form in re.findall(r'<form\b[^>]*method="post".*?</form>', path.read_text(), re.S)
        if re.search(r"partials/(form|form_errors|groups|field)\.html", form)
        and not re.search(r"{% csrf_token \w+ %}", form)
    ]
    assert silent == []
