"""What a ledger means is found by its mechanism, and asked where none tells."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest

from portulan.budget.imports import inspection
from portulan.core.say.text import UnusableInputError

# account, label, opened, committed, realised: in euros and cents
LINES = (
    ("60632", "Petit équipement", 3033, 282068.21, 245116.52),
    ("611", "Infogérance", 1781, 137849.03, 110416.50),
    ("6156", "Maintenance", 1573, 142984.83, 106237.46),
    ("617", "Étude", 1040, 65831.45, 54902.72),
    ("2051", "Logiciels", 1328, 97873.45, 92881.62),
    ("21838", "Postes", 1807, 164797.52, 161006.43),
)
COMMITTED, REALISED = Decimal("891404.49"), Decimal("770561.25")


def fr(amount: float) -> str:
    return f"{amount:.2f}".replace(".", ",")


def read(text: str, **mapping: str) -> dict[str, Any]:
    source = io.BytesIO(text.encode())
    return inspection.inspect(source, "fr", name="essai.csv", mapping=mapping or None)


def totals(document: dict[str, Any]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for total in document["totals"]:
        if total["flow"] == "expense" and (amount := Decimal(total["amount"])):
            found[total["stage"]] = found.get(total["stage"], Decimal(0)) + amount
    return found


def errors(document: dict[str, Any]) -> list[str]:
    return [p["code"] for p in document["problems"] if p["severity"] == "error"]


def offered(document: dict[str, Any]) -> list[dict[str, str]]:
    return [a["totals"] for q in document["questions"] for a in q["answers"] if a["totals"]]


def table(titles: str, rows: list[str]) -> str:
    return "\n".join([titles, *rows, ""])


def test_numbers_of_pieces_under_the_title_of_a_stage_are_no_amounts() -> None:
    rows = [
        f"{59201 + 7919 * (at * 5 % 6)};{code};{label};{fr(paid)}"
        for at, (code, label, _, _, paid) in enumerate(LINES)
    ]
    document = read(table("Mandat;Compte;Objet;Montant payé", rows))
    assert errors(document) == []
    assert totals(document) == {"REALISED": REALISED}


def test_numbers_alone_under_the_title_of_a_stage_are_asked_about() -> None:
    rows = [
        f"{59201 + 7919 * (at * 5 % 6)};{code};{label};{fr(opened + 0.5)}"
        for at, (code, label, opened, _, _) in enumerate(LINES)
    ]
    document = read(table("Mandat;Compte;Objet;Crédits ouverts", rows))
    assert errors(document) == ["numbers-or-amounts"]


def test_whole_amounts_that_rise_are_not_left_out_unsaid() -> None:
    rows = [
        f"{code};{label};{fr(paid)};{opened * 100}"
        for code, label, opened, _, paid in sorted(LINES, key=lambda line: line[2])
    ]
    document = read(table("Compte;Libellé;Mandaté;Enveloppe", rows))
    assert errors(document) == ["unexplained-column"]
    assert {"OPENED": "1056200.00", "REALISED": f"{REALISED}"} in offered(document)


def test_what_is_net_of_what_is_undone_is_realised() -> None:
    rows = [
        f"{code};{label};{fr(opened * 100)};{fr(paid + 3)};{fr(3)};{fr(paid)}"
        f";{fr(opened * 100 - paid)}"
        for code, label, opened, _, paid in LINES
    ]
    document = read(
        table("Compte;Libellé;Crédits ouverts;Émissions;Annulations;Reste à émettre;Dispo", rows)
    )
    assert errors(document) == []
    assert totals(document)["REALISED"] == REALISED


def test_what_is_undone_without_a_net_column_is_asked_about() -> None:
    rows = [f"{code};{label};{fr(paid + 3)};{fr(3)}" for code, label, _, _, paid in LINES]
    text = table("Compte;Libellé;Mandaté;Annulations", rows)
    document = read(text)
    assert errors(document) == ["undone-apart"]
    assert {"REALISED": f"{REALISED}"} in offered(document)
    assert totals(read(text, undone="added")) == {"REALISED": REALISED}
    assert totals(read(text, undone="-")) == {"REALISED": REALISED + 18}


def test_what_is_committed_and_left_makes_what_is_committed_when_it_balances() -> None:
    rows = [
        f"{code};{label};{fr(opened * 1000)};{fr(paid)};{fr(due - paid)};{fr(opened * 1000 - due)}"
        for code, label, opened, due, paid in LINES
    ]
    document = read(table("Compte;Libellé;Budget total;Réalisé;Engagé non soldé;Solde", rows))
    assert totals(document)["COMMITTED"] == COMMITTED
    text = table(
        "Compte;Libellé;Budget total;Réalisé;Engagé non soldé",
        [row.rpartition(";")[0] for row in rows],
    )
    assert errors(read(text)) == ["remaining-commitments"]
    assert totals(read(text, remaining="added"))["COMMITTED"] == COMMITTED
    assert "COMMITTED" not in totals(read(text, remaining="-"))


def test_the_tax_is_added_where_the_accounts_are_kept_with_it() -> None:
    rows = [f"{code};{label};{fr(paid)};{fr(paid * 0.2)}" for code, label, _, _, paid in LINES]
    text = table("Compte;Libellé;Mandaté HT;TVA", rows)
    with_tax = sum(
        (Decimal(fr(x).replace(",", ".")) for *_, paid in LINES for x in (paid, paid * 0.2)),
        Decimal(0),
    )
    assert totals(read("Nomenclature M57\n" + text)) == {"REALISED": with_tax}
    assert totals(read("Nomenclature M4\n" + text)) == {"REALISED": REALISED}
    document = read(text)
    assert errors(document) == ["tax-apart"]
    assert offered(document) == [{"REALISED": f"{with_tax}"}, {"REALISED": f"{REALISED}"}]


def test_words_above_that_say_another_tax_than_the_titles_are_asked_about() -> None:
    rows = [f"{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    text = "Montants TTC\n" + table("Compte;Libellé;Mandaté HT", rows)
    assert errors(read(text)) == ["basis-contradicted"]
    assert errors(read(text, basis="ht")) == []


def kinds(title: str, first: str, second: str, amount: str = "Réalisé") -> str:
    rows = []
    for code, label, _, due, paid in LINES:
        rows.append(f"{code};{label};{first};{fr(due)}")
        rows.append(f"{code};{label};{second};{fr(paid)}")
    return table(f"Compte;Libellé;{title};{amount}", rows)


@pytest.mark.parametrize(
    ("title", "first", "second"),
    [
        ("Nature de crédit", "Autorisation d’engagement", "Crédit de paiement"),
        ("Version", "Budget", "Réalisé"),
        ("Phase", "Alpha", "Oméga"),
    ],
)
def test_kinds_of_rows_are_asked_once_with_what_each_gives(
    title: str, first: str, second: str
) -> None:
    document = read(kinds(title, first, second))
    assert errors(document) == ["kinds-of-rows"]
    assert {"REALISED": f"{REALISED}"} in offered(document)
    chosen = read(kinds(title, first, second), kinds=second)
    assert totals(chosen) == {"REALISED": REALISED}
    assert chosen["rows"]["dropped"] == {"other-kind": 6}
    both = read(kinds(title, first, second), kinds="added")
    assert totals(both) == {"REALISED": COMMITTED + REALISED}


def test_rows_of_one_word_are_read_where_a_person_says_so() -> None:
    # Written apart, one kind after the other on other accounts: nothing shows twins.
    rows = [f"{code};{label};Ferme;{fr(paid)}" for code, label, _, _, paid in LINES]
    rows += [f"{2000 + n};Tranche {n};Conditionnelle;{n},50" for n in range(9)]
    text = table("Compte;Libellé;Nature;Réalisé", rows)
    assert totals(read(text)) != {"REALISED": REALISED}
    document = read(text, only="Nature=ferme")
    assert totals(document) == {"REALISED": REALISED}
    assert document["rows"]["dropped"] == {"other-kind": 9}
    with pytest.raises(UnusableInputError, match="Nature de"):
        read(text, only="Nature de ligne=Ferme")


def test_kinds_that_name_stages_are_read_each_at_its_own() -> None:
    text = kinds("Type de pièce", "Engagement", "Mandat", "Montant")
    document = read(text)
    assert errors(document) == ["kinds-of-rows"]
    wanted = {"COMMITTED": COMMITTED, "REALISED": REALISED}
    assert {stage: f"{amount}" for stage, amount in wanted.items()} in offered(document)
    assert totals(read(text, kinds="stages")) == wanted


def test_a_kind_that_has_no_stage_is_counted_and_not_lost() -> None:
    rows = [kinds("Type de pièce", "Engagement", "Mandat", "Montant").rstrip("\n")]
    rows += [f"6262;Réseau {n};Engagement;{fr(COMMITTED)}" for n in range(1200)]
    rows += [f"6262;Réseau;{kind};1 000,00" for kind in ("Rattachement", "")]
    document = read("\n".join(rows) + "\n", kinds="stages")
    assert totals(document)["REALISED"] == REALISED
    assert document["rows"]["dropped"] == {"other-kind": 2}


def test_places_that_have_the_same_lines_add_up() -> None:
    rows = []
    for at, (code, label, _, due, paid) in enumerate(LINES):
        rows.append(f"{code};{label};Mairie;{fr(due if at % 2 else paid / 3)}")
        rows.append(f"{code};{label};École;{fr(paid if at % 2 else due)}")
    assert errors(read(table("Compte;Libellé;Lieu;Réalisé", rows))) == []


def test_a_letter_before_the_account_is_its_direction() -> None:
    rows = [f"D{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    rows += ["R7088;Refacturation;12472,43", "R1321;Subvention;308089,30"]
    document = read(table("Compte;Libellé;Mandaté", rows))
    assert totals(document) == {"REALISED": REALISED}
    assert document["it"]["strict"][0]["nature"] == "2051"


def test_amounts_among_words_are_asked_about_and_read_without_them() -> None:
    rows = [f"{code};{label};env. {fr(paid)} (b)" for code, label, _, _, paid in LINES]
    text = table("Compte;Libellé;Mandaté", rows)
    document = read(text)
    assert errors(document) == ["unreadable-column"]
    assert totals(read(text, bare="Mandaté")) == {"REALISED": REALISED}


def test_d_and_c_after_an_amount_are_its_sign() -> None:
    rows = [f"{code};{label};{fr(paid)} D" for code, label, _, _, paid in LINES]
    rows.append("6156;Avoir;237,46 C")
    document = read(table("Compte;Libellé;Mandaté", rows))
    assert totals(document) == {"REALISED": REALISED - Decimal("237.46")}


FULL = table(
    "Compte;Libellé;Service;Engagé;Mandaté",
    [f"{code};{label};DSI;{fr(due)};{fr(paid)}" for code, label, _, due, paid in LINES],
)


@pytest.mark.parametrize("cut", [2, 3, 4, 8, 15, 22, 30, 34])
def test_a_file_cut_in_its_last_line_is_asked_about(cut: int) -> None:
    assert errors(read(FULL)) == []
    assert errors(read(FULL[:-1])) == []  # it lacks nothing but its last end
    assert errors(read(FULL[:-cut])) != []


def test_a_row_that_lacks_a_cell_is_asked_about() -> None:
    text = FULL.replace("Maintenance;DSI;", "Maintenance;")
    document = read(text)
    assert errors(document) == ["short-row"]
    assert document["questions"][0]["code"] == "short-row"
    assert read(text, short="out")["rows"]["dropped"] == {"short": 1}


def test_a_tool_that_writes_no_blank_cell_at_the_end_is_read() -> None:
    rows = [f"{code};{label};{fr(paid)};Vu" for code, label, _, _, paid in LINES]
    rows = [row.removesuffix(";Vu") if at % 2 else row for at, row in enumerate(rows)]
    document = read(table("Compte;Libellé;Mandaté;Note", rows))
    assert errors(document) == []
    assert totals(document) == {"REALISED": REALISED}


def test_lines_after_the_total_of_all_are_asked_about() -> None:
    rows = [f"{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    text = table(
        "Compte;Libellé;Mandaté",
        [*rows, f";TOTAL;{fr(float(REALISED))}", ";Pour mémoire :;", "6156;Hors budget;1100,00"],
    )
    document = read(text)
    assert errors(document) == ["after-total"]
    assert {"REALISED": f"{REALISED}"} in offered(document)
    assert totals(read(text, after="out")) == {"REALISED": REALISED}
    assert totals(read(text, after="lines")) == {"REALISED": REALISED + 1100}


def test_a_section_after_the_total_of_another_counts() -> None:
    rows = [f"{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    operating = sum(Decimal(str(paid)) for code, *_, paid in LINES if code.startswith("6"))
    rows.insert(4, f";Total;{fr(float(operating))}")
    document = read(table("Compte;Libellé;Mandaté", rows))
    assert errors(document) == []
    assert totals(document) == {"REALISED": REALISED}


def test_a_tree_drawn_by_blanks_counts_its_leaves() -> None:
    text = (
        "Libellé;Ouvert;Mandaté\n"
        "Réseau;500,00;410,50\n"
        "   Chapitre 011;300,00;260,50\n"
        "      Fibre;100,00;60,25\n"
        "      Wi-Fi;200,00;200,25\n"
        "   Chapitre 21;200,00;150,00\n"
        "      Bornes;200,00;150,00\n"
        "Postes;80,00;70,00\n"
        "   Chapitre 21;80,00;70,00\n"
        "      Écrans;80,00;70,00\n"
    )
    document = read(text)
    assert errors(document) == []
    assert totals(document) == {"OPENED": Decimal("580.00"), "REALISED": Decimal("480.50")}


def test_a_parent_of_one_child_without_account_or_blank_is_asked_about() -> None:
    text = (
        "Libellé;Ouvert;Mandaté\nChapitre 011;300,00;260,50\nFibre;100,00;60,25\n"
        "Wi-Fi;200,00;200,25\nChapitre 21;205,00;153,37\nBornes;205,00;153,37\n"
        "Chapitre 65;70,00;50,30\nNuage;40,00;20,15\nLicences;30,00;30,15\n"
    )
    assert errors(read(text)) == ["parent-account"]
    assert totals(read(text, parents="out"))["OPENED"] == Decimal("575.00")
    assert totals(read(text, parents="lines"))["OPENED"] == Decimal("1150.00")


@pytest.mark.parametrize("label", ["   - part des écoles", "Écoles", "dt. écoles"])
def test_rows_that_repeat_an_account_count_as_the_total_says(label: str) -> None:
    rows = [
        row
        for code, title, _, spent, paid in LINES
        for row in (
            f"{code};{title};{fr(spent)};{fr(paid)}",
            f"{code};{label};{fr(spent / 4)};{fr(paid / 4)}",
        )
    ]
    titles = "Compte;Libellé;Engagé;Mandaté"
    within = read(table(titles, [*rows, f";TOTAL;{COMMITTED};{REALISED}"]))
    assert errors(within) == []
    assert totals(within) == {"COMMITTED": COMMITTED, "REALISED": REALISED}
    assert within["rows"]["dropped"] == {"of-which": 6, "total": 1}
    assert "parts-repeated" in [problem["code"] for problem in within["problems"]]
    beside = read(table(titles, rows))  # nothing says that they are
    assert "of-which" not in beside["rows"]["dropped"]
    assert errors(read(table(titles, [*rows, f";TOTAL;{COMMITTED + 1};{REALISED}"]))) == [
        "contradicted-total"
    ]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1252", "utf-16"])
def test_the_letters_of_old_tools_are_read(encoding: str) -> None:
    text = FULL.replace("Maintenance", "Réseau, thé et façade").encode(encoding)
    document = inspection.inspect(io.BytesIO(text), "fr", name="essai.csv")
    assert errors(document) == []
    assert document["stages"] == ["COMMITTED", "REALISED"]


def test_each_cell_that_is_a_number_is_in_one_bin() -> None:
    rows = [
        f"{code};{label};{2024 + 7 * at};{fr(due)};{fr(paid)};{fr(due - paid)}"
        f";{round(100 * paid / due)}"
        for at, (code, label, _, due, paid) in enumerate(LINES)
    ]
    rows.append(f";TOTAL;;{fr(float(COMMITTED))};{fr(float(REALISED))};;")
    document = read(table("Compte;Libellé;N° pièce;Engagé;Mandaté;Reste;Taux", rows))
    assert errors(document) == []
    assert document["cells"] == {
        "line": 12,
        "control": 2,
        "identifier": 6 + 6,
        "rate": 6,
        "derived": 6,
    }
    assert document["proof"] == "proved"


def test_a_column_that_nothing_explains_is_a_question_however_few_its_amounts() -> None:
    rows = [
        f"{code};{label};{fr(paid)};{fr(paid / 7) if at == 2 else ''}"
        for at, (code, label, _, _, paid) in enumerate(LINES)
    ]
    assert errors(read(table("Compte;Libellé;Mandaté;Provision", rows))) == ["unexplained-column"]


def test_a_whole_journal_is_read_by_the_class_of_its_accounts() -> None:
    rows = []
    for code, label, _, _, paid in LINES:
        rows += [f"{code};{label};{fr(paid)}", f"4011;{label};{fr(-paid)}"]
    rows += ["7088;Refacturation;-1200,00", "4111;Refacturation;1200,00"]
    text = table("Compte;Libellé;Montant", rows)
    assert {"REALISED": f"{REALISED}"} in offered(read(text))
    document = read(text, realised="Montant")
    assert totals(document) == {"REALISED": REALISED}
    assert document["rows"]["dropped"] == {"balance-sheet": 7}


def test_two_budgets_of_one_body_may_be_read_together() -> None:
    rows = [f"{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    text = table(
        "Compte;Libellé;Mandaté",
        ["Budget : 00 - Principal;;", *rows[:3], "Budget : 03 - Eau;;", *rows[3:]],
    )
    document = read(text)
    assert errors(document) == ["several-entities"]
    assert {"REALISED": f"{REALISED}"} in offered(document)


def test_the_sum_of_quarters_is_not_added_to_that_of_months() -> None:
    titles = "Compte;Libellé;Janvier;Février;Mars;T1;Avril;Mai;Juin;T2"
    rows = [
        "6156;Maintenance;1,10;2,20;3,30;6,60;4,40;5,50;6,60;16,50",
        "2051;X;1,00;1;1;3;1;1;1;3",
    ]
    text = table(titles, rows)
    assert {"REALISED": "29.10"} in offered(read(text))


def test_amounts_under_a_title_that_says_nothing_are_asked_about_not_refused() -> None:
    rows = [f"{code};{label};{fr(paid)}" for code, label, _, _, paid in LINES]
    document = read(table("Compte;Libellé;Contre-valeur", rows))
    assert errors(document) == ["no-stage"]
    assert {"REALISED": f"{REALISED}"} in offered(document)


def test_amounts_under_the_title_of_a_code_are_amounts() -> None:
    rows = [f"{code};{label};{fr(due)};{fr(paid)}" for code, label, _, due, paid in LINES]
    document = read(table("Compte;Libellé;Commande;Facturé", rows))
    assert totals(document) == {"COMMITTED": COMMITTED, "REALISED": REALISED}


def test_a_summary_then_its_detail_is_asked_about() -> None:
    first = sum(Decimal(str(paid)) for *_, paid in LINES[:3])
    rows = [f"Réseau;{fr(float(first))}", f"Postes;{fr(float(REALISED - first))}"]
    text = table(
        "Libellé;Mandaté", [*rows, *(f"{label};{fr(paid)}" for _, label, _, _, paid in LINES)]
    )
    assert errors(read(text)) == ["two-parts"]
    assert totals(read(text, parts="second")) == {"REALISED": REALISED}


def test_what_is_committed_of_which_realised_gives_both() -> None:
    rows = [
        f"{code};{label};{fr(due)};{fr(paid)};{fr(due - paid)}"
        for code, label, _, due, paid in LINES
    ]
    document = read(table("Compte;Libellé;Engagé;Dont mandaté;Reste à mandater", rows))
    assert totals(document) == {"COMMITTED": COMMITTED, "REALISED": REALISED}


def test_whole_rates_under_the_title_of_a_stage_are_asked_about() -> None:
    rows = [
        f"{code};{label};{fr(opened * 1000)};{round(paid / opened / 10)}"
        for code, label, opened, _, paid in LINES
    ]
    assert errors(read(table("Compte;Libellé;Ouvert;Mandaté", rows))) == ["numbers-or-amounts"]
