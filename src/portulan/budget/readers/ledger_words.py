"""The words of the rows of a ledger: sections, flows, signs, orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from portulan.budget.readers.lines import Flow, Section
from portulan.core.folding import fold

type Whose = Literal["year", "body", "budget"]

FLOWS: dict[str, Flow] = {
    "d": "expense",
    "depense": "expense",
    "depenses": "expense",
    "df": "expense",
    "di": "expense",
    "expense": "expense",
    "r": "revenue",
    "recette": "revenue",
    "recettes": "revenue",
    "rf": "revenue",
    "ri": "revenue",
    "mandat": "expense",
    "mandats": "expense",
    "titre": "revenue",
    "titres": "revenue",
    "revenue": "revenue",
    "income": "revenue",
}
_SECTIONS: dict[str, Section] = {
    "f": "F",
    "fonctionnement": "F",
    "exploitation": "F",
    "fct": "F",
    "fonct": "F",
    "df": "F",
    "rf": "F",
    "opex": "F",
    "operating": "F",
    "i": "I",
    "investissement": "I",
    "inv": "I",
    "invest": "I",
    "di": "I",
    "ri": "I",
    "capex": "I",
    "capital": "I",
    "investment": "I",
}


def meaning_of_section(text: str) -> Section | None:
    """Return the section that the words of a cell say."""
    words = re.split(r"[^a-z]+", fold(text))
    return next((_SECTIONS[word] for word in words if word in _SECTIONS), None)


@dataclass(frozen=True, slots=True)
class Sections:
    """How the section of a row is told: by a cell, else by its account or a default."""

    said: Callable[[str], Section | None] = meaning_of_section
    otherwise: Section | None = None


# What a column of two to five words says of the sign, of the direction, of the movement of a row.
_UNDONE = re.compile(
    r"annul|reduc|\bavoir|rejet|contre[- ]?pass|extourn|revers|credit note|cancel|rembours|negati"
    r"|\b(?:ann|av|red|cr|credit|c|moins)\b|^-$"
)
_DONE = re.compile(
    r"ordinaire|normal|mandat|emission|\bemis|factur|paiement|payment|invoice|standard|liquid"
    r"|engag|initial|complement|acompte|solde|positi|\b(?:ord|nor|d|dr|debit|plus|std|fac)\b|^\+$"
)
_OF_ORDER = frozenset(
    {"ordre", "o", "operation d'ordre", "ordre budgetaire", "ordre semi-budgetaire"}
)
_REAL = frozenset({"reel", "reelle", "reels", "r", "reelles", "mixte", "mixtes", "semi-budgetaire"})
_BANNER = re.compile(
    r"(?:section (?:de |d')?|operations? |mouvements? |total des |ensemble des )?"
    r"(?P<word>depenses?|recettes?|fonctionnement|exploitation|investissement|expenses?|revenues?"
    r"|income|expenditure)\b(?P<rest>.*)"
)


# What a heading says of all the rows below it.
_TAKEN_BACK = re.compile(
    r"(?:mandats? |depenses? |factures? )?"
    r"(?:annul(?:e|es|ations?)|reductions?|avoirs?|rejets?|rejete(?:e?s)?|cancell?(?:ed|ations?)"
    r"|credit notes?)"
    r"(?: (?:(?:de|des|sur) )?(?:mandats?|depenses?|factures?|liquidations?|paiements?))?"
    r"(?: (?:et|ou) (?:annulations?|reductions?|avoirs?|rejets?)"
    r"(?: (?:de|des|sur) (?:mandats?|depenses?|factures?))?)?"
)
_YEAR_BELOW = re.compile(
    r"(?:exercice|annee|gestion|fiscal year|year|fy)(?: budgetaire| comptable)?\s*:?\s*(20[0-9]{2})"
)
_BODY_BELOW = re.compile(
    r"(?:(?:commune|ville|ccas|cias|communaute|syndicat|metropole|departement|region|caisse|office)"
    r"(?: [a-z'’-]+){0,3} (?:de|du|des|d['’]) ?\S.*|(?:collectivite|organisme|etablissement|entite"
    r"|commune|adherent|membre|body|entity|municipality)\s*:\s*\S.*)"
)
_BODY_CODE = re.compile(r"\bsire[tn]\b\D{0,12}([0-9]{3}[0-9 ]{6,15})")
_BUDGET_BELOW = re.compile(r"budgets? (?:annexes?|principal|principaux)\b.*|budget\s*:\s*\S.*")


def takes_back(text: str) -> bool:
    """Return whether a heading says that the amounts below it are taken away."""
    return _TAKEN_BACK.fullmatch(fold(text).strip(" *-_#|.:")) is not None


def whose(texts: Sequence[str]) -> Iterator[tuple[Whose, str]]:
    """Yield what the words of a heading say of the rows below it: a year, a body, a budget."""
    for text in texts:
        words = fold(text).strip(" *-_#|.:")
        if found := _YEAR_BELOW.fullmatch(words):
            yield "year", found[1]
        elif found := _BODY_CODE.search(words):
            yield "body", found[1].replace(" ", "")[:9]
            return
        elif len(words) <= 80 and _BUDGET_BELOW.fullmatch(words):
            yield "budget", text
        elif len(words) <= 80 and _BODY_BELOW.fullmatch(words) and not _says_code(texts):
            yield "body", text


def _says_code(texts: Sequence[str]) -> bool:
    return any(_BODY_CODE.search(fold(text)) for text in texts)


def sign_of(text: str) -> int | None:
    """Return -1 for words that take an amount back, 1 for those that add it, None for others."""
    words = fold(text)
    if _UNDONE.search(words):
        return -1
    return 1 if _DONE.search(words) or not words else None


def is_of_order(text: str) -> bool | None:
    """Return whether a word says a movement of order; None where it says neither."""
    words = fold(text)
    return True if words in _OF_ORDER else False if words in _REAL else None


def banner_of(text: str) -> tuple[Flow | None, Section | None] | None:
    """Return the direction and the section that a heading says of the rows below; None if none."""
    words = fold(text).strip(" *-_#|.:")
    found = _BANNER.fullmatch(words) if len(words) <= 60 else None
    if found is None:
        section = re.fullmatch(r"([fi]) ?[-:] ?\w.*", words)
        return (None, meaning_of_section(section[1])) if section else None
    flow = FLOWS.get(found["word"]) or FLOWS.get(found["word"].rstrip("s"))
    if flow is None and found["word"].startswith("expendit"):
        flow = "expense"
    rest = re.search(r"recette|depense", found["rest"])
    if flow is None and rest:
        flow = FLOWS[rest[0]]
    return flow, meaning_of_section(words)
