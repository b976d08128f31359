"""What a table does to what stands, row by row, and all of it together (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portulan.core.merge.threeway import Cell
from portulan.core.say.text import Problem


class RowFate(StrEnum):
    """What a row does."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def counts_of(fates: Mapping[RowFate, int]) -> dict[str, int]:
    """Return how many rows were read, and how many have each fate."""
    return {"read": sum(fates.values())} | {fate.value: fates.get(fate, 0) for fate in RowFate}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that came, cell by cell; a client adds what it is of.

    `is_new` when nothing here is it; `refused` when it is in error.
    """

    cells: tuple[Cell, ...]
    is_new: bool = False
    refused: bool = False

    @property
    def changes(self) -> dict[Any, Any]:
        """What is to be written, by field."""
        return {cell.name: cell.value for cell in self.cells if cell.is_taken}

    @property
    def conflicts(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_conflict]

    @property
    def shown(self) -> list[object]:
        """What a page shows of its cells, whatever is then chosen."""
        return [[one.name, one.here, one.there, one.fate] for one in self.cells]

    @property
    def fate(self) -> RowFate:
        if self.refused:
            return RowFate.REFUSED
        if self.is_new:
            return RowFate.CREATED
        return RowFate.UPDATED if self.changes else RowFate.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement[R: Row]:
    """What a table does: its rows, and all that is wrong, an error keeping all of it out."""

    rows: tuple[R, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows were read, and how many have each fate."""
        return counts_of(Counter(row.fate for row in self.rows))

    @property
    def shown(self) -> list[object]:
        """What a page shows of it, so that what is confirmed was shown (`core.proposals`)."""
        return [[row.is_new, row.refused, row.shown] for row in self.rows]

    @property
    def is_refused(self) -> bool:
        return any(problem.is_error for problem in self.problems)


def errors_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems as they are told: errors, then warnings, by line."""
    return tuple(sorted(problems, key=lambda one: (not one.is_error, one.line or 0)))
