"""Amounts that leave: what is unknown is never 0, and two scopes never add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.amounts import (
    Amount,
    Identified,
    Of,
    Scope,
    Share,
    at_stage,
    by_scope,
    identified,
    known,
    total,
)
from portulan.core.money import known_sum
from portulan.core.say import numbers

VALUES = st.none() | st.decimals(-1000, 1000, places=2)
SCOPES = st.builds(
    Scope, st.sampled_from(["opened", "asked"]), st.sampled_from(["TTC", "HT"]), st.booleans()
)


def amounts(scope: Scope) -> st.SearchStrategy[list[Amount]]:
    known = st.builds(Amount, VALUES.filter(lambda one: one is not None), st.just(scope))
    partial = st.builds(Amount, st.just(Decimal(3)), st.just(scope), is_partial=st.just(True))
    return st.lists(known | partial | st.just(Amount(None, scope)))


@given(st.data(), SCOPES)
def test_a_sum_says_what_it_leaves_out(data: st.DataObject, scope: Scope) -> None:
    some = data.draw(amounts(scope))
    whole = total(some, scope)
    assert (whole.scope, whole.value) == (scope, known_sum(one.value for one in some))
    unknown = any(one.value is None or one.is_partial for one in some)
    assert whole.is_partial == (unknown and whole.value is not None)
    # In two goes or in one, the same is said.
    cut = data.draw(st.integers(0, len(some)))
    parts = [total(part, scope) for part in (some[:cut], some[cut:]) if part]
    assert total(parts, scope) == whole


@given(st.lists(st.builds(Amount, VALUES, SCOPES)))
def test_two_scopes_are_never_added(some: list[Amount]) -> None:
    if len({one.scope for one in some}) > 1:
        with pytest.raises(ValueError, match="never added"):
            total(some)
    found = by_scope(some)
    assert len({one.scope for one, _count in found}) == len(found)
    assert sum(count for _one, count in found) == sum(one.value is not None for one in some)
    assert not any(one.is_partial for one, _count in found)


def test_an_amount_is_said_with_what_it_leaves_out() -> None:
    asked = Scope("asked")
    for amount, french, thousands in (
        (Amount(Decimal(74_000), asked, is_partial=True), "≥\u00a074\u00a0k€", "≥\u00a074"),
        (Amount(Decimal(74_000), asked), "74\u00a0k€", "74"),
        (Amount(None, asked), "inconnu", "inconnu"),
    ):
        assert numbers.at_least(amount, "fr", unit="k€", none="inconnu") == french
        assert numbers.at_least(amount, "fr", none="inconnu") == thousands
    assert at_stage(Amount(None, asked), "expected").scope == Scope("expected")


def test_a_number_says_what_it_is_of_and_what_is_made_of_it_does_not() -> None:
    of = Of("cost", 2026, "OPENED", "it", "TTC", (3,))
    number = identified(Decimal(12), of)
    assert isinstance(number, Identified)
    assert (number, number.of, hash(number)) == (12, of, hash(Decimal(12)))
    assert type(number + 1) is type(number * 2) is Decimal
    assert isinstance(-number, Identified)
    assert (-number, (-number).of.what) == (-12, "-cost")
    assert identified(None, of) is None


def test_a_sum_is_of_all_those_that_it_adds_up_and_a_share_of_its_scope() -> None:
    scope = Scope("OPENED")
    one, other = (
        Amount(Decimal(1), scope, 2026, who=(1,)),
        Amount(Decimal(2), scope, 2026, who=(2,)),
    )
    whole = known(total([other, one]))
    assert isinstance(whole, Identified)
    assert (whole, whole.of.who) == (3, (1, 2))
    partial = total([one, Amount(None, scope, 2026, who=(2,))])
    assert partial.of != total([one, replace(one, who=(2,))]).of
    assert (
        Share(Decimal(3), 2026, "OPENED", 2, "TTC").of
        != Share(Decimal(3), 2026, "VOTED", 2, "TTC").of
    )
