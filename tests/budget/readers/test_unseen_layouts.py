"""Fifteen layouts that no reader was written for: each is read exactly, or asks."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import AskedError

D = Decimal
# By file: its text, then what its real expenses add up to by stage; more than one reading of it
# is a question, which is right too.
LAYOUTS = {
    # The amounts stand before what they are of.
    "montants-devant.csv": (
        ("Mandaté;Crédits ouverts;Intitulé;Article\n"
        "120,50;200,00;Licences;2051\n79,50;100,00;Télécoms;6262\n200,00;300,00;;\n"),
        {"opened": D("300.00"), "realised": D("200.00")},
    ),
    # The total heads its service.
    "total-au-dessus.csv": (
        ("Service;Article;Libellé;Ouvert;Mandaté\nDSI;;;500,00;400,00\n;2051;Licences;300,00;250,00\n"
        ";6262;Télécoms;200,00;150,00\nDRH;;;90,00;60,00\n;6184;Formations;50,00;30,00\n"
        ";6156;Maintenance;40,00;30,00\n"),
        {"opened": D("590.00"), "realised": D("460.00")},
    ),
    # A page carries forward what comes before it, in English.
    "pages.csv": (
        ("Account;Label;Budget;Paid\n2051;Licences;10.00;8.00\n6262;Phones;20.00;12.00\n"
        ";Carried forward;30.00;20.00\n;Brought forward;30.00;20.00\n6156;Upkeep;5.00;5.00\n"
        ";Grand total;35.00;25.00\n"),
        {"opened": D("35.00"), "realised": D("25.00")},
    ),
    # Year columns side by side.
    "deux-annees.csv": (
        ("Nature;Libellé;Mandaté 2025;Mandaté 2026\n2051;Licences;100,00;110,00\n"
        "6262;Télécoms;50,00;60,00\nTotal;;150,00;170,00\n"),
        {"realised": D("170.00")},
    ),
    # A share of the budget that looks like money, between two amounts.
    "taux-au-milieu.csv": (
        ("Compte;Libellé;BP;%;Réalisé\n2051;Licences;200,00;50,00;100,00\n"
        "6262;Télécoms;80,00;25,00;20,00\n6156;Contrats;40,00;75,00;30,00\n"),
        {"realised": D("150.00")},
    ),
    # Available = opened − committed, under a name of its own.
    "solde.csv": (
        ("Compte;Objet;Ouvert;Engagé;Marge\n2051;Licences;500,00;300,00;200,00\n"
        "6262;Télécoms;120,00;100,00;20,00\n611;Nuage;60,00;10,00;50,00\n"),
        {"opened": D("680.00"), "committed": D("410.00")},
    ),
    # Reductions in a column of letters.
    "sens.csv": (
        ("Compte;Libellé;D/C;Montant mandaté\n2051;Licences;D;300,00\n2051;Avoir;C;40,00\n"
        "6262;Télécoms;D;100,00\n;Total;;360,00\n"),
        {"realised": D("360.00")},
    ),
    # Amounts in parentheses are taken away.
    "parentheses.csv": (
        ("Compte;Libellé;Mandaté\n2051;Licences;1 300,00\n2051;Avoir;(200,00)\n"
        "6262;Télécoms;100,00\n;Ensemble;1 200,00\n"),
        {"realised": D("1200.00")},
    ),
    # Main and annex budgets in one file.
    "budgets.csv": (
        "Budget;Compte;Libellé;Ouvert\nPrincipal;2051;Licences;100,00\nEau;6156;Télérelève;30,00\n",
        None,
    ),
    # Two bodies.
    "organismes.csv": (
        ("SIRET;Compte;Libellé;Ouvert\n21990001600010;2051;Licences;100,00\n"
        "21990002400012;2051;Licences;70,00\n"),
        None,
    ),
    # A total that a line is missing of.
    "manque.csv": (
        "Compte;Libellé;Ouvert\n2051;Licences;100,00\n6262;Télécoms;50,00\n;TOTAL GENERAL;175,00\n",
        None,
    ),
    # Parents and children by account, parents first.
    "plan-comptable.csv": (
        ("Compte;Libellé;Mandaté\n61;Services extérieurs;350,00\n611;Prestations;200,00\n"
        "6156;Maintenance;150,00\n62;Autres services;80,00\n6262;Télécoms;80,00\n20;;40,00\n"
        "2051;Licences;40,00\n"),
        {"realised": D("470.00")},
    ),
    # Cumulated months, the last is the year.
    "cumuls.csv": (
        ("Compte;Libellé;Cumul oct.;Cumul nov.;Cumul déc.\n2051;Licences;10,00;20,00;30,00\n"
        "6262;Télécoms;5,00;5,00;15,00\n"),
        None,
    ),
    # Without tax, tax, with tax, in no usual order.
    "taxes.csv": (
        ("Compte;Libellé;TTC mandaté;TVA;HT mandaté\n2051;Licences;120,00;20,00;100,00\n"
        "6262;Télécoms;60,00;10,00;50,00\n"),
        {"realised": D("180.00")},
    ),
    # Cancelled mandates under a word of their own, without any total.
    "annulations.csv": (
        ("Type de pièce;Compte;Libellé;Mandaté\nMandat ordinaire;2051;Licences;300,00\n"
        "Rejet comptable;2051;Licences;50,00\nMandat ordinaire;6262;Télécoms;100,00\n"),
        {"realised": D("350.00")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_it_is_exact_or_it_asks(name: str, tmp_path: Path) -> None:
    text, truth = LAYOUTS[name]
    path = tmp_path / name
    path.write_text(text, "utf-8")
    try:
        with open_reading(path, year=2026) as reading:
            lines = [line for line in reading if line.counts and line.flow == "expense"]
            asks = bool(reading.questions)
    except AskedError:
        return
    if asks:
        return
    assert truth is not None, "it should ask"
    for stage, amount in truth.items():
        read = sum((getattr(line, stage) or D(0) for line in lines), D(0))
        assert read == amount, stage
