"""What a figure becomes for an indicator, and what is asked before: pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portulan.core.say.text import Text
from portulan.indicators.words import Frequency, Kind
from portulan.sources.feeding import (
    Known,
    Question,
    Seen,
    day_of,
    due_after,
    fits,
    is_late,
    questions_of,
    value_for,
)
from portulan.sources.figure import Figure, Verdict

DAY, YEARS = date(2026, 11, 24), Text("ans", "years")
SURE = Figure("age-mean", YEARS, Verdict.OK, Decimal("4.9"), coverage=Decimal("0.9"))


def asked(
    value: str = "4.9",
    *,
    figure: Figure = SURE,
    known: Known | None = None,
    now: Seen | None = None,
    before: Seen | None = None,
    unexplained: bool = False,
) -> list[Question]:
    found = questions_of(
        figure,
        Decimal(value),
        DAY,
        known=known or Known(),
        now=now or Seen(100),
        before=before,
        unexplained=unexplained,
    )
    return list(found)


def test_what_is_sure_asks_nothing() -> None:
    assert asked() == []
    assert asked(before=Seen(100), known=Known([(date(2026, 1, 1), Decimal("4.8"))])) == []


def test_each_doubt_is_a_question() -> None:
    assert asked(known=Known((), {DAY: Decimal("4.7")})) == [Question.TYPED]
    assert asked(known=Known((), {DAY: Decimal("4.9")})) == []
    assert asked(known=Known((), {}, {DAY: {Decimal("4.9")}})) == []
    assert asked(known=Known((), {}, {DAY: {Decimal(5)}})) == [Question.SOURCES]
    assert asked(unexplained=True) == [Question.WORDS]
    weak = Figure("age-mean", YEARS, Verdict.WARN, Decimal("4.9"), coverage=Decimal("0.6"))
    assert asked(figure=weak) == [Question.PARTLY]
    before = Seen(100, "Ville", frozenset({"Ville"}), "a", {"age-mean": Decimal("0.9")})
    same = Seen(100, "Ville", frozenset({"Ville"}), "a")
    assert asked(now=same, before=before) == []
    assert asked(now=Seen(100, "", frozenset({"Ville"}), "a"), before=before) == [Question.SCOPE]
    wider = Seen(100, "Ville", frozenset({"Ville", "Ville > CCAS"}), "a")
    assert asked(now=wider, before=before) == [Question.SCOPE]
    other = Seen(100, "Ville", frozenset({"Ville"}), "b")
    assert asked(now=other, before=before) == [Question.MEANINGS]
    assert asked(figure=weak, now=same, before=before) == [Question.COVERAGE, Question.PARTLY]


@pytest.mark.parametrize(("kept", "is_asked"), [(100, False), (67, False), (66, True), (0, True)])
def test_a_third_gone_is_asked(kept: int, is_asked: bool) -> None:
    assert (asked(now=Seen(kept), before=Seen(100)) == [Question.FEWER]) is is_asked


def test_a_jump_is_measured_by_the_indicator_s_own_history() -> None:
    steady = Known([(date(2024, 1, 1), Decimal("4.5")), (date(2025, 1, 1), Decimal("4.6"))])
    assert asked("4.8", known=steady) == []
    assert asked("4.9", known=steady) == [Question.JUMP]
    alone = Known([(date(2025, 1, 1), Decimal(4))])
    assert asked("5", known=alone) == []
    assert asked("5.1", known=alone) == [Question.JUMP]


def test_units_that_differ_never_meet() -> None:
    assert fits(Kind.QUANTITY, "années", is_share=False, measured_in=YEARS)
    assert fits(Kind.QUANTITY, "", is_share=False, measured_in=YEARS)
    assert not fits(Kind.QUANTITY, "mois", is_share=False, measured_in=YEARS)
    assert not fits(Kind.PERCENTAGE, "%", is_share=False, measured_in=YEARS)
    assert fits(Kind.PERCENTAGE, "%", is_share=True, measured_in=Text("part", "share"))
    assert not fits(Kind.QUANTITY, "", is_share=True, measured_in=Text("part", "share"))
    assert not fits(Kind.TEXT, "", is_share=False, measured_in=YEARS)
    half = Figure("given", YEARS, Verdict.OK, Decimal("0.4125"))
    assert value_for(Kind.PERCENTAGE, half, is_share=True) == Decimal("41.25")


def test_a_flow_is_dated_at_the_end_of_its_year() -> None:
    assert day_of(flow=True, on=DAY, flow_year=2025) == date(2025, 12, 31)
    assert day_of(flow=True, on=DAY, flow_year=2026) == DAY
    assert day_of(flow=False, on=DAY, flow_year=2025) == DAY


def test_a_source_is_late_past_its_day_and_ten_more() -> None:
    assert due_after(date(2026, 1, 31), Frequency.MONTH) == date(2026, 2, 28)
    assert due_after(date(2026, 11, 30), Frequency.QUARTER) == date(2027, 2, 28)
    assert due_after(date(2026, 12, 1), Frequency.YEAR) == date(2027, 12, 1)
    begun = date(2026, 1, 1)
    assert not is_late(date(2026, 10, 14), begun, Frequency.MONTH, DAY)
    assert is_late(date(2026, 10, 13), begun, Frequency.MONTH, DAY)
    assert is_late(None, begun, Frequency.MONTH, DAY)
    assert not is_late(None, begun, None, DAY)
