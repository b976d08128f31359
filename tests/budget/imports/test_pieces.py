"""Pieces of one account: added, told apart, replaced one by one, undone."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from portulan.budget.imports.checks import overlapping
from portulan.budget.imports.documents import chains_of
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.words import BatchStatus, Stage
from portulan.budget.years.writes import open_year
from tests.people import Town

OPERATING = "Compte;Libellé;Ouvert\n6262;Télécoms;400,00\n611;Hébergement;600,00\n"
INVESTMENT = "Compte;Libellé;Ouvert\n2051;Licences;1000,00\n21838;Onduleurs;500,00\n"
# Nothing but the labels tells these apart.
NORTH = "Compte;Libellé;Ouvert\n6262;Télécoms du nord;40,00\n6156;Maintenance du nord;70,00\n"
SOUTH = "Compte;Libellé;Ouvert\n6262;Télécoms du sud;50,00\n6156;Maintenance du sud;60,00\n"


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def read(town: Town, year: FiscalYear, content: str, name: str = "gl.csv") -> ImportBatch:
    stream = io.BytesIO(content.encode())
    return preview(town.finance, fiscal_year=year, stream=stream, file_name=name)


def take(town: Town, year: FiscalYear, content: str, **how: bool) -> ImportBatch:
    return confirm(town.finance, batch=read(town, year, content), in_euros=True, **how)


def opened(year: FiscalYear) -> Decimal:
    return lines_in_force(year).aggregate(total=Sum("opened"))["total"] or Decimal(0)


def in_force(year: FiscalYear) -> set[int]:
    return set(year.batches.filter(status=BatchStatus.CONFIRMED).values_list("pk", flat=True))


@pytest.mark.parametrize("pair", [(OPERATING, INVESTMENT), (NORTH, SOUTH)])
def test_a_second_piece_is_added_and_leaves_alone(town, year, pair):
    first = take(town, year, pair[0])
    whole = opened(year)
    with pytest.raises(ValidationError, match="donne déjà ces montants"):
        take(town, year, pair[1])
    second = take(town, year, pair[1], piece=True)
    assert in_force(year) == {first.pk, second.pk}
    added = opened(year) - whole
    roll_back(town.finance, batch=second)
    assert opened(year) == whole
    # And the undoing is undone, without saying again that it is a piece.
    confirm(town.finance, batch=second)
    assert opened(year) == whole + added


@pytest.mark.parametrize("pair", [(OPERATING, INVESTMENT), (NORTH, SOUTH)])
def test_replacing_a_piece_leaves_the_others_and_can_be_undone(town, year, pair):
    first = take(town, year, pair[0])
    second = take(town, year, pair[1], piece=True)
    before = opened(year)
    newer = read(town, year, pair[1].replace("0,00", "9,00"))
    assert overlapping(newer) == [second]
    confirm(town.finance, batch=newer, replace=True, in_euros=True)
    assert in_force(year) == {first.pk, newer.pk}
    assert opened(year) == before + 18
    roll_back(town.finance, batch=newer, put_back=True)
    assert in_force(year) == {first.pk, second.pk}
    assert opened(year) == before


def test_an_overlap_is_seen_and_refused(town, year):
    take(town, year, NORTH)
    both = SOUTH + NORTH.split("\n", 1)[1]
    with pytest.raises(ValidationError, match="2 lignes y sont déjà"):
        take(town, year, both, piece=True)
    assert opened(year) == 110
    # The same lines with other amounts are no other piece either.
    with pytest.raises(ValidationError, match="y sont déjà"):
        take(town, year, NORTH.replace("40,00", "45,00"), piece=True)


def test_a_whole_account_takes_the_place_of_all_its_pieces(town, year):
    first = take(town, year, OPERATING)
    second = take(town, year, INVESTMENT, piece=True)
    whole = read(town, year, OPERATING + INVESTMENT.split("\n", 1)[1])
    assert overlapping(whole) == [first, second]


def test_the_pieces_are_one_document_of_the_year(town, year):
    take(town, year, OPERATING)
    take(town, year, INVESTMENT, piece=True)
    (budget,) = chains_of(year)
    (step,) = budget.chain.steps
    assert step.document.at(Stage.OPENED) == (Decimal(1000), Decimal(1500))


def test_a_change_is_no_piece(town, year):
    batch = take(town, year, OPERATING)
    batch.delta = True
    batch.save()
    with pytest.raises(ValidationError, match="morceaux"):
        take(town, year, INVESTMENT, piece=True)
