"""The ledger of the IT department: whatever the finance tool, the same lines."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.ledger import columns
from portulan.budget.readers.ledger_columns import ALIASES, SIDES, guess_fields
from portulan.budget.readers.ledger_mapping import answered
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.say.text import UnusableInputError

USUAL = """RÉGION D’ESSAI;;;;;;;;;;
Édité le 12/01/2026;;;;;;;;;;
;;;;;;;;;;
Gestionnaire;Chapitre;Compte;Section;Libellé;Tiers;Marché;N° engagement;Voté;Engagé;Mandaté TTC
DSI;011;6262;Fonctionnement;Téléphonie;Ondes & Cie;M-020;00045;1 234,56;1 200,00;1 100,10
DSI;21;21838;Investissement;Postes;;;00046;(20,00);-;30,00-
DSI;;Sous-total 21;;;;;;(20,00);;
DSI;65;65811;Fonctionnement;Total Énergies, suivi;Total;;;5,00 €;;
Total général (3 lignes);;;;;;;;1 219,56;1 200,00;1 070,10
"""


def read(data: str | bytes, **mapping: int | str) -> tuple[list[SourceLine], Reading]:
    raw = data.encode() if isinstance(data, str) else data
    with open_reading(io.BytesIO(raw), mapping=mapping or None) as reading:
        return list(reading), reading


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return data.getvalue()


def refusal(data: str | bytes, **mapping: int | str) -> str:
    with pytest.raises(UnusableInputError) as caught:
        read(data, **mapping)
    assert caught.value.problem.message("fr") != caught.value.problem.message("en")
    return caught.value.problem.kind.code


def test_a_usual_ledger() -> None:
    lines, reading = read(USUAL)
    phone, computers, cloud = lines
    assert (phone.row, phone.manager, phone.chapter, phone.nature, phone.section) == (
        5, "DSI", "011", "6262", "F",
    )  # fmt: skip
    assert (phone.label, phone.supplier, phone.contract, phone.order) == (
        "Téléphonie", "Ondes & Cie", "M-020", "00045",
    )  # fmt: skip
    assert (phone.voted, phone.committed, phone.realised, phone.opened) == (
        Decimal("1234.56"), Decimal(1200), Decimal("1100.10"), None,
    )  # fmt: skip
    assert (computers.voted, computers.committed, computers.realised) == (-20, None, -30)
    assert (cloud.label, cloud.voted) == ("Total Énergies, suivi", 5)
    assert reading.dropped == {"total": 2}
    assert reading.problems == []
    assert (reading.header.format, reading.header.year, reading.header.tax_basis) == (
        "ledger", None, "TTC",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_any_encoding_and_separator_gives_the_same_lines(encoding: str, separator: str) -> None:
    text = USUAL.replace(";", separator).replace("’", "'")
    lines, _ = read(text.encode(encoding))
    assert lines == read(USUAL)[0]


def test_a_workbook_gives_the_same_lines_and_exact_cents() -> None:
    rows: list[list[Any]] = [
        ["Grand livre"],
        [],
        ["Compte", "Libellé", "Fonction", "Mandaté"],
        [65811.0, "=1+1", "020", 0.1 + 0.2],
        ["2051", "Licences", 20, 1e9 + 0.01],
        ["6262", "Téléphone", None, "1 234,56"],
    ]
    lines, reading = read(workbook(("DSI", rows)))
    assert [(x.row, x.nature, x.function, x.realised) for x in lines] == [
        (4, "65811", "020", Decimal("0.30")),
        (5, "2051", "20", Decimal("1000000000.01")),
        (6, "6262", None, Decimal("1234.56")),
    ]
    assert reading.header.encoding is None
    assert reading.problems == []


@given(st.lists(st.decimals(-(10**11), 10**11, places=2), min_size=1, max_size=8))
def test_spreadsheet_amounts_are_read_to_the_cent(amounts: list[Decimal]) -> None:
    rows = [["Compte", "Mandaté"], *[["6262", float(amount)] for amount in amounts]]
    lines, _ = read(workbook(("a", rows)), negative="kept")
    assert [line.realised for line in lines] == amounts


@given(st.lists(st.decimals(-(10**11), 10**11, places=2), min_size=1, max_size=8))
def test_french_text_amounts_are_read_to_the_cent(amounts: list[Decimal]) -> None:
    texts = [f"{x:,.2f}".replace(",", "\u202f").replace(".", ",") for x in amounts]
    text = "Compte;Mandaté\n" + "".join(f"6262;{text}\n" for text in texts)
    lines, _ = read(text, negative="kept")
    assert [line.realised for line in lines] == amounts


@pytest.mark.parametrize(
    ("titles", "fields"),
    [
        (("N° de compte", "Montant voté"), {"voted": 1}),
        (("Nature", "Crédits ouverts (€)", "Réalisé 2025"),
         {"account": 0, "opened": 1, "realised": 2}),
        (("Account", "Description", "Actuals", "Commitments"),
         {"account": 0, "label": 1, "realised": 2, "committed": 3}),
        (("Imputation", "Objet", "Tiers", "N° Engagement", "Engagé"),
         {"account": 0, "label": 1, "supplier": 2, "order": 3, "committed": 4}),
        (("Compte", "Payé", "Mandaté"), {"account": 0, "realised": 2}),
        (("Compte", "Restes à réaliser", "Reste engagé"), {"account": 0, "carried_over": 1}),
        (("Compte", "Dépensé (€)"), {"account": 0, "realised": 1}),
        (("Compte", "TOTAL DÉPENSÉ 2025"), {"account": 0, "realised": 1}),
        (("Compte", "Dépense"), {"account": 0}),
        (("Centre de coûts", "Cost center"), {"service": 0}),
        (("Code gestionnaire", "Service", "Budget voté"), {"manager": 0, "service": 1, "voted": 2}),
    ],
)  # fmt: skip
def test_titles_are_recognised(titles: tuple[str, ...], fields: dict[str, int]) -> None:
    assert guess_fields(titles).fields == fields


@given(st.data())
def test_every_alias_is_recognised_in_any_case(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(name for name in ALIASES if name not in SIDES)))
    alias = data.draw(st.sampled_from(ALIASES[field]))
    shown = data.draw(st.sampled_from([alias, alias.upper(), alias.title(), f" {alias}\u00a0"]))
    assert guess_fields([shown]).fields == {field: 0}


@pytest.mark.parametrize(
    ("row", "section", "flow"),
    [
        ("6262;;", "F", "expense"),
        ("2051;;", "I", "expense"),
        ("7788;;", "F", "revenue"),
        ("7391;;", "F", "expense"),
        ("6262;Investissement;", "I", "expense"),
        ("2051;F - Fonctionnement;R", "F", "revenue"),
        (";;", None, "expense"),
    ],
)
def test_section_and_flow(row: str, section: str | None, flow: str) -> None:
    lines, _ = read(f"Compte;Section;Sens;Libellé;Mandaté\n{row};Achat;10,00\n")
    assert (lines[0].section, lines[0].flow) == (section, flow)


def test_accounts_and_labels_in_one_cell_and_titles_repeated() -> None:
    lines, reading = read(
        "Nature\xa0;Total Budget\xa0;Mandaté/Liquidé\n;+ proposé;\n"
        "20 - IMMOBILISATIONS;;\n2051 - LOGICIELS;10,00;5,00\nTotal;10,00;5,00\n\n"
        "Nature\xa0;Total Budget\xa0;Mandaté/Liquidé\n;+ proposé;\n6262 Télécom;0,00;-1,00\n"
        "Budget;1;\n"
    )
    assert [(x.nature, x.label, x.opened, x.realised) for x in lines] == [
        ("2051", "LOGICIELS", 10, 5),
        ("6262", "Télécom", 0, -1),
    ]
    assert [(p.kind.code, p.line) for p in reading.problems] == [("not-an-account", 10)]


def test_a_bad_amount_is_told_with_its_row_and_the_others_are_read() -> None:
    lines, reading = read("Compte;Mandaté\n6262;12 %\n2051;3,00\n6156|4,00|x\n6156;1;2;3\n;7,00\n")
    assert [line.realised for line in lines] == [3]
    assert [(p.kind.code, p.line, p.is_error) for p in reading.problems] == [
        ("not-an-amount", 2, True),
        ("ragged-row", 4, True),
        ("ragged-row", 5, True),
    ]
    assert reading.read == reading.kept + sum(reading.dropped.values())


def test_amounts_in_thousands_become_euros_and_fractions_of_cents_are_told() -> None:
    lines, reading = read("Compte;Voté (k€);Mandaté\n6262;12,5;1,005\n")
    assert (lines[0].voted, lines[0].realised) == (12_500, Decimal("1.01"))
    assert [p.kind.code for p in reading.problems] == ["in-units", "rounded"]


@pytest.mark.parametrize(
    ("text", "amount", "problems"),
    [
        ("6262;1.234\n6262;12.500\n6262;845", 1234, []),
        ("6262;1.234\n6262;12,5", 1234, []),
        ('6262;"1,234"\n6262;0.5', 1234, []),
    ],
)
def test_thousands_or_decimals(text: str, amount: int, problems: list[str]) -> None:
    lines, reading = read(f"Compte;Mandaté\n{text}\n")
    assert lines[0].realised == amount
    assert [p.kind.code for p in reading.problems] == problems


def test_thousands_that_may_be_decimals_are_asked_about() -> None:
    text = "Compte;Mandaté\n6262;1.234\n6262;12.500\n"
    assert refusal(text) == "thousands-or-decimals"
    assert [line.realised for line in read(text, mark="thousands")[0]] == [1234, 12500]
    lines, _ = read(text, mark="decimals")
    assert [line.realised for line in lines] == [Decimal("1.23"), Decimal("12.50")]


def test_columns_may_be_chosen_by_title_or_by_place() -> None:
    text = "Code;Quoi;Montant;Autre montant\n6262;Téléphone;1,00;2,00\n"
    assert refusal(text) == "no-stage"
    by_title, _ = read(text, account="code", label="Quoi", voted="Autre montant")
    by_place, _ = read(text, account=0, label=1, voted=3)
    assert by_title == by_place
    assert (by_title[0].nature, by_title[0].voted) == ("6262", 2)


@pytest.mark.parametrize(
    ("text", "mapping", "code"),
    [
        ("Compte;Montant\n6262;1\n", {}, "no-stage"),
        ("Compte;Mandaté 2024;Mandaté 2025\n6262;1;2\n", {}, "several-years"),
        ("Compte;Libellé\n6262;a\n", {}, "no-titles"),
        ("du texte\nsans tableau\n", {}, "no-titles"),
        ('{"json": true}', {}, "no-titles"),
        ("Compte;Mandaté\n6262;1\n", {"account": 0}, "no-amount-column"),
        ("Compte;Mandaté\n6262;1\n", {"account": 0, "realised": 7}, "bad-mapping"),
        ("Compte;Mandaté\n6262;1\n", {"account": 0, "realised": "Payé"}, "bad-mapping"),
        ("Compte;Mandaté\n6262;1\n", {"compte": 0}, "unknown-field"),
        ("Compte;Mandaté\n6262;1\n", {"sheet": "DSI"}, "no-such-sheet"),
        ("Compte;Mandaté\nTotal;1\n", {}, "no-line"),
        ("Compte;Mandaté\n", {}, "no-line"),
    ],
)
def test_what_is_ambiguous_or_empty_is_refused(
    text: str, mapping: dict[str, int | str], code: str
) -> None:
    assert refusal(text, **mapping) == code


def test_the_sheet_that_looks_like_a_ledger_is_read() -> None:
    ledger = [["Compte", "Mandaté"], ["6262", 1.0]]
    data = workbook(("Lisez-moi", [["Bonjour"]]), ("2025", ledger), ("2024", ledger))
    assert refusal(data) == "which-sheet"
    _, reading = read(data, sheet="2024")
    assert (reading.header.year, reading.problems) == (2024, [])


def test_some_of_the_sheets_that_are_asked_about_are_chosen_and_add_up() -> None:
    months = [
        (name, [["Compte", "Mandaté"], ["6262", amount], ["2051", amount]])
        for name, amount in (("Janvier", 1.0), ("Février", 2.0), ("Mars", 4.0))
    ]
    data = workbook(*months)
    assert refusal(data) == "which-sheet"
    lines, _ = read(data, sheet="Janvier\nMars")
    assert sum(line.amounts["REALISED"] for line in lines) == 10
    lines, _ = read(data, sheets="added")
    assert sum(line.amounts["REALISED"] for line in lines) == 14
    assert refusal(data, sheet="Janvier\nAvril") == "no-such-sheet"


def test_who_ticks_all_sheets_reads_them_all() -> None:
    options = ["--column sheet=Janvier", "--column 'sheet=Mars 2'", "--column sheets=added"]
    assert answered({}, options[:2]) == {"sheet": "Janvier\nMars 2"}
    assert answered({}, options) == {"sheets": "added"}


def test_columns_are_shown_with_guesses_and_samples() -> None:
    shown = columns(io.BytesIO(USUAL.encode()))
    assert (shown.title_row, shown.sheet, shown.sheets) == (4, None, ())
    by_title = {column.title: column for column in shown.columns}
    assert by_title["Compte"].field == "account"
    assert by_title["Compte"].samples == ("6262", "21838", "Sous-total 21")
    assert by_title["Voté"].field == "voted"
    unknown = columns(io.BytesIO(b"Truc;Machin\n1;2\n"))
    assert [column.field for column in unknown.columns] == [None, None]


@pytest.mark.parametrize(
    ("title", "values", "field"),
    [
        ("Rubrique", ("6262", "2051", "60632"), "account"),
        ("Rubrique", ("6262 - Télécom", "2051 - Logiciels"), "account"),
        ("Rubrique", ("020", "6262"), "function"),
        ("Rubrique", ("7211", "7212"), "function"),
        ("Rubrique", ("Réseau", "Postes"), "function"),
        ("Fonction", ("6262", "2051"), "function"),
    ],
)
def test_a_rubrique_is_the_account_where_its_values_are_accounts(
    title: str, values: tuple[str, ...], field: str
) -> None:
    text = f"{title};Libellé;Mandaté\n" + "".join(f"{value};Achat;1,00\n" for value in values)
    assert columns(io.BytesIO(text.encode())).columns[0].field == field
    lines, _ = read(text)
    assert (lines[0].nature is not None) == (field == "account")
    beside, _ = read("Compte;" + text.replace("\n", "\n6156;", len(values)))
    assert (beside[0].nature, beside[0].function) == ("6156", values[0])


def test_columns_without_titles_may_be_chosen() -> None:
    lines, _ = read("Code;;;Date\n6262;1,00;a;\n2051;2,00;b;\n", label=2, realised=1)
    assert [line.realised for line in lines] == [1, 2]


@pytest.mark.parametrize(
    "row", ["a;" * 1001, "a" * (1 << 20), "Compte;Ouvert\n" + "6;" * (1 << 20)]
)
def test_a_row_wider_than_any_table_is_refused_before_it_fills_the_memory(row: str) -> None:
    assert refusal(row) == "broken-table"
