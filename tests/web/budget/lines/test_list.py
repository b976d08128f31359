"""The lines: filters in the address, sums of what is filtered, the file that leaves."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.budget.lines.kept_sums import count_again
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.perimeter.followed import verdicts_to_take
from portulan.budget.words import AttributionStatus, RunBuild
from portulan.core.spreadsheet import plain
from portulan.core.tables.tabular import open_workbook
from portulan.core.workbooks import WRITERS
from portulan.web.budget.lines import list as lines_list
from portulan.web.budget.lines.list import PER_PAGE
from tests.pages import MOST_NODES
from tests.web.budget.conftest import D, give, line


def labels(page) -> list[str]:
    return [" ".join(cell.itertext()) for cell in page.tree.xpath("//tbody//th")]


@pytest.fixture
def attributed(town, ledger, action):
    give(town, "Licences", "0.5", AttributionStatus.JUSTIFIED, action=action)
    give(town, "Onduleurs", "0.3")
    give(town, "Télécoms", "0.25", AttributionStatus.PROPOSED)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "héber"}, ["Hébergement"]),
        ({"q": "nuage sarl"}, ["Hébergement"]),
        ({"q": "621 "}, []),
        ({"q": "626"}, ["Télécoms"]),
        ({"q": "26"}, []),
        ({"verdict": "in", "section": "F"}, ["Télécoms"]),
        ({"verdict": "out"}, []),
        ({"attribution": "attributed"}, ["Licences", "Onduleurs", "Télécoms"]),
        ({"attribution": "proposed"}, ["Télécoms"]),
        ({"attribution": "waiting", "order": "label"}, ["Onduleurs", "Télécoms"]),
        ({"verdict": "perimeter", "attribution": "nonsense", "section": "I"},
         ["Licences", "Onduleurs"]),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(desk, attributed, query, expected):
    page = desk.get("2026/lines/", **query)
    assert page.status == 200
    assert labels(page) == expected
    for name in ("verdict", "section", "attribution"):
        shown = page.tree.xpath(f"//select[@name='{name}']/option[@selected]/@value")
        if query.get(name) not in {None, "nonsense"}:
            assert shown == [query[name]]


def test_the_foot_sums_what_is_filtered_with_stage_basis_and_perimeter(desk, attributed):
    page = desk.get("2026/lines/", attribution="attributed")
    # Licences 1 200, Onduleurs 500, Télécoms 400; NR 600 + 150, the proposal left out.
    assert (
        page.said("//tfoot") == "3 lignes filtrées, sur 7 2 100 retenu, sans les propositions 750"
    )
    assert "Dans le budget de la DSI : 2 100 € TTC (périmètre édition 1)." in page.words
    assert "justifié 600 €, déclaré 150 € ; proposé 100 €, pas compté" in page.words
    assert page.said("//thead").startswith("Ligne Compte Ouvert (€)")
    # A proposal stands in parentheses where it would stand if it counted.
    assert [" ".join(c.itertext()) for c in page.tree.xpath("//tbody/tr/td[last()]")] == [
        "600", "150", "(100)",
    ]  # fmt: skip


def test_heads_sort_both_ways_and_keep_the_filters(desk, attributed):
    page = desk.get("2026/lines/", verdict="in", order="-amount")
    head = page.tree.xpath("//th[@aria-sort]")[0]
    assert head.get("aria-sort") == "descending"
    assert labels(page) == ["Licences", "Onduleurs", "Télécoms"]
    turned = desk.page(desk.clients(Role.FINANCE).get(head.xpath("a/@href")[0]))
    assert labels(turned) == ["Télécoms", "Onduleurs", "Licences"]
    assert turned.tree.xpath("//th[@aria-sort]")[0].get("aria-sort") == "ascending"


def test_a_filter_that_finds_nothing_leads_back(desk, attributed):
    page = desk.get("2026/lines/", q="introuvable")
    assert "Aucune ligne de ce stade ne répond à ces filtres." in page.words
    assert not page.tree.xpath("//table")


def test_lines_without_amount_at_a_stage_are_not_there(desk, attributed):
    assert "=SOMME(A1)" not in desk.get("2026/lines/").words
    assert "=SOMME(A1)" in desk.get("2026/lines/", stage="voted").words


def rows_of(page) -> list[dict[str, str]]:
    assert page.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(page.text[1:], newline=""), delimiter=";"))


def test_the_file_holds_exactly_what_is_filtered(desk, attributed, action):
    BudgetLine.objects.filter(label="Licences").update(run_build=RunBuild.RUN)
    page = desk.get("2026/lines.csv", attribution="attributed", action=str(action.pk))
    (row,) = rows_of(page)
    assert row["Libellé"] == "Licences"
    assert row["Montant de la ligne (ouvert, € TTC)"] == "1200,00"
    assert row["Part informatique"] == "1"
    assert (row["Poste"], row["Exploitation ou projet"]) == ("Logiciel", "Exploitation (run)")
    assert row["Montant retenu (€)"] == "600,00"
    assert (row["Action"], row["Part dédiée au NR"], row["Statut"]) == ("7", "0,5", "Justifié")
    assert (row["Fichier"], row["Ligne du fichier"]) == ("grand-livre.csv", "2")
    assert "Fournisseur" not in row


def test_the_file_keeps_every_digit_of_what_is_retained(desk, attributed):
    Attribution.objects.filter(line__label="Licences").update(share=D("0.3333333333"))
    BudgetLine.objects.filter(label="Licences").update(nr_share=D("0.3333333333"))
    rows = {row["Libellé"]: row for row in rows_of(desk.get("2026/lines.csv"))}
    assert rows["Licences"]["Montant retenu (€)"] == "399,99999996"
    assert not [value for row in rows.values() for value in row.values() if value == "-0,00"]


def test_no_cell_of_the_file_is_a_formula_and_numbers_stay_numbers(desk, attributed):
    rows = {row["Libellé"]: row for row in rows_of(desk.get("2026/lines.csv", suppliers="1"))}
    assert rows["Avoir"]["Montant de la ligne (ouvert, € TTC)"] == "-50,00"
    assert rows["Avoir"]["Fournisseur"] == "'@avoir"
    voted = rows_of(desk.get("2026/lines.csv", stage="voted", suppliers="1"))
    assert "'=SOMME(A1)" in {row["Libellé"] for row in voted}
    assert "'-Fournisseur" in {row["Fournisseur"] for row in voted}
    for start in "=+-@\t\r":
        assert plain(f"{start}cmd") == f"'{start}cmd"
    assert plain(D("-1234.50")) == "-1234,50"
    assert plain(None) == ""


def test_the_name_of_the_file_says_year_stage_and_perimeter(desk, attributed):
    response = desk.clients(Role.READER).get(desk.url("2026/lines.csv?stage=realised"))
    assert response["Content-Disposition"] == (
        'attachment; filename="lignes-2026-realised-perimetre-1.csv"'
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("kind", WRITERS)
def test_workbooks_hold_the_same_rows_as_the_csv(desk, attributed, kind):
    asked = {"verdict": "in", "order": "-amount", "suppliers": "1"}
    told = list(
        csv.reader(
            io.StringIO(desk.get("2026/lines.csv", **asked).text[1:], newline=""), delimiter=";"
        )
    )
    response = desk.clients(Role.FINANCE).get(desk.url(f"2026/lines.{kind}"), asked)
    assert response["Content-Disposition"] == (
        f'attachment; filename="lignes-2026-opened-perimetre-1.{kind}"'
    )
    (sheet,) = open_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = [[*row] + [""] * (len(told[0]) - len(row)) for _number, row in sheet.rows()]
    assert len(rows) == len(told) == 4
    for row, expected in zip(rows, told, strict=True):
        for cell, text in zip(row, expected, strict=True):
            number = text.replace(",", ".")
            assert str(cell) == text or float(cell) == float(number)


def test_the_screen_hands_over_what_it_shows_in_three_kinds(desk, attributed):
    page = desk.get("2026/lines/", verdict="in", order="-amount", page="1")
    files = page.tree.xpath("//a[contains(@href, '/lines.')]/@href")
    asked = "?verdict=in&order=-amount&page=1"
    plain_ones = [f"lines.{kind}{asked}" for kind in ("csv", "xlsx", "ods")]
    assert [address.rpartition("/")[2] for address in files] == [
        *plain_ones,
        *(f"{address}&suppliers=1" for address in plain_ones),
    ]
    read = desk.get("2026/lines/", Role.READER).tree.xpath("//a[contains(@href, '/lines.')]/@href")
    assert [address.rpartition(".")[2] for address in read] == ["csv?", "xlsx?", "ods?"]
    assert desk.get("2026/lines.pdf").status == 404


def _many(ledger, count: int) -> None:
    """Fill the year with lines, one in ten attributed."""
    first = BudgetLine.objects.filter(batch=ledger).first()
    start = BudgetLine.objects.order_by("-row")[0].row + 1
    copies = []
    for row in range(start, start + count):
        copy = BudgetLine.objects.get(pk=first.pk)
        copy.pk, copy.row, copy.label = None, row, f"Copie {row}"
        copies.append(copy)
    BudgetLine.objects.bulk_create(copies, batch_size=500)
    made = BudgetLine.objects.filter(label__startswith="Copie").order_by("pk")[: count // 10]
    model = Attribution.objects.filter(line=first).first()
    given = []
    for copied in made:
        attribution = Attribution.objects.get(pk=model.pk)
        attribution.pk, attribution.line = None, copied
        attribution.status = AttributionStatus.DECLARED
        given.append(attribution)
    Attribution.objects.bulk_create(given, batch_size=500)
    count_again(ledger)


PAGES = [
    "", "2026/", "2026/lines/", "2026/lines/?attribution=attributed&order=-amount",
    "2026/lines.csv", "2026/lines/{pk}/", "2026/queue/?kind=to_review",
    "2026/queue/?kind=declared", "2026/imports/", "2026/publish/", "perimeter/",
]  # fmt: skip


def test_as_many_queries_at_three_hundred_lines_and_at_three_thousand(desk, attributed, ledger):
    pk = line("Licences").pk

    def queries() -> dict[str, int]:
        counts = {}
        for path in PAGES:
            url = desk.url(path.format(pk=pk))
            with CaptureQueriesContext(
                connection,
            ) as captured:
                response = desk.clients(Role.FINANCE).get(url)
                assert response.status_code == 200, path
                if response.streaming:
                    sum(len(chunk) for chunk in response.streaming_content)
            counts[path] = len(captured)
        return counts

    queries()  # what is asked once per browser is asked
    declared = "2026/queue/?kind=declared"
    one = queries()[declared]
    _many(ledger, 300)
    small = queries()
    assert small[declared] == one
    _many(ledger, 2_700)
    many = queries()
    assert many.pop("2026/lines.csv") <= small.pop("2026/lines.csv") + 1  # one by 2,000 lines
    assert many == small
    assert max(small.values()) <= 29
    crowded = "2026/lines/?page=50&verdict=in"
    for path in ("2026/", crowded, "2026/queue/?kind=to_review", "2026/queue/?kind=declared"):
        page = desk.page(desk.clients(Role.FINANCE).get(desk.url(path)))
        assert page.nodes <= MOST_NODES, path
    numbers = {row["Numéro de ligne"] for row in rows_of(desk.get("2026/lines.csv"))}
    assert len(numbers) == 3_006


def test_pages_of_lines_keep_the_filters(desk, attributed, ledger):
    _many(ledger, 60)
    page = desk.get("2026/lines/", q="copie", order="row")
    assert len(labels(page)) == PER_PAGE
    following = page.tree.xpath("//a[@rel='next']/@href")[0]
    assert "q=copie" in following
    assert "order=row" in following
    last = desk.get("2026/lines/", q="copie", order="row", page="999")
    assert len(labels(last)) == 60 % PER_PAGE


def test_search_words_never_break_the_page(desk, attributed):
    for word in ("%", "_", "'", "\\", "é" * 200):
        assert desk.get("2026/lines/", q=word).status == 200
    assert desk.get("2026/lines/", q="\x00").status == 404  # no base holds it


def test_beyond_sixty_actions_one_is_asked_by_its_number(desk, attributed, action, monkeypatch):
    select, number = "//select[@name='action']/option", "//input[@name='number']"
    page = desk.get("2026/lines/")
    assert len(page.tree.xpath(select)) == 2
    assert not page.tree.xpath(number)
    assert labels(desk.get(f"2026/lines/?action={action.pk}")) == ["Licences"]
    monkeypatch.setattr(lines_list, "_MOST_ACTIONS", 0)
    page = desk.get("2026/lines/")
    assert not page.tree.xpath(select)
    assert page.tree.xpath(number)
    assert labels(desk.get(f"2026/lines/?number={action.number}")) == ["Licences"]
    assert not labels(desk.get(f"2026/lines/?number={action.number + 1}"))
    named = desk.get(f"2026/lines/?action={action.pk}")  # the one whose page led here
    assert labels(named) == ["Licences"]
    assert [one.get("value") for one in named.tree.xpath(select)] == ["", str(action.pk)]


def test_the_lines_decided_are_found_by_their_index(ledger):
    if connection.vendor != "sqlite":
        return
    year = BudgetLine.objects.all()[0].fiscal_year
    with CaptureQueriesContext(connection) as captured:
        list(verdicts_to_take(year, year))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
        assert "line_overridden" in str(cursor.fetchall())
