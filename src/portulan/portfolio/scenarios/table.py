"""The plain sorted table: each level by what it adds per euro, with a running total (pure).

What a spreadsheet would show, and the first thing a board reads. A level counts for what it adds to
the one below it; what is decided or compulsory comes first, then what brings something for nothing;
an unknown effect or cost is put last, in the order of the plan, and said: it is no 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.facts import CandidateFacts, LevelFacts, ScenarioFacts

type Order = Literal["ratio", "impact", "cost", "number"]
type Gain = Literal["pays", "free", ""]


@dataclass(frozen=True, slots=True)
class Row:
    """A level of a candidate and what it adds to the level below.

    `cost` in euros in its first year of work, `impact` in kgCO2e a year, `per_euro` in kgCO2e for
    each euro of work and of one year after; None is unknown, or no ratio: what costs nothing or
    less has none, and `gain` says that it brings something all the same. `total` sums the costs
    known so far, and `left` is what the envelopes of the first year keep after it.
    """

    candidate: CandidateFacts
    level: CommitmentLevel
    decided: bool
    cost: int | None
    impact: int | None
    per_euro: Fraction | None
    gain: Gain = ""
    total: int = 0
    left: int | None = None

    @property
    def fits(self) -> bool:
        return self.cost is not None and (self.left is None or self.left >= 0)


def listing(facts: ScenarioFacts, order: Order = "ratio") -> list[Row]:
    """Return the rows, decided ones first, each with the running total."""
    rows = sorted(_rows(facts), key=lambda row: _key(row, order))
    envelope = envelope_of(facts)
    total, listed = 0, []
    for row in rows:
        total += row.cost or 0
        left = None if envelope is None else envelope - total
        listed.append(replace(row, total=total, left=left))
    return listed


def envelope_of(facts: ScenarioFacts) -> int | None:
    """Return what there is in the first year, None when nobody said it: it is no 0."""
    money = [one for one in facts.envelopes if one.is_money and one.capacity]
    return sum(one.capacity[0] for one in money) if money else None


def _rows(facts: ScenarioFacts) -> Iterator[Row]:
    for candidate in facts.candidates:
        if candidate.out_reason:
            continue
        below: LevelFacts | None = None
        for level in candidate.levels:
            yield _row(candidate, level, below)
            below = level


def _row(candidate: CandidateFacts, level: LevelFacts, below: LevelFacts | None) -> Row:
    decided = (candidate.must is not None and level.level <= candidate.must.level) or (
        candidate.step is not None and level.level == candidate.step.level
    )
    cost, work = _first_cost(level), _work(level)
    impact = None if level.impact is None else level.impact.likely
    if below is not None:
        cost, work = _less(cost, _first_cost(below)), _less(work, _work(below))
        impact = _less(impact, below.impact.likely if below.impact is not None else 0)
    per_euro, gain = _ratio(impact, work)
    return Row(candidate, level.level, decided, cost, impact, per_euro, gain)


def _ratio(impact: int | None, work: int | None) -> tuple[Fraction | None, Gain]:
    """Return kgCO2e per euro, or why there is none: it pays for itself, or is free."""
    if impact is None or work is None:
        return None, ""
    if work > 0:
        return Fraction(impact, work), ""
    if work < 0 <= impact:
        return None, "pays"
    if impact > 0:
        return None, "free"
    return (Fraction(0), "") if impact == 0 else (None, "")


def _first_cost(level: LevelFacts) -> int | None:
    if level.cost is None:
        return None
    return sum(amounts[0] for amounts in level.cost.values() if amounts)


def _work(level: LevelFacts) -> int | None:
    """Return all the euros of its work, and of a year after it."""
    if level.cost is None:
        return None
    return sum(map(sum, level.cost.values())) + sum(level.running.values())


def _less(amount: int | None, below: int | None) -> int | None:
    return None if amount is None or below is None else amount - below


def _key(row: Row, order: Order) -> tuple[object, ...]:
    place = (row.candidate.number, row.candidate.id, row.level)
    if order == "number":
        return place
    return (row.cost is None, not row.decided, *_merit(row, order), *place)


def _merit(row: Row, order: Order) -> tuple[int, Fraction | int]:
    """Return a group, then a place in it, the best one first; what is not known comes last."""
    if order != "ratio":
        known = row.cost if order == "cost" else row.impact
        return (1, 0) if known is None else (0, known if order == "cost" else -known)
    if row.per_euro is not None:
        return 2, -row.per_euro
    if row.gain:
        return ("pays", "free").index(row.gain), -(row.impact or 0)
    return (3 if row.impact is not None else 4), 0
