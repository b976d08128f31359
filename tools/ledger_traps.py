"""More kinds of made-up ledgers for the open benchmark: what layouts hide, each with its truth.

`tools/ledgers.py make` draws them beside its own. A truth may have `or`, other readings that are
as good, and `suffix`, the end of the name of its file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import ledgers as base
import xlsxwriter

type Truth = dict[str, Any]
type Made = tuple[str | bytes, Truth]
BOTH = ("OPENED", "REALISED")


def workbook(
    sheets: dict[str, list[list[Any]]], touch: Callable[[Any, Any], None] | None = None
) -> bytes:
    """Return a workbook of sheets; `touch` may merge and hide cells of the first one."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for at, cell in enumerate(cells):
                    if cell != "":
                        page.write(number, at, cell)
        if touch is not None:
            touch(book, book.worksheets()[0])
    return held.getvalue()


def amounts(line: base.Line, *stages: str) -> list[float]:
    """Return the amounts of a line as cells of a workbook."""
    return [line.amounts[stage] / 100 for stage in stages]


def cells(line: base.Line, *stages: str) -> list[Any]:
    """Return a row of a workbook."""
    return [line.account, line.label, *amounts(line, *stages)]


def totals(sheet: base.Sheet, *stages: str) -> list[str]:
    """Return the totals as the file writes them."""
    return [sheet.money(sheet.total(stage)) for stage in stages]


# Totals and trees


def some_subtotals(rng: Random) -> Made:
    """Chapters of which some alone have their subtotal, and the total of all."""
    sheet, rows = base.drawn(rng, (10, 24)), []
    for group, lines in base.groups(sheet):
        rows += [base.row(sheet, line, *BOTH) for line in lines]
        if rng.random() < 0.5:
            sums = [sheet.money(sum(line.amounts[s] for line in lines)) for s in BOTH]
            rows.append(["", f"Total chapitre {group}", *sums])
    rows.append(["", "Total général", *totals(sheet, *BOTH)])
    return sheet.text(base.names(sheet, *BOTH), *rows), {"totals": sheet.truth(*BOTH)}


