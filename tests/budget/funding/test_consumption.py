"""Allotments consumed by lines: no euro twice, whatever comes first."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.funding.consumption import Need, sources_of

D = Decimal
AMOUNTS = st.none() | st.decimals(min_value=0, max_value=10**9, places=2)
NEEDS = st.builds(Need, planned=AMOUNTS, allotted=AMOUNTS, consumed=AMOUNTS)


def test_lines_are_taken_from_the_allotment_then_go_beyond_it() -> None:
    before = Need(D(72_000), D(72_000))
    assert (before.remaining, before.secured, before.to_fund) == (D(72_000), D(72_000), 0)
    under = Need(D(72_000), D(72_000), D(50_000))
    assert (under.remaining, under.secured, under.to_fund) == (D(22_000), D(72_000), 0)
    beyond = Need(D(288_000), D(240_000), D(288_000))
    assert (beyond.remaining, beyond.secured, beyond.to_fund) == (D(-48_000), D(288_000), 0)
    # Unknown is not zero: nothing says what is left to fund.
    assert Need(None, D(10)).to_fund is None
    assert Need(D(10)).remaining is None


@given(NEEDS)
def test_what_is_secured_is_never_the_sum(need: Need) -> None:
    allotted, consumed = need.allotted or D(0), need.consumed or D(0)
    assert max(allotted, consumed) == need.secured <= allotted + consumed
    if need.remaining is not None and need.remaining >= 0:
        assert need.remaining + consumed == need.secured


@given(st.lists(NEEDS))
def test_one_action_s_surplus_never_pays_for_another(needs: list[Need]) -> None:
    total = sources_of(needs)
    assert total.to_fund == sum(need.to_fund or 0 for need in needs)
    assert total.to_fund + total.on_lines + total.reserved >= total.planned
    assert total.secured == sum(need.secured for need in needs)
    assert total.not_costed == sum(1 for need in needs if need.planned is None)
    reserved_for = [need for need in needs if need.allotted is not None]
    consumed = sum(need.consumed or 0 for need in reserved_for)
    assert total.allotted - consumed == total.reserved - total.beyond
