"""An open benchmark of finance exports: made-up ledgers with known truths, and a score.

    python tools/ledgers.py make FOLDER [--seed N] [--each N]
    python tools/ledgers.py score FOLDER [--reader "portulan budget inspect {file} --json"]

`make` draws files by mechanism (kinds of rows, identities of columns, trees, cuts, letters, units…)
and writes `expected.json`: for each the totals of real expenses by stage (`totals`), or that asking
is the only honest answer (`asks`), or either of both (`either`). `score` reads each file with any
reader that prints JSON: `totals` (flow, stage, amount), `problems` (severity) and `questions` whose
`answers` have `totals`; exit code 2 is a refusal. A file read otherwise than it says is silently
wrong; one asked about that says all is asked too much; a question should offer the truth.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

type Truth = dict[str, Any]
type Maker = Callable[[Random], tuple[str | bytes, Truth]]
READER = "portulan budget inspect {file} --json --lang fr"
ACCOUNTS = (
    *("60632", "6064", "611", "61358", "6156", "6156", "617", "6182", "6184", "6226", "6262"),
    *("65811", "65818", "2031", "2051", "2051", "21533", "21831", "21838", "2185"),
)
WORDS = (
    *("Petit équipement", "Infogérance", "Location de copieurs", "Maintenance du réseau", "Audit"),
    *("Schéma directeur", "Formation", "Téléphonie", "Nuage", "Licences", "Câblage", "Écrans"),
    *("Serveurs", "Assistance", "Sauvegarde", "Messagerie", "Site internet", "Archivage"),
)
TITLES: dict[str, tuple[str, ...]] = {
    "VOTED": ("Voté", "BP 2024", "Budget primitif", "Budget voté", "Prévu"),
    "OPENED": ("Ouvert", "Budget total", "Crédits ouverts", "Total budget", "Budget courant"),
    "COMMITTED": ("Engagé", "Total engagé", "Montant engagé", "Engagé comptable"),
    "REALISED": ("Mandaté", "Réalisé", "Montant mandaté", "Total mandaté", "Payé", "Liquidé"),
}
ACCOUNT = ("Compte", "Article", "Nature", "Imputation", "Code nature")
LABEL = ("Libellé", "Objet", "Désignation", "Intitulé")


@dataclass
class Line:
    """A line of the accounts, in cents."""

    account: str
    label: str
    amounts: dict[str, int]
    service: str = "DSI"


@dataclass
class Sheet:
    """How a file is written: its separator, its numbers, its lines."""

    rng: Random
    separator: str = ";"
    style: str = "fr"
    lines: list[Line] = field(default_factory=list)

    def money(self, cents: int) -> str:
        """Return an amount as the file writes it."""
        return written(cents, self.style)

    def text(self, *rows: list[str], end: str = "\n") -> str:
        """Return rows as text."""
        quoted = [[f'"{c}"' if self.separator in c else c for c in row] for row in rows]
        return "".join(self.separator.join(row) + end for row in quoted)

    def total(self, stage: str) -> int:
        """Return the sum of the lines at a stage."""
        return sum(line.amounts.get(stage, 0) for line in self.lines)

    def truth(self, *stages: str) -> Truth:
        """Return the totals by stage, as the reader gives them."""
        return {stage: euros(self.total(stage)) for stage in stages}


def euros(cents: int) -> str:
    """Return cents as euros."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def written(cents: int, style: str) -> str:
    """Return an amount as tools write it: grouped or not, with a comma or a point."""
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    mark, group = {"fr": (",", " "), "bare": (",", ""), "en": (".", ""), "ch": (".", "'")}[style]
    return f"{sign}{f'{whole:,}'.replace(',', group)}{mark}{rest:02}"


