"""What is kept in memory serves at its version alone, and leaves when others are asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from portulan.core.kept import Kept

FIRST, SECOND = (1, datetime(2026, 1, 1, tzinfo=UTC)), (2, datetime(2026, 1, 2, tzinfo=UTC))


def test_a_value_serves_at_its_version_alone() -> None:
    kept: Kept[str] = Kept(2)
    assert kept.put("a", FIRST, "once") == "once"
    assert (kept.get("a", FIRST), kept.get("a", SECOND), kept.get("b", FIRST)) == (
        "once",
        None,
        None,
    )
    assert kept.last("a") == (FIRST, "once")
    # What may be taken back, inside a transaction, is neither kept nor served.
    assert kept.put("a", None, "perhaps") == "perhaps"
    assert kept.get("a", None) is None
    assert kept.get("a", FIRST) == "once"


def test_those_asked_for_first_leave() -> None:
    kept: Kept[str] = Kept(2)
    for name in "ab":
        kept.put(name, FIRST, name)
    assert kept.get("a", FIRST) == "a"
    kept.put("c", FIRST, "c")
    assert [kept.get(name, FIRST) for name in "abc"] == ["a", None, "c"]
    kept.clear()
    assert kept.get("a", FIRST) is None


def test_what_weighs_too_much_is_not_kept() -> None:
    kept: Kept[str] = Kept(8, weigh=len, heaviest=5)
    kept.put("a", FIRST, "three")
    kept.put("b", FIRST, "more than five")
    assert (kept.get("a", FIRST), kept.get("b", FIRST)) == ("three", None)
    kept.put("c", SECOND, "two")
    assert (kept.get("a", FIRST), kept.get("c", SECOND)) == (None, "two")
