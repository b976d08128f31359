"""Accounts of any size, made up: the same seed gives the same file."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

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


def _amounts(chance: random.Random) -> tuple[str, str, str]:
    voted = chance.randrange(100, 5_000_000)
    opened = voted + chance.randrange(-50, 500_000)
    paid = chance.randrange(-1_000, 5_000_000)
    return f"{voted / 100:.2f}", f"{opened / 100:.2f}", f"{paid / 100:.2f}"


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
    chance = random.Random(lines)
    with path.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream, delimiter=";")
        write.writerow(LEDGER)
        for row in range(lines):
            nature, _, section = chance.choice(ACCOUNTS)
            amounts = (amount.replace(".", ",") for amount in _amounts(chance))
            write.writerow(
                (
                    *(year, chance.choice(("DSI", "EDU", "DRH")), nature, section, "020"),
                    *(f"{chance.choice(WORDS)} {row}", f"Fournisseur {row % 400}"),
                    *(f"M-{row % 90}", *amounts),
                )
            )
    return path


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
