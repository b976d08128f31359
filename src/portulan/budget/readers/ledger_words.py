"""What the cells of a ledger say of a section and of a direction, in words or in letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from portulan.budget.readers.lines import Flow, Section
from portulan.core.folding import fold

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
