"""REEN on the demonstration: each cell, and the euros of the budget to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.budget.funding.by_year import year_money
from portulan.budget.labels import STAGES
from portulan.publication.documents.cell import Unit
from tests.demo.test_documents import made
from tests.publication.documents.reen_cells import column, failing, figures, said, section, tables

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("year", [2025, 2026])
def test_each_cell_is_there(demonstration: Organisation, year: int) -> None:
    document = made(demonstration, "reen", "fr", year)
    assert not failing(document)
    assert figures(made(demonstration, "reen", "en", year)) == figures(document)


def test_the_euros_are_those_of_the_budget_at_each_stage(demonstration: Organisation) -> None:
    actor = command_line(demonstration.pk)
    for year in (2025, 2026):
        document = made(demonstration, "reen", "fr", year)
        [whole] = [one for one in section(document, "par stade").tables if one.has_total]
        money = year_money(actor=actor, year=year)
        for stage, amount in money.totals.items():
            *parts, shown = column(whole, str(STAGES[stage]))
            assert Decimal(shown.value) == amount
            known = [Decimal(one.value) for one in parts if one.unit is Unit.MONEY and one.value]
            assert sum(known) == amount


def test_a_pause_of_the_year_is_told_with_the_day(demonstration: Organisation) -> None:
    part = section(made(demonstration, "reen", "fr", 2026), "4°")
    [done], [gaps] = tables(part, "fait en"), tables(part, "Écart")
    assert any("En pause" in one for one in said(column(done, "Fait")))
    assert "06/07/2026" in said(column(done, "Date"))
    assert "en pause" in said(column(gaps, "Écart"))


def test_a_year_that_moves_after_it_was_published_is_told(demonstration: Organisation) -> None:
    def gaps() -> list[Decimal]:
        part = section(made(demonstration, "reen", "fr", 2026), "dernière édition")
        [table] = tables(part, "Chiffres publiés")
        return [Decimal(one.value) for one in column(table, "Écart")]

    assert gaps() == [0, 0]
