"""The ledger of the next month keeps what people decided on the one of this month."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest

from portulan.budget.attributions.writes import attribute, review, withdraw
from portulan.budget.imports.carry_over import not_carried
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, ImportBatch, LineOverride
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, BatchStatus, Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from portulan.core.trail import history
from tests.people import Town
from tests.totem import totem

D = Decimal
HEAD = "Compte;Libellé;Marché;Ouvert\n"
MAY = HEAD + (
    "2051;Licences;M-1;1000,00\n"
    "611;Hébergement;M-2;2000,00\n"
    "611;Copieurs;M-3;300,00\n"
    "21838;Écrans;M-4;400,00\n"
    "21838;Écrans;M-4;500,00\n"
    "2051;Ancien logiciel;M-5;60,00\n"
)
JUNE = HEAD + (
    "611;Copieurs;M-3;310,00\n"
    "2051;Licences;M-1;1500,00\n"
    "611;Hébergement;M-2;2000,00\n"
    "21838;Écrans;M-4;400,00\n"
    "21838;Écrans;M-4;500,00\n"
    "21838;Écrans;M-4;20,00\n"
)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def load(town: Town, year: FiscalYear, text: str, *, replace: bool = False) -> ImportBatch:
    batch = preview(
        town.finance, fiscal_year=year, stream=io.BytesIO(text.encode()), file_name="gl.csv"
    )
    return confirm(town.finance, batch=batch, replace=replace)


def line(batch: ImportBatch, label: str) -> BudgetLine:
    return BudgetLine.objects.filter(batch=batch, label=label).order_by("row")[0]


def decide(town: Town, batch: ImportBatch) -> None:
    override_line(
        town.finance,
        line=line(batch, "Hébergement"),
        verdict=Verdict.MIXED,
        share=D("0.5"),
        reason="clé DSI",
    )
    for label, share, status in (
        ("Licences", "0.3", AttributionStatus.JUSTIFIED),
        ("Licences", "0.1", AttributionStatus.DECLARED),
        ("Hébergement", "0.2", AttributionStatus.PROPOSED),
        ("Écrans", "0.4", AttributionStatus.DECLARED),
        ("Ancien logiciel", "1", AttributionStatus.DECLARED),
    ):
        attribute(
            town.finance,
            line=line(batch, label),
            share=D(share),
            method=Method.KEY,
            reason="motif",
            status=status,
            evidence="note 1",
        )
    dropped = attribute(
        town.finance,
        line=line(batch, "Licences"),
        share=D("0.05"),
        method=Method.KEY,
        reason="erreur",
    )
    withdraw(town.finance, attribution=dropped)
    override_line(
        town.finance, line=line(batch, "Copieurs"), verdict=Verdict.IN, reason="parc de la DSI"
    )
    review(town.finance, line=line(batch, "Copieurs"), reviewed=True, on=date(2026, 5, 20))


def test_decisions_pass_to_the_same_lines_and_shares_follow_the_amounts(town, year):
    may = load(town, year, MAY)
    decide(town, may)
    june = load(town, year, JUNE, replace=True)

    assert [
        (item.share, item.status) for item in line(june, "Licences").attributions.order_by("pk")
    ] == [(D("0.3"), "justified"), (D("0.1"), "declared")]
    hosting, copiers = line(june, "Hébergement"), line(june, "Copieurs")
    assert (hosting.it_share, hosting.overridden) == (D("0.5"), True)
    assert hosting.override.reason == "clé DSI"
    assert hosting.attributions.get().status == AttributionStatus.PROPOSED
    assert (copiers.reviewed_on, copiers.verdict) == (date(2026, 5, 20), Verdict.IN)
    # 1 500 × 40 %, and no line of May counts any more.
    assert figure_of(year, Stage.OPENED).figure.numerator == D("600.00")


def test_what_finds_no_successor_is_said_and_nothing_is_guessed(town, year):
    may = load(town, year, MAY)
    decide(town, may)
    june = load(town, year, JUNE, replace=True)
    [carried] = june.report["carried"]
    # Two lines alike became three: nobody can tell which one was attributed.
    assert {name for _, name in carried["lost"]} == {"Écrans", "Ancien logiciel"}
    assert (carried["lines"], carried["attributions"], carried["batch"]) == (3, 3, may.pk)
    assert not Attribution.objects.filter(line__batch=june, line__label="Écrans").exists()
    assert [entry.verb for entry in history(june)][:2] == ["confirmed", "carried over"]


def test_lines_alike_are_matched_in_order_when_there_are_as_many(town, year):
    may = load(town, year, MAY)
    second = BudgetLine.objects.filter(batch=may, label="Écrans").order_by("row")[1]
    attribute(town.finance, line=second, share=D("0.5"), method=Method.KEY, reason="motif")
    june = load(town, year, MAY.replace("500,00", "700,00"), replace=True)
    given = Attribution.objects.get(line__batch=june)
    assert given.line.opened == D("700.00")


def test_the_former_import_keeps_its_own_and_comes_back_whole(town, year):
    may = load(town, year, MAY)
    decide(town, may)
    before = figure_of(year, Stage.OPENED).figure.numerator
    june = load(town, year, JUNE, replace=True)
    roll_back(town.finance, batch=june)
    confirm(town.finance, batch=ImportBatch.objects.get(pk=may.pk))
    assert figure_of(year, Stage.OPENED).figure.numerator == before
    assert LineOverride.objects.filter(line__batch=may).count() == 2
    # Put back again, it takes nothing over a second time.
    again = confirm(town.finance, batch=ImportBatch.objects.get(pk=june.pk), replace=True)
    assert Attribution.objects.filter(line__batch=again).count() == 3
    assert ImportBatch.objects.get(pk=may.pk).status == BatchStatus.ROLLED_BACK


def test_a_budget_and_its_amending_decision_hand_over_once(town, year):
    def load_totem(lines, decision, replace=False):
        document = totem(*lines, decision=decision)
        batch = preview(
            town.finance, fiscal_year=year, stream=io.BytesIO(document), file_name=decision
        )
        return confirm(town.finance, batch=batch, replace=replace)

    budget = load_totem([("611", "1000", "0"), ("6156", "50", "0")], "01")
    amending = load_totem([("611", "200", "0"), ("6156", "9", "0")], "02")
    for batch, label, share in (
        (budget, "611", "0.4"),
        (amending, "611", "0.5"),
        (amending, "6156", "0.6"),
    ):
        override_line(
            town.finance,
            line=line(batch, label),
            verdict=Verdict.MIXED,
            share=D(share),
            reason="clé",
        )
    executed = load_totem([("611", "1200", "900"), ("6156", "59", "50")], "09", replace=True)
    assert line(executed, "611").it_share == D("0.4")
    assert line(executed, "6156").it_share == D("0.6")
    told = executed.report["carried"]
    assert [(one["lines"], [name for _, name in one["lost"]]) for one in told] == [
        (1, []),
        (1, ["611"]),
    ]


@pytest.mark.real
def test_the_same_account_as_totem_then_as_scdl_keeps_every_decision(town, real_data):
    year = open_year(town.finance, year=2021)

    def load_file(name, replace=False):
        with (real_data / "budgets" / name).open("rb") as stream:
            batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=name)
        return confirm(town.finance, batch=batch, replace=replace)

    totem_batch = load_file("totem_crach_CA_2021.xml")
    waiting = list(BudgetLine.objects.filter(batch=totem_batch, it_share=None, is_expense=True))
    for found in waiting:
        override_line(
            town.finance, line=found, verdict=Verdict.MIXED, share=D("0.25"), reason="clé"
        )
    before = figure_of(year, Stage.REALISED).figure
    scdl = load_file("scdl_crach_CA_2021.csv", replace=True)
    [carried] = scdl.report["carried"]
    assert (carried["lines"], carried["lost"]) == (len(waiting), [])
    after = figure_of(year, Stage.REALISED).figure
    assert after.denominator == before.denominator


def test_rolling_back_a_replacement_puts_back_what_it_replaced(town, year):
    may = load(town, year, MAY)
    decide(town, may)
    before = figure_of(year, Stage.OPENED)
    june = load(town, year, JUNE, replace=True)
    roll_back(town.finance, batch=june, put_back=True)
    may.refresh_from_db()
    assert (may.status, may.replaced_by) == (BatchStatus.CONFIRMED, None)
    assert figure_of(year, Stage.OPENED).inputs_hash == before.inputs_hash


def test_every_decision_left_behind_is_listed_with_what_was_decided(town, year):
    rows = "".join(f"2051;Licence {rank};M-{rank};{rank}00,00\n" for rank in range(1, 31))
    may = load(town, year, HEAD + rows)
    for found in BudgetLine.objects.filter(batch=may):
        attribute(town.finance, line=found, share=D("0.5"), method=Method.KEY, reason="clé")
    june = load(town, year, HEAD + "2051;Un seul marché;M-99;46500,00\n", replace=True)
    left = list(not_carried(june))
    assert len(left) == 30
    assert {line.given[0].share for line in left} == {D("0.5")}
    # Nothing is lost: the lines that are left keep their own.
    assert Attribution.objects.filter(line__batch=may).count() == 30


def test_euros_of_a_line_whose_share_is_decided_stay_within_it(town, year):
    may = load(town, year, MAY)
    found = line(may, "Hébergement")
    override_line(town.finance, line=found, verdict=Verdict.MIXED, share=D("0.5"), reason="clé")
    attribute(
        town.finance,
        line=found,
        amount=D("900"),
        stage=Stage.OPENED,
        method=Method.KEY,
        reason="motif",
    )
    june = load(town, year, MAY.replace("2000,00", "1000,00"), replace=True)
    given = Attribution.objects.get(line=line(june, "Hébergement"))
    assert (given.share, given.amount) == (D("0.5"), D(900))
    assert figure_of(year, Stage.OPENED).figure.numerator == D(500)