def drawn(rng: Random, count: tuple[int, int] = (6, 24), style: str | None = None) -> Sheet:
    """Return lines drawn at random: opened ≥ voted, opened ≥ committed ≥ realised."""
    sheet = Sheet(rng, rng.choice(";;;\t|"), style or rng.choice(("fr", "fr", "bare", "en", "ch")))
    for rank, account in enumerate(sorted(rng.choices(ACCOUNTS, k=rng.randint(*count)))):
        opened = rng.randint(20, 4000) * 10_000
        committed = opened * rng.randint(550, 990) // 1000
        realised = committed * rng.randint(600, 999) // 1000
        label = f"{rng.choice(WORDS)} {rank + 1}"
        voted = opened - rng.choice((0, 0, 100_000, 250_000))
        amounts = {"VOTED": max(voted, 0), "OPENED": opened}
        amounts |= {"COMMITTED": committed + rng.randint(0, 99), "REALISED": realised}
        sheet.lines.append(Line(account, label, amounts, rng.choice(("DSI", "Archives"))))
    return sheet


def names(sheet: Sheet, *stages: str) -> list[str]:
    """Return titles for an account, a label and stages."""
    rng = sheet.rng
    return [rng.choice(ACCOUNT), rng.choice(LABEL), *(rng.choice(TITLES[s]) for s in stages)]


def row(sheet: Sheet, line: Line, *stages: str) -> list[str]:
    """Return the row of a line."""
    return [line.account, line.label, *(sheet.money(line.amounts[stage]) for stage in stages)]


def chosen(rng: Random) -> list[str]:
    """Return some stages, in their order."""
    stages = [s for s in TITLES if rng.random() < 0.6]
    return stages or ["OPENED", "REALISED"]


def plain(rng: Random) -> tuple[str | bytes, Truth]:
    """Lines, and perhaps a total; other columns; any order."""
    sheet, stages = drawn(rng), chosen(rng)
    rows = [names(sheet, *stages), *(row(sheet, line, *stages) for line in sheet.lines)]
    if rng.random() < 0.5:
        totals = [sheet.money(sheet.total(stage)) for stage in stages]
        rows.append(["", rng.choice(("TOTAL", "Total général", "Total")), *totals])
    for title, values in (
        ("Chapitre", ["011" if line.account[0] == "6" else "20" for line in sheet.lines]),
        ("Service", [line.service for line in sheet.lines]),
        ("Fournisseur", [rng.choice(("NUAGE", "FIBRE ET FILS")) for _ in sheet.lines]),
        ("N° engagement", [f"2024-{rng.randint(1000, 9999)}" for _ in sheet.lines]),
    ):
        if rng.random() < 0.3:
            more = [title, *values, *[""] * (len(rows) - len(values) - 1)]
            rows = [[cell, *its] for cell, its in zip(more, rows, strict=True)]
    order = list(range(len(rows[0])))
    if rng.random() < 0.3:
        rng.shuffle(order)
    rows = [[its[at] for at in order] for its in rows]
    above = [["Exercice 2024"]] if rng.random() < 0.3 else []
    text = sheet.text(*above, *rows, end=rng.choice(("\n", "\r\n")))
    encoding = rng.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman", "cp850"))
    return text.encode(encoding, "replace"), {"totals": sheet.truth(*stages)}


