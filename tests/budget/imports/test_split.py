"""A file of many bodies: each in its own account, where the person has the right, all or none."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.access import Role
from portulan.budget.imports.split import bodies_of, places_for, split, unsplit
from portulan.budget.imports.writes import preview
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import BatchStatus
from portulan.budget.years.writes import open_year
from tests.people import Town

MINE, THEIRS, NOBODY = "219900011", "219900029", "219900037"
FILE = (
    "SIREN;Compte;Libellé;Ouvert\n"
    f"{MINE};2051;Licences;1000,00\n{THEIRS};2051;Badges;70,00\n{NOBODY};2051;Rien;5,00\n"
)


@pytest.fixture
def batch(town: Town, elsewhere: Town) -> ImportBatch:
    for place, siren in ((town, MINE), (elsewhere, THEIRS)):
        place.organisation.siren = siren
        place.organisation.save()
    year = open_year(town.finance, year=2026)
    stream = io.BytesIO(FILE.encode())
    return preview(town.finance, fiscal_year=year, stream=stream, file_name="tout.csv")


def joined(town: Town, elsewhere: Town) -> None:
    """Give the finance officer of the town the same role in the other one."""
    mine, its = (place.people[Role.FINANCE] for place in (town, elsewhere))
    its.user = mine.user
    its.save()


def test_the_bodies_of_a_file_are_told_with_what_they_spend(batch):
    assert bodies_of(batch) == {
        MINE: {"OPENED": "1000.00"},
        THEIRS: {"OPENED": "70.00"},
        NOBODY: {"OPENED": "5.00"},
    }


def test_only_organisations_where_the_person_may_import(batch, town, elsewhere):
    assert places_for(town.finance, bodies_of(batch)).keys() == {MINE}
    with pytest.raises(ValidationError, match="où vous pouvez importer"):
        split(town.finance, batch=batch, bodies=[MINE, THEIRS], in_euros=True)
    assert not BudgetLine.objects.exists()
    joined(town, elsewhere)
    assert places_for(town.finance, bodies_of(batch)).keys() == {MINE, THEIRS}


def test_each_in_its_own_account_and_all_undone_at_once(batch, town, elsewhere):
    joined(town, elsewhere)
    done = split(town.finance, batch=batch, bodies=[MINE, THEIRS], in_euros=True)
    lines = BudgetLine.objects.values_list("organisation__siren", "label", "opened")
    assert set(lines) == {(MINE, "Licences", 1000), (THEIRS, "Badges", 70)}
    assert FiscalYear.objects.filter(organisation=elsewhere.organisation, year=2026).exists()
    assert {one.status for one in done} == {BatchStatus.CONFIRMED}
    assert unsplit(town.finance, batch=batch) == 2
    assert not ImportBatch.objects.filter(status=BatchStatus.CONFIRMED).exists()


def test_one_that_refuses_leaves_all_out(batch, town, elsewhere):
    joined(town, elsewhere)
    elsewhere.organisation.siren = THEIRS
    year = open_year(elsewhere.finance, year=2026)
    year.status = "closed"
    year.save()
    with pytest.raises(ValidationError, match=elsewhere.organisation.name):
        split(town.finance, batch=batch, bodies=[MINE, THEIRS], in_euros=True)
    assert not BudgetLine.objects.exists()
    assert unsplit(town.finance, batch=batch) == 0
