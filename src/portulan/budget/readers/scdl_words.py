"""The words of the SCDL schema, and those that real files put in their place."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.budget.enums import Act
from portulan.budget.readers.lines import Flow, Section
from portulan.core.text import fold

FLOWS: dict[str, Flow] = {
    "dépense": "expense",
    "depense": "expense",
    "depenses": "expense",
    "d": "expense",
    "recette": "revenue",
    "recettes": "revenue",
    "r": "revenue",
}
SECTIONS: dict[str, Section] = {
    "fonctionnement": "F",
    "exploitation": "F",
    "f": "F",
    "investissement": "I",
    "i": "I",
}
REAL = {"réel": True, "reel": True, "reelle": True, "0": True, "ordre": False, "1": False}
TOTALS = frozenset({"t", "total"})
ACTS = {
    **dict.fromkeys(("budget primitif", "bp"), Act.PRIMARY),
    **dict.fromkeys(("decision modificative", "dm"), Act.AMENDING),
    **dict.fromkeys(("budget supplementaire", "bs"), Act.SUPPLEMENTARY),
    **dict.fromkeys(("compte administratif", "ca"), Act.CLOSING),
    **dict.fromkeys(("compte financier unique", "cfu"), Act.CLOSING),
}
ORDER_CHAPTERS = frozenset({"040", "041", "042", "043"})


def meaning_of[T](words: Mapping[str, T], text: str) -> T | None:
    """Return the meaning of a word of the schema, whatever its case and accents."""
    found = words.get(text)
    return found if found is not None else words.get(fold(text))
