"""Lines that resemble those already attributed to an action (pure).

Learnt from what persons of the same organisation declared or justified, by rules that a person can
check, the closest first: the same contract; the same words on the same account; the same supplier
on the same account. What is proposed is the share last given to such a line, and how many lines
speak, of which years. Nothing is guessed beyond that, and nothing is applied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.budget.lines.facts import LineFacts
from portulan.budget.words import Method
from portulan.core.folding import fold


class How(StrEnum):
    """How a line resembles others, the closest first."""

    CONTRACT = "contract"
    LABEL = "label"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Known:
    """A line of which a share was given to the action; `line` is its identifier."""

    line: int
    of: LineFacts
    year: int
    share: Decimal
    method: Method


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A share of a line in [0, 1], and the lines that it comes from."""

    share: Decimal
    method: Method
    how: How
    lines: int
    years: tuple[int, ...]


class Resemblance:
    """What is known of an action, ready to be asked about many lines."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known: dict[tuple[How, tuple[str, ...]], list[Known]] = defaultdict(list)
        for one in known:
            for how in How:
                if key := _key(how, one.of):
                    self._known[how, key].append(one)

    def of(self, line: int, named: LineFacts) -> Suggestion | None:
        """Return what the lines that resemble this one suggest, by the closest resemblance."""
        for how in How:
            key = _key(how, named)
            alike = [one for one in self._known.get((how, key), ()) if one.line != line]
            if alike:
                last = max(alike, key=lambda one: (one.year, one.line))
                years = sorted({one.year for one in alike})
                lines = len({one.line for one in alike})
                return Suggestion(last.share, last.method, how, lines, tuple(years))
        return None


def _key(how: How, named: LineFacts) -> tuple[str, ...]:
    """Return what must be equal; empty where the line lacks it."""
    match how:
        case How.CONTRACT:
            parts: tuple[str, ...] = (named.contract,)
        case How.LABEL:
            parts = (named.nature, named.label)
        case How.SUPPLIER:
            parts = (named.nature, named.supplier)
    return tuple(map(fold, parts)) if all(parts) else ()
