"""Accounts of any size, made up: the same seed gives the same file."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter import Workbook

SIRET = "21560046100010"
YEAR = 2026
# Accounts of M57 with their chapters: some IT for certain, some mixed, most not IT.
ACCOUNTS = (
    *(("2051", "20", "I"), ("21838", "21", "I"), ("6262", "011", "F"), ("65811", "65", "F")),
    *(("611", "011", "F"), ("6156", "011", "F"), ("60632", "011", "F"), ("6184", "011", "F")),
    *(("2135", "21", "I"), ("2313", "23", "I"), ("6574", "65", "F"), ("6411", "012", "F")),
)
WORDS = ("Licences", "Onduleurs", "Hébergement", "Télécoms", "Mobilier", "Études", "Entretien")
SCDL = (
    *("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM", "BGT_CONTNAT", "BGT_CONTNAT_LABEL"),
    *("BGT_NATURE", "BGT_NATURE_LABEL", "BGT_FONCTION", "BGT_FONCTION_LABEL", "BGT_OPERATION"),
    *("BGT_SECTION", "BGT_OPBUDG", "BGT_CODRD", "BGT_MTREAL", "BGT_MTBUDGPREC", "BGT_MTRARPREC"),
    *("BGT_MTPROPNOUV", "BGT_MTPREV", "BGT_CREDOUV", "BGT_MTRAR3112", "BGT_ARTSPE"),
)
LEDGER = (
    *("Exercice", "Gestionnaire", "Compte", "Section", "Fonction", "Libellé", "Fournisseur"),
    *("Marché", "Voté", "Ouvert", "Mandaté"),
)


def _cents(chance: random.Random) -> tuple[int, int, int]:
    voted = chance.randrange(100, 5_000_000)
    opened = voted + chance.randrange(-50, 500_000)
    paid = chance.randrange(-1_000, 5_000_000)
    return voted, opened, paid


def _amounts(chance: random.Random) -> tuple[str, str, str]:
    voted, opened, paid = (f"{cents / 100:.2f}" for cents in _cents(chance))
    return voted, opened, paid


def scdl(path: Path, lines: int, year: int = YEAR) -> Path:
    """Write an SCDL file, about 195 bytes a line."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream)
        write.writerow(SCDL)
        write.writerows(_scdl_rows(lines, year))
    return path


def _scdl_rows(lines: int, year: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(lines)
    names = {"F": "fonctionnement", "I": "investissement"}
    for row in range(lines):
        nature, chapter, section = chance.choice(ACCOUNTS)
        voted, opened, paid = _amounts(chance)
        yield (
            *("Compte administratif", str(year), SIRET, "BOURG-LES-FLOTS", chapter),
            *("Charges à caractère général", nature, f"{chance.choice(WORDS)} {row}", "020"),
            *("", "", names[section], "réel", "dépense", paid, voted, "", voted, voted, opened),
            *("", "non spécialisé"),
        )


def ledger(path: Path, lines: int, year: int = YEAR) -> Path:
    """Write the ledger of an IT department."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream, delimiter=";")
        write.writerow(LEDGER)
        for cells, amounts in _ledger_rows(lines, year):
            write.writerow((*cells, *(_french(cents) for cents in amounts)))
    return path


def ledger_with_totals(path: Path, lines: int, year: int = YEAR) -> Path:
    """Write the same, with a subtotal every two hundred lines, and their total."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=";").writerows(_totalled(lines, year))
    return path


def workbook(path: Path, lines: int, year: int = YEAR) -> Path:
    """Write the same as a workbook, its amounts as numbers."""
    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Grand livre")
        for number, cells in enumerate(_totalled(lines, year, workbook=True)):
            sheet.write_row(number, 0, cells)
    return path


def _totalled(
    lines: int, year: int, *, workbook: bool = False
) -> Iterator[tuple[str | float, ...]]:
    yield LEDGER
    whole, part = [0, 0, 0], [0, 0, 0]
    for number, (cells, amounts) in enumerate(_ledger_rows(lines, year), 1):
        for sums in (whole, part):
            sums[:] = map(int.__add__, sums, amounts)
        said = (cents / 100 if workbook else _french(cents) for cents in amounts)
        yield (*cells, *said)
        if number % 200 == 0:
            yield _total(f"Report {number // 200}", part, workbook=workbook)
            part = [0, 0, 0]
    yield _total("Ensemble", whole, workbook=workbook)


def _total(name: str, sums: list[int], *, workbook: bool) -> tuple[str | float, ...]:
    said = (cents / 100 if workbook else _french(cents) for cents in sums)
    return ("", "", "", "", "", name, "", "", *said)


def _french(cents: int) -> str:
    return f"{cents / 100:.2f}".replace(".", ",")


def _ledger_rows(lines: int, year: int) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    chance = random.Random(lines)
    for row in range(lines):
        nature, _, section = chance.choice(ACCOUNTS)
        amounts = _cents(chance)
        yield (
            (
                *(str(year), chance.choice(("DSI", "EDU", "DRH")), nature, section, "020"),
                *(f"{chance.choice(WORDS)} {row}", f"Fournisseur {row % 400}", f"M-{row % 90}"),
            ),
            amounts,
        )


def totem(path: Path, lines: int, year: int = YEAR) -> Path:
    """Write a TotEM document laid out as real ones are, about 480 bytes a line."""
    chance = random.Random(lines)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<DocumentBudgetaire xmlns="http://www.minefi.gouv.fr/cp/demat/docbudgetaire">\n'
            f'  <EnTeteDocBudgetaire>\n    <LibelleColl V="BOURG"/>\n    <IdColl V="{SIRET}"/>\n'
            "  </EnTeteDocBudgetaire>\n  <Budget>\n    <EnTeteBudget>\n"
            f'      <LibelleEtab V="PRINCIPAL"/>\n      <IdEtab V="{SIRET}"/>\n'
            '      <Nomenclature V="M57-M57"/>\n    </EnTeteBudget>\n    <BlocBudget>\n'
            f'      <NatDec V="09"/>\n      <Exer V="{year}"/>\n    </BlocBudget>\n'
        )
        stream.writelines(_totem_lines(chance, lines))
        stream.write("  </Budget>\n</DocumentBudgetaire>\n")
    return path


def _totem_lines(chance: random.Random, lines: int) -> Iterator[str]:
    indent = "\n         "
    for row in range(lines):
        nature, chapter, section = chance.choice(ACCOUNTS)
        voted, opened, paid = _amounts(chance)
        values = (
            *(f'Nature V="{nature}"', f'LibCpte V="{chance.choice(WORDS)} {row}"'),
            *('Fonction V="020"', f'ContNat V="{chapter}"', 'ArtSpe V="false"', 'CodRD V="D"'),
            *(f'MtBudgPrec V="{voted}"', f'MtPropNouv V="{voted}"', f'MtPrev V="{voted}"'),
            *(f'CredOuv V="{opened}"', f'MtReal V="{paid}"', 'OpBudg V="0"'),
            f'CaracSup V="{section}" Code="Section"',
        )
        children = "".join(f"{indent}<{value}/>" for value in values)
        yield f"      <LigneBudget>{children}\n      </LigneBudget>\n"
