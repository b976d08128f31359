"""What an account or a chapter means, which depends on the nomenclature: 2185 is telephony in M57
and livestock in M14.

A nomenclature is written as the accounts write it (`M57-M57_A`, `M14-M14_COM_SUP3500`, `M43`);
None is "the source does not say", as in SCDL files.

What each account says by default of IT spending: `account_rules.csv` and its reasons.

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
from typing import Literal

from portulan.budget.words import Post, Verdict
from portulan.core.folding import fold, remembered
from portulan.core.money import TaxBasis
from portulan.core.say.text import Text

type Section = Literal["F", "I"]


# Families that read their accounts alike. M52 and M71 were the models of M57; M41 to M49 vary M4.
_FAMILY = {"M57": "M57", "M52": "M57", "M71": "M57", "M14": "M14", "PCG": "PCG"}


# Accounts whose label tells families apart where the nomenclature is not said.
LABELLED = ("2185", "651")


# How chapters by nature begin: their section is the same in every public nomenclature that has
# them. Public facts, read in the ministerial charts of accounts M14 and M57 (2018, 2024).
_OPERATING = ("002", "011", "012", "013", "014", "016", "017", "022", "023", "042", "043", "6", "7")
_INVESTMENT = ("001", "010", "018", "020", "021", "024", "040", "041", "1", "2", "3", "4")


# Chapters by function begin with 9, and the two families put their sections at opposite ends.
_OPERATING_BY_FUNCTION = {
    "M57": ("93", "94", "952", "953"),
    "M14": ("92", "93"),
}
_INVESTMENT_BY_FUNCTION = {
    "M57": ("90", "91", "92", "950", "951", "954"),
    "M14": ("90", "91", "95"),
}


# The accounts that are IT for certain, by exact code: the published figures of Montreuil,
# Montpellier, Crach and Mohon reproduce to the cent with them.
_STRICT = {
    "M57": frozenset({"2051", "2183", "21831", "21838", "2185", "65811", "6262"}),
    "M14": frozenset({"2051", "2183", "6512", "6262"}),
    "M4": frozenset({"2051", "2183", "6512", "6262"}),
    "PCG": frozenset({"6262"}),
}
_STRICT_ANYWHERE = frozenset({"2051", "2183", "21831", "21838", "6262", "65811"})


@dataclass(frozen=True, slots=True)
class AccountRule:
    """What the accounts starting with `prefix` say by default, and why."""

    prefix: str
    verdict: Verdict
    post: Post | None
    label: Text
    why: Text


REASONS = {
    "licences": Text(
        "Logiciels et licences pour l’essentiel ; quelques brevets, erreur faible.",
        "Mostly software and licences; a few patents, a small error.",
    ),
    "computers": Text("Matériel informatique par définition.", "Computer equipment by definition."),
    "office": Text(
        "Informatique surtout, avec quelques machines de bureau.",
        "Mostly computers, with a few office machines.",
    ),
    "schools": Text(
        "Matériel des écoles, souvent acheté par la DSI pour d’autres.",
        "School equipment, often bought by IT for others.",
    ),
    "lent": Text(
        "Matériel d’un tiers (mise à disposition, affectation) : qui le renouvelle ?",
        "Someone else’s equipment (put at disposal): who renews it?",
    ),
    "phones": Text("Téléphonie par définition.", "Telephony by definition."),
    "cloud": Text("Informatique en nuage par définition.", "Cloud computing by definition."),
    "telecom": Text("Télécommunications par définition.", "Telecommunications by definition."),
    "saas": Text(
        "Peut contenir des logiciels en ligne non éligibles au FCTVA.",
        "May hold online software not eligible for the VAT fund.",
    ),
    "services": Text(
        "Hébergement et infogérance, mais aussi transport ou nettoyage.",
        "Hosting and managed services, but also transport or cleaning.",
    ),
    "care": Text(
        "Logiciels et serveurs, mais aussi ascenseurs et chaudières.",
        "Software and servers, but also lifts and boilers.",
    ),
    "rental": Text(
        "Postes et copieurs loués, mais aussi d’autres matériels.",
        "Leased computers and copiers, but other equipment too.",
    ),
    "advice": Text("Conseil et études, dont l’informatique.", "Advice and studies, IT among them."),
    "build": Text("Développements en cours, entre autres.", "Software being built, among others."),
    "small": Text("Petit matériel, dont l’informatique.", "Small equipment, computers among it."),
    "power": Text(
        "L’électricité des salles serveurs y est fondue.",
        "The power of server rooms is melted into it.",
    ),
    "training": Text(
        "Formations, dont celles du numérique, souvent payées par les ressources humaines.",
        "Training, digital included, often paid by human resources.",
    ),
    "pooled": Text(
        "Mutualisation : peut rembourser une DSI commune.",
        "Pooling: may reimburse a shared IT department.",
    ),
    "cables": Text(
        "Câblage et fibre, avec d’autres réseaux.", "Cabling and fibre, with other networks."
    ),
    "coarse": Text(
        "Voté à un niveau qui mêle l’informatique et le reste.",
        "Voted at a level that mixes IT and the rest.",
    ),
    "payroll": Text(
        "Le personnel se compte à part, par le code du service.",
        "Staff is counted apart, by the code of the service.",
    ),
    "not_spending": Text(
        "N’est pas une dépense de l’année (amortissement, provision, ordre).",
        "Not spending of the year (depreciation, provision, internal movement).",
    ),
    "debt": Text("Dette : finance, n’achète pas.", "Debt: it finances, it buys nothing."),
    "carried": Text("Résultat reporté d’un autre exercice.", "Result carried from another year."),
    "unspent": Text("Crédit sans réalisation propre.", "A credit never spent as such."),
    "revenue": Text("Recette.", "Revenue."),
    "cattle": Text("Animaux : sans rapport avec le numérique.", "Animals: nothing to do with IT."),
    "no_account": Text(
        "La ligne n’a pas de compte par nature.", "The line has no account by nature."
    ),
    "elsewhere": Text("Sans rapport habituel avec le numérique.", "Not usually related to IT."),
}
_NO_ACCOUNT = AccountRule(
    "",
    Verdict.UNDECIDED,
    None,
    Text("Sans compte", "No account"),
    REASONS["no_account"],
)


@remembered(64)
def family(nomenclature: str | None) -> str | None:
    """Return the family whose tables a nomenclature follows, None when it is not known."""
    name = (nomenclature or "").strip().upper().partition("-")[0].partition("_")[0]
    if name[:1] == "M" and name[-1:] == "A":  # M57A, M14A: the abridged chart of small towns
        name = name[:-1]
    if name in _FAMILY:
        return _FAMILY[name]
    if name.startswith("M4"):
        return "M4"
    return None


def tax_basis(nomenclature: str | None) -> TaxBasis | None:
    """Return the basis of the amounts: TTC under M57 and M14, HT under M4 and PCG, else unknown."""
    match family(nomenclature):
        case "M57" | "M14":
            return TaxBasis.TTC
        case "M4" | "PCG":
            return TaxBasis.HT
        case _:
            return None


@remembered(4096)
def section_of(nomenclature: str | None, chapter: str | None, nature: str | None) -> Section:
    """Return F (operating) or I (investment) for a line whose source does not say.

    The chapter's section in the nomenclature; else natures 6, 7, 022, 023 (and 002, the carried
    operating result) are F and the rest I (docs/reference/formats.md).
    """
    if chapter:
        if chapter.startswith(_OPERATING):
            return "F"
        if chapter.startswith(_INVESTMENT):
            return "I"
        kind = family(nomenclature) or ""
        if chapter.startswith(_OPERATING_BY_FUNCTION.get(kind, ())):
            return "F"
        if chapter.startswith(_INVESTMENT_BY_FUNCTION.get(kind, ())):
            return "I"
    return "F" if (nature or "").startswith(("6", "7", "022", "023", "002")) else "I"


@remembered(256)
def strict_accounts(nomenclature: str | None) -> frozenset[str]:
    """Return the exact codes that are IT for certain whatever their label."""
    return _STRICT.get(family(nomenclature) or "", _STRICT_ANYWHERE)


def is_strict(nomenclature: str | None, nature: str | None, label: str | None = None) -> bool:
    """Return whether the account is IT for certain.

    Without a nomenclature, the label tells two accounts apart: 2185 is telephony unless it says
    livestock ("cheptel"), 6512 is cloud computing only if it says so ("informatique en nuage").
    """
    if nature is None:
        return False
    if nature in strict_accounts(nomenclature):
        return True
    if nature not in {"2185", "6512"} or family(nomenclature) is not None:
        return False
    words = fold(label or "")
    return "cheptel" not in words if nature == "2185" else "informatique en nuage" in words


@remembered(4096)
def default_verdict(
    nomenclature: str | None, nature: str | None, label: str | None = None
) -> AccountRule:
    """Return what the account says by default: the rule of its longest known prefix.

    An account voted above the level of an IT account (205, 218, 626) is MIXED, with no account
    the line is UNDECIDED, and any other account is OUT. Nothing here knows the manager or the
    service, which are the better source.
    """
    if not nature:
        return _NO_ACCOUNT
    rules = account_rules(_chart_for(nomenclature, nature, label))
    if nature not in rules and (below := _it_below(rules, nature)):
        return AccountRule(
            nature,
            Verdict.MIXED,
            below.post,
            Text(f"Compte {nature}", f"Account {nature}"),
            REASONS["coarse"],
        )
    prefixes = (nature[:length] for length in range(len(nature), -1, -1))
    return next(rules[prefix] for prefix in prefixes if prefix in rules)


@remembered(4096)
def account_label(nomenclature: str | None, nature: str) -> Text | None:
    """Return what our short table calls the account, None when it does not name it.

    For accounts that their file gives as a bare number, as TotEM often does.
    """
    rules = account_rules(_chart_for(nomenclature, nature, None))
    prefixes = (nature[:length] for length in range(len(nature), 0, -1))
    return next((rules[prefix].label for prefix in prefixes if prefix in rules), None)


def reads_label(nomenclature: str | None, nature: str) -> bool:
    """Return whether `default_verdict` may look at the label of a line of this account."""
    return nature.startswith(LABELLED) and family(nomenclature) is None


def _chart_for(nomenclature: str | None, nature: str, label: str | None) -> str:
    """Return the family to read, guessing from the label where two families disagree."""
    known = family(nomenclature)
    if known is not None:
        return known
    words = fold(label or "")
    if nature.startswith("2185"):
        return "M14" if "cheptel" in words else "M57"
    if nature.startswith("6512"):
        return "M14" if "informatique en nuage" in words else "M57"
    if nature.startswith("651") and any(word in words for word in ("redevance", "logiciel")):
        return "M14"
    return "M57"


def _it_below(rules: dict[str, AccountRule], nature: str) -> AccountRule | None:
    """Return an IT rule found below the account, the surest first: it is voted too coarsely."""
    below = [rule for prefix, rule in rules.items() if prefix.startswith(nature)]
    for verdict in (Verdict.IN, Verdict.MIXED):
        if found := next((rule for rule in below if rule.verdict is verdict), None):
            return found
    return None


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
            label=Text(row["label_fr"], row["label_en"]),
            why=REASONS[row["why"]],
        )
        for wanted in _ROWS_OF[family]
        for row in rows
        if row["nomenclature"] == wanted
    }
