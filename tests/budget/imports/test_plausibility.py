"""Amounts in cents or in thousands are noticed before anything is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.budget.imports.inspection import document_of, inspect
from portulan.budget.imports.plausibility import Known, doubts
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.readers import open_reading
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.core.money import ZERO
from tests.orders import ORDERS
from tests.people import Town
from tests.totem import totem

D = Decimal
# Euros an inhabitant, spent in all and on certain IT accounts: docs/reference/truths.md, Accounts.
BODIES = [(D(600), D("0.3")), (D(950), D(18)), (D(1600), D(17)), (D(2500), D(5))]


def codes(
    expenses: Decimal,
    its: Decimal = ZERO,
    *,
    is_ledger: bool = False,
    is_part: bool = False,
    **known: object,
) -> list[str]:
    found = doubts(
        {Stage.REALISED: expenses},
        {Stage.REALISED: its},
        Known(**known),
        is_ledger=is_ledger,
        is_part=is_part,
    )
    return [problem.kind.code for problem in found]


@pytest.mark.parametrize(("each", "its"), BODIES)
@given(population=st.integers(100, 3_000_000))
def test_euros_are_likely_and_other_units_are_not(
    each: Decimal, its: Decimal, population: int
) -> None:
    spent = each * population, its * population
    assert codes(*spent, population=population) == []
    for factor in (D(100), D("0.001")):
        wrong = (amount * factor for amount in spent)
        assert codes(*wrong, population=population) == ["unlikely-per-inhabitant"]


@pytest.mark.parametrize(("each", "its"), [(D(60_000), D(300)), (D(300_000), D(8_000))])
def test_a_body_without_inhabitants_is_judged_by_its_staff(each: Decimal, its: Decimal) -> None:
    spent = each * 800, its * 800
    assert codes(*spent, headcount=800) == []
    for factor in (D(100), D("0.001")):
        wrong = (amount * factor for amount in spent)
        assert codes(*wrong, headcount=800) == ["unlikely-per-fte"]
    assert codes(its * 800, is_ledger=True, headcount=800) == []
    assert codes(its * D("0.8"), is_ledger=True, headcount=800) == ["unlikely-per-fte"]
    # Inhabitants say more.
    assert codes(D(1_000_000), population=1_000, headcount=1_000_000) == []


def test_a_ledger_may_be_of_one_department_alone() -> None:
    for each in (D(5), D(20), D(80)):
        spent = each * 1000
        assert codes(spent, spent / 2, is_ledger=True, population=1000) == []
        assert codes(spent / 1000, D(0), is_ledger=True, population=1000)
    assert codes(D(20) * 100_000, D(15) * 100_000, is_ledger=True, population=1000)


@given(each=st.decimals("0.0001", "200", places=4))
def test_a_part_of_the_accounts_may_be_small_but_not_in_cents(each: Decimal) -> None:
    assert codes(each * 80_000, is_part=True, population=80_000) == []
    assert codes(each * 800, is_part=True, headcount=800) == []
    assert codes(D(30_000) * 80_000, is_part=True, population=80_000) != []
    assert codes(D(1), is_part=True, years={Stage.REALISED: (2025, D(1000))}) != []


def test_a_file_says_it_is_an_annex_and_else_the_sentence_wonders() -> None:
    about = b'<InformationsGenerales><Information Code="PopTot" V="900"/></InformationsGenerales>'
    data = totem(("60611", "1", "950")).replace(b"</BlocBudget>", b"</BlocBudget>" + about)
    (problem,) = inspect(io.BytesIO(data))["problems"]
    assert "d’un budget principal" in problem["message"]
    annex = data.replace(b'<NatDec V="09"/>', b'<NatDec V="09"/><CodTypBud V="A"/>')
    assert inspect(io.BytesIO(annex))["problems"] == []


def test_a_handful_of_orders_is_no_whole_ledger() -> None:
    known = Known(population=2_140_000)
    with open_reading(io.BytesIO(ORDERS.encode()), name="orders.csv") as reading:
        assert document_of(reading, known=known)["problems"] == []


@given(st.decimals("1", "1e9", places=2), st.decimals("0.01", "100", places=2))
def test_another_year_is_a_yardstick(amount: Decimal, times: Decimal) -> None:
    years = {Stage.REALISED: (2025, amount)}
    unlikely = times > 10 or times < D("0.1")
    assert codes(amount * times, years=years) == ["unlikely-against-year"] * unlikely


@pytest.mark.parametrize(
    ("amount", "said", "told"),
    [(D(20_000), "plus de dix fois plus", "ten times more"),
     (D(90), "plus de dix fois moins", "ten times less")],
)  # fmt: skip
def test_a_doubt_says_both_amounts_their_year_and_which_way(
    amount: Decimal, said: str, told: str
) -> None:
    known = Known(years={Stage.VOTED: (2024, D(1000)), Stage.REALISED: (2025, D(1000))})
    [doubt] = doubts({Stage.VOTED: amount, Stage.REALISED: D(1000)}, {}, known, is_ledger=False)
    assert said in doubt.message("fr")
    assert told in doubt.message("en")
    for word in ("2024", "1\u202f000"):
        assert word in doubt.message("fr")


def test_what_cannot_be_compared_is_not_doubted() -> None:
    known = Known(1000, {Stage.VOTED: (2025, D(1))})
    assert list(doubts({}, {}, known, is_ledger=False)) == []
    assert list(doubts({Stage.CARRIED_OVER: D("1e9")}, {}, known, is_ledger=False)) == []
    assert codes(D("1e12")) == []
    everywhere = dict.fromkeys(Stage, D(1))
    assert list(doubts(everywhere, {}, Known(), is_ledger=True)) == []
    assert codes(D("-5"), population=1000) == []


@given(st.decimals("-1e9", "1e9", places=2), st.sampled_from(Stage))
def test_a_ledger_that_spends_less_than_nothing_is_doubted(amount: Decimal, stage: Stage) -> None:
    expenses = {Stage.OPENED: D(1000), stage: amount}
    found = [problem.kind.code for problem in doubts(expenses, {}, Known(), is_ledger=True)]
    doubtful = amount < 0 and stage != Stage.CARRIED_OVER
    assert found == ["unlikely-sign"] * doubtful
    assert list(doubts(expenses, {}, Known(), is_ledger=False)) == []


def test_a_file_that_says_its_inhabitants_is_doubted_by_itself() -> None:
    def said(population: str) -> list[str]:
        about = f'<InformationsGenerales><Information Code="PopTot" V="{population}"/>'
        data = totem(("60611", "1", "950000")).replace(
            b"</BlocBudget>", b"</BlocBudget>" + about.encode() + b"</InformationsGenerales>"
        )
        problems = inspect(io.BytesIO(data))["problems"]
        assert all(problem["severity"] == "warning" for problem in problems)
        return [problem["code"] for problem in problems]

    assert said("1 000") == []
    assert said("10") == ["unlikely-per-inhabitant"]
    assert said("?") == said("0") == []


@pytest.fixture
def year(town: Town) -> FiscalYear:
    town.organisation.population = 1000
    town.organisation.save()
    return open_year(town.finance, year=2026)


def show(town: Town, year: FiscalYear, realised: str, **about: int) -> ImportBatch:
    data = totem(("60611", realised, realised), year=year.year, **about)
    return preview(town.finance, fiscal_year=year, stream=io.BytesIO(data), file_name="ca.xml")


def test_a_doubtful_file_waits_for_somebody_to_say_euros(town: Town, year: FiscalYear) -> None:
    batch = show(town, year, "95000000")
    with pytest.raises(ValidationError, check=lambda error: error.code == "doubtful"):
        confirm(town.finance, batch=batch)
    assert not BudgetLine.objects.exists()
    confirm(town.finance, batch=batch, in_euros=True)
    roll_back(town.finance, batch=batch)
    confirm(town.finance, batch=batch)  # it was said once


def test_the_year_before_is_remembered(town: Town, year: FiscalYear) -> None:
    confirm(town.finance, batch=show(town, year, "950000"))
    town.organisation.population = None
    town.organisation.save()
    following = open_year(town.finance, year=2027)
    assert confirm(town.finance, batch=show(town, following, "1000000")).status == "confirmed"
    third = open_year(town.finance, year=2028)
    (problem,) = show(town, third, "100000000").report["problems"]
    assert problem["code"] == "unlikely-against-year"
    assert "1 000 000 €" in problem["message"]
    assert "2027" in problem["message"]


def test_the_preview_asks_and_the_box_answers(
    town: Town, year: FiscalYear, signed_in: Callable[[Role], Client]
) -> None:
    finance = signed_in(Role.FINANCE)
    likely, doubtful = show(town, year, "950000"), show(town, year, "95000000")
    here = f"/{town.slug}/budget/2026/imports/"
    pages = {
        batch.pk: finance.get(f"{here}{batch.pk}/").content.decode() for batch in (likely, doubtful)
    }
    assert "in_euros" not in pages[likely.pk]
    assert 'name="in_euros"' in pages[doubtful.pk]
    assert "95 000 €" in pages[doubtful.pk]
    refused = finance.post(f"{here}{doubtful.pk}/confirm/")
    assert refused.status_code == 422
    assert not BudgetLine.objects.exists()
    finance.post(f"{here}{doubtful.pk}/confirm/", {"in_euros": "on"})
    assert BudgetLine.objects.count() == 1


def test_what_a_file_says_of_itself_fits_where_it_is_kept(town: Town, year: FiscalYear) -> None:
    """PostgreSQL refuses what is longer than its column, and a preview failed."""
    long = "x" * 100
    data = totem(("60611", "1", "950000"), siret=long, nomenclature=long).replace(
        b'encoding="UTF-8"', b'encoding="' + long.encode() + b'"'
    )
    batch = preview(
        town.finance, fiscal_year=year, stream=io.BytesIO(data), file_name="a\udcff.xml"
    )
    batch.full_clean(exclude=["delta", "person_id", "mapping", "report"])
    batch.refresh_from_db()
    assert (batch.file_name, len(batch.encoding)) == ("a\ufffd.xml", 20)
