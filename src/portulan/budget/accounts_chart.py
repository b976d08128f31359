"""What an account or a chapter means, which depends on the nomenclature: 2185 is telephony in M57
and livestock in M14.

A nomenclature is written as the accounts write it (`M57-M57_A`, `M14-M14_COM_SUP3500`, `M43`);
None is "the source does not say", as in SCDL files.
"""

from __future__ import annotations

from typing import Literal

from portulan.budget.account_rules import REASONS, AccountRule, account_rules
from portulan.budget.verdicts import Verdict
from portulan.core.money import TaxBasis
from portulan.core.problems import Words
from portulan.core.text import fold, remembered

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

_NO_ACCOUNT = AccountRule(
    "",
    Verdict.UNDECIDED,
    None,
    Words("Sans compte", "No account"),
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
    operating result) are F and the rest I (DESIGN section 5).
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
            Words(f"Compte {nature}", f"Account {nature}"),
            REASONS["coarse"],
        )
    prefixes = (nature[:length] for length in range(len(nature), -1, -1))
    return next(rules[prefix] for prefix in prefixes if prefix in rules)


@remembered(4096)
def account_label(nomenclature: str | None, nature: str) -> Words | None:
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
