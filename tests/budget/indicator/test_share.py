"""The indicator: cases 1, 2, 3, 7, 8, 11, 14, 15 of docs/reference/truths.md."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.indicator.share import (
    Caution,
    Figure,
    PostSum,
    Tally,
    counts_alike,
    explain,
    weigh,
)
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.words import AttributionStatus, Costing, Verdict

D = Decimal
JUSTIFIED, DECLARED, PROPOSED = (
    AttributionStatus.JUSTIFIED,
    AttributionStatus.DECLARED,
    AttributionStatus.PROPOSED,
)


def line(
    amount: object,
    *shares: WeighedShare,
    it_share: str | None = "1",
    verdict: Verdict = Verdict.IN,
    section: str = "F",
    key: int = 1,
    reviewed: bool = False,
) -> WeighedLine:
    return WeighedLine(
        key=key,
        section=section,
        amount=None if amount is None else D(str(amount)),
        verdict=verdict,
        it_share=None if it_share is None else D(it_share),
        reviewed=reviewed,
        shares=shares,
    )


def share(
    part: str, status: AttributionStatus = JUSTIFIED, action: int | None = None
) -> WeighedShare:
    return WeighedShare(D(part), status, action)


def test_value_is_the_attributed_part_of_the_it_budget() -> None:
    figure = weigh(
        [
            line(372_000, share("0.6", action=19), section="I"),
            line(168_000, share("0.125", DECLARED, action=12), section="I"),
            line(460_000, share("0.2", PROPOSED)),
        ]
    )
    assert figure.numerator == D(223_200) + D(21_000)
    assert figure.value == D("24.42")
    assert figure.lower == D("22.32")
    assert figure.upper == D("33.62")
    assert figure.by_action == {19: D(223_200), 12: D(21_000)}
    assert {name: tally.amount for name, tally in figure.by_section.items()} == {
        "I": D(540_000),
        "F": D(460_000),
    }


def test_case_1_without_denominator_it_cannot_be_computed() -> None:
    empty = weigh([])
    assert empty == Figure()
    assert (Figure().lines, Figure().without_amount, Figure().denominator) == (0, 0, (0, 0))
    assert (empty.value, empty.lower, empty.upper, empty.coverage) == (None,) * 4
    assert empty.cautions == [Caution.NO_LINE]
    outside = weigh([line(100, verdict=Verdict.OUT, it_share="0")])
    assert outside.value is None
    assert Caution.NO_DENOMINATOR in outside.cautions
    # Contre-passations of the first quarter may make a whole year negative.
    negative = weigh([line(-371372.84, share("1"))])
    assert negative.value is None
    assert Caution.NEGATIVE_DENOMINATOR in negative.cautions


def test_case_2_a_line_never_gives_more_than_its_it_share() -> None:
    figure = weigh(
        [
            line(
                1000,
                share("0.5", DECLARED, action=2),
                share("0.4", JUSTIFIED, action=1),
                it_share="0.6",
                verdict=Verdict.MIXED,
            )
        ]
    )
    assert figure.over_attributed == [1]
    assert Caution.OVER_ATTRIBUTED in figure.cautions
    # The firmest is served first, and the sum is capped, never rescaled.
    assert figure.by_action == {1: D(400), 2: D(200)}
    assert figure.numerator == figure.denominator.amount == D(600)


def test_case_3_and_11_effort_outside_the_it_budget_is_a_separate_sum() -> None:
    training = WeighedShare(D(1), JUSTIFIED, 5, outside_it=True)
    outside = line(24_000, training, verdict=Verdict.OUT, it_share="0", key=2)
    figure = weigh([outside, line(1000, reviewed=True)])
    assert figure.outside_it.amount == D(24_000)
    assert figure.numerator == 0
    assert figure.value == 0


def test_case_7_a_stage_without_amount_is_not_a_zero() -> None:
    figure = weigh([line(None, share("1")), line(200)])
    assert figure.without_amount == 1
    assert figure.denominator.lines == 1


def test_case_8_credit_notes_keep_their_sign_and_their_attribution() -> None:
    figure = weigh([line(1000, share("0.5")), line(-200, share("0.5"), key=2)])
    assert figure.denominator.amount == D(800)
    assert figure.numerator == D(400)
    # Coverage is counted in absolute amounts: a credit note hides nothing.
    assert figure.candidates.amount == D(1200)


def test_case_14_coverage_and_provisional() -> None:
    figure = weigh(
        [
            line(600, share("1")),
            line(100, reviewed=True, key=2),
            line(200, key=3),
            line(100, verdict=Verdict.MIXED, it_share=None, key=4),
            line(5000, verdict=Verdict.OUT, it_share="0", key=5),
            line(50, share("1", PROPOSED), key=6),
        ]
    )
    assert figure.denominator.amount == D(950)  # the undecided line is not in it
    assert figure.undecided.amount == D(100)
    assert figure.candidates.amount == D(1050)
    assert figure.qualified.amount == D(700)
    assert figure.provisional
    assert Caution.PROVISIONAL in figure.cautions


def test_each_amount_says_how_many_lines_it_comes_from() -> None:
    figure = weigh(
        [
            line(10, share("0.5", DECLARED, 1), share("0.1", JUSTIFIED, 1)),
            line(20, share("0.5", PROPOSED), section="I"),
            line(30, WeighedShare(D("0.2"), DECLARED, 2, outside_it=True), verdict=Verdict.OUT,
                 it_share="0"),
            line(40, verdict=Verdict.INTERNAL, it_share="0"),
            line(50, verdict=Verdict.MIXED, it_share=None),
            line(60, reviewed=True, it_share="0.5", verdict=Verdict.MIXED),
            line(None),
        ]
    )  # fmt: skip
    tallies = {
        "denominator": (D(60), 3), "justified": (D(1), 1), "declared": (D(5), 1),
        "proposed": (D(10), 1), "outside_it": (D(6), 1), "internal": (D(40), 1),
        "candidates": (D(140), 4), "qualified": (D(70), 2), "undecided": (D(50), 1),
    }  # fmt: skip
    assert {name: getattr(figure, name) for name in tallies} == tallies
    assert (figure.lines, figure.without_amount) == (7, 1)
    assert figure.by_section == {"F": (D(40), 2), "I": (D(20), 1)}
    assert (figure.by_action, figure.outside_by_action) == ({1: D(6)}, {2: D(6)})
    assert figure.cautions == [Caution.PROVISIONAL]
    # Nobody looked at a line, attributed any of it nor named its post until somebody did.
    assert weigh([WeighedLine(1, "F", D(9), Verdict.IN, D(1))]) == Figure(
        denominator=Tally(D(9), 1), by_section={"F": Tally(D(9), 1)}, lines=1,
        by_post={("", ""): PostSum(D(9))}, candidates=Tally(D(9), 1),
    )  # fmt: skip
    posts = [replace(line(10, share("0.5")), post="cloud", run_build="run"),
             replace(line(30, share("0.1", DECLARED), it_share="0.5"), post="cloud",
                     run_build="run"), line(5, share("1", PROPOSED))]  # fmt: skip
    assert weigh(posts).by_post == {("cloud", "run"): (D(25), D(8)), ("", ""): (D(5), D(0))}


@pytest.mark.parametrize("status", AttributionStatus)
@pytest.mark.parametrize("outside_it", [False, True])
def test_nothing_holds_of_a_line_that_is_eliminated(
    status: AttributionStatus, outside_it: bool
) -> None:
    given_ = WeighedShare(D("0.5"), status, 1, outside_it=outside_it)
    figure = weigh([line(10, given_, verdict=Verdict.INTERNAL, it_share="0")])
    found = (figure.numerator, figure.proposed.amount, figure.outside_it.amount)
    assert found == (0, 0, 0)
    told = given_.counts or (status is PROPOSED and not outside_it)
    assert figure.over_attributed == [1] * told
    assert given_.counts is (status in {DECLARED, JUSTIFIED})


def test_two_policies_of_costing_are_never_compared() -> None:
    whole, more = Costing
    assert counts_alike(whole, whole) is counts_alike(None, None) is True
    assert counts_alike(whole, more) is False
    assert counts_alike(whole, None) is counts_alike(None, more) is None


def test_a_high_share_is_told() -> None:
    assert Caution.SURPRISING in weigh([line(100, share("0.26"))]).cautions


def test_variation_of_the_demonstration() -> None:
    variation = explain(n0=D(258), d0=D(17240), n1=D(468), d1=D(17860))
    assert variation is not None
    assert round(variation.numerator_effect, 1) == D("1.2")
    assert round(variation.denominator_effect, 1) == D("-0.1")


@pytest.mark.parametrize(("d0", "d1"), [(0, 10), (10, 0), (-1, 10)])
def test_variation_needs_two_shares(d0: int, d1: int) -> None:
    assert explain(n0=D(1), d0=D(d0), n1=D(1), d1=D(d1)) is None


money = st.decimals(-(10**9), 10**9, places=2)
parts = st.decimals(0, 1, places=4)
lines = st.lists(
    st.builds(
        WeighedLine,
        key=st.integers(1, 50),
        section=st.sampled_from("FI"),
        amount=st.none() | money,
        verdict=st.sampled_from(Verdict),
        it_share=st.none() | parts,
        reviewed=st.booleans(),
        shares=st.lists(
            st.builds(
                WeighedShare,
                parts,
                st.sampled_from([JUSTIFIED, DECLARED, PROPOSED]),
                st.none() | st.integers(1, 5),
                st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=20,
)


@given(lines)
def test_sums_hold_whatever_the_lines(drawn: list[WeighedLine]) -> None:
    figure = weigh(drawn)
    assert sum(figure.by_action.values()) == figure.numerator
    assert sum(t.amount for t in figure.by_section.values()) == figure.denominator.amount
    assert figure.qualified.amount <= figure.candidates.amount
    if all(item.amount is None or item.amount >= 0 for item in drawn):
        assert figure.numerator + figure.proposed.amount <= figure.denominator.amount
        if figure.value is not None:
            assert figure.lower is not None
            assert figure.upper is not None
            assert 0 <= figure.lower <= figure.value <= figure.upper <= 100


@given(lines, lines)
def test_weighing_is_additive(first: list[WeighedLine], second: list[WeighedLine]) -> None:
    def amounts(figure: Figure) -> tuple[Decimal, ...]:
        return (figure.numerator, figure.denominator.amount, figure.candidates.amount)

    both = amounts(weigh(first + second))
    assert both == tuple(
        a + b for a, b in zip(amounts(weigh(first)), amounts(weigh(second)), strict=True)
    )


positive = st.decimals("0.01", 10**9, places=2)


@given(positive, positive, positive, positive)
def test_the_two_effects_add_up_to_the_change(
    n0: Decimal, d0: Decimal, n1: Decimal, d1: Decimal
) -> None:
    variation = explain(n0=n0, d0=d0, n1=n1, d1=d1)
    assert variation is not None
    change = 100 * n1 / d1 - 100 * n0 / d0
    assert abs(variation.total - change) <= abs(change) * D("1e-20") + D("1e-12") * max(
        abs(variation.numerator_effect), abs(variation.denominator_effect)
    )
