"""The audit of what is pinned: a weakness is told, and silence is not taken for soundness."""

from __future__ import annotations

from datetime import date
from typing import Any

from tools.audit import BLIND, SOUND, WEAK, judged, pinned

TODAY = date(2026, 12, 2)
WANTED = {"django": "6.1.3", "pyyaml": "5.3"}
DJANGO: dict[str, Any] = {"name": "Django", "version": "6.1.3", "vulns": []}
YAML: dict[str, Any] = {"name": "pyyaml", "version": "5.3", "vulns": []}
ABSENT = {"name": "pyyaml", "version": "5.3", "skip_reason": "not found"}
WEAKNESS = {"id": "PYSEC-2021-142", "fix_versions": ["5.4"]}


def base(on: str, *packages: dict[str, Any]) -> dict[str, Any]:
    return {"on": on, "packages": packages}


def test_a_weakness_is_told_and_what_is_not_known_is_never_green() -> None:
    assert judged(WANTED, [DJANGO, YAML], {}, TODAY) == (SOUND, [])
    code, lines = judged(WANTED, [DJANGO, {**YAML, "vulns": [WEAKNESS]}], {}, TODAY)
    assert (code, lines) == (WEAK, ["pyyaml 5.3: PYSEC-2021-142 (mended in 5.4)"])
    assert judged(WANTED, [DJANGO, ABSENT], {}, TODAY)[0] == BLIND
    assert judged(WANTED, [], {}, TODAY)[0] == BLIND


def test_the_last_look_counts_for_the_same_versions_and_thirty_days() -> None:
    assert judged(WANTED, [], base("2026-11-20", DJANGO, YAML), TODAY) == (SOUND, [])
    assert judged(WANTED, [], base("2026-10-20", DJANGO, YAML), TODAY)[0] == WEAK
    older = {**YAML, "version": "5.2"}
    assert judged(WANTED, [], base("2026-11-20", DJANGO, older), TODAY)[0] == BLIND
    assert judged(WANTED, [DJANGO, YAML], base("2026-10-20", DJANGO), TODAY)[0] == SOUND


def test_the_lock_is_read_as_it_is_written() -> None:
    assert pinned("django==6.1.3 \\\n    --hash=sha256:aa\nuv==0.13 ; sys_platform == 'x'\n") == {
        "django": "6.1.3",
        "uv": "0.13",
    }
