"""BP + BS + DM make the opened credits, in the order of their votes; accounts close the year."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.chain import Chain, Document, Sections, chain_of
from portulan.budget.imports.documents import chains_of, date_document
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import Act, BatchStatus, Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.core.trail import history
from tests.people import Town
from tests.totem import totem_act

D = Decimal
START = datetime(2026, 1, 1, tzinfo=UTC)
euros = st.decimals(-10_000, 10_000, places=2)
sections = st.builds(Sections, euros, euros)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def line(nature: str, **amounts: str) -> dict[str, str]:
    return {"Nature": nature, "ContNat": "21" if nature[0] == "2" else "011"} | amounts


def read(
    town: Town, year: FiscalYear, document: bytes, name: str, *, replace: bool = False
) -> ImportBatch:
    batch = preview(town.finance, fiscal_year=year, stream=io.BytesIO(document), file_name=name)
    return confirm(town.finance, batch=batch, replace=replace)


BUDGET = totem_act(
    line("6156", MtPrev="1000.00", CredOuv="1000.00"),
    line("2183", MtPrev="400.00", CredOuv="450.00"),  # 50 carried over from the year before
    decision="01",
    voted_on="2026-03-30",
)
SUPPLEMENTARY = totem_act(
    line("6156", MtPrev="20.00", MtBudgPrec="1000.00"),
    line("2183", MtBudgPrec="450.00", MtPrev="0.00"),
    decision="03",
    number="1",
    voted_on="2026-06-20",
)
FIRST = totem_act(
    line("6156", MtPrev="-15.95", MtBudgPrec="1020.00"),
    line("2183", MtPrev="15.95", MtBudgPrec="450.00"),
    decision="02",
    number="1",
    voted_on="2026-09-14",
)
ACCOUNT = totem_act(
    line("6156", CredOuv="1004.05", MtReal="900.00"),
    line("2183", CredOuv="465.95", MtReal="300.00", MtRAR3112="100.00"),
    decision="09",
)


def only_chain(year: FiscalYear) -> Chain:
    [budget] = chains_of(year)
    return budget.chain


@pytest.mark.parametrize("order", list(permutations((1, 2))))
def test_primary_supplementary_and_amending_make_what_is_opened(
    town: Town, year: FiscalYear, order: tuple[int, ...]
) -> None:
    documents = {1: (SUPPLEMENTARY, "bs.xml"), 2: (FIRST, "dm1.xml")}
    read(town, year, BUDGET, "bp.xml")
    for number in order:  # read in any order, they stand in that of the votes
        read(town, year, *documents[number])
    chain = only_chain(year)
    assert [(step.document.act, step.document.voted_on) for step in chain.steps] == [
        (Act.PRIMARY, date(2026, 3, 30)),
        (Act.SUPPLEMENTARY, date(2026, 6, 20)),
        (Act.AMENDING, date(2026, 9, 14)),
    ]
    assert [step.after for step in chain.steps] == [
        Sections(D("1000.00"), D("450.00")),
        Sections(D("1020.00"), D("450.00")),
        Sections(D("1004.05"), D("465.95")),
    ]
    assert chain.steps[0].document.carried_in == Sections(D(0), D("50.00"))
    assert all(step.gap is None for step in chain.steps)
    # The figure opens the same euros as the chain.
    assert chain.steps[-1].it == figure_of(year, Stage.OPENED).figure.denominator.amount


def test_the_accounts_close_the_chain_and_must_agree(town: Town, year: FiscalYear) -> None:
    for document, name in ((BUDGET, "bp"), (SUPPLEMENTARY, "bs"), (FIRST, "dm1")):
        read(town, year, document, name)
    read(town, year, ACCOUNT, "ca", replace=True)
    chain = only_chain(year)
    assert len(chain.steps) == 3
    assert chain.account is not None
    assert chain.account.at(Stage.CARRIED_OVER) == Sections(D(0), D("100.00"))
    assert chain.gap == Sections(D(0), D(0))
    # The chain is told, and counted nowhere: the accounts alone are in force.
    assert ImportBatch.objects.filter(status=BatchStatus.CONFIRMED).count() == 1

    following = open_year(town.finance, year=2027)
    after = totem_act(
        line("6156", MtPrev="1000.00", CredOuv="1000.00"),
        line("2183", MtPrev="400.00", CredOuv="500.00"),
        decision="01",
        year=2027,
    )
    read(town, following, after, "bp27")
    [budget] = chains_of(following)
    assert budget.carried_out == budget.carried_in == Sections(D(0), D("100.00"))


def test_accounts_taken_out_give_the_budget_and_its_decisions_back(
    town: Town, year: FiscalYear
) -> None:
    for document, name in ((BUDGET, "bp"), (FIRST, "dm1")):
        read(town, year, document, name)
    opened = figure_of(year, Stage.OPENED).inputs_hash
    account = read(town, year, ACCOUNT, "ca", replace=True)
    assert figure_of(year, Stage.OPENED).inputs_hash != opened
    roll_back(town.finance, batch=account, put_back=True)
    assert figure_of(year, Stage.OPENED).inputs_hash == opened
    assert (len(only_chain(year).steps), only_chain(year).account) == (2, None)


def test_a_decision_that_is_missing_shows_in_the_next_and_in_the_accounts(
    town: Town, year: FiscalYear
) -> None:
    read(town, year, BUDGET, "bp")
    read(town, year, FIRST, "dm1")
    assert only_chain(year).steps[-1].gap == Sections(D("20.00"), D("0.00"))
    read(town, year, ACCOUNT, "ca", replace=True)
    assert only_chain(year).gap == Sections(D("20.00"), D("0.00"))


def test_a_budget_read_again_keeps_its_decisions(town: Town, year: FiscalYear) -> None:
    read(town, year, BUDGET, "bp")
    amending = read(town, year, FIRST, "dm1")
    bearing = BudgetLine.objects.get(batch=amending, nature="2183")
    attribute(town.finance, line=bearing, share=D("0.5"), method="key", reason="reconditionné")
    corrected = BUDGET.replace(b'MtPrev V="400.00"', b'MtPrev V="300.00"').replace(
        b'CredOuv V="450.00"', b'CredOuv V="350.00"'
    )
    read(town, year, corrected, "bp-2", replace=True)
    amending.refresh_from_db()
    assert amending.status == BatchStatus.CONFIRMED
    assert bearing.attributions.count() == 1
    chain = only_chain(year)
    assert [step.document.name for step in chain.steps] == ["bp-2", "dm1"]
    assert chain.opened == Sections(D("984.05"), D("365.95"))


def test_a_decision_read_again_takes_its_own_place(town: Town, year: FiscalYear) -> None:
    read(town, year, BUDGET, "bp")
    first = read(town, year, FIRST, "dm1")
    corrected = FIRST.replace(b"15.95", b"25.95")
    with pytest.raises(ValidationError, match="remplacez"):
        read(town, year, corrected, "dm1-2")
    read(town, year, corrected, "dm1-2", replace=True)
    assert [step.document.name for step in only_chain(year).steps] == ["bp", "dm1-2"]
    second = FIRST.replace(b'NumDec V="1"', b'NumDec V="2"')
    read(town, year, second, "dm2")
    assert only_chain(year).opened == Sections(D("958.10"), D("491.90"))
    first.refresh_from_db()
    assert first.replaced_by is not None
    # Taken out by hand, and not replaced: it leaves the chain.
    roll_back(town.finance, batch=ImportBatch.objects.get(file_name="dm2"))
    assert len(only_chain(year).steps) == 2


def test_a_document_without_a_date_is_dated_by_hand(town: Town, year: FiscalYear) -> None:
    read(town, year, BUDGET, "bp")
    undated = FIRST.replace(b'<NumDec V="1"/>', b"").replace(b'<DteDec V="2026-09-14"/>', b"")
    batch = read(town, year, undated, "dm")
    read(town, year, SUPPLEMENTARY, "bs")
    assert [step.document.name for step in only_chain(year).steps] == ["bp", "bs", "dm"]
    with pytest.raises(DeniedError):
        date_document(town.editor, batch=batch, number="1", voted_on=date(2026, 4, 1))
    date_document(town.finance, batch=batch, number=" 1 ", voted_on=date(2026, 4, 1))
    assert [step.document.name for step in only_chain(year).steps] == ["bp", "dm", "bs"]
    entry = history(batch)[0]
    assert (entry.verb, entry.changes["voted_on"]) == ("dated", [None, "2026-04-01"])


def test_a_ledger_is_no_document_of_a_budget(town: Town, year: FiscalYear) -> None:
    text = "Compte;Libellé;Voté;Ouvert;Mandaté\n2051;Licences;10,00;12,00;9,00\n"
    ledger = read(town, year, text.encode(), "gl.csv")
    with pytest.raises(ValidationError, match="acte budgétaire"):
        date_document(town.finance, batch=ledger, number="1", voted_on=None)
    chain = only_chain(year)
    assert chain.opened == Sections(D(0), D("12.00"))
    assert chain.steps[0].document.carried_in == Sections(D(0), D("2.00"))
    # It says what is spent so far, and closes nothing.
    assert chain.account is chain.steps[0].document
    assert chain.gap is None


@given(first=sections, changes=st.lists(sections, max_size=6), seed=st.randoms())
def test_what_is_opened_is_the_budget_and_all_its_changes(first, changes, seed) -> None:
    budget = Document(
        0, "bp", Act.PRIMARY, START, voted_on=date(2026, 3, 1), amounts={Stage.OPENED: first}
    )
    documents = [
        Document(
            rank,
            f"dm{rank}",
            Act.AMENDING,
            START,
            voted_on=date(2026, 4, 1) + timedelta(days=rank),
            amounts={Stage.OPENED: change},
        )
        for rank, change in enumerate(changes, start=1)
    ]
    shuffled = [budget, *documents]
    seed.shuffle(shuffled)
    chain = chain_of(shuffled)
    assert chain.opened == Sections(
        first.operating + sum(change.operating for change in changes),
        first.investment + sum(change.investment for change in changes),
    )
    assert [step.document.key for step in chain.steps] == list(range(len(changes) + 1))


def test_decisions_alone_start_from_what_they_say() -> None:
    opened = {Stage.OPENED: Sections(D(5), D(-5))}
    silent = Document(1, "dm", Act.AMENDING, START, amounts=opened)
    assert chain_of([silent]).steps == ()
    telling = Document(1, "dm", Act.AMENDING, START, amounts=opened, before=Sections(D(100), D(50)))
    assert chain_of([telling]).opened == Sections(D(105), D(45))
