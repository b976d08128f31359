"""From the public account to the ledger: every cent of the gap has one reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.imports.writes import confirm
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.core.errors import DeniedError
from portulan.observatory.gap import Known, Reason, explain, gap_of
from portulan.observatory.limits import board_sentence
from portulan.observatory.reads import accounts_of, first_estimate
from portulan.observatory.starting import start_year
from tests.observatory.taking import take
from tests.observatory.world import Budget, balances_of, population_of, towns
from tests.people import Town

TOWNS = towns(24, seed=31)
ACCOUNTS = st.sampled_from(["2051", "6262", "21838", "611", "6156", "64111", "60632", "65811"])
AMOUNTS = st.decimals(-500, 900_000, places=2)


@given(
    st.dictionaries(ACCOUNTS, st.integers(-9_000, 90_000_000)),
    st.dictionaries(
        ACCOUNTS,
        st.builds(Known, AMOUNTS, AMOUNTS, undecided=st.booleans()),
    ),
)
def test_the_rows_explain_every_cent(public: dict[str, int], ledger: dict[str, Known]) -> None:
    found = explain(public, ledger, nomenclature="M57")
    certain = {"2051", "6262", "21838", "65811"}
    floor = sum(cents for account, cents in public.items() if account in certain)
    assert found.floor == Decimal(floor).scaleb(-2)
    assert found.denominator == sum((known.it for known in ledger.values()), Decimal(0))
    assert sum((row.gap for row in found.rows), Decimal(0)) == found.gap
    assert sum(found.by_reason.values(), Decimal(0)) == found.gap


def test_each_account_has_its_reason() -> None:
    public = {"2051": 100, "21838": 500, "65811": 700, "611": 900, "6156": 300}
    ledger = {
        "2051": Known(Decimal(1), Decimal(1)),
        "21838": Known(Decimal(9), Decimal(9)),
        "6262": Known(Decimal(4), Decimal(4)),
        "611": Known(Decimal(9), Decimal(3)),
        "6156": Known(Decimal(3), Decimal(0), undecided=True),
        "64111": Known(Decimal(90), Decimal(50)),
        "60632": Known(Decimal(7), Decimal(0)),
    }
    reasons = {row.account: row.reason for row in explain(public, ledger, nomenclature="M57").rows}
    assert reasons == {
        "2051": Reason.SAME,
        "21838": Reason.OTHER_AMOUNT,
        "65811": Reason.PUBLIC_ALONE,
        "6262": Reason.LEDGER_ALONE,
        "611": Reason.PART_OF_MIXED,
        "6156": Reason.UNDECIDED,
        "64111": Reason.STAFF,
    }


@pytest.mark.django_db
def test_a_year_begins_from_the_public_accounts(town: Town) -> None:
    moved = {"2051": (123_456, 0, 3_456, 0), "6262": (900, 1_000, 0, 0), "611": (5_000, 0, 0, 0)}
    own = Budget(7, 2500, accounts=moved)
    town.organisation.siren = own.siren
    town.organisation.save()
    take(population_of([own]), "population.csv")
    take(balances_of([own, *towns(3, seed=2)]))
    accounts = accounts_of(own.siren, 2024)
    assert accounts is not None
    with pytest.raises(DeniedError):
        start_year(town.editor, accounts=accounts, language="fr")
    other = accounts_of(towns(3, seed=2)[0].siren, 2024)
    assert other is not None
    with pytest.raises(ValidationError):
        start_year(town.finance, accounts=other, language="fr")
    assert not FiscalYear.objects.exists()
    batch = start_year(town.finance, accounts=accounts, language="fr")
    assert not BudgetLine.objects.exists()
    confirm(town.finance, batch=batch)
    fiscal_year = FiscalYear.objects.get(year=2024)
    lines = dict(BudgetLine.objects.values_list("nature", "realised"))
    assert lines == {"2051": Decimal("1200"), "6262": Decimal("-1"), "611": Decimal("50")}
    found = gap_of(accounts, fiscal_year)
    assert found is not None
    assert found.floor == Decimal("1199.00")
    assert found.gap == 0
    assert {row.account: row.reason for row in found.rows}["611"] is Reason.UNDECIDED


@pytest.mark.django_db
def test_the_sentence_of_the_board_is_a_floor_and_a_place_never_a_distance() -> None:
    take(population_of(TOWNS), "population.csv")
    take(balances_of(TOWNS))
    siren = TOWNS[3].siren
    said = board_sentence(siren, "fr")
    assert said.startswith("En 2024, au moins ")
    assert "sur 24 de sa strate, où 1 dépense le moins." in said
    assert "%" not in said
    assert board_sentence("", "fr") == board_sentence("123456789", "fr") == ""
    estimate = first_estimate(siren)
    assert estimate is not None
    assert estimate.amount == sum(
        Decimal(TOWNS[3].accounts[code][0]) / 100 for code in ("2051", "21838", "65811", "6262")
    )
    assert first_estimate("") is None
