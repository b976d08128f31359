"""What the database refuses of the budget, whoever writes, and several at once."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.typed import type_figures
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.lines.kept_sums import count_again
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, ImportBatch, IndicatorRun
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.perimeter.writes import draft_perimeter
from portulan.budget.words import Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from tests.at_once import at_once
from tests.people import Town, make_town
from tests.refusals import refused, write

D = Decimal
ATTRIBUTE = (
    "INSERT INTO budget_attribution"
    " (line_id, share, outside_it, method, status, reason, evidence, recorded_at)"
    " VALUES (%s, %s, %s, 'key', %s, 'essai', '', '2026-11-24 12:00:00')"
)


def make_line(town: Town) -> BudgetLine:
    year = open_year(town.finance, year=2026)
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.OPENED,
        it_budget=D(1000),
        lines=[],
        on=date(2026, 11, 24),
    )
    return BudgetLine.objects.get()


def shared(town: Town, line: BudgetLine, share: str = "0.6") -> None:
    """A person judges that only a part of the line is IT."""
    override_line(
        town.finance, line=line, verdict=Verdict.MIXED, share=D(share), reason="clé de partage"
    )


def new(
    line: BudgetLine, share: str, *, outside: bool = False, status: str = "declared"
) -> tuple[str, int, str, bool, str]:
    """The statement that attributes a share of a line."""
    return (ATTRIBUTE, line.pk, share, outside, status)


@pytest.fixture
def line(town: Town) -> BudgetLine:
    line = make_line(town)
    shared(town, line)
    return line


def test_a_line_is_never_attributed_beyond_its_perimeter_share(line: BudgetLine) -> None:
    fits, still = "guard_attribution_fits", "guard_attribution_still_fits"
    refused(fits, *new(line, "0.6000000001"))
    write(*new(line, "0.5"))
    write(*new(line, "0.1", status="proposed"))
    write(*new(line, "0.9", status="withdrawn"))
    write(*new(line, "0.4", outside=True))
    refused(fits, *new(line, "0.0000000001"))
    refused(fits, *new(line, "0.0000000001", outside=True))
    for change in (
        "share = 0.5000000001 WHERE share = 0.5",
        "status = 'justified', evidence = 'x' WHERE status = 'withdrawn'",
        "outside_it = TRUE WHERE share = 0.1",
    ):
        refused(still, f"UPDATE budget_attribution SET {change}")  # noqa: S608
    write("UPDATE budget_attribution SET share = 0.05 WHERE share = 0.1")
    write(*new(line, "0.05"))


def test_nor_moved_to_a_line_without_room(line: BudgetLine) -> None:
    write(*new(line, "0.5"))
    other = BudgetLine.objects.get(pk=line.pk)
    other.pk, other.it_share = None, D("0.4")
    other.save(force_insert=True)
    refused("guard_attribution_still_fits", "UPDATE budget_attribution SET line_id = %s", other.pk)


def test_nor_before_somebody_decided(line: BudgetLine) -> None:
    write("UPDATE budget_budgetline SET overridden = FALSE, it_share = NULL")
    refused("guard_attribution_fits", *new(line, "0.0000000001"))


def test_a_person_s_verdict_leaves_room_for_what_stands(line: BudgetLine) -> None:
    write(*new(line, "0.5"))
    write(*new(line, "0.4", outside=True))
    for share in ("0.4999999999", "0.6000000001"):
        refused("guard_verdict_leaves_room", "UPDATE budget_budgetline SET it_share = %s", share)


def test_a_new_edition_may_shrink_beneath_but_the_whole_line_stays_the_limit(
    line: BudgetLine, town: Town
) -> None:
    write(*new(line, "0.6"))
    write("UPDATE budget_budgetline SET overridden = FALSE, it_share = 0.2")
    # 80 % of the line are outside IT now, of which 60 % are attributed already.
    refused("guard_attribution_fits", *new(line, "0.5", outside=True))
    with pytest.raises(ValidationError) as said:
        attribute(
            town.finance,
            line=line,
            share=D("0.5"),
            method=Method.KEY,
            reason="essai",
            outside_it=True,
        )
    assert "40 %" in said.value.messages[0].replace("\u00a0", " ")
    # What stands may be edited, not grow.
    write("UPDATE budget_attribution SET status = 'justified', evidence = 'délibération 12'")
    write("UPDATE budget_attribution SET share = 0.3")
    refused("guard_attribution_still_fits", "UPDATE budget_attribution SET share = 0.4")
    refused("guard_verdict_leaves_room", "UPDATE budget_budgetline SET overridden = TRUE")


def test_the_lines_of_an_import_not_in_force_are_held_to_the_whole(line: BudgetLine) -> None:
    write("UPDATE budget_importbatch SET status = 'previewed'")
    write(*new(line, "0.9"))
    refused("guard_attribution_fits", *new(line, "0.2"))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=12), st.integers(0, 10**10))
def test_the_database_adds_shares_as_exactly_as_the_service(
    line: BudgetLine, units: list[int], room: int
) -> None:
    """No cent of a billion is lost by the floating numbers of SQLite, nor refused for nothing."""
    write("DELETE FROM budget_attribution")
    share = D(room) / 10**10
    write("UPDATE budget_budgetline SET it_share = %s", str(share))
    given_so_far = D(0)
    for unit in units:
        wanted = D(unit) / 10**10
        if given_so_far + wanted <= share:
            write(*new(line, str(wanted)))
            given_so_far += wanted
        else:
            refused("guard_attribution_fits", *new(line, str(wanted)))
    assert sum(Attribution.objects.values_list("share", flat=True)) == given_so_far


def test_a_run_never_changes_and_is_published_once(line: BudgetLine, town: Town) -> None:
    write(*new(line, "0.1"))
    count_again(line.batch)
    run = compute_run(town.finance, fiscal_year=line.fiscal_year, stage=Stage.OPENED)
    for change in ("value = 12", "numerator = numerator", "document = '{}'", "stage = 'voted'"):
        refused("guard_run_unchanged", f"UPDATE budget_indicatorrun SET {change}")  # noqa: S608
    refused("guard_run_kept", "DELETE FROM budget_indicatorrun")
    publish_run(town.admin, run=run)
    refused("guard_run_published_once", "UPDATE budget_indicatorrun SET published_at = NULL")
    assert IndicatorRun.objects.get().value == run.value


def test_other_unique_things_of_the_budget(line: BudgetLine, town: Town) -> None:
    draft_perimeter(town.finance)
    once = "organisation_id, service_codes, with_school_equipment, with_staff"
    for status in ("draft", "in_force"):
        refused(
            "(?i)unique",
            f"INSERT INTO budget_itperimeter (edition, status, {once})"  # noqa: S608
            f" SELECT 9, status, {once} FROM budget_itperimeter WHERE status = %s",
            status,
        )
    columns = "organisation_id, year, starts_on, ends_on, status, tax_basis"
    refused(
        "(?i)unique",
        f"INSERT INTO budget_fiscalyear ({columns}) SELECT {columns} FROM budget_fiscalyear",  # noqa: S608
    )
    assert (FiscalYear.objects.count(), ImportBatch.objects.count()) == (1, 1)


class TestAtOnce:
    """Writers that know no service, in threads of their own."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def place(self) -> Town:
        return make_town("deux-rives")

    @pytest.fixture
    def line(self, place: Town) -> BudgetLine:
        line = make_line(place)
        shared(place, line)
        return line

    def test_two_attributions_do_not_pass_each_other(self, line: BudgetLine) -> None:
        stopped = at_once(lambda: write(*new(line, "0.4")), lambda: write(*new(line, "0.4")))
        assert isinstance(stopped, IntegrityError)
        assert Attribution.objects.count() == 1

    @pytest.mark.parametrize("verdict_first", [True, False])
    def test_nor_an_attribution_and_a_verdict(self, line: BudgetLine, verdict_first: bool) -> None:
        deeds = [
            lambda: write("UPDATE budget_budgetline SET it_share = 0.2"),
            lambda: write(*new(line, "0.4")),
        ]
        first, second = deeds if verdict_first else reversed(deeds)
        assert isinstance(at_once(first, second), IntegrityError)

    def test_of_a_crowd_only_as_many_come_in_as_there_is_room(self, line: BudgetLine) -> None:
        start, stopped = threading.Barrier(8), list[Exception]()

        def come() -> None:
            try:
                start.wait(timeout=20)
                write(*new(line, "0.15"))
            except Exception as error:  # counted below
                stopped.append(error)
            finally:
                connection.close()

        crowd = [threading.Thread(target=come) for _ in range(8)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(timeout=60)
        assert [type(error) for error in stopped] == [IntegrityError] * 4
        assert sum(Attribution.objects.values_list("share", flat=True)) == D("0.6")