def deep_tree(rng: Random) -> Made:
    """A tree of three levels drawn by blanks, some branches ending earlier."""
    sheet, rows = base.drawn(rng, (10, 24)), []
    for group, lines in base.groups(sheet):
        rows.append([f"Groupe {group}", sum(line.amounts["REALISED"] for line in lines)])
        half = max(1, len(lines) // 2)
        for rank, part in enumerate((lines[:half], lines[half:])):
            if len(part) > 1:
                its = sum(line.amounts["REALISED"] for line in part)
                rows.append([f"   Poste {group}{rank}", its])
            deep = "      " if len(part) > 1 else "   "
            rows += [[deep + line.label, line.amounts["REALISED"]] for line in part]
    written = [[label, sheet.money(cents)] for label, cents in rows]
    return sheet.text(["Libellé", "Mandaté"], *written), {"either": sheet.truth("REALISED")}


def prefixes(rng: Random) -> Made:
    """Accounts over accounts (61, 615, 6156), of which some have postings of their own."""
    sheet = base.drawn(rng, (10, 24))
    own, rows = rng.random() < 0.5, []
    for group, lines in base.groups(sheet):
        extra = 123_45 if own else 0
        total = sum(line.amounts["REALISED"] for line in lines) + extra
        rows.append([group, f"Compte {group}", sheet.money(total)])
        rows += [base.row(sheet, line, "REALISED") for line in lines]
        sheet.lines += [base.Line(group, "", {"REALISED": extra})] * own
    truth = sheet.truth("REALISED")
    return sheet.text(["Compte", "Libellé", "Mandaté"], *rows), {"either": truth}


def off_by_cents(rng: Random) -> Made:
    """A total that is one or two cents away from its lines."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    off = [sheet.money(sheet.total(stage) + rng.choice((1, -1, 2))) for stage in BOTH]
    rows.append(["", "Total général", *off])
    return sheet.text(base.names(sheet, *BOTH), *rows), {"either": sheet.truth(*BOTH)}


def total_in_thousands(rng: Random) -> Made:
    """A total in thousands below lines in euros."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, "REALISED") for line in sheet.lines]
    rows.append(["", "Total (k€)", sheet.money(sheet.total("REALISED") // 1000)])
    return sheet.text(base.names(sheet, "REALISED"), *rows), {"either": sheet.truth("REALISED")}


def opening(rng: Random) -> Made:
    """A balance brought forward above the lines, that is none of them."""
    sheet = base.drawn(rng)
    word = rng.choice(("Report à nouveau", "À nouveau", "Solde au 01/01/2024", "Solde antérieur"))
    rows = [["", word, sheet.money(1_234_567)]]
    rows += [base.row(sheet, line, "REALISED") for line in sheet.lines]
    with_it = rng.random() < 0.4
    if with_it or rng.random() < 0.5:
        total = sheet.total("REALISED") + (1_234_567 if with_it else 0)
        rows.append(["", "Total", sheet.money(total)])
    truth: Truth = {"either": sheet.truth("REALISED")}
    if with_it:  # the total says that it counts
        truth["or"] = [{"REALISED": base.euros(total)}]
    return sheet.text(base.names(sheet, "REALISED"), *rows), truth


def prose_below(rng: Random) -> Made:
    """Words below the table, in which there are amounts."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    said = sheet.money(sheet.total("REALISED"))
    end = [[""], ["Fait à Essai-sur-Mer, le 12/03/2024"], [f"Arrêté à la somme de {said} €."]]
    text = sheet.text(base.names(sheet, *BOTH), *rows, *end)
    return text, {"totals": sheet.truth(*BOTH)}


def note_below(rng: Random) -> Made:
    """A note below the table, whose amount stands in a column of amounts."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    if rng.random() < 0.5:
        rows.append(["", "TOTAL", *totals(sheet, *BOTH)])
    word = rng.choice(("Rappel budget 2023", "Enveloppe notifiée", "Subvention attendue"))
    rows += [["", "", "", ""], ["", word, sheet.money(4_500_000), ""]]
    return sheet.text(base.names(sheet, *BOTH), *rows), {"either": sheet.truth(*BOTH)}


def second_table(rng: Random) -> Made:
    """A second table below the first, under titles of its own."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    kind = rng.choice(("suppliers", "revenue", "other"))
    if kind == "suppliers":
        heads = ["Tiers", "Nombre de mandats", "", "Mandaté"]
        more = [[f"TIERS {n}", str(n + 2), "", sheet.money(n * 7_654_321)] for n in range(1, 5)]
    elif kind == "revenue":
        heads = ["Compte", "Libellé", "Prévu", "Titres émis"]
        more = [["70878", f"Recette {n}", sheet.money(n * 10_000), "0"] for n in range(1, 5)]
    else:
        heads = ["Compte", "Libellé", "Mandaté", "Ouvert"]
        more = [["6156", f"Suite {n}", sheet.money(n * 11), sheet.money(n * 99)] for n in (1, 2, 3)]
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], *rows, [""] * 4, heads, *more)
    truth = sheet.truth(*BOTH)
    return text, {"asks": "table"} if kind == "other" else {"either": truth}


# Columns


def running(rng: Random) -> Made:
    """A balance that runs down the rows, up or down, beside each amount."""
    sheet, rows = base.drawn(rng), []
    title, start = rng.choice((("Solde", 0), ("Cumul", 0), ("Crédit restant", 900_000_000)))
    balance = start
    for line in sheet.lines:
        balance += -line.amounts["REALISED"] if start else line.amounts["REALISED"]
        rows.append([*base.row(sheet, line, "REALISED"), sheet.money(balance)])
    truth = sheet.truth("REALISED")
    return sheet.text(["Compte", "Objet", "Mandaté", title], *rows), {"either": truth}


def rights(rng: Random) -> Made:
    """Commitment authorisations beside payment credits, and what was used of each."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        a = line.amounts
        its = (a["OPENED"] * 2, a["COMMITTED"], a["OPENED"], a["REALISED"])
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = ["AE ouvertes", "AE engagées", "CP ouverts", "CP mandatés"]
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {
        "either": sheet.truth("OPENED", "COMMITTED", "REALISED"),
        "or": [sheet.truth(*BOTH)],
    }


def parts_of_year(rng: Random) -> Made:
    """Quarters or halves of a year in columns, perhaps their total."""
    sheet, rows = base.drawn(rng), []
    heads = list(
        rng.choice(
            (
                ("1er trimestre", "2e trimestre", "3e trimestre", "4e trimestre"),
                ("T1 2024", "T2 2024", "T3 2024", "T4 2024"),
                ("S1 2024", "S2 2024"),
                ("1er semestre", "2nd semestre"),
                ("01/2024", "02/2024", "03/2024"),
            )
        )
    )
    total = rng.random() < 0.5
    for line in sheet.lines:
        each = [line.amounts["REALISED"] // len(heads)] * (len(heads) - 1)
        each.append(line.amounts["REALISED"] - sum(each))
        each += [line.amounts["REALISED"]] * total
        rows.append([line.account, line.label, *map(sheet.money, each)])
    heads += ["Total"] * total
    text = sheet.text(["Mandaté par période"], ["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def cumulated(rng: Random) -> Made:
    """The months of a year, each the sum of those before it."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        each = [line.amounts["REALISED"] * (rank + 1) // 12 for rank in range(12)]
        rows.append([line.account, line.label, *map(sheet.money, each)])
    form = rng.choice(("Cumul {}", "{}", "Réalisé fin {}"))
    heads = [form.format(month.lower()) for month in base.MONTHS]
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def left(rng: Random) -> Made:
    """What is left, in words of many tools."""
    sheet, rows = base.drawn(rng), []
    title = rng.choice(("Dispo", "Reste à engager", "Marge", "Solde disponible", "Non utilisé"))
    for line in sheet.lines:
        a = line.amounts
        its = (a["OPENED"], a["COMMITTED"], a["REALISED"], a["OPENED"] - a["COMMITTED"])
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = ["Compte", "Libellé", "Crédits ouverts", "Engagé", "Mandaté", title]
    return sheet.text(heads, *rows), {"totals": sheet.truth("OPENED", "COMMITTED", "REALISED")}


def fraction(rng: Random) -> Made:
    """A rate as a fraction, titled as a stage."""
    sheet = base.drawn(rng, style="bare")
    rows = []
    for line in sheet.lines:
        rate = line.amounts["REALISED"] / line.amounts["OPENED"]
        rows.append([*base.row(sheet, line, *BOTH), f"{rate:.4f}".replace(".", ",")])
    title = rng.choice(("Exécution", "Réalisation", "Consommation", "Avancement"))
    return sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté", title], *rows), {
        "either": sheet.truth(*BOTH)
    }


def hundredths(rng: Random) -> Made:
    """What each line is of the whole, which adds up to a hundred."""
    sheet = base.drawn(rng)
    title, whole = rng.choice(("Part", "Répartition", "Poids", "En %")), sheet.total("REALISED")
    rows = [
        [
            *base.row(sheet, line, "REALISED"),
            sheet.money(line.amounts["REALISED"] * 10_000 // whole),
        ]
        for line in sheet.lines
    ]
    rows.append(["", "Total", *totals(sheet, "REALISED"), sheet.money(10_000)])
    text = sheet.text(["Compte", "Libellé", "Mandaté", title], *rows)
    return text, {"either": sheet.truth("REALISED")}


def invoices(rng: Random) -> Made:
    """A quantity, a price, an amount without tax, a rate, a tax and an amount with it."""
    sheet, rows, total = base.drawn(rng), [], 0
    for line in sheet.lines:
        count, price = rng.randint(1, 9), line.amounts["REALISED"] // 9
        net = count * price
        tax = (net * 20 + 50) // 100
        total += net + tax
        its = [str(count), sheet.money(price), sheet.money(net), "20", sheet.money(tax)]
        rows.append([line.account, line.label, *its, sheet.money(net + tax)])
    heads = ["Compte", "Objet", "Qté", "PU HT", "Mandaté HT", "Taux TVA", "TVA", "Mandaté TTC"]
    text = sheet.text(["Nomenclature M57"], heads, *rows)
    return text, {"either": {"REALISED": base.euros(total)}}


def since_the_start(rng: Random) -> Made:
    """What was realised before, in the year, and in all."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        before, now = rng.randint(1, 9_999_999), line.amounts["REALISED"]
        its = (before, now, before + now)
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = rng.choice(
        (
            ["Réalisé antérieur", "Réalisé 2024", "Total réalisé"],
            ["Réalisé avant 2024", "Réalisé de l’année", "Réalisé cumulé"],
            ["Mandaté exercices antérieurs", "Mandaté exercice", "Mandaté total"],
        )
    )
    text = sheet.text(["Exercice 2024"], ["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def programme(rng: Random) -> Made:
    """A programme and its payments by year."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        now, later = line.amounts["OPENED"], rng.randint(1, 900) * 10_000
        its = (now + 2 * later, now, later, later)
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = ["AP votée", "CP 2024", "CP 2025", "CP 2026 et suivants"]
    text = sheet.text(["Exercice 2024"], ["Compte", "Libellé", *heads], *rows)
    amount = sheet.truth("OPENED")["OPENED"]
    return text, {"either": {"OPENED": amount}, "or": [{"VOTED": amount}]}


def per_head(rng: Random) -> Made:
    """Euros by inhabitant beside the amount."""
    sheet = base.drawn(rng)
    rows = [
        [*base.row(sheet, line, "REALISED"), sheet.money(line.amounts["REALISED"] // 12_345)]
        for line in sheet.lines
    ]
    title = rng.choice(("€/hab.", "Par habitant", "Coût par agent (€)"))
    return sheet.text(["Compte", "Libellé", "Mandaté", title], *rows), {
        "either": sheet.truth("REALISED")
    }


def under_years(rng: Random) -> Made:
    """Years over the stages of each, written once."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        before = [rng.randint(1, 9_999_999) for _ in BOTH]
        now = [line.amounts[stage] for stage in BOTH]
        rows.append([line.account, line.label, *map(sheet.money, (*before, *now))])
    heads = ["Compte", "Libellé", *["Ouvert", "Mandaté"] * 2]
    text = sheet.text(["", "", "2023", "", "2024", ""], heads, *rows)
    return text, {"either": sheet.truth(*BOTH)}


def bare_years(rng: Random) -> Made:
    """Years alone as titles."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        others = [rng.randint(1, 9_999_999) for _ in (2022, 2023)]
        its = (*others, line.amounts["REALISED"])
        rows.append([line.account, line.label, *map(sheet.money, its)])
    above = rng.choice(("Exercice 2024", "Dépenses mandatées", "Historique des dépenses"))
    text = sheet.text([above], ["Compte", "Libellé", "2022", "2023", "2024"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def proposals(rng: Random) -> Made:
    """What a service asked, what was arbitrated, what was voted."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        voted = line.amounts["VOTED"]
        its = (voted + rng.randint(1, 99) * 10_000, voted + rng.randint(0, 9) * 10_000, voted)
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = rng.choice(
        (
            ["Demande du service", "Arbitrage", "Voté"],
            ["BP 2024 demandé", "BP 2024 arbitré", "BP 2024 voté"],
            ["Proposition DGS", "Proposition du maire", "BP 2024"],
        )
    )
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("VOTED")}


def by_side(rng: Random) -> Made:
    """Expenses and revenue in columns beside each other."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        its = (line.amounts["REALISED"], rng.choice((0, 0, 12_300)))
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = rng.choice(
        (
            ["Mandats émis", "Titres émis"],
            ["Dépenses réalisées", "Recettes réalisées"],
            ["Réalisé dépenses", "Réalisé recettes"],
        )
    )
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def by_section(rng: Random) -> Made:
    """What is realised, in two columns of which each row fills one or both."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        part = line.amounts["REALISED"] * rng.randint(0, 10) // 10
        its = (part, line.amounts["REALISED"] - part)
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = rng.choice(
        (
            ["Mandaté fonctionnement", "Mandaté investissement"],
            ["Mandaté ville", "Mandaté CCAS"],
            ["Payé DSI", "Payé Archives"],
            ["Réalisé part État", "Réalisé part Région"],
        )
    )
    if rng.random() < 0.3:
        heads, rows = (
            [*heads, "Total mandaté"],
            [
                [*its, sheet.money(line.amounts["REALISED"])]
                for its, line in zip(rows, sheet.lines, strict=True)
            ],
        )
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def forecast(rng: Random) -> Made:
    """What is realised and where the year will end."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        its = (line.amounts["REALISED"], line.amounts["REALISED"] + rng.randint(0, 99_999))
        rows.append([line.account, line.label, *map(sheet.money, its)])
    title = rng.choice(("Projection fin 2024", "Atterrissage", "Estimé au 31/12", "Réalisé estimé"))
    text = sheet.text(["Compte", "Libellé", "Mandaté", title], *rows)
    return text, {"either": sheet.truth("REALISED")}


def cross(rng: Random) -> Made:
    """Services in columns, their sum at the end, the stage above the table."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        part = line.amounts["REALISED"] * rng.randint(1, 9) // 10
        its = (part, line.amounts["REALISED"] - part, line.amounts["REALISED"])
        rows.append([line.account, line.label, *map(sheet.money, its)])
    text = sheet.text(
        ["Dépenses mandatées 2024"], ["Compte", "Libellé", "DSI", "Archives", "Total"], *rows
    )
    return text, {"either": sheet.truth("REALISED")}


def twice(rng: Random) -> Made:
    """Two columns of one title, alike or not."""
    sheet, alike = base.drawn(rng), rng.random() < 0.5
    rows = []
    for line in sheet.lines:
        other = line.amounts["REALISED"] if alike else rng.randint(1, 9_999_999)
        rows.append([*base.row(sheet, line, *BOTH), sheet.money(other)])
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté", "Mandaté"], *rows)
    return text, {"either": sheet.truth(*BOTH)} if alike else {"asks": "which"}


def unnamed(rng: Random) -> Made:
    """A column of amounts without any title beside those that have one."""
    sheet = base.drawn(rng)
    rows = [
        [*base.row(sheet, line, "OPENED"), sheet.money(line.amounts["REALISED"])]
        for line in sheet.lines
    ]
    text = sheet.text(["Compte", "Libellé", "Ouvert", ""], *rows)
    return text, {"either": sheet.truth(*BOTH)}


def untitled(rng: Random) -> Made:
    """No titles at all."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    return sheet.text(*rows), {"asks": "titles"}


def transposed(rng: Random) -> Made:
    """Lines in columns, stages in rows."""
    sheet = base.drawn(rng, (6, 12))
    rows = [
        ["Compte", *(line.account for line in sheet.lines)],
        ["Libellé", *(line.label for line in sheet.lines)],
        ["Ouvert", *(sheet.money(line.amounts["OPENED"]) for line in sheet.lines)],
        ["Mandaté", *(sheet.money(line.amounts["REALISED"]) for line in sheet.lines)],
    ]
    return sheet.text(*rows), {"either": sheet.truth(*BOTH)}


# Dates, numbers of pieces, accounts


def dated(rng: Random) -> Made:
    """The day of each piece under the noun of a stage, as a date or a serial number."""
    sheet, rows = base.drawn(rng), []
    how = rng.choice(("day", "serial", "figures"))
    for line in sheet.lines:
        day = date(2024, 1, 1) + timedelta(days=rng.randint(0, 364))
        serial = str((day - date(1899, 12, 30)).days)
        said = {"day": f"{day:%d/%m/%Y}", "serial": serial, "figures": f"{day:%Y%m%d}"}[how]
        rows.append([line.account, line.label, said, sheet.money(line.amounts["REALISED"])])
    title = rng.choice(("Mandaté le", "Date de mandat", "Payé le", "Liquidation"))
    text = sheet.text(["Compte", "Objet", title, "Montant mandaté"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def codes(rng: Random) -> Made:
    """Numbers of third parties, posts, budgets beside the amounts."""
    sheet = base.drawn(rng)
    title, draw = rng.choice(
        (
            ("SIRET", lambda: str(rng.randint(10**13, 10**14 - 1))),
            ("Code postal", lambda: str(rng.randint(29_000, 29_900))),
            ("Budget", lambda: rng.choice(("01", "02"))),
            ("Tiers", lambda: str(rng.randint(1, 9999))),
            ("Opération", lambda: str(rng.randint(100, 999))),
            ("Facture", lambda: str(rng.randint(10**6, 10**7))),
            ("Engagement", lambda: f"2024{rng.randint(1, 9999):06}"),
            ("Réalisé par", lambda: rng.choice(("Service A", "Service B"))),
        )
    )
    rows = [[draw(), *base.row(sheet, line, *BOTH)] for line in sheet.lines]
    text = sheet.text([title, "Compte", "Objet", "Ouvert", "Mandaté"], *rows)
    return text, {"either" if title in ("Budget", "SIRET") else "totals": sheet.truth(*BOTH)}


def spelled(rng: Random) -> Made:
    """Accounts with letters, points, dashes behind or before."""
    sheet = base.drawn(rng)
    form = rng.choice(("{}A", "{}-INF", "{}.01", "C/{}", "{} 000", "n° {}", "{} - Dépense"))
    rows = [
        [form.format(account), *rest]
        for account, *rest in (base.row(sheet, line, *BOTH) for line in sheet.lines)
    ]
    return sheet.text(base.names(sheet, *BOTH), *rows), {"either": sheet.truth(*BOTH)}


def origin(rng: Random) -> Made:
    """The year in which each expense was first committed."""
    sheet = base.drawn(rng)
    title = rng.choice(("Exercice d’origine", "Année d’engagement", "Millésime"))
    rows = [
        [*base.row(sheet, line, "REALISED"), rng.choice(("2022", "2023", "2024", "2024"))]
        for line in sheet.lines
    ]
    text = sheet.text(["Exercice 2024"], ["Compte", "Objet", "Mandaté", title], *rows)
    return text, {"either": sheet.truth("REALISED")}


def stage_of_rows(rng: Random) -> Made:
    """A column that says the stage of each row, of which lines have one alone."""
    sheet, rows, done = base.drawn(rng), [], 0
    for rank, line in enumerate(sheet.lines):
        is_done = rank % 3 != 0
        done += line.amounts["REALISED"] * is_done
        word = "Mandaté" if is_done else "Engagé"
        rows.append([line.account, line.label, word, sheet.money(line.amounts["REALISED"])])
    title = rng.choice(("Stade", "Étape", "Situation"))
    text = sheet.text(["Compte", "Objet", title, "Montant"], *rows)
    return text, {
        "either": {"REALISED": base.euros(done)},
        "or": [
            {"REALISED": base.euros(done), "COMMITTED": base.euros(sheet.total("REALISED") - done)}
        ],
    }


def voided(rng: Random) -> Made:
    """Pieces that were refused or cancelled, said by a column, positive, that no total counts."""
    sheet, rows, kept = base.drawn(rng), [], 0
    word = rng.choice(("Rejeté", "Annulé", "Suspendu"))
    for rank, line in enumerate(sheet.lines):
        is_void = rank % 5 == 2
        kept += 0 if is_void else line.amounts["REALISED"]
        said = word if is_void else "Payé"
        rows.append([line.account, line.label, said, sheet.money(line.amounts["REALISED"])])
    if rng.random() < 0.5:
        rows.append(["", "Total", "", sheet.money(kept)])
    text = sheet.text(["Compte", "Objet", "État", "Montant mandaté"], *rows)
    return text, {"either": {"REALISED": base.euros(kept)}}


def credit_notes(rng: Random) -> Made:
    """Credit notes that their label alone says, positive, taken away by the total or not."""
    sheet, rows, net = base.drawn(rng), [], 0
    for rank, line in enumerate(sheet.lines):
        is_back = rank % 6 == 3
        net += -line.amounts["REALISED"] if is_back else line.amounts["REALISED"]
        label = f"AVOIR {line.label}" if is_back else line.label
        rows.append([line.account, label, sheet.money(line.amounts["REALISED"])])
    rows.append(["", "Total", sheet.money(net)])
    text = sheet.text(["Compte", "Objet", "Mandaté"], *rows)
    return text, {"either": {"REALISED": base.euros(net)}}


def all_negative(rng: Random) -> Made:
    """Expenses below zero, revenue above."""
    sheet = base.drawn(rng)
    rows = [
        [line.account, line.label, sheet.money(-line.amounts["REALISED"])] for line in sheet.lines
    ]
    rows.append(["70878", "Refacturation", sheet.money(1_000_000)])
    text = sheet.text(["Compte", "Objet", "Réalisé"], *rows)
    return text, {"either": sheet.truth("REALISED")}


# How numbers are written


def grouped(cents: int, mark: str, group: str) -> str:
    """Return an amount with its groups of three."""
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    return f"{whole}{mark}{abs(cents) % 100:02}"


NUMBERS: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("totals", lambda c: grouped(c, ",", ".")), ("totals", lambda c: grouped(c, ",", "\u202f")),
    ("totals", lambda c: grouped(c, ",", "\u00a0")), ("totals", lambda c: grouped(c, ",", "’")),
    ("totals", lambda c: grouped(c, ".", ",")), ("totals", lambda c: grouped(c, ",", " ") + " "),
    ("totals", lambda c: grouped(c, ",", " ") + "\u00a0€"), ("totals", lambda c: f"{c / 100:+.2f}"),
    ("either", lambda c: "€ " + grouped(c, ",", " ")), ("either", lambda c: f"{c / 100:.10E}"),
    ("either", lambda c: grouped(c, ",", "_")), ("either", lambda c: grouped(c, "·", " ")),
    ("either", lambda c: f"'{c / 100:.2f}"), ("either", lambda c: f"={c / 100:.2f}"),
    ("either", lambda c: f"{c / 100:.2f}".replace(".", ",").zfill(14)),
    ("either", lambda c: grouped(c, ",", "  ")),
)  # fmt: skip


def numerals(rng: Random) -> Made:
    """Thousands apart, marks, signs and currencies of many kinds."""
    sheet = base.drawn(rng)
    sheet.separator = ";"
    kind, form = rng.choice(NUMBERS)
    rows = [[line.account, line.label, form(line.amounts["REALISED"])] for line in sheet.lines]
    text = sheet.text(["Compte", "Objet", "Mandaté"], *rows)
    return text, {kind: sheet.truth("REALISED")}


def below_zero(rng: Random) -> Made:
    """Some amounts below zero, said in one of many ways."""
    sheet = base.drawn(rng, style="fr")
    form = rng.choice(("-{}", "\u2212{}", "({})", "{}-", "{} CR", "– {}", "- {}", "{} C", "<{}>"))
    for rank, line in enumerate(sheet.lines):
        line.amounts["REALISED"] *= -1 if rank % 4 == 1 else 1
    rows = []
    for line in sheet.lines:
        cents = line.amounts["REALISED"]
        said = sheet.money(abs(cents))
        rows.append([line.account, line.label, form.format(said) if cents < 0 else said])
    text = sheet.text(["Compte", "Objet", "Mandaté"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def nothing(rng: Random) -> Made:
    """Words and signs for no amount."""
    sheet = base.drawn(rng)
    word = rng.choice(("-", "–", "néant", "n.c.", "s.o.", "0", "NC", "/", "?", "x", "NULL", "N/A"))
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    for rank in range(0, len(rows), 4):
        sheet.lines[rank].amounts["REALISED"] = 0
        rows[rank][3] = word
    text = sheet.text(base.names(sheet, *BOTH), *rows)
    return text, {"totals" if word in "-–0" else "either": sheet.truth(*BOTH)}


def units(rng: Random) -> Made:
    """Amounts in thousands or millions, said somewhere."""
    sheet, title = base.drawn(rng), "Mandaté"
    above: list[list[str]] = []
    unit, said = rng.choice(
        (
            (1000, "k€"),
            (1000, "K€"),
            (1000, "kEUR"),
            (1000, "milliers d’euros"),
            (1000, "x 1000 €"),
            (1000, "en milliers"),
            (10**6, "M€"),
            (10**6, "millions d’euros"),
            (10**6, "MEUR"),
            (1000, "000 €"),
            (1000, "KEUROS"),
            (10**6, "en millions"),
        )
    )
    if rng.random() < 0.5:
        title = f"Mandaté ({said})"
    else:
        above = [
            [
                rng.choice(("Montants exprimés {}", "Unité : {}", "{}")).format(
                    said if said.startswith("en ") else f"en {said}"
                )
            ]
        ]
    rows, places = [], 4 if unit == 10**6 else 1
    for line in sheet.lines:
        step = unit * 100 // 10**places
        line.amounts["REALISED"] = line.amounts["REALISED"] // step * step
        amount = f"{line.amounts['REALISED'] / (unit * 100):.{places}f}".replace(".", ",")
        rows.append([line.account, line.label, amount])
    text = sheet.text(*above, ["Compte", "Libellé", title], *rows)
    return text, {"either": sheet.truth("REALISED")}


def units_in_cells(rng: Random) -> Made:
    """Units beside each amount."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        line.amounts["REALISED"] = line.amounts["REALISED"] // 10_000 * 10_000
        kilos = f"{line.amounts['REALISED'] / 100_000:.1f}".replace(".", ",")
        rows.append([*base.row(sheet, line, "OPENED"), f"{kilos} k€"])
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], *rows)
    return text, {"either": sheet.truth(*BOTH)}


def other_money(rng: Random) -> Made:
    """Another currency in the titles, in the cells or above."""
    sheet = base.drawn(rng)
    money, title, above, form = rng.choice(
        (
            ("$", "Mandaté", [], "$ {}"),
            ("£", "Mandaté", [], "£{}"),
            ("", "Mandaté (CHF)", [], "{}"),
            ("", "Mandaté USD", [], "{}"),
            ("", "Mandaté", [["Montants en dollars"]], "{}"),
            ("", "Mandaté", [["Devise : XPF"]], "{}"),
            ("", "Mandaté (F CFP)", [], "{}"),
            ("", "Mandaté", [["Montants exprimés en francs suisses"]], "{}"),
            ("", "Mandaté", [], "{} MAD"),
        )
    )
    del money
    rows = [
        [line.account, line.label, form.format(sheet.money(line.amounts["REALISED"]))]
        for line in sheet.lines
    ]
    return sheet.text(*above, ["Compte", "Libellé", title], *rows), {"asks": "currency"}


def both_moneys(rng: Random) -> Made:
    """The amount in a currency and in euros."""
    sheet = base.drawn(rng)
    rows = [
        [
            line.account,
            line.label,
            sheet.money(line.amounts["REALISED"] * 108 // 100),
            sheet.money(line.amounts["REALISED"]),
        ]
        for line in sheet.lines
    ]
    heads = rng.choice(
        (
            ["Montant USD", "Montant EUR"],
            ["Mandaté (devise)", "Mandaté (€)"],
            ["Réalisé en dollars", "Réalisé en euros"],
        )
    )
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"either": sheet.truth("REALISED")}


def mixed_marks(rng: Random) -> Made:
    """Rows of two tools, with a comma and with a point."""
    sheet = base.drawn(rng, style="bare")
    half = len(sheet.lines) // 2
    rows = [base.row(sheet, line, "REALISED") for line in sheet.lines]
    for its in rows[half:]:
        its[2] = its[2].replace(",", ".")
    text = sheet.text(["Compte", "Libellé", "Mandaté"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def unquoted(rng: Random) -> Made:
    """Commas that part cells and cents alike."""
    sheet = base.drawn(rng, style="bare")
    rows = [",".join(base.row(sheet, line, "REALISED")) for line in sheet.lines]
    return "\n".join(["Compte,Libellé,Mandaté", *rows, ""]), {"either": sheet.truth("REALISED")}


def aligned(rng: Random) -> Made:
    """Columns drawn by blanks."""
    sheet = base.drawn(rng, style="bare")
    rows = [("Compte", "Libelle", "Mandate")]
    rows += [tuple(base.row(sheet, line, "REALISED")) for line in sheet.lines]  # type: ignore[misc]
    text = "\n".join(f"{a:<10}{b:<32}{c:>16}" for a, b, c in rows)
    return text + "\n", {"either": sheet.truth("REALISED"), "suffix": ".txt"}


def torn_quote(rng: Random) -> Made:
    """A quote that opens and never closes."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    at = rng.randrange(len(rows) - 1)
    rows[at][1] = f'"{rows[at][1]}'
    text = sheet.text(base.names(sheet, *BOTH), *rows)
    return text, {"either": sheet.truth(*BOTH)}


def long_labels(rng: Random) -> Made:
    """Labels of several lines, with separators and quotes."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        label = f'"{line.label}{rng.choice((" ; suite", chr(10) + "suite", " 12 pouces"))}"'
        rows.append(
            [line.account, label.replace('12" ', '12"" '), sheet.money(line.amounts["REALISED"])]
        )
    text = "\n".join([";".join(["Compte", "Objet", "Mandaté"]), *map(";".join, rows), ""])
    return text, {"totals": sheet.truth("REALISED")}


def pages(rng: Random) -> Made:
    """Titles repeated on each page, with its number, and no sum."""
    sheet, rows = base.drawn(rng, (14, 30)), []
    heads = base.names(sheet, *BOTH)
    for rank, line in enumerate(sheet.lines):
        if rank and rank % 6 == 0:
            rows += [
                [f"Page {rank // 6}/4", "", "", ""],
                ["Édité le 03/01/2025", "", "", ""],
                heads,
            ]
        rows.append(base.row(sheet, line, *BOTH))
    return sheet.text(heads, *rows), {"totals": sheet.truth(*BOTH)}


# Workbooks


def months_of_sheets(rng: Random) -> Made:
    """A sheet for each month, of which each is what it spent, or all since January."""
    sheet, summed = base.drawn(rng, (6, 10)), rng.random() < 0.5
    book: dict[str, list[list[Any]]] = {}
    for rank, month in enumerate(base.MONTHS[:3], 1):
        part = [line.amounts["REALISED"] // 3 for line in sheet.lines]
        rows = [["Compte", "Libellé", "Mandaté"]]
        for line, cents in zip(sheet.lines, part, strict=True):
            rows.append([line.account, line.label, cents * (rank if summed else 1) / 100])
        book[month] = rows
    for line in sheet.lines:
        line.amounts["REALISED"] = line.amounts["REALISED"] // 3 * 3
    return workbook(book), {"either": sheet.truth("REALISED"), "suffix": ".xlsx"}


def services_of_sheets(rng: Random) -> Made:
    """A sheet for each service, and one of all."""
    sheet = base.drawn(rng, (8, 16))
    half, head = len(sheet.lines) // 2, ["Compte", "Libellé", "Ouvert", "Mandaté"]
    rows = [cells(line, *BOTH) for line in sheet.lines]
    book = {"DSI": [head, *rows[:half]], "Archives": [head, *rows[half:]]}
    if rng.random() < 0.5:
        book["Synthèse"] = [head, *rows]
    return workbook(book), {"either": sheet.truth(*BOTH), "suffix": ".xlsx"}


def merged(rng: Random) -> Made:
    """An account merged over its suppliers."""
    sheet = base.drawn(rng, (10, 20))
    head, rows, spans = ["Compte", "Fournisseur", "Mandaté"], [], []
    before = ""
    for line in sheet.lines:
        own = line.account if line.account != before else ""
        if own:
            spans.append([len(rows) + 1, len(rows) + 1, line.account])
        else:
            spans[-1][1] = len(rows) + 1
        before = line.account
        rows.append([own, f"Tiers {len(rows)}", line.amounts["REALISED"] / 100])

    def touch(_book: Any, page: Any) -> None:
        for first, last, account in spans:
            if last > first:
                page.merge_range(first, 0, last, 0, account)

    content = workbook({"Feuil1": [head, *rows]}, touch)
    return content, {"totals": sheet.truth("REALISED"), "suffix": ".xlsx"}


def hidden(rng: Random) -> Made:
    """Rows, or a column, that are not shown."""
    sheet, kind = base.drawn(rng), rng.choice(("rows", "column", "total"))
    rows = [cells(line, "REALISED") for line in sheet.lines]
    head = ["Compte", "Libellé", "Mandaté"]
    if kind == "column":
        head.append(rng.choice(("Mandaté", "Montant")))
        for its in rows:
            its.append(rng.randint(1, 9_999_999) / 100)
    if kind == "total":
        rows.append(["", "Total", sheet.total("REALISED") / 100])

    def touch(_book: Any, page: Any) -> None:
        if kind == "column":
            page.set_column(3, 3, None, None, {"hidden": True})
        for at in (2, 4) if kind != "column" else ():
            page.set_row(at, None, None, {"hidden": True})

    content = workbook({"Feuil1": [head, *rows]}, touch)
    truth: Truth = {"either": sheet.truth("REALISED")}
    return content, {**truth, "suffix": ".xlsx"}


def shown_otherwise(rng: Random) -> Made:
    """Rates shown in %, dates and codes as numbers of a workbook."""
    sheet, rows = base.drawn(rng), []
    for rank, line in enumerate(sheet.lines):
        rate = line.amounts["REALISED"] / line.amounts["OPENED"]
        rows.append([int(line.account), line.label, 45_292 + rank, *amounts(line, *BOTH), rate])
    head = ["Compte", "Libellé", "Date", "Ouvert", "Mandaté", rng.choice(("Réalisé", "Taux"))]

    def touch(book: Any, page: Any) -> None:
        page.set_column(5, 5, None, book.add_format({"num_format": "0.0%"}))
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for at, its in enumerate(rows, 1):
            page.write_number(at, 2, its[2], day)
            page.write_number(at, 5, its[5], book.add_format({"num_format": "0.0%"}))

    content = workbook({"Feuil1": [head, *rows]}, touch)
    return content, {"either": sheet.truth(*BOTH), "suffix": ".xlsx"}


def texts_in_sheet(rng: Random) -> Made:
    """Amounts of which some are texts, with a blank or a point."""
    sheet, rows = base.drawn(rng), []
    form = rng.choice(("{:.2f}", " {:.2f} ", "{:,.2f}"))
    for rank, line in enumerate(sheet.lines):
        euros = line.amounts["REALISED"] / 100
        rows.append([line.account, line.label, form.format(euros) if rank % 3 == 1 else euros])
    content = workbook({"Feuil1": [["Compte", "Libellé", "Mandaté"], *rows]})
    return content, {"either": sheet.truth("REALISED"), "suffix": ".xlsx"}


def torn_book(rng: Random) -> Made:
    """A workbook of which the end is missing."""
    sheet = base.drawn(rng)
    rows = [cells(line, *BOTH) for line in sheet.lines]
    content = workbook({"Feuil1": [["Compte", "Libellé", "Ouvert", "Mandaté"], *rows]})
    return content[: len(content) * 3 // 4], {"asks": "torn", "suffix": ".xlsx"}


# More of what layouts hide


def open_orders(rng: Random) -> Made:
    """What is committed and not realised, under the title of all that is committed."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        a = line.amounts
        its = (
            a["OPENED"],
            a["COMMITTED"] - a["REALISED"],
            a["REALISED"],
            a["OPENED"] - a["COMMITTED"],
        )
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = ["Compte", "Libellé", "Ouvert", "Engagé", "Mandaté", "Disponible"]
    truth = sheet.truth("OPENED", "COMMITTED", "REALISED")
    return sheet.text(heads, *rows), {"either": truth}


def two_units(rng: Random) -> Made:
    """One stage in thousands, the other in euros."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        kilos = f"{line.amounts['OPENED'] / 100_000:.1f}".replace(".", ",")
        rows.append([line.account, line.label, kilos, sheet.money(line.amounts["REALISED"])])
    text = sheet.text(["Compte", "Libellé", "Ouvert (k€)", "Mandaté (€)"], *rows)
    return text, {"either": sheet.truth(*BOTH)}


def total_first(rng: Random) -> Made:
    """The total of all above its lines, and perhaps below them again."""
    sheet = base.drawn(rng)
    rows = [["", "Total général", *totals(sheet, *BOTH)]]
    rows += [base.row(sheet, line, *BOTH) for line in sheet.lines]
    rows += [["", "Total général", *totals(sheet, *BOTH)]] * (rng.random() < 0.5)
    return sheet.text(base.names(sheet, *BOTH), *rows), {"totals": sheet.truth(*BOTH)}


def section_rows(rng: Random) -> Made:
    """Sections whose letter stands where accounts do, with their sums."""
    sheet, rows = base.drawn(rng, (10, 20)), []
    for letter, digit in (("F", "6"), ("I", "2")):
        lines = [line for line in sheet.lines if line.account[0] == digit]
        sums = [sheet.money(sum(line.amounts[s] for line in lines)) for s in BOTH]
        rows.append([letter, "Section", *sums])
        rows += [base.row(sheet, line, *BOTH) for line in lines]
    return sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], *rows), {
        "either": sheet.truth(*BOTH)
    }


def brought_forward(rng: Random) -> Made:
    """Debits and credits of a ledger whose opening entries have a journal of their own."""
    sheet = base.drawn(rng)
    rows = [
        ["AN", line.account, "À nouveau", sheet.money(9_800_000 + rank), ""]
        for rank, line in enumerate(sheet.lines)
        if line.account[0] == "2"
    ]
    for line in sheet.lines:
        cents = sheet.money(line.amounts["REALISED"])
        rows.append(["AC", line.account, line.label, cents, ""])
    text = sheet.text(["Journal", "Compte", "Libellé", "Débit", "Crédit"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def pasted_twice(rng: Random) -> Made:
    """The same lines twice, one below the other, their titles again or not."""
    sheet = base.drawn(rng)
    heads = base.names(sheet, *BOTH)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    again = [heads, *rows] if rng.random() < 0.5 else rows
    return sheet.text(heads, *rows, *again), {"asks": sheet.truth(*BOTH)}


def three_kinds(rng: Random) -> Made:
    """What is opened, realised and left of each line, on three rows."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        left_ = line.amounts["OPENED"] - line.amounts["REALISED"]
        for word, cents in (
            ("Budget", line.amounts["OPENED"]),
            ("Réalisé", line.amounts["REALISED"]),
            ("Disponible", left_),
        ):
            rows.append([line.account, line.label, word, sheet.money(cents)])
    text = sheet.text(["Compte", "Libellé", "Indicateur", "Montant"], *rows)
    return text, {"either": sheet.truth(*BOTH), "or": [sheet.truth("REALISED")]}


def services_and_stages(rng: Random) -> Made:
    """Two stages for each of two services, in columns."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        halves = [line.amounts[s] // 3 for s in BOTH]
        rest = [line.amounts[s] - half for s, half in zip(BOTH, halves, strict=True)]
        rows.append([line.account, line.label, *map(sheet.money, (*halves, *rest))])
    if rng.random() < 0.5:
        top = [["", "", "DSI", "", "Archives", ""]]
        heads = ["Compte", "Libellé", "Ouvert", "Mandaté", "Ouvert", "Mandaté"]
    else:
        top, heads = (
            [],
            [
                "Compte",
                "Libellé",
                "DSI Ouvert",
                "DSI Mandaté",
                "Archives Ouvert",
                "Archives Mandaté",
            ],
        )
    return sheet.text(*top, heads, *rows), {"either": sheet.truth(*BOTH)}


def numbered_columns(rng: Random) -> Made:
    """A row of numbers or letters of columns below the titles."""
    sheet = base.drawn(rng)
    row = rng.choice(
        (
            ["(1)", "(2)", "(3)", "(4)"],
            ["1", "2", "3", "4"],
            ["a", "b", "c", "d"],
            ["", "", "A", "B"],
            ["", "", "(1)", "(2)"],
            ["", "", "€", "€"],
        )
    )
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], row, *rows)
    return text, {"either": sheet.truth(*BOTH)}


def spaced(rng: Random) -> Made:
    """Blank rows between lines, remarks with amounts, suppliers named as totals are."""
    sheet, rows = base.drawn(rng), []
    for rank, line in enumerate(sheet.lines):
        label = rng.choice(("TOTAL ENERGIES SE", "Sous-traitance", "Ensemble scolaire", line.label))
        rows.append(
            [
                line.account,
                f"{label} {rank}",
                sheet.money(line.amounts["REALISED"]),
                rng.choice(("", "cf. devis 12 000 €", "reste 3 000 à payer")),
            ]
        )
        rows += [[""] * 4] * (rng.random() < 0.4)
    text = sheet.text(["Compte", "Objet", "Mandaté", "Remarque"], *rows)
    return text, {"totals": sheet.truth("REALISED")}


def recap(rng: Random) -> Made:
    """The sums of chapters again, below the total of all, or means and largest amounts."""
    sheet = base.drawn(rng, (10, 20))
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    rows.append(["", "Total", *totals(sheet, *BOTH)])
    if rng.random() < 0.5:
        for group, lines in base.groups(sheet):
            sums = [sheet.money(sum(line.amounts[s] for line in lines)) for s in BOTH]
            rows.append(["", f"dont chapitre {group}", *sums])
    else:
        count = len(sheet.lines)
        rows.append(["", "Moyenne", *(sheet.money(sheet.total(s) // count) for s in BOTH)])
        rows.append(
            ["", "Maximum", *(sheet.money(max(i.amounts[s] for i in sheet.lines)) for s in BOTH)]
        )
    return sheet.text(base.names(sheet, *BOTH), *rows), {"either": sheet.truth(*BOTH)}


def means_alone(rng: Random) -> Made:
    """A mean below the lines, and no total."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, "REALISED") for line in sheet.lines]
    mean = sheet.total("REALISED") // len(sheet.lines)
    rows.append(["", rng.choice(("Moyenne", "Médiane", "Minimum")), sheet.money(mean)])
    text = sheet.text(["Compte", "Objet", "Mandaté"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def sums_alone(rng: Random) -> Made:
    """Each row says what all rows to it make, and nothing else."""
    sheet, rows, run = base.drawn(rng), [], 0
    for line in sheet.lines:
        run += line.amounts["REALISED"]
        rows.append([line.account, line.label, sheet.money(run)])
    title = rng.choice(("Cumul mandaté", "Mandaté cumulé", "Réalisé (cumul)"))
    return sheet.text(["Compte", "Objet", title], *rows), {"either": sheet.truth("REALISED")}


def sums_of_periods(rng: Random) -> Made:
    """Each account at the end of each month, cumulated since January."""
    sheet, rows = base.drawn(rng, (6, 10)), []
    months = rng.choice((3, 4, 12))
    form = rng.choice(("2024-{:02}", "{:02}/2024", "{}", "P{:02}"))
    for line in sheet.lines:
        for month in range(1, months + 1):
            cents = line.amounts["REALISED"] * month // months
            rows.append([line.account, line.label, form.format(month), sheet.money(cents)])
    if rng.random() < 0.5:
        rows.sort(key=lambda its: its[2])
    title = rng.choice(("Période", "Mois", "Situation à fin de"))
    text = sheet.text(["Compte", "Libellé", title, "Mandaté"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def each_period(rng: Random) -> Made:
    """Each account in each month, what was spent in it."""
    sheet, rows = base.drawn(rng, (6, 10)), []
    for line in sheet.lines:
        each = [line.amounts["REALISED"] * rng.randint(1, 9) // 100 for _ in range(4)]
        line.amounts["REALISED"] = sum(each)
        for month, cents in enumerate(each, 1):
            rows.append([line.account, line.label, f"{month:02}", sheet.money(cents)])
    text = sheet.text(["Compte", "Libellé", "Mois", "Mandaté"], *rows)
    return text, {"totals": sheet.truth("REALISED")}


def two_accounts(rng: Random) -> Made:
    """The account of a third party beside that of the expense."""
    sheet = base.drawn(rng)
    title = rng.choice(("Compte tiers", "Compte de tiers", "Contrepartie", "Compte collectif"))
    rows = [
        [rng.choice(("4011", "4041", "40811")), *base.row(sheet, line, *BOTH)]
        for line in sheet.lines
    ]
    text = sheet.text([title, "Compte", "Objet", "Ouvert", "Mandaté"], *rows)
    return text, {"totals": sheet.truth(*BOTH)}


def gross_and_back(rng: Random) -> Made:
    """What is gross, what is taken back (below zero) and what is net, or the first two alone."""
    sheet, rows, alone = base.drawn(rng), [], rng.random() < 0.5
    for rank, line in enumerate(sheet.lines):
        back = 33_300 if rank % 3 == 1 else 0
        its = (line.amounts["REALISED"] + back, -back, line.amounts["REALISED"])
        rows.append([line.account, line.label, *map(sheet.money, its[: 2 if alone else 3])])
    heads = rng.choice(
        (
            ["Mandaté brut", "Annulations", "Mandaté net"],
            ["Émis", "Réductions", "Net"],
            ["Dépenses", "Avoirs", "Réalisé"],
        )
    )
    text = sheet.text(["Compte", "Libellé", *heads[: 2 if alone else 3]], *rows)
    return text, {"either": sheet.truth("REALISED")}


def budget_words(rng: Random) -> Made:
    """Titles in one word of another kind of tool."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        gap = line.amounts["OPENED"] - line.amounts["REALISED"]
        its = (line.amounts["OPENED"], line.amounts["REALISED"], gap)
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = rng.choice(
        (
            ["Budget", "Dépensé", "Reste"],
            ["Enveloppe", "Consommé", "Solde"],
            ["Revised Budget", "Actual", "Variance"],
            ["Dotation", "Dépenses", "Écart"],
        )
    )
    truth = sheet.truth(*BOTH)
    other = {"VOTED": truth["OPENED"], "REALISED": truth["REALISED"]}
    return sheet.text(["Compte", "Libellé", *heads], *rows), {"either": truth, "or": [other]}


# Several of them at once


def twin_rights(rng: Random) -> Made:
    """What is voted and realised, each as authorisations and as payments."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        a = line.amounts
        its = (a["VOTED"] * 2, a["VOTED"], a["COMMITTED"], a["REALISED"])
        rows.append([line.account, line.label, *map(sheet.money, its)])
    heads = ["Compte", "Libellé", "Voté AE", "Voté CP", "Réalisé AE", "Réalisé CP"]
    truth = sheet.truth("VOTED", "REALISED")
    return sheet.text(heads, *rows), {
        "either": truth,
        "or": [sheet.truth("VOTED", "COMMITTED", "REALISED")],
    }


def taxed_stages(rng: Random) -> Made:
    """Two stages, each without tax and with it."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        its = [line.amounts["COMMITTED"], line.amounts["REALISED"]]
        cents = [its[0] * 5 // 6, its[0], its[1] * 5 // 6, its[1]]
        rows.append([line.account, line.label, *map(sheet.money, cents)])
    heads = ["Compte", "Libellé", "Engagé HT", "Engagé TTC", "Mandaté HT", "Mandaté TTC"]
    said = [["Budget M57"]] if rng.random() < 0.5 else []
    truth = sheet.truth("COMMITTED", "REALISED")
    return sheet.text(*said, heads, *rows), {"either": truth} if said else {"asks": truth}


def rounded_beside(rng: Random) -> Made:
    """One stage in euros, and again in thousands or millions, rounded."""
    sheet, rows = base.drawn(rng), []
    unit, power = rng.choice((("k€", 3), ("M€", 6)))
    for line in sheet.lines:
        small = f"{line.amounts['REALISED'] / 100 / 10**power:.2f}".replace(".", ",")
        rows.append([*base.row(sheet, line, "REALISED"), small])
    text = sheet.text(["Compte", "Libellé", "Mandaté (€)", f"Mandaté ({unit})"], *rows)
    return text, {"either": sheet.truth("REALISED")}


def rate_of_stage(rng: Random) -> Made:
    """A rate in whole hundredths, under the very title of the stage."""
    sheet, rows = base.drawn(rng), []
    for line in sheet.lines:
        rate = 100 * line.amounts["REALISED"] // line.amounts["OPENED"]
        rows.append([*base.row(sheet, line, "OPENED", "REALISED"), str(rate)])
    heads = ["Compte", "Libellé", "Ouvert", "Montant mandaté", "Mandaté"]
    return sheet.text(heads, *rows), {"either": sheet.truth(*BOTH)}


def blocks_with_totals(rng: Random) -> Made:
    """Two budgets below their headings, each with its total, then the total of both."""
    sheet, rows = base.drawn(rng, (8, 24)), []
    half = len(sheet.lines) // 2
    for name, lines in (
        ("Budget principal", sheet.lines[:half]),
        ("Budget annexe eau", sheet.lines[half:]),
    ):
        rows += [[name, "", ""], *(base.row(sheet, line, "REALISED") for line in lines)]
        its = sheet.money(sum(line.amounts["REALISED"] for line in lines))
        rows.append(["", f"Total {name}", its])
    rows.append(["", "Total général", *totals(sheet, "REALISED")])
    return sheet.text(base.names(sheet, "REALISED"), *rows), {"either": sheet.truth("REALISED")}


def other_order_below(rng: Random) -> Made:
    """Lines of another order of columns below a blank row, without titles."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    more = [
        ["Suite", "6156", sheet.money(n * n * 1_111_111), sheet.money(n * n * 999_999)]
        for n in (1, 2, 3)
    ]
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], *rows, [""] * 4, *more)
    return text, {"asks": "order"}


def counted_below(rng: Random) -> Made:
    """How many lines there are, and the day, below the table."""
    sheet = base.drawn(rng)
    rows = [base.row(sheet, line, *BOTH) for line in sheet.lines]
    rows.append(["", rng.choice(("Nombre de lignes", "Lignes")), str(len(rows)), ""])
    if rng.random() < 0.5:
        rows.insert(-1, ["", "TOTAL", *totals(sheet, *BOTH)])
    return sheet.text(base.names(sheet, *BOTH), *rows), {"either": sheet.truth(*BOTH)}


def hidden_sheet(rng: Random) -> Made:
    """A sheet that is not shown, of another year, beside the one that is."""
    sheet = base.drawn(rng)
    head = ["Compte", "Libellé", "Ouvert", "Mandaté"]
    rows = [cells(line, *BOTH) for line in sheet.lines]
    other = [[a, label, o / 2, m / 3] for a, label, o, m in rows]

    def touch(book: Any, page: Any) -> None:
        book.worksheets()[1].hide()

    content = workbook({"Suivi": [head, *rows], "Archive": [head, *other]}, touch)
    return content, {"totals": sheet.truth(*BOTH), "suffix": ".xlsx"}


def months_and_whole(rng: Random) -> Made:
    """A sheet for each month, and one of the whole year."""
    sheet, book = base.drawn(rng, (6, 10)), {}
    head = ["Compte", "Libellé", "Mandaté"]
    parts = {line.label: line.amounts["REALISED"] // 3 for line in sheet.lines}
    for line in sheet.lines:
        line.amounts["REALISED"] = parts[line.label] * 3
    for month in base.MONTHS[:3]:
        book[month] = [head, *([i.account, i.label, parts[i.label] / 100] for i in sheet.lines)]
    book["Total"] = [head, *(cells(line, "REALISED") for line in sheet.lines)]
    return workbook(book), {"either": sheet.truth("REALISED"), "suffix": ".xlsx"}


def codes_in_labels(rng: Random) -> Made:
    """A tree whose codes stand in the labels: chapter, account, line."""
    sheet, rows = base.drawn(rng, (10, 20)), []
    for group, lines in base.groups(sheet):
        its = [sheet.money(sum(line.amounts[s] for line in lines)) for s in BOTH]
        rows.append([f"{group} - Chapitre", *its])
        rows += [
            [f"{line.account} - {line.label}", *(sheet.money(line.amounts[s]) for s in BOTH)]
            for line in lines
        ]
    return sheet.text(["Imputation", "Ouvert", "Mandaté"], *rows), {"either": sheet.truth(*BOTH)}


def empty_stage(rng: Random) -> Made:
    """A stage of which some cells are blank, and one of which all are."""
    sheet, rows = base.drawn(rng), []
    for rank, line in enumerate(sheet.lines):
        cents = "" if rank % 3 == 1 else sheet.money(line.amounts["REALISED"])
        line.amounts["REALISED"] *= rank % 3 != 1
        rows.append([*base.row(sheet, line, "OPENED"), "", cents])
    text = sheet.text(["Compte", "Libellé", "Ouvert", "Engagé", "Mandaté"], *rows)
    return text, {"totals": sheet.truth(*BOTH)}


TRAPS: Sequence[base.Maker] = (
    *(some_subtotals, deep_tree, prefixes, off_by_cents, total_in_thousands, opening, prose_below),
    *(note_below, second_table, running, rights, parts_of_year, cumulated, left, fraction),
    *(hundredths, invoices, since_the_start, programme, per_head, under_years, bare_years),
    *(proposals, by_side, by_section, forecast, cross, twice, unnamed, untitled, transposed, dated),
    *(codes, spelled, origin, stage_of_rows, voided, credit_notes, all_negative, numerals),
    *(below_zero, nothing, units, units_in_cells, other_money, both_moneys, mixed_marks, unquoted),
    *(aligned, torn_quote, long_labels, pages, months_of_sheets, services_of_sheets, merged),
    *(hidden, shown_otherwise, texts_in_sheet, torn_book),
    *(open_orders, two_units, total_first, section_rows, brought_forward, pasted_twice),
    *(three_kinds, services_and_stages, numbered_columns, spaced, recap, means_alone, sums_alone),
    *(sums_of_periods, each_period, two_accounts, gross_and_back, budget_words),
    *(twin_rights, taxed_stages, rounded_beside, rate_of_stage, blocks_with_totals),
    *(
        other_order_below,
        counted_below,
        hidden_sheet,
        months_and_whole,
        codes_in_labels,
        empty_stage,
    ),
)
