"""A line of a table beside an action: what somebody changed here is never written over."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.core.merge.threeway import kept
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.fields import Field
from portulan.plans.tables.merging import Standing, merge, met

_FIELDS = [*map(str, Field), BLOCKED, "money:2026", "money:2026:F"]
_TEXTS = st.sampled_from(["", "a", "A", "b", "80 %", "80.0%", "x\ny", "y\nx"])
_SAID = st.dictionaries(st.sampled_from(_FIELDS), _TEXTS)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    blank = draw(st.frozensets(st.sampled_from([Field.LEVEL, Field.NUMBER, Field.PROGRESS])))
    values = draw(_SAID)
    values.pop(Field.NOTE, None)  # it stands in the history
    return Standing(1, "1.1", "a", values, draw(_SAID), blank)


@given(_SAID, st.one_of(st.none(), standings()))
@settings(max_examples=400)
def test_the_engine_says_what_the_merge_of_tables_said(
    values: dict[str, str], action: Standing | None
) -> None:
    line = Line(2, values)
    old, new = merge(line, action), met(line, action)
    assert dict(old.changes) == new.changes
    assert dict(old.said) == new.said
    assert [(one.field, one.here, one.there) for one in old.conflicts] == [
        (one.name, one.here, one.there) for one in new.conflicts
    ]
    assert old.fate.value == new.fate.value


@given(_SAID, standings())
def test_a_file_that_left_from_here_is_no_question_where_it_says_what_it_left_as(
    values: dict[str, str], action: Standing
) -> None:
    """Whatever moved here meanwhile: as texts under git."""
    found = met(Line(2, values), action, read=lambda name: kept(values.get(name, "")))
    assert not found.changes
    assert not found.conflicts
