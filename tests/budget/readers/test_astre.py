"""The workbook of Astre: its rows, its totals, and what stands around them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine

type Account = tuple[str, Decimal, Decimal, Decimal]
type Chapter = tuple[str, list[Account]]
type Amounts = Sequence[Decimal]

NBSP = "\u00a0"
CRITERIA = [
    ["Exclure les propositions négatives"],
    [],
    ["Rappel des critères de sélection"],
    ["Budget", 1],
    ["Exercice", 2025],
    ["Sens", "D"],
    ["Type de Service", "SG et SU", "Programme"],
]
BUDGET: dict[str, list[Chapter]] = {
    "F - Fonctionnement": [
        ("011 - CHARGES", [
            ("6156 - MAINTENANCE", Decimal(0), Decimal("10.5"), Decimal("-371.84")),
            ("6262 - TELECOM", Decimal(100), Decimal(0), Decimal("12.2")),
        ]),
        ("002 - RESULTAT", [("002 - RESULTAT", Decimal(7), Decimal(0), Decimal(0))]),
    ],
    "I - Investissement": [
        ("20 - IMMOBILISATIONS", [("2031 - ETUDES", Decimal(50), Decimal(1), Decimal(2))]),
        ("040 - ORDRE", [("2031 - ETUDES", Decimal(5), Decimal(0), Decimal(5))]),
        ("21 - VIDE", []),
    ],
}  # fmt: skip


def totals(accounts: list[Account]) -> list[Any]:
    return ["Total", *(float(sum(account[at] for account in accounts)) for at in (1, 2, 3)), "-"]


def screen(budget: dict[str, list[Chapter]], *, realised: str = "Mandaté/Liquidé") -> list[Any]:
    """Return the rows of the screen, as the tool lays them out."""
    rows: list[list[Any]] = [
        [],
        ["Détail budget"],
        ["Situation au 21 Février 2025 à 08:06"],
        ["", "Organisme", "VILLE", "VILLE D’ESSAI"],
        ["", "Budget", 1, "BUDGET PRINCIPAL"],
        ["", "Exercice", 2025, "BUDGET PRINCIPAL"],
    ]
    every: list[Account] = []
    for section, chapters in budget.items():
        rows.append([section + NBSP])
        of_section: list[Account] = []
        for chapter, accounts in chapters:
            rows += [
                [chapter + NBSP],
                ["Nature" + NBSP, "Total Budget" + NBSP, "Reste Engagé", realised, "% Réal"],
                ["", "", "+ Eng Proposé", "", "+ Engagé"],
                ["", "", "+ Réservé" + NBSP],
                *([name, *map(float, amounts), "-"] for name, *amounts in accounts),
                totals(accounts),
                [],
            ]
            of_section += accounts
        rows += [totals(of_section), []]
        every += of_section
    return [*rows, totals(every), [], *CRITERIA]


def workbook(**sheets: list[Any]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return data.getvalue()


def read(data: bytes, **mapping: int | str) -> tuple[list[SourceLine], Reading]:
    with open_reading(io.BytesIO(data), mapping=mapping or None) as reading:
        return list(reading), reading


def codes(reading: Reading) -> list[str]:
    return [problem.kind.code for problem in reading.problems]


def test_the_preamble_the_lines_and_what_is_left_out() -> None:
    lines, reading = read(workbook(Depenses=screen(BUDGET)))
    header = reading.header
    assert (header.format, header.name, header.budget, header.year) == (
        "astre", "VILLE D’ESSAI", "BUDGET PRINCIPAL", 2025,
    )  # fmt: skip
    assert [(x.section, x.chapter, x.nature, x.label, x.opened, x.realised) for x in lines] == [
        ("F", "011", "6156", "MAINTENANCE", 0, Decimal("-371.84")),
        ("F", "011", "6262", "TELECOM", 100, Decimal("12.20")),
        ("F", "002", "002", "RESULTAT", 7, 0),
        ("I", "20", "2031", "ETUDES", 50, 2),
        ("I", "040", "2031", "ETUDES", 5, 5),
    ]
    assert [line.counts for line in lines] == [True, True, False, True, False]
    assert {line.committed for line in lines} == {None}, "the column mixes what is no commitment"
    assert reading.read == reading.kept + sum(reading.dropped.values())
    assert (reading.dropped["total"], reading.dropped["heading"]) == (8, 7)
    assert codes(reading) == ["reserved"]
    assert "11,50" in reading.problems[0].message("fr")


def test_expenses_and_revenue_make_one_document_and_no_sheet_is_read_twice() -> None:
    revenue = screen(BUDGET, realised="Perçu/Liquidé")
    lines, reading = read(workbook(R=revenue, D=screen(BUDGET), Fevrier=screen(BUDGET)))
    assert [line.flow for line in lines] == ["expense"] * 5 + ["revenue"] * 5
    assert codes(reading) == ["other-sheets", "reserved", "reserved"]


def test_a_person_who_says_the_columns_has_the_last_word() -> None:
    _, reading = read(workbook(D=screen(BUDGET)), account="Nature", realised=3)
    assert reading.header.format == "ledger"


@pytest.mark.parametrize("first", ["6156 - MAINTENANCE", "6262 - TELECOM", "Total"])
def test_a_row_taken_out_is_missed_by_the_totals(first: str) -> None:
    rows = screen(BUDGET)
    del rows[next(at for at, cells in enumerate(rows) if cells[:1] == [first])]
    assert "other-total" in codes(read(workbook(D=rows))[1])


def test_an_amount_that_is_none_and_an_export_cut_short_are_errors() -> None:
    rows = screen(BUDGET)
    bad = [[*cells[:3], "x"] if cells[:1] == ["6262 - TELECOM"] else cells for cells in rows]
    assert "not-an-amount" in codes(read(workbook(D=bad))[1])
    cut = rows[: rows.index(["2031 - ETUDES", 50.0, 1.0, 2.0, "-"]) + 1]
    assert "cut-short" in codes(read(workbook(D=cut))[1])


def test_the_column_of_no_stage_may_be_missing_below() -> None:
    rows = screen(BUDGET)
    narrow = [
        ["Nature", "Total Budget", "Mandaté/Liquidé"],
        ["2183 - POSTES", 1, 2],
        ["Total", 1, 2],
    ]
    at = rows.index(["21 - VIDE" + NBSP])
    lines, reading = read(workbook(D=[*rows[: at + 1], *narrow, *rows[at + 1 :]]))
    assert (lines[-1].nature, lines[-1].realised) == ("2183", 2)
    assert "reserved" in codes(reading)


AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
ACCOUNTS = st.lists(
    st.tuples(st.from_regex(r"[1-7][0-9]{1,5} - [A-Z]{1,20}", fullmatch=True), *[AMOUNTS] * 3),
    max_size=4,
)
BUDGETS = st.dictionaries(
    st.sampled_from(["F - Fonctionnement", "I - Investissement"]),
    st.lists(st.tuples(st.from_regex(r"[0-9]{2,3} - [A-Z]{1,9}", fullmatch=True), ACCOUNTS)),
    min_size=1,
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@example({"F - Fonctionnement": [("011 - A", [("6262 - B", Decimal(1), Decimal(0), Decimal(0))])]})
@given(BUDGETS.filter(lambda budget: any(x for chapters in budget.values() for _, x in chapters)))
def test_lines_add_up_to_what_was_written(budget: dict[str, list[Chapter]]) -> None:
    lines, reading = read(workbook(D=screen(budget)))
    written = [
        (section[0], name.partition(" - ")[0], opened, realised)
        for section, chapters in budget.items()
        for _, accounts in chapters
        for name, opened, _, realised in accounts
    ]
    assert [(x.section, x.nature, x.opened, x.realised) for x in lines] == written
    assert "other-total" not in codes(reading)
