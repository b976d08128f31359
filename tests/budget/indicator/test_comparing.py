"""Two years compare, or what forbids it is named: each reason, on both of its sides."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.models import Organisation
from portulan.budget.attributions.writes import attribute, review
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.comparing import Comparison, budgets_in, compare, obstacles_in
from portulan.budget.indicator.contract import as_document
from portulan.budget.indicator.published import published_shares
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.sentences import reasons
from portulan.budget.indicator.share import PROVISIONAL_BELOW
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch, ITPerimeter
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.words import Costing, Method, Obstacle, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year, say_whole
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.money import TaxBasis
from tests.fec import fec
from tests.people import Town
from tests.qualified import qualify
from tests.totem import totem

D = Decimal
HEAD = "Compte;Fonction;Libellé;Fournisseur;Ouvert;Mandaté\n"
LICENCES = "2051;020;Licences;Éditeur;1000,00;800,00\n"
HOSTING = "611;020;Hébergement;Nuage;500,00;\n"
SIRETS = ("21560046100010", "21560046100093")


def load(town: Town, year: FiscalYear, rows: str = LICENCES + HOSTING, head: str = HEAD) -> None:
    stream = io.BytesIO((head + rows).encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=f"{year.year}.csv")
    confirm(town.finance, batch=batch)


def line(year: FiscalYear, label: str = "Licences") -> BudgetLine:
    return BudgetLine.objects.get(fiscal_year=year, label=label, batch__status="confirmed")


def give(town: Town, year: FiscalYear, share: str, label: str = "Licences") -> None:
    attribute(town.finance, line=line(year, label), share=D(share), method=Method.KEY, reason="clé")


def compared(year: FiscalYear, stage: Stage = Stage.OPENED) -> Comparison:
    return compare(figure_of(FiscalYear.objects.get(pk=year.pk), stage))


@pytest.fixture
def years(town: Town) -> tuple[FiscalYear, FiscalYear]:
    """Two years that compare: one account alike, all of it looked at."""
    found = (open_year(town.finance, year=2025), open_year(town.finance, year=2026))
    for year, share in zip(found, ("0.1", "0.2"), strict=True):
        load(town, year)
        override_line(
            town.finance,
            line=line(year, "Hébergement"),
            verdict=Verdict.MIXED,
            share=D("0.5"),
            reason="clé",
        )
        review(town.finance, line=line(year, "Hébergement"), reviewed=True, on=year.starts_on)
        give(town, year, share)
        say_whole(town.finance, fiscal_year=year, whole=True, on=date(2027, 6, 12))
    return found


def test_two_years_alike_compare(years: tuple[FiscalYear, FiscalYear]) -> None:
    found = compared(years[1])
    assert (found.obstacles, found.followed.lacking) == ((), {})
    assert found.compared is not None
    assert (found.compared.variation.numerator_effect, found.compared.as_judged) == (D(8), None)
    assert obstacles_in(figure_of(year, Stage.OPENED) for year in years) == {2026: ()}


def test_stage_is_the_first_thing_that_must_be_equal(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    assert compared(years[1], Stage.REALISED).compared is not None
    assert compared(years[0]).obstacles == (Obstacle.STAGE,)  # no year before
    open_year(town.finance, year=2024)
    assert compared(years[0]).obstacles == (Obstacle.STAGE,)  # a year without accounts
    mixed = [figure_of(years[0], Stage.REALISED), figure_of(years[1], Stage.OPENED)]
    assert obstacles_in(mixed) == {2026: (Obstacle.STAGE,)}
    # A year apart, nothing is said.
    assert obstacles_in([figure_of(years[1], Stage.OPENED)]) == {}


def test_budgets_must_be_the_same_set(town: Town, town_of_crach: Organisation) -> None:
    before, after = (open_year(town.finance, year=year) for year in (2025, 2026))
    lines = [("2051", "1000", "800"), ("6262", "300", "200")]
    for year, sirets in ((before, SIRETS), (after, SIRETS[:1])):
        for siret in sirets:
            content = totem(*lines, siret=siret, year=year.year)
            batch = preview(
                town.finance, fiscal_year=year, stream=io.BytesIO(content), file_name="b.xml"
            )
            confirm(town.finance, batch=batch)
        qualify(town, year)
    found = compared(after)
    assert (found.obstacles, found.compared) == ((Obstacle.BUDGETS,), None)
    assert [set(its.budgets) for its in found.sources] == [set(SIRETS), set(SIRETS[:1])]
    content = totem(*lines, siret=SIRETS[1], year=2026)
    batch = preview(town.finance, fiscal_year=after, stream=io.BytesIO(content), file_name="c.xml")
    confirm(town.finance, batch=batch)
    qualify(town, after)
    assert compared(after).obstacles == ()


@pytest.fixture
def town_of_crach(town: Town) -> Organisation:
    town.organisation.siren = SIRETS[0][:9]
    town.organisation.save()
    return town.organisation


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({}, {""}),
        ({"entity": "EAU"}, {"eau"}),
        ({"siret": "1"}, {"1"}),
        ({"siret": "1", "budgets": ["BP"]}, {"1"}),
        ({"siret": "1", "budgets": ["BP", "Eau"]}, {"bp", "eau"}),
        ({"siret": "1", "mapping": {"entity": "215600461"}}, {"1"}),
        ({"siret": "1", "mapping": {"entity": "1:EAU,1:BP"}}, {"1:eau", "1:bp"}),
        ({"mapping": {"entity": "Bourg"}, "entity": "x"}, {"bourg"}),
    ],
)
def test_what_identifies_the_budgets_of_an_account(said: dict, names: set[str]) -> None:
    assert set(budgets_in(ImportBatch(**said))) == names


def test_a_verdict_of_one_year_must_be_in_the_other(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    for year in years:
        its = line(year, "Hébergement")
        clear_override(town.finance, line=its)
        found = compared(years[1])
        # It waits again: less is qualified too, and the verdict says what to do first.
        assert found.obstacles == (Obstacle.VERDICTS, Obstacle.COVERAGE)
        assert found.followed.lacking == {year.year: 1}
        override_line(
            town.finance, line=its, verdict=Verdict.MIXED, share=D("0.4"), reason="autre clé"
        )
        # A person said another share there: the IT budget is not counted alike, nothing grew.
        assert compared(years[1]).obstacles == (Obstacle.SHARES,)
        clear_override(town.finance, line=its)
        override_line(town.finance, line=its, verdict=Verdict.MIXED, share=D("0.5"), reason="clé")
        assert compared(years[1]).obstacles == ()


@pytest.mark.parametrize("late", [Stage.REALISED, Stage.COMMITTED])
def test_a_year_under_way_does_not_compare_with_a_whole_one(town: Town, late: Stage) -> None:
    head = "Compte;Libellé;Ouvert;Engagé;Mandaté\n"
    years = [open_year(town.finance, year=year) for year in (2025, 2026)]
    for year in years:
        load(town, year, "2051;Licences;1000,00;900,00;800,00\n", head)
        give(town, year, "0.1")
    assert compared(years[1]).obstacles == ()  # credits are for the whole year
    assert compared(years[1], late).obstacles == (Obstacle.PART_YEAR,)
    assert [year.year for year in compared(years[1], late).part_years] == [2025, 2026]
    edit_year(
        town.finance,
        fiscal_year=years[0],
        starts_on=years[0].starts_on,
        ends_on=years[0].ends_on,
        status=YearStatus.CLOSED,
        tax_basis=TaxBasis.TTC,
    )
    assert [year.year for year in compared(years[1], late).part_years] == [2026]
    document = as_document(figure_of(years[1], late))
    assert (document["variation"], document["not_compared"]) == (None, ["part-year"])
    # A person's word, after its end only; it is taken back.
    with pytest.raises(ValidationError, match="2026 court jusqu’au"):
        say_whole(town.finance, fiscal_year=years[1], whole=True, on=date(2026, 12, 31))
    for whole, obstacles in ((True, ()), (False, (Obstacle.PART_YEAR,))):
        say_whole(town.finance, fiscal_year=years[1], whole=whole, on=date(2027, 1, 1))
        assert compared(years[1], late).obstacles == obstacles
        entry = AuditEntry.objects.latest("pk")
        assert (entry.subject_id, list(entry.changes)) == (years[1].pk, ["whole_on"])
    with pytest.raises(DeniedError):
        say_whole(town.reader, fiscal_year=years[1], whole=True, on=date(2027, 1, 1))


def test_voted_accounts_make_a_year_whole_for_each_of_its_budgets(
    town: Town, town_of_crach: Organisation
) -> None:
    years = [open_year(town.finance, year=year) for year in (2025, 2026)]
    for year in years:
        for siret in SIRETS:
            content = totem(("2051", "1000", "800"), siret=siret, year=year.year)
            stream = io.BytesIO(content)
            confirm(
                town.finance,
                batch=preview(town.finance, fiscal_year=year, stream=stream, file_name="ca.xml"),
            )
    qualify(town, *years, stage=Stage.REALISED)
    assert compared(years[1], Stage.REALISED).obstacles == ()
    annex = ImportBatch.objects.filter(fiscal_year=years[1], siret=SIRETS[1])
    annex.update(act=None)  # a ledger says the year so far
    assert compared(years[1], Stage.REALISED).obstacles == (Obstacle.PART_YEAR,)


def test_shares_that_people_decided_otherwise_are_found_whatever_the_words(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    # The label of a year says its year: the supplier and the function tell the line.
    for year in years:
        its = line(year, "Hébergement")
        BudgetLine.objects.filter(pk=its.pk).update(label=f"Hébergement {year.year}")
    assert compared(years[1]).obstacles == ()
    its = line(years[1], "Hébergement 2026")
    clear_override(town.finance, line=its)
    override_line(town.finance, line=its, verdict=Verdict.MIXED, share=D("0.9"), reason="clé")
    found = compared(years[1])
    assert (found.obstacles, found.compared) == ((Obstacle.SHARES,), None)
    assert found.followed.otherwise == {2025: 1, 2026: 1}
    assert [one.way for one in reasons(found)] == ["lines"]


def test_a_verdict_against_the_rules_must_be_in_the_other_year_too(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    load_more = "6262;020;Télécom;Réseau;100,00;100,00\n"
    for year in years:
        batch = year.batches.get()
        stream = io.BytesIO((HEAD + LICENCES + HOSTING + load_more).encode())
        more = preview(town.finance, fiscal_year=year, stream=stream, file_name="plus.csv")
        confirm(town.finance, batch=more, replace=True)
        review(town.finance, line=line(year, "Télécom"), reviewed=True, on=year.starts_on)
        assert batch.pk != more.pk
    assert compared(years[1]).obstacles == ()
    out = {"verdict": Verdict.OUT, "reason": "bâtiments"}
    override_line(town.finance, line=line(years[0], "Télécom"), **out)
    found = compared(years[1])
    assert (found.obstacles, found.followed.lacking) == ((Obstacle.VERDICTS,), {2026: 1})
    override_line(town.finance, line=line(years[1], "Télécom"), **out)
    assert compared(years[1]).obstacles == ()


def test_what_weighs_nothing_at_the_stage_forbids_nothing(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    clear_override(town.finance, line=line(years[1], "Hébergement"))
    assert compared(years[1], Stage.REALISED).obstacles == ()
    assert Obstacle.VERDICTS in compared(years[1], Stage.OPENED).obstacles


def test_costing_must_be_said_alike(town: Town, years: tuple[FiscalYear, FiscalYear]) -> None:
    def said(*costings: Costing | None) -> tuple[Obstacle, ...]:
        for year, costing in zip(years, costings, strict=True):
            FiscalYear.objects.filter(pk=year.pk).update(costing=costing)
        return compared(years[1]).obstacles

    whole, more = Costing.WHOLE, Costing.ADDITIONAL
    assert said(whole, whole) == said(None, None) == ()
    assert said(whole, more) == said(None, more) == said(whole, None) == (Obstacle.COSTING,)
    said(None, None)
    # Taxes in one of them are another way to count.
    FiscalYear.objects.filter(pk=years[0].pk).update(tax_basis=TaxBasis.HT)
    assert compared(years[1]).obstacles == (Obstacle.COSTING,)


@pytest.mark.parametrize("poor", [0, 1])
@pytest.mark.parametrize("under", [False, True])
def test_coverage_is_enough_at_its_threshold_in_both_years(
    town: Town, poor: int, under: bool
) -> None:
    years = (open_year(town.finance, year=2025), open_year(town.finance, year=2026))
    for rank, year in enumerate(years):
        known = int(PROVISIONAL_BELOW * 100) - (under and rank == poor)
        rest = 10_000 - known
        load(town, year, f"2051;020;Licences;É;{known},00;\n6262;020;Télécom;R;{rest},00;\n")
        give(town, year, "0.1")
    found = compared(years[1])
    assert found.obstacles == ((Obstacle.COVERAGE,) if under else ())
    assert (found.compared is None) is under


def test_a_perimeter_that_holds_nothing_compares_with_nothing(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    for label in ("Licences", "Hébergement"):
        for attribution in line(years[0], label).attributions.all():
            attribution.delete()
        override_line(town.finance, line=line(years[0], label), verdict=Verdict.OUT, reason="x")
    assert Obstacle.PERIMETER in compared(years[1]).obstacles


def test_a_perimeter_that_asks_services_asks_them_of_both_years(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    ImportBatch.objects.filter(fiscal_year=years[0]).update(quality="accounts")
    assert compared(years[1]).obstacles == ()
    ITPerimeter.objects.update(service_codes=["DSI"])
    assert compared(years[1]).obstacles == (Obstacle.PERIMETER,)
    ImportBatch.objects.update(quality="accounts")
    assert compared(years[1]).obstacles == ()


def test_what_is_published_breaks_its_series_where_it_does_not_compare(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    for year in years:
        publish_run(
            town.finance, run=compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
        )
    assert [one.breaks for one in published_shares(town.organisation.pk)] == [False, False]
    FiscalYear.objects.filter(pk=years[0].pk).update(costing=Costing.WHOLE)
    first, second = published_shares(town.organisation.pk)
    assert (first.breaks, second.breaks) == (False, True)
    assert "la façon de compter un achat" in second.note


def queries(year: FiscalYear) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert compared(year).obstacles == ()
    return len(asked)


def test_the_same_queries_whatever_the_number_of_lines(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    few = queries(years[1])
    for year in years:
        rows = "".join(f"611;020;Lot {n};F{n};10,00;\n" for n in range(200))
        stream = io.BytesIO((HEAD + LICENCES + HOSTING + rows).encode())
        batch = preview(town.finance, fiscal_year=year, stream=stream, file_name="n.csv")
        confirm(town.finance, batch=batch, replace=True)
    qualify(town, *years)
    assert queries(years[1]) == few <= 12


def book(town: Town, year: FiscalYear, *entries: tuple[str, str, str]) -> None:
    """Load accounting entries: a label, an amount, a day of the year (month and day)."""
    rows = [
        row
        for number, (label, amount, day) in enumerate(entries, start=1)
        for row in fec(
            [
                ("AC", str(number), "2051", "", label, amount, ""),
                ("AC", str(number), "404", "Éditeur", label, "", amount),
            ],
            day=f"{year.year}{day}",
        ).splitlines()[number > 1 :]
    ]
    stream = io.BytesIO("\r\n".join(rows).encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name="fec.txt")
    confirm(town.finance, batch=batch)
    for its in BudgetLine.objects.filter(fiscal_year=year):
        override_line(town.finance, line=its, verdict=Verdict.IN, reason="logiciels")


def test_a_year_under_way_is_compared_until_the_same_day_where_entries_are_dated(
    town: Town,
) -> None:
    years = [open_year(town.finance, year=year, tax_basis=TaxBasis.HT) for year in (2025, 2026)]
    book(town, years[0], ("A", "100", "0310"), ("B", "300", "0630"), ("C", "600", "1120"))
    book(town, years[1], ("A", "120", "0310"), ("B", "280", "0630"))
    for year, shares in zip(years, ({"B": "0.1", "C": "1"}, {"B": "0.2"}), strict=True):
        for label, share in shares.items():
            give(town, year, share, label)
    qualify(town, *years, stage=Stage.REALISED)
    found = compared(years[1], Stage.REALISED)
    # The year before is not whole, but it goes further; what came after that day is left out.
    assert (found.obstacles, len(found.part_years)) == ((), 2)
    assert found.compared is not None
    assert found.compared.until == (date(2025, 6, 30), date(2026, 6, 30))
    before = found.compared.before.figure
    assert (before.numerator, before.denominator.amount) == (D(30), D(400))
    assert found.compared.variation.total == D(100) * (D(56) / 400 - D(30) / 400)
    document = as_document(figure_of(years[1], Stage.REALISED))
    assert document["variation"]["until"] == "2025-06-30"
    # Whole, they are compared whole; a line without a date, and nothing tells which day it is.
    for year in years:
        say_whole(town.finance, fiscal_year=year, whole=True, on=date(2027, 6, 12))
    whole = compared(years[1], Stage.REALISED).compared
    assert whole is not None
    assert (whole.until, whole.before.figure.denominator.amount) == (None, D(1000))
    say_whole(town.finance, fiscal_year=years[1], whole=False, on=date(2027, 6, 12))
    BudgetLine.objects.filter(label="C").update(dated_on=None)
    assert compared(years[1], Stage.REALISED).obstacles == (Obstacle.PART_YEAR,)


def test_a_year_before_that_stops_sooner_is_not_compared(town: Town) -> None:
    years = [open_year(town.finance, year=year, tax_basis=TaxBasis.HT) for year in (2025, 2026)]
    for year, last in zip(years, ("0530", "0630"), strict=True):
        book(town, year, ("A", "100", "0310"), ("B", "300", last))
        give(town, year, "0.1", "B")
    qualify(town, *years, stage=Stage.REALISED)
    assert compared(years[1], Stage.REALISED).obstacles == (Obstacle.PART_YEAR,)
    say_whole(town.finance, fiscal_year=years[0], whole=True, on=date(2026, 6, 12))
    assert compared(years[1], Stage.REALISED).compared is not None
