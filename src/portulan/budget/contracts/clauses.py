"""The catalogue of clauses and criteria, in our own words: sentences to adapt, never advice (pure).

No jurist has read them for the organisation: who did is said beside each contract. The facts and
dates come from the texts that each row of clauses.csv names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from portulan.budget.words import Lot, Part
from portulan.core.say.text import Text


@dataclass(frozen=True, slots=True)
class Clause:
    """A text of the catalogue; `scoring` only where it may be a criterion."""

    number: int
    parts: frozenset[Part]
    lots: frozenset[Lot]
    practices: tuple[str, ...]
    since: date
    source: str
    subject: Text
    sentence: Text
    scoring: Text | None
    proof: Text
    penalty: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A text of the catalogue, as one of the things it may be in a contract."""

    clause: Clause
    part: Part

    @property
    def key(self) -> str:
        return f"{self.clause.number}{self.part}"


@cache
def catalogue() -> dict[str, Choice]:
    """Return every choice by its key: conditions first, then specifications and criteria."""
    path = files("portulan.budget.contracts").joinpath("clauses.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    clauses = [_clause(row) for row in csv.DictReader(lines)]
    choices = [
        Choice(one, part)
        for part in (Part.CONDITION, Part.SPECIFICATION, Part.CRITERION)
        for one in clauses
        if part in one.parts
    ]
    return {one.key: one for one in choices}


def _clause(row: dict[str, str]) -> Clause:
    def both(name: str) -> Text:
        return Text(row[f"{name}_fr"], row[f"{name}_en"])

    return Clause(
        number=int(row["number"]),
        parts=frozenset(map(Part, row["kinds"])),
        lots=frozenset(map(Lot, row["lots"])),
        practices=tuple(row["practices"].split()),
        since=date.fromisoformat(row["since"]),
        source=row["source"],
        subject=both("subject"),
        sentence=both("sentence"),
        scoring=both("scoring") if row["scoring_fr"] else None,
        proof=both("proof"),
        penalty=both("penalty"),
    )


def fitting(lot: Lot | None) -> list[Choice]:
    """Return the choices that fit what a contract buys; all of them where nobody said."""
    return [one for one in catalogue().values() if lot is None or lot in one.clause.lots]


def chosen(keys: Iterable[str], part: Part) -> list[Choice]:
    """Return the choices kept of a part; a key that no catalogue has is left out."""
    known = catalogue()
    return [known[key] for key in keys if key in known and known[key].part is part]
