"""Keeping and publishing the figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.frozen import rows_of
from portulan.budget.indicator.published import NR_SHARE
from portulan.budget.indicator.reads import figure_of, last_published
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.indicators.models import Measurement
from portulan.indicators.words import Kind
from tests.indicators.single import create_indicator
from tests.people import Town

D = Decimal


def typed_year(town: Town, year: int, budget: str, dedicated: str) -> FiscalYear:
    fiscal_year = open_year(town.finance, year=year)
    type_figures(
        town.finance,
        fiscal_year=fiscal_year,
        stage=Stage.REALISED,
        it_budget=D(budget),
        lines=[TypedLine("Reconditionné", D(dedicated), "surcoût")],
        on=date(2026, 11, 24),
    )
    return fiscal_year


def test_the_same_inputs_are_computed_once(town: Town) -> None:
    year = typed_year(town, 2025, "17860000", "468000")
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    again = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    assert run.pk == again.pk
    assert run.value == D("2.620381")
    assert run.document["denominator"] == {"amount": "17860000.00", "lines": 2}
    assert run.document["sections"] == {"F": "17860000.00"}


def test_a_figure_is_a_draft_until_published_and_follows_its_lines(town: Town) -> None:
    year = typed_year(town, 2025, "1000", "25")
    indicator = create_indicator(
        town.editor, name="Part NR", kind=Kind.PERCENTAGE, unit="%", computed_by=NR_SHARE
    )
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    assert last_published(year, Stage.REALISED) is None
    with pytest.raises(DeniedError):
        publish_run(town.editor, run=run)
    published = publish_run(town.finance, run=run)
    assert last_published(year, Stage.REALISED) == published
    value = Measurement.objects.get(indicator=indicator)
    assert (value.on, value.value, value.computed) == (date(2025, 12, 31), D("2.5"), True)
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.REALISED,
        it_budget=D(1000),
        lines=[TypedLine("Autre", D(30), "surcoût")],
        replace=True,
        on=date(2026, 11, 24),
    )
    with pytest.raises(ValidationError, match="changé"):
        publish_run(town.finance, run=run)
    # What was published stays as it was.
    assert IndicatorRun.objects.get(pk=run.pk).value == D("2.5")


def test_variation_compares_equal_stages_only(town: Town) -> None:
    typed_year(town, 2024, "17240000", "258000")
    after = typed_year(town, 2025, "17860000", "468000")
    FiscalYear.objects.update(whole_on=date(2026, 6, 12))
    after.refresh_from_db()
    compared = compare(figure_of(after, Stage.REALISED)).compared
    assert compared is not None
    assert compared.before.fiscal_year.year == 2024
    assert round(compared.variation.numerator_effect, 1) == D("1.2")
    assert round(compared.variation.denominator_effect, 1) == D("-0.1")
    assert compare(figure_of(after, Stage.OPENED)).compared is None


def test_a_run_keeps_its_lines_as_they_were(town: Town) -> None:
    year = typed_year(town, 2025, "1000", "25")
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    kept = rows_of(run)
    assert kept is not None
    rows, complete = kept
    assert complete
    assert [(row.label, row.amount, row.it_share, row.nr) for row in rows] == [
        ("Reconditionné", "25.00", "1.0000000000", D(25)),
        ("Reste du budget de la DSI", "975.00", "1.0000000000", D(0)),
    ]
    assert sum(row.nr for row in rows) == run.numerator
    inside = sum(D(row.amount) * D(row.it_share or 0) for row in rows)
    assert inside == run.denominator
    assert rows[0].given == [["declared", "1.0000000000", None, False]]
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.REALISED,
        it_budget=D(1000),
        lines=[TypedLine("Autre", D(30), "surcoût")],
        replace=True,
        on=date(2026, 11, 24),
    )
    assert rows_of(run) == kept


def test_a_very_long_account_keeps_its_attributed_lines(town: Town, monkeypatch) -> None:
    monkeypatch.setattr("portulan.budget.indicator.frozen.MOST", 1)
    year = typed_year(town, 2025, "1000", "25")
    kept = rows_of(compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED))
    assert kept is not None
    assert ([row.label for row in kept[0]], kept[1]) == (["Reconditionné"], False)


def test_what_is_not_known_yet_is_not_published(town: Town) -> None:
    year = open_year(town.finance, year=2025)
    told = {"stage": Stage.REALISED, "on": date(2026, 11, 24)}
    type_figures(town.finance, fiscal_year=year, it_budget=D(1000), lines=[], **told)
    figure = figure_of(year, Stage.REALISED).figure
    assert (figure.coverage, figure.is_unknown) == (0, True)
    assert (figure.value, figure.lower, figure.upper) == (None, None, None)
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    assert (run.value, run.is_unknown) == (None, True)
    with pytest.raises(ValidationError, match="n’est pas connue"):
        publish_run(town.finance, run=run)
    lines = [TypedLine("Piles", D("0.01"), "surcoût")]
    type_figures(
        town.finance, fiscal_year=year, it_budget=D(1000), lines=lines, replace=True, **told
    )
    assert figure_of(year, Stage.REALISED).figure.value == D("0.001")
