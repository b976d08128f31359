"""With the register alone, a stranger finds every share of the demonstration."""

from __future__ import annotations

import pytest

from portulan.accounts.models import Organisation
from portulan.budget.decisions.sheet import rows_of_sheet
from portulan.budget.indicator.reads import figure_of, stages_of
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from tests.budget.decisions.conftest import Paper
from tests.budget.decisions.stranger import retained, rows_of, share

KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])


def said(fiscal_year: FiscalYear, stage: Stage) -> dict[str, str | None]:
    figure = figure_of(fiscal_year, stage).figure
    parts = {"value": figure.value, "lower": figure.lower, "upper": figure.upper}
    return {name: None if part is None else f"{part:.4f}" for name, part in parts.items()}


@KINDS
def test_a_stranger_finds_the_share_of_the_demonstration(
    demonstration: Organisation, kind: str
) -> None:
    found = 0
    for fiscal_year in FiscalYear.objects.filter(organisation=demonstration):
        for stage in stages_of(fiscal_year).given:
            heads, *rows = rows_of_sheet(fiscal_year, stage, suppliers=False)
            content = Paper(heads, rows).file(kind).getvalue()
            assert share(rows_of(content, kind)) == said(fiscal_year, stage)
            numerator = figure_of(fiscal_year, stage).figure.numerator
            assert retained(rows_of(content, kind)) == numerator
            assert b";-0,00" not in content
            found += 1
    assert found > 3
