"""The audit of what is pinned: a weakness is told, and silence is not taken for soundness."""

from __future__ import annotations

from tools.audit import told


def test_a_weakness_is_told_and_what_is_not_known_is_said() -> None:
    sound = {"name": "django", "version": "6.1.3", "vulns": []}
    weak = {
        "name": "pyyaml",
        "version": "5.3",
        "vulns": [{"id": "PYSEC-2021-142", "fix_versions": ["5.4"]}],
    }
    absent = {"name": "portulan", "skip_reason": "not found"}
    assert told([sound]) == ([], [])
    assert told([sound, weak])[0] == ["pyyaml 5.3: PYSEC-2021-142 (mended in 5.4)"]
    assert told([sound, absent])[1] == ["no advisories to be had for 1 packages"]
    assert told([]) == ([], ["the index gives no advisories: nothing was looked at"])
