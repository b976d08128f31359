"""Alerts are derived: a threshold crossed, too much attributed, too little seen, another unit."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.alerts.reads import year_alerts
from portulan.budget.alerts.rules import AlertKind, Facts, alerts_of
from portulan.budget.attributions.writes import attribute, review
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.share import Figure, weigh
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from tests.people import Town

D = Decimal
percents = st.decimals(0, 100, places=2)


def share(percent: str, *, reviewed: bool = True) -> Figure:
    """A figure of that share: 1 000 of IT, all looked at or nothing."""
    part = D(percent) / 100
    given = WeighedShare(part, AttributionStatus.DECLARED)
    shares = (given,) if part else ()
    line = WeighedLine(1, "F", D(1000), Verdict.IN, D(1), reviewed=reviewed, shares=shares)
    return weigh([line])


def kinds(figure: Figure, **facts: object) -> list[AlertKind]:
    return [alert.kind for alert in alerts_of(figure, Facts(**facts))]  # type: ignore[arg-type]


def test_a_threshold_is_crossed_since_the_publication_either_way() -> None:
    crossed = {"published": D("3.7"), "ambition": D("3.5")}
    assert kinds(share("3.4"), **crossed) == [AlertKind.BELOW_AMBITION]
    assert kinds(share("3.6"), **crossed) == []
    assert kinds(share("3.5"), published=D("3.4"), ambition=D("3.5")) == [AlertKind.ABOVE_AMBITION]
    assert kinds(share("26"), published=D("24")) == [AlertKind.SURPRISING]
    assert kinds(share("24"), published=D("26")) == []
    assert kinds(share("1"), ambition=D("3.5")) == []  # nothing published: nothing crossed


@given(before=percents, now=percents, limit=percents)
def test_a_threshold_calls_only_when_the_two_shares_stand_on_its_two_sides(
    before: Decimal, now: Decimal, limit: Decimal
) -> None:
    found = kinds(share(str(now)), published=before, ambition=limit)
    called = {AlertKind.BELOW_AMBITION, AlertKind.ABOVE_AMBITION} & set(found)
    assert bool(called) == ((before >= limit) != (now >= limit))


def test_what_is_beyond_what_is_unseen_and_what_is_in_another_unit() -> None:
    shares = (WeighedShare(D("0.8"), AttributionStatus.DECLARED),)
    over = weigh([WeighedLine(1, "F", D(100), Verdict.MIXED, D("0.5"), shares=shares)])
    assert kinds(over) == [AlertKind.OVER_ATTRIBUTED]
    assert kinds(share("0", reviewed=False)) == [AlertKind.LOW_COVERAGE]
    assert kinds(share("1"), shrunk=2, unlikely=("a.csv", "b.csv")) == [
        AlertKind.SHRUNK,
        AlertKind.UNLIKELY_UNIT,
        AlertKind.UNLIKELY_UNIT,
    ]


def test_an_alert_says_its_numbers_and_no_other() -> None:
    shares = (WeighedShare(D("0.8"), AttributionStatus.DECLARED),)
    over = weigh([WeighedLine(1, "F", D(100), Verdict.MIXED, D("0.5"), shares=shares)])
    facts = Facts(published=D(20), ambition=D(30), shrunk=2, unlikely=("a.csv",))
    found = [(x.kind, x.before, x.now, x.limit, x.count, x.file) for x in alerts_of(over, facts)]
    assert found == [
        (AlertKind.OVER_ATTRIBUTED, None, None, None, 1, ""),
        (AlertKind.SHRUNK, None, None, None, 2, ""),
        (AlertKind.UNLIKELY_UNIT, None, None, None, 0, "a.csv"),
        (AlertKind.ABOVE_AMBITION, D(20), D(100), D(30), 0, ""),
        (AlertKind.SURPRISING, D(20), D(100), D(25), 0, ""),
    ]
    [seen] = alerts_of(share("0", reviewed=False), Facts())
    assert (seen.kind, seen.now, seen.limit) == (AlertKind.LOW_COVERAGE, D(0), D(80))


HEAD = "Compte;Libellé;Ouvert\n"


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def load(town: Town, year: FiscalYear, rows: str, **options: bool) -> None:
    batch = preview(
        town.finance,
        fiscal_year=year,
        stream=io.BytesIO((HEAD + rows).encode()),
        file_name="gl.csv",
    )
    confirm(town.finance, batch=batch, **options)


def test_a_credit_note_shrinks_a_line_whose_order_was_attributed(
    town: Town, year: FiscalYear
) -> None:
    load(town, year, "2051;Licences;1000,00\n")
    line = BudgetLine.objects.get()
    attribute(
        town.finance,
        line=line,
        share=D("0.3"),
        method=Method.KEY,
        reason="30 % d’une commande",
        key={"order": "C1", "share": "1", "stage": "OPENED", "amount": "300.00", "of": "1000.00"},
    )
    assert year_alerts(figure_of(year, Stage.OPENED), None) == []
    # The ledger of the next month: the credit note came, the attribution was carried over.
    load(town, year, "2051;Licences;250,00\n", replace=True)
    [alert] = year_alerts(figure_of(year, Stage.OPENED), None)
    assert (alert.kind, alert.count) == (AlertKind.SHRUNK, 1)


def test_a_share_that_falls_after_its_publication_calls(town: Town, year: FiscalYear) -> None:
    load(town, year, "2051;Licences;1000,00\n6262;Télécom;1000,00\n")
    line = BudgetLine.objects.get(label="Licences")
    attribute(town.finance, line=line, share=D("0.1"), method=Method.KEY, reason="clé")
    review(
        town.finance,
        line=BudgetLine.objects.get(label="Télécom"),
        reviewed=True,
        on=year.starts_on,
    )
    publish_run(town.finance, run=compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED))
    load(town, year, "2051;Licences;1000,00\n6262;Télécom;3000,00\n", replace=True)
    computed = figure_of(year, Stage.OPENED)
    [alert] = year_alerts(computed, D(4))
    assert (alert.kind, alert.before, alert.now) == (AlertKind.BELOW_AMBITION, D(5), D("2.5"))


def test_an_import_let_in_though_unlikely_stays_told(town: Town, year: FiscalYear) -> None:
    town.organisation.population = 3_000
    town.organisation.save()
    load(town, year, "2051;Licences;90000000,00\n6262;Télécom;90000000,00\n", in_euros=True)
    found = year_alerts(figure_of(year, Stage.OPENED), None)
    assert [alert.file for alert in found if alert.kind is AlertKind.UNLIKELY_UNIT] == ["gl.csv"]
