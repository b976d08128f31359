"""Ledgers as tools lay them out: preambles, titles over several rows, totals of every kind.

Each is small and says all that it is about; the amounts are those a person would add up.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter

from portulan.budget.imports.inspection import inspect

LAYOUTS = {
    "a preamble, totals of chapters, a grand total, the criteria of the selection": (
        ("Commune de Test;;;;\nÉdition du 21/02/2026 08:06;;;;\n;;;;\n"
        "Chapitre;Compte;Libellé;Budget voté;Mandaté\n"
        "011;6156;Maintenance;1\u00a0000,00;500,50\n011;611;Infogérance;2 000,00;1 000,00\n"
        ";;Total chapitre 011;3 000,00;1 500,50\n20;2051;Licences;700,00;700,00\n"
        ";;Total chapitre 20;700,00;700,00\n;;TOTAL GÉNÉRAL;3 700,00;2 200,50\n;;;;\n"
        "Critères de sélection : budget 00, gestionnaire DSI;;;;\n"),
        3, {"VOTED": "3700.00", "REALISED": "2200.50"},
    ),
    "parentheses, a sign behind, a dash for nothing": (
        ("Compte;Libellé;Ouvert;Mandaté\n6156;Maintenance;1 000,00 €;(250,00)\n"
        "611;Avoir;1 500,00 €;1.234,56-\n2051;Licences;2 000,00 €;-\n"),
        3, {"OPENED": "4500.00", "REALISED": "-1484.56"},
    ),
    "titles over three rows, a heading written once over two columns": (
        ("Nature;Libellé;Crédits;;Réalisé;\n;;BP;Total;Engagé;Mandaté\n;;€;budget;€;€\n"
        "6156;Maintenance;1000;1200;900;800\n2051;Licences;500;500;400;300\n"),
        2, {"VOTED": "1500.00", "OPENED": "1700.00", "COMMITTED": "1300.00",
            "REALISED": "1100.00"},
    ),
    "titles again in each chapter, the account and its label in one cell": (
        ("F - Fonctionnement;;\n011 - Charges à caractère général;;\nNature;Total Budget;Mandaté\n"
        "6156 - Maintenance;1000,00;800,00\n611 - Prestations;2000,00;1800,00\n"
        "Total 011;3000,00;2600,00\nI - Investissement;;\nNature;Total Budget;Mandaté\n"
        "2051 - Concessions;500,00;400,00\nTotal 20;500,00;400,00\nTotal;3500,00;3000,00\n"),
        3, {"OPENED": "3500.00", "REALISED": "3000.00"},
    ),
    "a service repeated alone with its sum, then the sum of all": (
        ("Service;Compte;Objet;Mandaté\nDSI;6156;Maintenance;100,00\nDSI;611;Infogérance;200,00\n"
        "DSI;;;300,00\nDRH;6184;Formation;50,00\nDRH;;;50,00\n;;;350,00\n"),
        3, {"REALISED": "350.00"},
    ),
    "a row that names only its service and is no sum is a line": (
        "Service;Compte;Objet;Mandaté\nDSI;6156;Maintenance;100,00\nDSI;;;90,00\n",
        2, {"REALISED": "190.00"},
    ),
    "an account among other codes, or cut by a space": (
        ("Imputation;Libellé;Mandaté\n61 56;Maintenance;200,00\n020/611/DSI;Infogérance;300,00\n"
        "011-2051;Licences;1,00\n"),
        3, {"REALISED": "501.00"},
    ),
    "thousands of euros, said above": (
        ("Budget DSI 2026 (en milliers d’euros);;\n;;\nCompte;Libellé;Voté\n"
        "6156;Maintenance;1,5\n2051;Licences;2,25\n"),
        2, {"VOTED": "3750.00"},
    ),
    "thousands of euros, said under the titles": (
        "Compte;Libellé;Engagé;Mandaté\n;;(k€);(k€)\n6156;Maintenance;1,2;0,9\n611;Lots;2;1\n",
        2, {"COMMITTED": "3200.00", "REALISED": "1900.00"},
    ),
    "a title in euros is believed before a sentence above": (
        ("Chiffres clés en milliers d’euros au verso;;\nCompte;Libellé;Voté (€)\n6156;Lot;1,5\n"
        "2051;Licences;2,25\n"),
        2, {"VOTED": "3.75"},
    ),
    "cells with a line break, a separator, quotes": (
        ('Compte;"Libellé";Mandaté\n6156;"Maintenance ; serveurs\net baies";"1 000,00"\n'
        '611;"Dit ""urgent""";200,00\n'),
        2, {"REALISED": "1200.00"},
    ),
    "rows longer or shorter than the titles": (
        "Compte;Libellé;Mandaté\n6156;Maintenance;100,00;;;\n611;Lots;200,00\n2051;Rien\n\n;;;\n",
        2, {"REALISED": "300.00"},
    ),
    "percentages beside": (
        ("Compte;Libellé;Voté;Mandaté;Taux d’exécution\n6156;Maintenance;100,00;50,00;50,0 %\n"
        "611;Infogérance;200,00;100,00;50,0 %\nTotal;;300,00;150,00;50,0 %\n"),
        2, {"VOTED": "300.00", "REALISED": "150.00"},
    ),
    "a list framed with dashes and bars": (
        "15.02.2026        Liste des postes          1\n" + "-" * 50 + "\n"
        "|Compte |Désignation      |Engagé      |Réalisé      |\n" + "-" * 50 + "\n"
        "|615600 |Maintenance      |   1.000,00 |     234,56- |\n"
        "|611000 |Infogérance      |   2.000,00 |   1.500,00  |\n" + "-" * 50 + "\n"
        "|*      |Total            |   3.000,00 |   1.265,44  |\n" + "-" * 50 + "\n",
        2, {"COMMITTED": "3000.00", "REALISED": "1265.44"},
    ),
    "totals in every way of saying it": (
        ("Compte;Libellé;Mandaté\n6156;Maintenance;100,00\n611;Lots;200,00\nS/Total 011;;300,00\n"
        "Sous-total fonctionnement;;300,00\n2051;Licences;50,00\nCumul section I;;50,00\n"
        "** Total **;;350,00\nEnsemble;;350,00\n"),
        3, {"REALISED": "350.00"},
    ),
    "revenue among expenses": (
        ("Sens;Section;Article;Libellé;BP 2026;DM;Total budget;Réalisé\n"
        "D;F;6156;Maintenance;100;10;110;90\nR;F;70878;Remboursements;50;0;50;40\n"
        "D;I;2051;Licences;200;0;200;150\n"),
        3, {"VOTED": "350.00", "OPENED": "360.00", "REALISED": "280.00"},
    ),
    "dates counted in days, and amounts that are not there": (
        ("Compte;Libellé;Date;Engagé;Mandaté\n6156;Maintenance;45672;100,00;NULL\n"
        "611;Infogérance;45673;200,00;n/a\n"),
        2, {"COMMITTED": "300.00"},
    ),
    "commas between columns and in amounts": (
        'Compte,Libellé,Mandaté\n6156,Maintenance,"1 000,50"\n611,Infogérance,"2 000,25"\n',
        2, {"REALISED": "3000.75"},
    ),
    "names of columns as databases write them": (
        ("EXERCICE;CODE_SERVICE;CODE_FONCTION;NUM_COMPTE;LIB_COMPTE;MT_VOTE;MT_MANDATE\n"
        "2026;DSI;020;6156;Maintenance;100;50\n2026;DSI;020;611;Prestations;200;60\n"),
        2, {"VOTED": "300.00", "REALISED": "110.00"},
    ),
    "a preamble of forty-five rows": (
        "".join(f"Ligne de présentation {row};;\n" for row in range(45))
        + "Compte;Libellé;Mandaté\n6156;Maintenance;100,00\n611;Infogérance;200,00\n",
        2, {"REALISED": "300.00"},
    ),
}  # fmt: skip


