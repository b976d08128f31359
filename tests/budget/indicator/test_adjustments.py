"""A closed year is frozen, in the database too; corrections are dated, and stand beside it."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.adjustments import (
    adjust,
    adjustments_of,
    corrected,
    restore_adjustment,
    standing_at,
    withdraw_adjustment,
)
from portulan.budget.indicator.past import known_on
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Adjustment, Attribution, BudgetLine, FiscalYear
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.words import Method, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.errors import DeniedError
from portulan.core.money import TaxBasis
from portulan.core.trail import history
from portulan.demo.clock import Clock
from tests.people import Town
from tests.qualified import qualify

D = Decimal
ROWS = "Compte;Libellé;Mandaté\n2051;Licences;1000,00\n6262;Télécom;3000,00\n"
ON = date(2026, 5, 4)


def standing(year: FiscalYear) -> list[Adjustment]:
    return standing_at(adjustments_of(year), timezone.now())


def set_status(town: Town, year: FiscalYear, status: YearStatus) -> None:
    edit_year(
        town.finance,
        fiscal_year=year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        status=status,
        tax_basis=TaxBasis.TTC,
    )


@pytest.fixture
def closed(town: Town) -> FiscalYear:
    """A closed year where 200 of 4 000 are NR."""
    year = open_year(town.finance, year=2025)
    batch = preview(
        town.finance, fiscal_year=year, stream=io.BytesIO(ROWS.encode()), file_name="gl.csv"
    )
    confirm(town.finance, batch=batch)
    line = BudgetLine.objects.get(label="Licences")
    attribute(town.finance, line=line, share=D("0.2"), method=Method.KEY, reason="clé")
    set_status(town, year, YearStatus.CLOSED)
    return year


def correction(town: Town, year: FiscalYear, **values: object) -> Adjustment:
    said = {
        "stage": Stage.REALISED,
        "amount": D("500.00"),
        "reason": "facture retrouvée",
        "evidence": "F-12",
        "on": ON,
    }
    return adjust(town.finance, fiscal_year=year, **(said | values))  # type: ignore[arg-type]


def test_a_correction_stands_beside_the_frozen_figure(town: Town, closed: FiscalYear) -> None:
    before = figure_of(closed, Stage.REALISED)
    correction(town, closed, nr_amount=D("40.00"))
    correction(town, closed, amount=D("-100.00"), line=BudgetLine.objects.get(label="Licences"))
    after = figure_of(closed, Stage.REALISED)
    assert after.inputs_hash == before.inputs_hash
    beside = corrected(after.figure, standing(closed), Stage.REALISED)
    assert beside is not None
    # 40 of the year, and a fifth of the line's 100 less.
    assert (beside.count, beside.numerator, beside.denominator) == (2, D("20.0"), D("400.0"))
    assert beside.value == 100 * D("220") / D("4400")
    assert corrected(after.figure, standing(closed), Stage.OPENED) is None
    assert history(closed)[0].verb == "adjusted"


def test_a_correction_is_taken_back_and_put_back(town: Town, closed: FiscalYear) -> None:
    said = correction(town, closed)
    figure = figure_of(closed, Stage.REALISED).figure
    withdraw_adjustment(town.finance, adjustment=said)
    assert corrected(figure, standing(closed), Stage.REALISED) is None
    assert adjustments_of(closed).count() == 1
    restore_adjustment(town.finance, adjustment=said)
    beside = corrected(figure, standing(closed), Stage.REALISED)
    assert beside is not None
    assert beside.denominator == D("500.00")
    assert [entry.verb for entry in history(closed)][:3] == [
        "adjustment restored",
        "adjustment withdrawn",
        "adjusted",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": D(0)}, "change quelque chose"),
        ({"reason": " "}, "reason"),
        ({"evidence": ""}, "evidence"),
        ({"on": date(2024, 12, 31)}, "avant l’exercice"),
    ],
)
def test_a_correction_says_how_much_why_and_by_what(
    town: Town, closed: FiscalYear, values: dict[str, object], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        correction(town, closed, **values)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "nr", "fits"),
    [
        ("500", "500", True),
        ("500", "500.01", False),
        ("500", "-0.01", False),
        ("-500", "-200", True),
        ("-500", "-200.01", False),  # 200 are NR: less than nothing would be
        ("0", "3800", True),
        ("0", "3800.01", False),  # 4 000 of 4 000 are NR at most
        ("-3800", "0", True),
        ("-3800.01", "0", False),
        ("-4000.01", "0", False),
    ],
)
def test_corrections_make_a_share_that_can_be(
    town: Town, closed: FiscalYear, amount: str, nr: str, fits: bool
) -> None:
    values = {"amount": D(amount), "nr_amount": D(nr)}
    if fits:
        correction(town, closed, **values)
        return
    with pytest.raises(ValidationError):
        correction(town, closed, **values)
    assert not adjustments_of(closed).exists()


def test_taking_a_correction_back_leaves_a_share_that_can_be(
    town: Town, closed: FiscalYear
) -> None:
    more = correction(town, closed, amount=D(1000))
    correction(town, closed, amount=D(0), nr_amount=D(4500))
    with pytest.raises(ValidationError, match="dépasseraient"):
        withdraw_adjustment(town.finance, adjustment=more)
    assert len(standing(closed)) == 2


def test_an_open_year_is_corrected_in_its_lines(town: Town, closed: FiscalYear) -> None:
    correction(town, closed)
    set_status(town, closed, YearStatus.EXECUTING)
    with pytest.raises(ValidationError, match="corrigez ses lignes"):
        correction(town, closed)
    assert adjustments_of(closed).count() == 1  # what was said is not lost


def test_only_finance_corrects_and_only_its_own(
    town: Town, elsewhere: Town, closed: FiscalYear
) -> None:
    said = correction(town, closed)
    for actor in (town.editor, town.reader):
        with pytest.raises(DeniedError):
            withdraw_adjustment(actor, adjustment=said)
    with pytest.raises(ValidationError, match="autre organisation"):
        correction(elsewhere, closed)


def test_closing_freezes_perimeter_figures_and_attributions(town: Town, closed: FiscalYear) -> None:
    before = figure_of(closed, Stage.REALISED)
    draft = draft_perimeter(town.finance)
    add_rule(town.finance, perimeter=draft, verdict=Verdict.OUT, reason="x", nature_prefix="6262")
    bring_into_force(town.finance, perimeter=draft, on=ON)
    closed.refresh_from_db()
    assert figure_of(closed, Stage.REALISED).inputs_hash == before.inputs_hash
    line = BudgetLine.objects.get(label="Télécom")
    with pytest.raises(ValidationError, match="clos"):
        attribute(town.finance, line=line, share=D("0.1"), method=Method.KEY, reason="clé")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_budgetline SET realised = 1",
        "UPDATE budget_budgetline SET it_share = 0.5",
        "UPDATE budget_attribution SET share = 0.1",
        "UPDATE budget_adjustment SET amount = 1",
    ],
)
def test_the_database_itself_keeps_a_closed_year(town: Town, closed: FiscalYear, sql: str) -> None:
    correction(town, closed)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    given = Attribution.objects.get()
    given.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        given.save()


def test_a_past_day_knows_the_corrections_of_that_day(town: Town) -> None:
    with Clock(date(2026, 2, 1)) as clock:
        year = open_year(town.finance, year=2025)
        batch = preview(
            town.finance, fiscal_year=year, stream=io.BytesIO(ROWS.encode()), file_name="gl.csv"
        )
        confirm(town.finance, batch=batch)
        qualify(town, year, stage=Stage.REALISED)
        set_status(town, year, YearStatus.CLOSED)
        clock.go_to(date(2026, 5, 4))
        said = correction(town, year, amount=D("1000.00"), nr_amount=D("50.00"))
        clock.go_to(date(2026, 6, 1))
        withdraw_adjustment(town.finance, adjustment=said)
    known = {day: known_on(year, day).corrected for day in (date(2026, 5, 3), ON, date(2026, 6, 1))}
    assert [beside and beside.value for beside in known.values()] == [None, D(1), None]
