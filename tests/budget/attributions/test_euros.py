"""Euros typed of a line: kept as typed, whatever the line becomes, and never more than it holds."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.attributions.euros import Fate, TypedAmount, refit, share_of_amount, stands
from portulan.budget.attributions.proposals import accept
from portulan.budget.attributions.reads import settled
from portulan.budget.attributions.writes import attribute, edit_attribution, part_of
from portulan.budget.imports.bulk import written
from portulan.budget.imports.carry_over import EuroChange, euro_changes
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.budget.years.writes import open_year
from portulan.core.money import rounded_together
from tests.people import Town

D = Decimal
HEAD = "Compte;Libellé;Marché;Ouvert;Mandaté\n"
MAY = HEAD + (
    "2051;Licences;M-1;1000,00;500,00\n"
    "2051;Hébergement;M-2;2000,00;\n"
    "2051;Ancien logiciel;M-5;60,00;60,00\n"
)
cents = st.decimals(D("-99999999"), D("99999999"), places=2)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def read(town: Town, year: FiscalYear, text: str) -> ImportBatch:
    return preview(
        town.finance, fiscal_year=year, stream=io.BytesIO(text.encode()), file_name="gl.csv"
    )


def load(town: Town, year: FiscalYear, text: str) -> ImportBatch:
    return confirm(town.finance, batch=read(town, year, text), replace=True, in_euros=True)


def line(label: str, batch: ImportBatch) -> BudgetLine:
    return BudgetLine.objects.get(label=label, batch=batch)


def give(town: Town, of: BudgetLine, amount: str, **options: object) -> Attribution:
    values = {"method": Method.KEY, "reason": "clé", "stage": Stage.OPENED} | options
    return attribute(town.finance, line=of, amount=D(amount), **values)  # type: ignore[arg-type]


@given(amount=cents, of=cents)
def test_a_share_comes_back_to_the_cent(amount: Decimal, of: Decimal) -> None:
    share = share_of_amount(amount, of)
    if share is None:
        # Nothing, of nothing, of the other sign, more than the line: or less than a share can say.
        assert not amount or not of or not D("0.00000000005") < amount / of <= 1
    else:
        assert 0 < share <= 1
        assert stands(amount, share, of)


@given(
    st.lists(st.tuples(cents, st.decimals(0, 1, places=10), st.none() | cents), max_size=6),
    st.decimals(0, 1, places=10),
)
def test_whatever_the_line_becomes_its_euros_never_exceed_it(
    typed: list[tuple[Decimal, Decimal, Decimal | None]], room: Decimal
) -> None:
    amounts = [TypedAmount(key, *one) for key, one in enumerate(typed)]
    found = refit(amounts, room)
    assert set(found) == set(range(len(typed)))
    assert sum(share for share, _fate in found.values()) <= room
    for one in amounts:
        share, fate = found[one.key]
        assert share >= 0
        assert (fate is Fate.UNKNOWN) == (one.of is None)
        if fate in {Fate.SAME, Fate.KEPT}:
            assert stands(one.amount, share, one.of)
            assert (share == one.share) == (fate is Fate.SAME)


@given(st.lists(st.decimals(-(10**9), 10**9, places=6), max_size=12), st.integers(0, 2))
def test_parts_rounded_together_add_up_to_the_whole_rounded(
    parts: list[Decimal], places: int
) -> None:
    shown = rounded_together(parts, places)
    unit = D(1).scaleb(-places)
    assert abs(sum(shown, D(0)) - sum(parts, D(0))) <= unit / 2
    assert all(abs(one - part) < unit for one, part in zip(shown, parts, strict=True))


def test_euros_are_stored_as_typed_and_edited_as_euros(town: Town, year: FiscalYear) -> None:
    licences = line("Licences", load(town, year, MAY))
    given = give(town, licences, "333.33")
    assert (given.amount, given.stage, given.share) == (D("333.33"), "OPENED", D("0.33333"))
    # Accepted, justified, as it is: the euros stay.
    Attribution.objects.filter(pk=given.pk).update(status=AttributionStatus.PROPOSED)
    accept(town.finance, proposals=[Attribution.objects.select_related("line").get(pk=given.pk)])
    given.refresh_from_db()
    assert part_of(given) == {"amount": D("333.33"), "stage": Stage.OPENED}
    # Another stage of the same line is another share; a share asked for is no amount any more.
    said = {"method": Method.KEY, "reason": "clé", "action": None, "evidence": ""}
    said |= {"attribution": given, "status": AttributionStatus.DECLARED}
    edited = edit_attribution(town.finance, amount=D("250"), stage=Stage.REALISED, **said)
    assert (edited.share, edited.amount) == (D("0.5"), D("250"))
    assert edit_attribution(town.finance, share=D("0.5"), **said).amount is None


@pytest.mark.parametrize("amount", ["1000.01", "-5", "0"])
def test_what_the_line_does_not_hold_is_refused(town: Town, year: FiscalYear, amount: str) -> None:
    licences = line("Licences", load(town, year, MAY))
    with pytest.raises(ValidationError):
        give(town, licences, amount)
    with pytest.raises(ValidationError, match="pas de montant à ce stade"):
        give(town, line("Hébergement", licences.batch), "1", stage=Stage.REALISED)


def test_the_same_twice_in_a_row_is_asked_about(town: Town, year: FiscalYear) -> None:
    licences = line("Licences", load(town, year, MAY))
    give(town, licences, "300")
    for again in ({"amount": "300"}, {"amount": "150", "stage": Stage.REALISED}):
        with pytest.raises(ValidationError) as caught:
            give(town, licences, **again)  # type: ignore[arg-type]
        assert caught.value.code == "again"
    give(town, licences, "301")
    give(town, licences, "300", again=True)
    assert licences.attributions.count() == 3


def fates(changes: list[EuroChange]) -> list[tuple[str, str, str, str]]:
    return [(one.name, one.fate, one.before[:4], one.after[:4]) for one in changes]


def test_a_newer_file_keeps_the_euros_and_says_what_it_does_to_each(
    town: Town, year: FiscalYear
) -> None:
    may = load(town, year, MAY)
    give(town, line("Licences", may), "600", status=AttributionStatus.DECLARED)
    give(
        *(town, line("Licences", may), "300"),
        status=AttributionStatus.JUSTIFIED,
        evidence="note 1",
    )
    give(town, line("Hébergement", may), "500")
    give(town, line("Ancien logiciel", may), "60", stage=Stage.REALISED)
    june = read(
        *(town, year),
        HEAD + "2051;Licences;M-1;800,00;500,00\n2051;Hébergement;M-2;2500,00;\n",
    )
    told = [
        ("Licences", "kept", "0.30", "0.37"),
        # 300 € are proved and served first: 600 € do not fit in the 500 € that are left.
        ("Licences", "above", "0.60", "0.62"),
        ("Hébergement", "kept", "0.25", "0.20"),
        ("Ancien logiciel", "lost", "1.00", "1.00"),
    ]
    assert sorted(fates(euro_changes(june))) == sorted(told)
    june = confirm(town.finance, batch=june, replace=True, in_euros=True)
    june.refresh_from_db()
    assert sorted(fates(euro_changes(june))) == sorted(told)
    now = Attribution.objects.filter(line__batch=june).select_related("line").order_by("amount")
    assert [(one.amount, one.share, settled(one.line, one)) for one in now] == [
        (D(300), D("0.375"), True),
        (D(500), D("0.2"), True),
        (D(600), D("0.625"), False),
    ]
    figure = figure_of(year, Stage.OPENED).figure
    assert (figure.numerator, figure.justified.amount) == (D(1300), D(300))


def test_a_line_emptied_or_without_that_stage_leaves_a_state_to_resolve(
    town: Town, year: FiscalYear
) -> None:
    may = load(town, year, MAY)
    give(town, line("Licences", may), "600")
    give(town, line("Hébergement", may), "500")
    june = load(town, year, HEAD + "2051;Licences;M-1;0,00;5,00\n2051;Hébergement;M-2;;70,00\n")
    assert sorted(fates(euro_changes(june))) == [
        ("Hébergement", "unknown", "0.25", "0.25"),
        ("Licences", "above", "0.60", "0"),
    ]
    assert not any(settled(one.line, one) for one in Attribution.objects.filter(line__batch=june))
    # Resolved in euros of the new line, it is settled.
    given = Attribution.objects.get(line=line("Licences", june))
    edit_attribution(
        town.finance,
        attribution=given,
        amount=D(2),
        stage=Stage.REALISED,
        method=Method.KEY,
        reason="clé",
        action=None,
        status=AttributionStatus.DECLARED,
        evidence="",
    )
    given.refresh_from_db()
    assert settled(given.line, given)


def test_a_line_foreseen_is_the_line_that_is_written(town: Town, year: FiscalYear) -> None:
    batch = read(town, year, MAY.replace("Licences", "L" * 400))
    with reading_of(batch) as reading:
        foreseen = [written(one, batch) for one in reading]
    batch = confirm(town.finance, batch=batch, in_euros=True)
    names = [
        *("section", "is_expense", "is_real", "is_carried", "chapter", "nature", "function"),
        *("operation", "service", "manager", "supplier", "order_ref", "contract_ref", "label"),
        *(stage.column for stage in Stage),
    ]
    lines = batch.lines.order_by("row")
    assert [[getattr(one, name) for name in names] for one in foreseen] == [
        [getattr(one, name) for name in names] for one in lines
    ]
