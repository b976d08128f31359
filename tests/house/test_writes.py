"""Services write a validated row in one way, which knows what to tell the second of two."""

from __future__ import annotations

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