def told(content: bytes, name: str) -> tuple[int, dict[str, Decimal]]:
    document = inspect(io.BytesIO(content), name=name)
    totals: dict[str, Decimal] = {}
    for total in document["totals"]:
        totals[total["stage"]] = totals.get(total["stage"], Decimal(0)) + Decimal(total["amount"])
    return document["rows"]["kept"], totals


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_layout_gives_its_lines_and_their_sums_and_nothing_twice(
    layout: str, encoding: str
) -> None:
    text, kept, totals = LAYOUTS[layout]
    expected = {stage: Decimal(amount) for stage, amount in totals.items()}
    assert told(text.encode(encoding), "grand-livre.csv") == (kept, expected)


def test_a_workbook_with_a_cover_merged_titles_dates_and_a_formula() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet("Lisez-moi").write(0, 0, "Extraction du grand livre")
    sheet = book.add_worksheet("Données")
    sheet.merge_range(0, 0, 0, 4, "Grand livre DSI 2026")
    sheet.write_row(2, 0, ["Date", "Compte", "Libellé", "Fournisseur", "Montant mandaté TTC"])
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for row, (account, amount) in enumerate([(6156, 100.1), (611, 200.2), (2051, 300.3)], 3):
        sheet.write_datetime(row, 0, dt.date(2026, 3, row), day)
        sheet.write_row(row, 1, [account, "Lot", "X", amount])
    sheet.write(6, 3, "Total")
    sheet.write_formula(6, 4, "=SUM(E4:E6)", None, 600.6)
    book.close()
    assert told(content.getvalue(), "gl.xlsx") == (3, {"REALISED": Decimal("600.60")})


def test_the_account_among_other_codes_is_the_one_that_judges() -> None:
    text, _, _ = LAYOUTS["an account among other codes, or cut by a space"]
    document = inspect(io.BytesIO(text.encode()), name="gl.csv")
    assert [item["nature"] for item in document["it"]["strict"]] == ["2051"]
