"""What each account says by default of IT spending: `account_rules.csv` and its reasons.

Our own short table: `nomenclature` there is a family, `public` for M57, M14 and M4 together,
`all` for everyone; `why` names a reason below. Codes and labels are public facts, checked against
the ministerial charts of accounts M14 (2018), M57 (2018), M57_P and M57_A (2024), and the 2026
general chart of accounts (PCG, CC0); verdicts, posts and reasons are ours. The longest prefix wins.

An account is `IN` only if it is in the published list of certain IT accounts (or below one of
them): the rest of IT hides in `MIXED` accounts, which a person or the code of the service decides.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from portulan.budget.verdicts import Post, Verdict
from portulan.core.problems import Words


@dataclass(frozen=True, slots=True)
class AccountRule:
    """What the accounts starting with `prefix` say by default, and why."""

    prefix: str
    verdict: Verdict
    post: Post | None
    label: Words
    why: Words


REASONS = {
    "licences": Words(
        "Logiciels et licences pour l’essentiel ; quelques brevets, erreur faible.",
        "Mostly software and licences; a few patents, a small error.",
    ),
    "computers": Words(
        "Matériel informatique par définition.", "Computer equipment by definition."
    ),
    "office": Words(
        "Informatique surtout, avec quelques machines de bureau.",
        "Mostly computers, with a few office machines.",
    ),
    "schools": Words(
        "Matériel des écoles, souvent acheté par la DSI pour d’autres.",
        "School equipment, often bought by IT for others.",
    ),
    "lent": Words(
        "Matériel d’un tiers (mise à disposition, affectation) : qui le renouvelle ?",
        "Someone else’s equipment (put at disposal): who renews it?",
    ),
    "phones": Words("Téléphonie par définition.", "Telephony by definition."),
    "cloud": Words("Informatique en nuage par définition.", "Cloud computing by definition."),
    "telecom": Words("Télécommunications par définition.", "Telecommunications by definition."),
    "saas": Words(
        "Peut contenir des logiciels en ligne non éligibles au FCTVA.",
        "May hold online software not eligible for the VAT fund.",
    ),
    "services": Words(
        "Hébergement et infogérance, mais aussi transport ou nettoyage.",
        "Hosting and managed services, but also transport or cleaning.",
    ),
    "care": Words(
        "Logiciels et serveurs, mais aussi ascenseurs et chaudières.",
        "Software and servers, but also lifts and boilers.",
    ),
    "rental": Words(
        "Postes et copieurs loués, mais aussi d’autres matériels.",
        "Leased computers and copiers, but other equipment too.",
    ),
    "advice": Words(
        "Conseil et études, dont l’informatique.", "Advice and studies, IT among them."
    ),
    "build": Words("Développements en cours, entre autres.", "Software being built, among others."),
    "small": Words("Petit matériel, dont l’informatique.", "Small equipment, computers among it."),
    "power": Words(
        "L’électricité des salles serveurs y est fondue.",
        "The power of server rooms is melted into it.",
    ),
    "training": Words(
        "Formations, dont celles du numérique, souvent payées par les ressources humaines.",
        "Training, digital included, often paid by human resources.",
    ),
    "pooled": Words(
        "Mutualisation : peut rembourser une DSI commune.",
        "Pooling: may reimburse a shared IT department.",
    ),
    "cables": Words(
        "Câblage et fibre, avec d’autres réseaux.", "Cabling and fibre, with other networks."
    ),
    "coarse": Words(
        "Voté à un niveau qui mêle l’informatique et le reste.",
        "Voted at a level that mixes IT and the rest.",
    ),
    "payroll": Words(
        "Le personnel se compte à part, par le code du service.",
        "Staff is counted apart, by the code of the service.",
    ),
    "not_spending": Words(
        "N’est pas une dépense de l’année (amortissement, provision, ordre).",
        "Not spending of the year (depreciation, provision, internal movement).",
    ),
    "debt": Words("Dette : finance, n’achète pas.", "Debt: it finances, it buys nothing."),
    "carried": Words("Résultat reporté d’un autre exercice.", "Result carried from another year."),
    "unspent": Words("Crédit sans réalisation propre.", "A credit never spent as such."),
    "revenue": Words("Recette.", "Revenue."),
    "cattle": Words("Animaux : sans rapport avec le numérique.", "Animals: nothing to do with IT."),
    "no_account": Words(
        "La ligne n’a pas de compte par nature.", "The line has no account by nature."
    ),
    "elsewhere": Words("Sans rapport habituel avec le numérique.", "Not usually related to IT."),
}

# Which rows of the table a family takes, the later ones correcting the earlier ones.
_ROWS_OF = {
    "M57": ("all", "public", "M57"),
    "M14": ("all", "public", "M14"),
    "M4": ("all", "public", "M14"),
    "PCG": ("all", "PCG"),
}


@cache
def account_rules(family: str) -> dict[str, AccountRule]:
    """Return the rules of a family (M57, M14, M4 or PCG) by account prefix."""
    table = resources.files("portulan.budget").joinpath("account_rules.csv")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    return {
        row["prefix"]: AccountRule(
            prefix=row["prefix"],
            verdict=Verdict(row["verdict"]),
            post=Post(row["post"]) if row["post"] else None,
            label=Words(row["label_fr"], row["label_en"]),
            why=REASONS[row["why"]],
        )
        for wanted in _ROWS_OF[family]
        for row in rows
        if row["nomenclature"] == wanted
    }
