"""A line of a table beside an action: what somebody changed here is never written over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.left_as import Left
from portulan.core.merge.threeway import Side
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.merging import Standing, is_same, merge
from portulan.plans.tables.vocabulary import Field

_FIELDS = [*map(str, Field), BLOCKED, "money:2026", "money:2026:F"]
_TEXTS = st.sampled_from(["", "a", "A", "b", "80 %", "80.0%", "x\ny", "y\nx"])
_SAID = st.dictionaries(st.sampled_from(_FIELDS), _TEXTS)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    blank = draw(st.frozensets(st.sampled_from([Field.LEVEL, Field.NUMBER, Field.PROGRESS])))
    values = draw(_SAID)
    values.pop(Field.NOTE, None)  # it stands in the history
    return Standing(1, "1.1", "a", values, draw(_SAID), blank)


@given(_SAID, standings())
def test_what_somebody_changed_here_is_never_written_over(
    values: dict[str, str], action: Standing
) -> None:
    line = Line(2, values)
    found = merge(line, action)
    for name, there in found.changes.items():
        here, before = action.values.get(name, ""), action.said.get(name)
        unsaid = not before and (not here or name in action.blank)
        assert name == Field.NOTE or unsaid or is_same(name, here, before or "")
        assert there or before is not None, "an empty cell takes away only what a table said"
    assert merge(line, action, choose=lambda _name: Side.OURS).changes == found.changes


@given(_SAID, standings())
def test_written_it_says_nothing_more(values: dict[str, str], action: Standing) -> None:
    """Nor asks anything but what it asked."""
    line = Line(2, values)
    found = merge(line, action)
    written = replace(
        action, values={**action.values, **found.changes, Field.NOTE: ""}, said=found.said
    )
    again = merge(line, written)
    assert not again.changes
    assert [one.name for one in again.conflicts] == [one.name for one in found.conflicts]


@given(_SAID, standings())
def test_a_file_that_left_from_here_is_no_question_where_it_says_what_it_left_as(
    values: dict[str, str], action: Standing
) -> None:
    """Whatever moved here meanwhile: as texts under git."""
    known = {name: values.get(name, "").encode().hex() for name in _FIELDS}
    left = Left("1", known, lambda _key, _name, text: text.encode().hex())
    found = merge(Line(2, values), action, left=left)
    assert not found.changes
    assert not found.conflicts
