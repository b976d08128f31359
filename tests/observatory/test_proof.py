"""What the State’s file says of a ledger: above it, equal to it, or nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portulan.budget.imports.proofs import Grade
from portulan.budget.words import Stage
from portulan.observatory.proof import Above, against, grade_at, judge, spent_of
from tests.observatory.taking import take
from tests.observatory.world import Budget, balances_of, population_of

MOVED = {"2051": (123_456, 0, 3_456, 0), "6262": (90_000, 0, 0, 0), "611": (5_000, 0, 0, 0)}


@pytest.mark.django_db
def test_a_ledger_is_contradicted_only_where_it_is_above_the_state() -> None:
    own = Budget(7, 2500, accounts=MOVED)
    take(population_of([own]), "population.csv")
    take(balances_of([own]))
    equal = {"2051": Decimal("1200.00"), "6262": Decimal("900.00")}
    spent = spent_of(own.siren, 2024)
    assert spent is not None
    same = against(spent, equal)
    assert (same.proves, same.above) == (True, ())
    part = against(spent, {"2051": Decimal("800.00")})
    assert (part.proves, part.above) == (False, ())
    over = against(spent, equal | {"2051": Decimal("1450.00")})
    assert over.above == (Above("2051", Decimal("1450.00"), Decimal("1200.00")),)
    assert not over.proves
    assert spent_of(own.siren, 2019) is None
    assert spent_of("", 2024) is None


def report(grade: Grade, **realised: str) -> dict[str, Any]:
    """Return the report of a ledger that proves itself so far."""
    holds = {"stage": "REALISED", "read": "2100.00"}
    controls = {Grade.PROVED: [holds | {"holds": True}], Grade.UNPROVED: []}
    controls[Grade.CONTRADICTED] = [holds | {"holds": False}]
    whole = {"stage": "REALISED", "flow": "expense", "amount": "2100.00"}
    strict = [
        {"nature": account[1:], "stage": "REALISED", "amount": amount}
        for account, amount in realised.items()
    ]
    return {
        "format": "ledger",
        "stages": ["REALISED"],
        "totals": [whole],
        "controls": controls[grade],
        "it": {"strict": strict},
    }


@pytest.mark.django_db
def test_what_the_state_contradicts_is_contradicted_where_it_is_realised() -> None:
    own = Budget(7, 2500, accounts=MOVED)
    take(population_of([own]), "population.csv")
    take(balances_of([own]))
    equal, over = {"_2051": "1200.00", "_6262": "900.00"}, {"_2051": "1450.00"}
    part = {"_2051": "800.00"}
    for kept in (Grade.PROVED, Grade.UNPROVED, Grade.CONTRADICTED):
        said = [judge(own.siren, 2024, report(kept, **one)) for one in (equal, over, part)]
        assert [one.grade for one in said] == [kept, Grade.CONTRADICTED, kept]
        assert [one.by_state for one in said] == [False, True, False]
        for stage, grade in ((Stage.REALISED, Grade.CONTRADICTED), (Stage.COMMITTED, kept)):
            assert grade_at(stage, own.siren, 2024, report(kept, **over), spent_of) is grade
        assert judge(own.siren, 2019, report(kept, **over)).grade is kept
        assert judge("", 2024, report(kept, **over)).grade is kept
