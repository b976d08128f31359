"""The one merge: nothing of somebody else is written over, whatever says what was read."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.folding import fold
from portulan.core.merge.threeway import (
    Base,
    Cell,
    Fate,
    Rule,
    Side,
    at_version,
    judge,
    kept,
    read_as,
)

# Few words, some of which say the same: they meet often.
WORDS = st.sampled_from([None, "", "a", "A", "b", "c"])
LIKE = Rule(same=lambda one, other: fold(one or "") == fold(other or ""))
ASKS = Rule(same=LIKE.same, asks=True)
RULES = st.sampled_from([Rule(), LIKE, ASKS, Rule(lasting=True)])


def digest(value: object) -> str:
    return sha256(str(value).encode()).hexdigest()


def bases(rule: Rule, before: str | None) -> list[Base]:
    """What was read, as a value and as a digest of what it says."""
    folds = rule.same is LIKE.same

    def digested(value: object) -> str:
        return digest(fold(str(value)) if folds else value)

    said = None if before is None else digested(before)
    return [kept(before, rule.same), *([read_as(said, digested)] if said else [])]


@given(WORDS, WORDS, WORDS, RULES)
def test_what_one_side_alone_changed_stands(
    before: str | None, here: str | None, there: str | None, rule: Rule
) -> None:
    for base in bases(rule, before):
        cell = judge("x", here, there, base, rule=rule)
        if rule.same(here, there):
            assert not cell.differs
            assert not cell.is_taken
        elif cell.is_taken:
            assert base(here), "what somebody else wrote is never written over"
        elif not cell.is_conflict:
            assert base(there) or (rule.lasting and not there), "what came is never lost unknown"


@given(WORDS, WORDS, WORDS, RULES)
def test_it_is_done_once(
    before: str | None, here: str | None, there: str | None, rule: Rule
) -> None:
    """Written, the same file changes nothing; a conflict stays one until it is settled."""
    cell = judge("x", here, there, kept(before, rule.same), rule=rule)
    again = judge("x", cell.value, there, kept(before, rule.same), rule=rule)
    assert not again.is_taken
    assert again.is_conflict == cell.is_conflict
    theirs = judge("x", here, there, kept(before), rule=rule, choose=lambda _name: Side.THEIRS)
    if theirs.is_conflict:
        assert theirs.value == there
        assert not judge("x", theirs.value, there, kept(before), rule=rule).differs


@given(WORDS, WORDS, WORDS, WORDS)
def test_taken_back_all_is_as_before_but_what_changed_since(
    before: str | None, here: str | None, there: str | None, since: str | None
) -> None:
    """To take back is the same merge, from what was written to what stood."""
    cell = judge("x", here, there, kept(before))
    if not cell.is_taken:
        return
    back = judge("x", cell.value, here, kept(there))
    assert back.is_taken
    assert back.value == here
    moved = judge("x", since, here, kept(there), choose=lambda _name: Side.OURS)
    assert moved.value == (here if since == there else since)


@given(st.sampled_from(["", "a", "b"]), st.sampled_from(["", "a", "b"]))
def test_without_what_was_read_a_difference_is_a_question(here: str, there: str) -> None:
    cell = judge("x", here, there, None, rule=Rule(empty=""))
    if here == there:
        assert not cell.differs
    elif here == "" or there == "":
        assert cell.value == (here or there)
        assert not cell.is_conflict
    else:
        assert cell.is_open
        assert cell.value == here


@pytest.mark.parametrize(
    ("here", "there", "base", "rule", "fate", "value"),
    [
        # The version of a row says nothing of what comes: where it moved, all that differs waits.
        ("a", "b", at_version(True, "a"), Rule(), Fate.TAKE, "b"),
        ("a", "b", at_version(False, "a"), Rule(), Fate.CONFLICT, "a"),
        ("", "b", kept("b"), Rule(asks=True), Fate.CONFLICT, ""),
        ("", "b", kept("b"), Rule(), Fate.KEEP, ""),
        # A note stands nowhere: it is said again once it says another thing.
        (None, "seen", None, Rule(spoken=True), Fate.TAKE, "seen"),
        (None, "seen", kept("seen"), Rule(spoken=True), Fate.KEEP, None),
        (None, "again", kept("seen"), Rule(spoken=True), Fate.TAKE, "again"),
        (None, None, kept("seen"), Rule(spoken=True), Fate.KEEP, None),
        # Where both may be right, one is made of both.
        (3, 5, kept(1), Rule(settles=max), Fate.KEEP, 5),
        (5, 3, kept(1), Rule(settles=max), Fate.KEEP, 5),
        # A row: it went on one side, and stands as it was read on the other, or was changed.
        (None, "row", kept("row"), Rule(), Fate.KEEP, None),
        ("row", None, kept("row"), Rule(), Fate.TAKE, None),
        ("moved", None, kept("row"), Rule(), Fate.CONFLICT, "moved"),
        (None, "new", kept(None), Rule(), Fate.TAKE, "new"),
    ],
)
def test_cases(
    here: object, there: object, base: Base | None, rule: Rule, fate: Fate, value: object
) -> None:
    cell = judge("x", here, there, base, rule=rule)
    assert (cell.fate, cell.value) == (fate, value)


def test_what_nobody_chose_counts_as_nothing() -> None:
    first = Rule(empty="")
    assert judge("x", "todo", "done", None, rule=first, blank=True).is_taken
    assert judge("x", "todo", "done", kept(""), rule=first, blank=True).is_taken
    assert judge("x", "todo", "done", kept("paused"), rule=first, blank=True).is_conflict


def test_one_side_alone_may_stand() -> None:
    """What was decided here is never unsaid, whoever asks for it, and waits to be read."""
    decided = Rule(must=lambda here, there: Side.OURS if here and not there else None)

    def judged(choice: Side | None) -> Cell:
        return judge("x", "voted", None, kept("voted"), rule=decided, choose=lambda _n: choice)

    assert judged(None).is_open
    assert judged(Side.THEIRS).chosen is Side.OURS
    assert judged(Side.THEIRS).value == "voted"
    assert judge("x", None, "voted", kept(None), rule=decided).is_taken
