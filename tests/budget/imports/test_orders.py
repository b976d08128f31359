"""Orders detail the lines of an account, and weigh nothing by themselves."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.attributions.orders import order_of, order_sums, orders_of
from portulan.budget.attributions.writes import attribute, edit_attribution
from portulan.budget.imports.orders import share_of_order
from portulan.budget.imports.reads import batches_of, sources_of
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.reads import figure_of, stages_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch, Order
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import BatchStatus, Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from tests.orders import LEDGER, ORDERS
from tests.people import Town


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def give(
    town: Town, year: FiscalYear, text: str, name: str = "x.csv", **options: Any
) -> ImportBatch:
    stream = io.BytesIO(text.encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=name)
    return confirm(town.finance, batch=batch, **options)


@pytest.fixture
def line(town: Town, year: FiscalYear) -> BudgetLine:
    give(town, year, LEDGER)
    found = BudgetLine.objects.get(label="Maintenance")
    override_line(town.finance, line=found, verdict=Verdict.IN, reason="Tout est informatique.")
    found.refresh_from_db()
    return found


def refused(code: str) -> Any:
    return pytest.raises(ValidationError, check=lambda error: error.code == code)


def test_orders_are_written_beside_the_lines_and_change_no_figure(
    town: Town, year: FiscalYear, line: BudgetLine
) -> None:
    before = figure_of(year, Stage.REALISED)
    batch = give(town, year, ORDERS)
    after = figure_of(year, Stage.REALISED)
    assert (after.figure, after.inputs_hash) == (before.figure, before.inputs_hash)
    assert stages_of(year).given == (Stage.REALISED,), (
        "what is committed is the orders’, not the year’s"
    )
    assert (batch.lines.count(), batch.orders.count()) == (0, 4)
    assert [found.lines_kept for found in batches_of(year)] == [4, 3]
    assert len(sources_of(year_facts(town.organisation.pk))[year.pk]) == 1, (
        "no figure comes from orders"
    )


def test_a_line_has_the_orders_of_its_account_and_manager(
    town: Town, year: FiscalYear, line: BudgetLine
) -> None:
    batch = give(town, year, ORDERS)
    assert [order.order_ref for order in orders_of(line)] == ["17", "18"]
    sums = order_sums(line)
    assert (sums.count, sums.committed, sums.realised) == (2, 15500, 12400)
    lift = BudgetLine.objects.get(label="Ascenseurs")
    assert [order.order_ref for order in orders_of(lift)] == ["19"]
    assert order_of(lift, str(Order.objects.get(order_ref="17").pk)) is None
    assert order_of(lift, "x") is None
    roll_back(town.finance, batch=batch)
    assert not orders_of(line).exists()


def test_an_order_book_needs_accounts_and_replaces_the_one_before(
    town: Town, year: FiscalYear
) -> None:
    with refused("no-accounts"):
        give(town, year, ORDERS)
    accounts = give(town, year, LEDGER)
    first = give(town, year, ORDERS)
    later = ORDERS.replace("12000,00", "14000,00")
    with refused("overlap"):
        give(town, year, later)
    give(town, year, later, replace=True)
    first.refresh_from_db()
    accounts.refresh_from_db()
    assert (first.status, accounts.status) == (BatchStatus.ROLLED_BACK, BatchStatus.CONFIRMED)
    # The accounts exported again leave the orders where they are.
    give(town, year, LEDGER.replace("9000", "9100"), replace=True)
    maintenance = BudgetLine.objects.get(label="Maintenance", batch__status="confirmed")
    assert order_sums(maintenance).realised == 14400


def test_the_books_of_two_managers_stand_side_by_side(town: Town, year: FiscalYear) -> None:
    give(town, year, LEDGER)
    head, *rows = ORDERS.splitlines(keepends=True)
    of_it = head + "".join(row for row in rows if row.startswith("IT"))
    of_buildings = head + "".join(row for row in rows if row.startswith("BAT"))
    it, buildings = give(town, year, of_it), give(town, year, of_buildings)
    lines = BudgetLine.objects.filter(nature="6156").order_by("label")
    assert [order_sums(line).realised for line in lines] == [7000, 12400]
    # Read again, a book takes the place of its own manager's alone.
    later = of_it.replace("12000,00", "14000,00")
    with refused("overlap"):
        give(town, year, later)
    give(town, year, later, replace=True)
    it.refresh_from_db()
    buildings.refresh_from_db()
    assert (it.status, buildings.status) == (BatchStatus.ROLLED_BACK, BatchStatus.CONFIRMED)
    assert [order_sums(line).realised for line in lines] == [7000, 14400]
    # A book that does not say whose its orders are may hold those of all.
    nobody = later.replace("IT;", ";").replace("Gestionnaire", "Observations")
    with refused("overlap"):
        give(town, year, nobody)
    give(town, year, nobody, replace=True)
    in_force = ImportBatch.objects.filter(status=BatchStatus.CONFIRMED, format="orders")
    assert in_force.count() == 1


def test_a_share_of_an_order_is_told_from_the_others_of_the_account(
    town: Town, year: FiscalYear, line: BudgetLine
) -> None:
    give(town, year, ORDERS)
    order = Order.objects.get(order_ref="17")
    found = share_of_order(line, order, Decimal("0.3"), stage=Stage.REALISED)
    assert found.share == Decimal("0.03")
    given = attribute(
        town.finance, line=line, share=found.share, method=Method.KEY, reason="Reconditionné",
        key=found.key,
    )  # fmt: skip
    assert figure_of(year, Stage.REALISED).figure.numerator == Decimal("3600.00")
    assert given.key == {
        "order": "17", "contract": "M-020", "share": "0.3", "stage": "REALISED",
        "amount": "12000.00", "of": "120000.00",
    }  # fmt: skip
    values: dict[str, Any] = {
        "method": given.method, "reason": "Autre", "action": None, "status": given.status,
        "evidence": "",
    }  # fmt: skip
    assert edit_attribution(town.finance, attribution=given, share=given.share, **values).key
    halved = edit_attribution(town.finance, attribution=given, share=Decimal("0.5"), **values)
    assert halved.key is None, "another share is no more that of the order"


def test_an_order_without_an_amount_there_has_no_share(
    town: Town, year: FiscalYear, line: BudgetLine
) -> None:
    give(town, year, ORDERS)
    order = Order.objects.get(order_ref="17")
    for stage in (Stage.COMMITTED, Stage.VOTED):
        with pytest.raises(ValidationError):
            share_of_order(line, order, Decimal(1), stage=stage)
