"""What the State’s file says of a ledger: above it, equal to it, or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.observatory.proof import Above, against_the_state
from tests.observatory.taking import take
from tests.observatory.world import Budget, balances_of, population_of

MOVED = {"2051": (123_456, 0, 3_456, 0), "6262": (90_000, 0, 0, 0), "611": (5_000, 0, 0, 0)}


@pytest.mark.django_db
def test_a_ledger_is_contradicted_only_where_it_is_above_the_state() -> None:
    own = Budget(7, 2500, accounts=MOVED)
    take(population_of([own]), "population.csv")
    take(balances_of([own]))
    equal = {"2051": Decimal("1200.00"), "6262": Decimal("900.00")}
    same = against_the_state(own.siren, 2024, equal)
    assert same is not None
    assert same.proves
    assert same.above == ()
    part = against_the_state(own.siren, 2024, {"2051": Decimal("800.00")})
    assert part is not None
    assert not part.proves
    assert part.above == ()
    over = against_the_state(own.siren, 2024, equal | {"2051": Decimal("1450.00")})
    assert over is not None
    assert over.above == (Above("2051", Decimal("1450.00"), Decimal("1200.00")),)
    assert not over.proves
    assert against_the_state(own.siren, 2019, equal) is None
    assert against_the_state("", 2024, equal) is None
