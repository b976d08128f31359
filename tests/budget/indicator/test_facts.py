"""What is known of the years serves until something is written, and is then known anew."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portulan.budget.funding.reads import ambitions_of
from portulan.budget.funding.writes import set_ambition
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.facts import YearFacts, forget, year_facts
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.plans.actions.progress import update_progress
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def place() -> Town:
    return make_town("chiffree")


def typed(place: Town, year: FiscalYear, budget: int, dedicated: int) -> None:
    type_figures(
        place.finance,
        on=TODAY,
        fiscal_year=year,
        stage=Stage.VOTED,
        it_budget=D(budget),
        lines=[TypedLine("Réemploi", D(dedicated), "Marché")],
        replace=True,
    )


def known(place: Town) -> YearFacts:
    return year_facts(place.organisation.pk)


def test_each_write_is_known_and_nothing_is_asked_twice(place: Town) -> None:
    assert (known(place).years, known(place).figures) == ({}, {})
    year = open_year(place.finance, year=2026)
    assert list(known(place).years) == [2026]
    typed(place, year, 1000, 20)
    assert known(place).figures[2026].figure.value == 2
    typed(place, year, 1000, 30)
    found = known(place).figures[2026]
    assert (found.figure.value, found.sums) == (3, figure_of(year, Stage.VOTED).sums)
    assert known(place).published(year, Stage.VOTED) is None
    run = publish_run(
        place.finance, run=compute_run(place.finance, fiscal_year=year, stage=Stage.VOTED)
    )
    assert known(place).published(year, Stage.VOTED) == run
    set_ambition(place.finance, plan=make_plan(place), year=2026, percent=D(5))
    facts = known(place)
    assert ambitions_of(facts)[2026].percent == 5
    assert compare(facts.figures[2026], facts).earlier is None
    with CaptureQueriesContext(connection) as asked:
        assert facts.figure(year, Stage.VOTED) is facts.figures[2026]
        assert facts.by_stage(year)[Stage.VOTED] is facts.figures[2026]
        compare(facts.figures[2026], facts)
        ambitions_of(facts)
    assert len(asked) == 0


def test_a_deed_of_one_action_leaves_what_accounts_say(place: Town) -> None:
    year = open_year(place.finance, year=2026)
    typed(place, year, 1000, 20)
    action = make_action(place, make_plan(place))
    before = known(place)
    figures, ambitions = before.figures, ambitions_of(before)
    compare(figures[2026], before)
    before.once("another", object)
    update_progress(place.editor, action=action, today=TODAY, blocked_by="Rien")
    after = known(place)
    assert after is not before
    assert after.figures[2026].figure == figures[2026].figure
    if connection.vendor != "postgresql":  # where others may write, what is kept is not told
        with CaptureQueriesContext(connection) as asked:
            assert (after.figures, ambitions_of(after)) == (figures, ambitions)
            compare(after.figures[2026], after)
        assert len(asked) == 0
    assert "another" not in after._drawn
    # The same deed beside one of another kind: all is read again.
    update_progress(place.editor, action=action, today=TODAY, blocked_by="Si")
    typed(place, year, 1000, 30)
    assert known(place).figures[2026].figure.value == 3


def test_nothing_of_a_transaction_is_kept(place: Town) -> None:
    open_year(place.finance, year=2026)
    before = known(place)
    with transaction.atomic():
        open_year(place.finance, year=2027)
        assert list(known(place).years) == [2026, 2027]
        assert known(place).version is None
        assert known(place) is not known(place)
        transaction.set_rollback(True)
    assert list(known(place).years) == [2026]
    if connection.vendor != "postgresql":  # where others may write, what is kept is not told
        assert known(place) is before


def test_another_organisation_is_another(place: Town) -> None:
    other = make_town("voisine")
    open_year(other.finance, year=2025)
    assert (list(known(place).years), list(known(other).years)) == ([], [2025])