def whole_budget(rng: Random) -> tuple[str | bytes, Truth]:
    """A budget rounded to 100 €, its rows perhaps sorted by rising amounts."""
    sheet = drawn(rng)
    if rng.random() < 0.6:
        sheet.lines.sort(key=lambda line: line.amounts["OPENED"])
    rows = [
        [
            *row(sheet, line),
            str(line.amounts["OPENED"] // 100),
            sheet.money(line.amounts["REALISED"]),
        ]
        for line in sheet.lines
    ]
    titles = names(sheet, "OPENED", "REALISED")
    return sheet.text(titles, *rows), {"totals": sheet.truth("OPENED", "REALISED")}


def pieces(rng: Random) -> tuple[str | bytes, Truth]:
    """Numbers of pieces under the noun of a stage, beside the amount."""
    sheet = drawn(rng)
    numbers = rng.sample(range(10_000, 99_999), len(sheet.lines))
    if rng.random() < 0.4:
        numbers.sort()
    noun, amount = rng.choice((("Mandat", "Montant payé"), ("Mandat", "Montant mandaté")))
    rows = [
        [str(number), *row(sheet, line, "REALISED")]
        for number, line in zip(numbers, sheet.lines, strict=True)
    ]
    return sheet.text([noun, "Compte", "Objet", amount], *rows), {"totals": sheet.truth("REALISED")}


def numbers_alone(rng: Random) -> tuple[str | bytes, Truth]:
    """The same, beside an amount that says no stage."""
    sheet = drawn(rng)
    numbers = rng.sample(range(10_000, 99_999), len(sheet.lines))
    rows = [
        [str(number), *row(sheet, line, "REALISED")]
        for number, line in zip(numbers, sheet.lines, strict=True)
    ]
    return sheet.text(["Mandat", "Compte", "Objet", "Montant TTC"], *rows), {
        "either": sheet.truth("REALISED")
    }


def net(rng: Random) -> tuple[str | bytes, Truth]:
    """What is issued, cancelled, net, and what is left."""
    sheet = drawn(rng)
    title = rng.choice(("Émissions nettes", "Net", "Mandats nets", "Total net émis"))
    rows = []
    for line in sheet.lines:
        undone = rng.choice((0, 33_333, 50_000))
        realised, opened = line.amounts["REALISED"], line.amounts["OPENED"]
        cells = [opened, realised + undone, undone, realised, opened - realised]
        rows.append([line.account, line.label, *map(sheet.money, cells)])
    heads = ["Compte", "Libellé", "Crédits ouverts", "Émissions", "Annulations", title]
    text = sheet.text([*heads, "Crédits disponibles"], *rows)
    return text, {"either": sheet.truth("OPENED", "REALISED")}


def remaining(rng: Random) -> tuple[str | bytes, Truth]:
    """What is realised, what is committed and left, perhaps what is left of all."""
    sheet = drawn(rng)
    title = rng.choice(("Engagé non soldé", "Reste engagé", "Engagé non mandaté"))
    rows = []
    for line in sheet.lines:
        a = line.amounts
        cells = [a["OPENED"], a["REALISED"], a["COMMITTED"] - a["REALISED"]]
        cells.append(a["OPENED"] - a["COMMITTED"])
        rows.append([line.account, line.label, *map(sheet.money, cells)])
    heads = ["Compte", "Libellé", "Budget total", "Réalisé", title, "Solde"]
    if rng.random() < 0.5:
        heads, rows = heads[:-1], [its[:-1] for its in rows]
    return sheet.text(heads, *rows), {"either": sheet.truth("OPENED", "COMMITTED", "REALISED")}


def of_which(rng: Random) -> tuple[str | bytes, Truth]:
    """What is committed, of which realised; planned, real and the gap."""
    sheet = drawn(rng)
    if rng.random() < 0.5:
        stages, heads = ("COMMITTED", "REALISED"), ["Engagé", "dont mandaté", "Reste"]
    else:
        stages, heads = ("VOTED", "REALISED"), ["Prévisionnel", "Réel", "Écart"]
    rows = []
    for line in sheet.lines:
        first, second = (line.amounts[stage] for stage in stages)
        rows.append([line.account, line.label, *map(sheet.money, (first, second, first - second))])
    return sheet.text(["Compte", "Libellé", *heads], *rows), {"either": sheet.truth(*stages)}


def taxed(rng: Random) -> tuple[str | bytes, Truth]:
    """An amount without tax and its tax, under a nomenclature or none."""
    sheet = drawn(rng)
    said = rng.choice(("Nomenclature M57", "Nomenclature M4", ""))
    rows, tax = [], 0
    for line in sheet.lines:
        its = (line.amounts["REALISED"] * 20 + 50) // 100
        tax += its
        rows.append([*row(sheet, line, "REALISED"), sheet.money(its)])
    amount = sheet.total("REALISED") + (0 if said.endswith("M4") else tax)
    text = sheet.text(
        *([[said]] if said else []), ["Compte", "Libellé", "Mandaté HT", "TVA"], *rows
    )
    return text, {"either" if said else "asks": {"REALISED": euros(amount)}}


KINDS = (
    ("Nature de crédit", "Autorisation d’engagement", "Crédit de paiement"),
    ("Type de pièce", "Engagement", "Mandat"),
    ("Version", "Budget", "Réalisé"),
    ("Phase", "Prévu", "Réalisé"),
    ("Type", "AE", "CP"),
    ("Colonne", "Commande", "Facture"),
    ("Étape", "Engagement comptable", "Mandatement"),
    ("Exercice", "2023", "2024"),
)


def kinds(rng: Random) -> tuple[str | bytes, Truth]:
    """Each line on two rows, of which one alone is what is realised."""
    sheet = drawn(rng)
    title, first, second = rng.choice(KINDS)
    stage = rng.choice(("Réalisé", "Mandaté", "Montant", "Montant réalisé"))
    rows = []
    for line in sheet.lines:
        rows.append([line.account, line.label, first, sheet.money(line.amounts["COMMITTED"])])
        rows.append([line.account, line.label, second, sheet.money(line.amounts["REALISED"])])
    if rng.random() < 0.4:
        rows.sort(key=lambda its: its[2])
    return sheet.text(["Compte", "Libellé", title, stage], *rows), {
        "either": sheet.truth("REALISED")
    }


def places(rng: Random) -> tuple[str | bytes, Truth]:
    """Each line in several places: their rows add up."""
    sheet = drawn(rng)
    rows = []
    for line in sheet.lines:
        share = rng.randint(10, 90)
        part = line.amounts["REALISED"] * share // 100
        for place, cents in (("Mairie", part), ("École", line.amounts["REALISED"] - part)):
            rows.append([line.account, line.label, place, sheet.money(cents)])
    return sheet.text(["Compte", "Libellé", rng.choice(("Lieu", "Site")), "Mandaté"], *rows), {
        "totals": sheet.truth("REALISED")
    }


def groups(sheet: Sheet) -> list[tuple[str, list[Line]]]:
    """Return the lines by chapter, in order."""
    found: dict[str, list[Line]] = {}
    for line in sheet.lines:
        found.setdefault(line.account[:2], []).append(line)
    return list(found.items())


def tree(rng: Random) -> tuple[str | bytes, Truth]:
    """A tree of two levels: its nodes above their leaves, set deeper or not."""
    sheet, stages = drawn(rng), ("OPENED", "REALISED")
    deep = rng.choice(("", "  ", "   ", "\u00a0\u00a0"))
    rows = []
    for group, lines in groups(sheet):
        sums = [sum(line.amounts[stage] for line in lines) for stage in stages]
        rows.append([f"Chapitre {group}", *map(sheet.money, sums)])
        rows += [
            [deep + line.label, *(sheet.money(line.amounts[stage]) for stage in stages)]
            for line in lines
        ]
    text = sheet.text(["Libellé", "Ouvert", "Mandaté"], *rows)
    return text, {"totals" if deep else "either": sheet.truth(*stages)}


def subtotals(rng: Random) -> tuple[str | bytes, Truth]:
    """Subtotals below or above their lines, with or without a word, and the sum of all."""
    sheet, stages = drawn(rng), ("OPENED", "REALISED")
    above, word = rng.random() < 0.3, rng.choice(("Total chapitre {}", "S/T {}", "{}", "***"))
    rows = []
    for group, lines in groups(sheet):
        sums = [sheet.money(sum(line.amounts[stage] for line in lines)) for stage in stages]
        total, its = ["", word.format(group), *sums], [row(sheet, line, *stages) for line in lines]
        rows += [total, *its] if above else [*its, total]
    if rng.random() < 0.7:
        rows.append(["", "TOTAL", *(sheet.money(sheet.total(stage)) for stage in stages)])
    kind = "totals" if "Total" in word or "S/T" in word else "either"
    return sheet.text(names(sheet, *stages), *rows), {kind: sheet.truth(*stages)}


def after(rng: Random) -> tuple[str | bytes, Truth]:
    """Lines for the record, below the total of all."""
    sheet, stages = drawn(rng), ("OPENED", "REALISED")
    rows = [row(sheet, line, *stages) for line in sheet.lines]
    rows.append(["", "TOTAL", *(sheet.money(sheet.total(stage)) for stage in stages)])
    rows.append(["", rng.choice(("Pour mémoire :", "Hors budget", "Autres")), "", ""])
    again = rng.choice(sheet.lines)
    rows.append([again.account, "Budget annexe", sheet.money(120_000), sheet.money(110_000)])
    return sheet.text(names(sheet, *stages), *rows), {"either": sheet.truth(*stages)}


def contradicted(rng: Random) -> tuple[str | bytes, Truth]:
    """A total that is not the sum of its lines."""
    sheet, stages = drawn(rng), ("OPENED", "REALISED")
    rows = [row(sheet, line, *stages) for line in sheet.lines]
    lost = rng.randrange(len(rows))
    totals = [sheet.money(sheet.total(stage)) for stage in stages]
    rows = [*rows[:lost], *rows[lost + 1 :], ["", "Total général", *totals]]
    return sheet.text(names(sheet, *stages), *rows), {"asks": "total"}


def cut(rng: Random) -> tuple[str | bytes, Truth]:
    """A file cut before its end."""
    sheet = drawn(rng)
    stages = ("OPENED", "COMMITTED", "REALISED")
    text = sheet.text(names(sheet, *stages), *(row(sheet, line, *stages) for line in sheet.lines))
    last = len(text) - text.rstrip("\n").rindex("\n") - 1
    return text[: -rng.randint(2, last - 3)], {"asks": "cut"}


def shifted(rng: Random) -> tuple[str | bytes, Truth]:
    """A row that lacks a cell, whose amounts move."""
    sheet = drawn(rng)
    stages = ("OPENED", "COMMITTED", "REALISED")
    rows = [
        [line.account, line.label, line.service, *row(sheet, line, *stages)[2:]]
        for line in sheet.lines
    ]
    del rows[rng.randrange(len(rows))][rng.randint(1, 4)]
    account, label, *titles = names(sheet, *stages)
    return sheet.text([account, label, "Service", *titles], *rows), {"asks": "shifted"}


def letters(rng: Random) -> tuple[str | bytes, Truth]:
    """A letter before each account, that says its direction."""
    sheet, stages = drawn(rng), ("OPENED", "REALISED")
    rows = [row(sheet, line, *stages) for line in sheet.lines]
    rows = [[f"D{account}", *rest] for account, *rest in rows]
    for code in ("R7088", "R74718", "R1321"):
        cents = rng.randint(10_000, 9_000_000)
        rows.append([code, "Recette", sheet.money(cents), sheet.money(cents // 2)])
    return sheet.text(names(sheet, *stages), *rows), {"either": sheet.truth(*stages)}


def around(rng: Random) -> tuple[str | bytes, Truth]:
    """Amounts among words, or with a letter that is a sign."""
    sheet = drawn(rng, style="fr")
    form = rng.choice(
        ("env. {}", "~ {}", "{} (b)", "≈{}", "{} E", "{} *", "{} D", "{} EUR", "{} €")
    )
    rows = [
        [*row(sheet, line, "OPENED"), form.format(sheet.money(line.amounts["REALISED"]))]
        for line in sheet.lines
    ]
    kind = "totals" if form in ("{} D", "{} EUR", "{} €") else "either"
    return sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté"], *rows), {
        kind: sheet.truth("OPENED", "REALISED")
    }


def rates(rng: Random) -> tuple[str | bytes, Truth]:
    """A rate out of a hundred, whole or not, titled as a stage or as what it is."""
    sheet = drawn(rng)
    title = rng.choice(("Consommé", "Taux", "Exécution", "% consommé", "Réalisation"))
    whole = rng.random() < 0.5
    rows = []
    for line in sheet.lines:
        rate = 10_000 * line.amounts["REALISED"] / line.amounts["OPENED"]
        shown = str(round(rate / 100)) if whole else sheet.money(round(rate))
        rows.append([*row(sheet, line, "OPENED", "REALISED"), shown])
    return sheet.text(["Compte", "Libellé", "Ouvert", "Mandaté", title], *rows), {
        "either": sheet.truth("OPENED", "REALISED")
    }


MONTHS = (
    *("Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août", "Septembre"),
    *("Octobre", "Novembre", "Décembre"),
)


def months(rng: Random) -> tuple[str | bytes, Truth]:
    """The months of a year in columns, perhaps their quarters, perhaps their total."""
    sheet = drawn(rng)
    quarters, total = rng.random() < 0.5, rng.random() < 0.5
    heads: list[str] = []
    for rank, month in enumerate(MONTHS):
        heads += [month, *([f"T{rank // 3 + 1}"] if quarters and rank % 3 == 2 else [])]
    rows = []
    for line in sheet.lines:
        each = [line.amounts["REALISED"] // 12] * 11
        each.append(line.amounts["REALISED"] - sum(each))
        cells: list[int] = []
        for rank, cents in enumerate(each):
            cells += [
                cents,
                *([sum(each[rank - 2 : rank + 1])] if quarters and rank % 3 == 2 else []),
            ]
        cells += [line.amounts["REALISED"]] if total else []
        rows.append([line.account, line.label, *map(sheet.money, cells)])
    heads += ["Total réalisé"] if total else []
    text = sheet.text(["Compte", "Libellé", *heads], *rows)
    return text, {"totals" if total else "either": sheet.truth("REALISED")}


def years(rng: Random) -> tuple[str | bytes, Truth]:
    """The year before beside this one."""
    sheet = drawn(rng)
    before, now = rng.choice((("Mandaté N-1", "Mandaté N"), ("Réalisé 2023", "Réalisé 2024")))
    rows = [row(sheet, line, "OPENED", "REALISED") for line in sheet.lines]
    for its in rows:
        its.insert(2, sheet.money(rng.randint(1000, 9_999_999)))
    heads = ["Compte", "Libellé", before, "Budget total" + now[-5:].lstrip("N"), now]
    return sheet.text(["Exercice 2024"], heads, *rows), {
        "either": sheet.truth("OPENED", "REALISED")
    }


def blocks(rng: Random) -> tuple[str | bytes, Truth]:
    """Two budgets of one body, each below its heading."""
    sheet = drawn(rng, (8, 24))
    half = len(sheet.lines) // 2
    rows: list[list[str]] = []
    for name, lines in (
        ("00 - Budget principal", sheet.lines[:half]),
        ("03 - Eau", sheet.lines[half:]),
    ):
        rows += [[f"Budget : {name}", "", ""], *(row(sheet, line, "REALISED") for line in lines)]
    return sheet.text(names(sheet, "REALISED"), *rows), {"either": sheet.truth("REALISED")}


def beside(rng: Random) -> tuple[str | bytes, Truth]:
    """Two tables beside one another on one sheet: expenses and revenue, two services, one twice."""
    sheet, stages = drawn(rng), chosen(rng)
    titles, kind = names(sheet, *stages), rng.choice(("revenue", "services", "twice"))
    rows, half = [row(sheet, line, *stages) for line in sheet.lines], len(sheet.lines) // 2
    left, right, heads = rows[:half], rows[half:], ("DSI", "Archives")
    if kind == "revenue":
        money = [sheet.money(rng.randint(1, 10**7))] * len(stages)
        left, right = rows, [["70878", "Refacturation", *money], ["1311", "Subvention", *money]]
        heads = ("DÉPENSES", "RECETTES")
    elif kind == "twice":
        left = right = rows
    gap = [""] * rng.randint(0, 2)
    blank = [""] * len(titles)
    text = sheet.text(
        [heads[0], *blank[1:], *gap, heads[1], *blank[1:]],
        [*titles, *gap, *titles],
        *([*one, *gap, *other] for one, other in zip_longest(left, right, fillvalue=blank)),
    )
    return text, {"asks": sheet.truth(*stages)} if kind == "twice" else {
        "totals": sheet.truth(*stages)
    }


def journal(rng: Random) -> tuple[str | bytes, Truth]:
    """A whole journal, with one signed amount."""
    sheet = drawn(rng)
    rows = []
    for line in sheet.lines:
        cents = line.amounts["REALISED"]
        rows.append([line.account, line.label, sheet.money(cents)])
        rows.append([rng.choice(("4011", "4041")), line.label, sheet.money(-cents)])
    rows.append(["7088", "Refacturation", sheet.money(-120_000)])
    rows.append(["4111", "Refacturation", sheet.money(120_000)])
    return sheet.text(["Compte", "Libellé", "Montant"], *rows), {"either": sheet.truth("REALISED")}


def thousandths(rng: Random) -> tuple[str | bytes, Truth]:
    """Three decimals, or thousands, that nothing tells apart."""
    sheet = drawn(rng)
    rows = [
        [line.account, line.label, f"{line.amounts['REALISED'] // 100_000 % 900 + 1},{rank:03}"]
        for rank, line in enumerate(sheet.lines, 101)
    ]
    return sheet.text(["Compte", "Libellé", "Mandaté"], *rows), {"asks": "mark"}


def currencies(rng: Random) -> tuple[str | bytes, Truth]:
    """Two lines in another currency."""
    sheet = drawn(rng)
    rows = [[*row(sheet, line, "REALISED"), "EUR"] for line in sheet.lines]
    for at in rng.sample(range(len(rows)), 2):
        rows[at][-1] = rng.choice(("USD", "GBP", "CHF"))
    return sheet.text(["Compte", "Libellé", "Mandaté", "Devise"], *rows), {"asks": "currency"}


def bases(rng: Random) -> tuple[str | bytes, Truth]:
    """One stage without tax beside another with it."""
    sheet = drawn(rng)
    rows = [row(sheet, line, "COMMITTED", "REALISED") for line in sheet.lines]
    return sheet.text(["Compte", "Libellé", "Engagé HT", "Mandaté TTC"], *rows), {"asks": "tax"}


def undone_rows(rng: Random) -> tuple[str | bytes, Truth]:
    """Cancellations on rows of their own, positive, that the total takes away."""
    sheet = drawn(rng)
    rows = [
        [line.account, line.label, "Mandat", sheet.money(line.amounts["REALISED"])]
        for line in sheet.lines
    ]
    taken = 0
    for line in rng.sample(sheet.lines, 2):
        cents = line.amounts["REALISED"] // 3
        taken += cents
        rows.append(
            [line.account, line.label, rng.choice(("Annulation", "Réduction")), sheet.money(cents)]
        )
    net_total = sheet.total("REALISED") - taken
    rows.append(["", "TOTAL", "", sheet.money(net_total)])
    return sheet.text(["Compte", "Libellé", "Nature de la pièce", "Montant mandaté"], *rows), {
        "either": {"REALISED": euros(net_total)}
    }


MAKERS: tuple[Maker, ...] = (
    *(plain, whole_budget, pieces, numbers_alone, net, remaining, of_which, taxed, kinds, places),
    *(tree, subtotals, after, contradicted, cut, shifted, letters, around, rates, months, years),
    *(blocks, beside, journal, thousandths, currencies, bases, undone_rows),
)


def traps() -> Sequence[Maker]:
    """Return the kinds of `ledger_traps`, which are made with these tools."""
    sys.modules.setdefault("ledgers", sys.modules[__name__])
    sys.path.insert(0, str(Path(__file__).parent))
    more: Sequence[Maker] = importlib.import_module("ledger_traps").TRAPS
    return more


def make(folder: Path, *, seed: int, each: int) -> None:
    """Write the files of a seed: as many of each family, four times as many plain ones."""
    folder.mkdir(parents=True, exist_ok=True)
    expected: dict[str, Truth] = {}
    for maker in (*MAKERS, *traps()):
        family = maker.__name__
        for number in range(each * (4 if maker is plain else 1)):
            content, truth = maker(Random(f"{seed} {family} {number}"))  # noqa: S311
            name = f"{family}_{number:03}{truth.pop('suffix', '.csv')}"
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
            expected[name] = {"family": family, **truth}
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(text, encoding="utf-8")


def told(reader: str, file: Path) -> dict[str, Any] | None:
    """Return what a reader prints of a file, None where it refuses it."""
    command = [word.replace("{file}", str(file)) for word in shlex.split(reader)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode == 2:
        return None
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def judged(case: Truth, document: dict[str, Any] | None) -> tuple[str, str]:
    """Return the verdict on one file, and why."""
    wanted = case.get("totals") or case.get("either")
    if document is None or any(p["severity"] == "error" for p in document["problems"]):
        questions = [] if document is None else document.get("questions", [])
        offers = [a["totals"] for q in questions for a in q["answers"] if a["totals"]]
        truth = case["asks"] if isinstance(case.get("asks"), dict) else wanted
        truths = (truth, *case.get("or", ()))
        is_offered = truth is None or any(_same(t, offer) for t in truths for offer in offers)
        verdict = "over-asked" if "totals" in case else "asked" if questions else "refused"
        return verdict, "" if is_offered or not questions else "no true answer"
    got: dict[str, Decimal] = {}
    for total in document["totals"]:
        if total["flow"] == "expense":
            got[total["stage"]] = got.get(total["stage"], Decimal(0)) + Decimal(total["amount"])
    if not isinstance(wanted, dict):
        return "silently wrong", f"to be asked about, got {_shown(got)}"
    read = {stage: str(amount) for stage, amount in got.items()}
    is_right = any(_same(truth, read) for truth in (wanted, *case.get("or", ())))
    return ("exact", "") if is_right else ("silently wrong", f"{wanted}, got {_shown(got)}")


def _same(wanted: Truth, got: dict[str, str]) -> bool:
    stages = {*wanted, *got}
    return all(Decimal(wanted.get(s, 0)) == Decimal(got.get(s, "0")) for s in stages)


def _shown(got: dict[str, Decimal]) -> str:
    return ", ".join(f"{stage} {amount}" for stage, amount in got.items() if amount)


def score(folder: Path, reader: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the family, the file, the verdict and why."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for name, case in expected.items():
        yield case["family"], name, *judged(case, told(reader, folder / name))


def main() -> int:
    """Make the files, or score a reader; exit 1 when one is silently wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("--seed", type=int, default=1)
    making.add_argument("--each", type=int, default=4)
    scoring = commands.add_parser("score")
    scoring.add_argument("--reader", default=READER)
    for one in (making, scoring):
        one.add_argument("folder", type=Path)
    said = parser.parse_args()
    if said.command == "make":
        make(said.folder, seed=said.seed, each=said.each)
        return 0
    tally: Counter[str] = Counter()
    for _, name, verdict, why in score(said.folder, said.reader):
        tally[verdict] += 1
        tally["without a true answer"] += why == "no true answer"
        if why or verdict in ("silently wrong", "over-asked"):
            sys.stdout.write(f"{verdict:15} {name}  {why}\n")
    sys.stdout.write(", ".join(f"{count} {verdict}" for verdict, count in tally.items()) + "\n")
    return 1 if tally["silently wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
