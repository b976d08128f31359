"""Subtotals that no word announces: a chapter, or a class of accounts, among its own accounts; or
a row that names a service and neither account nor label, below the lines of that service.

`011` or `60` above or below the accounts it is the sum of, to the cent and at every stage, would
count twice. Nobody spends on two digits or on a chapter, so such a row is one or the other: the sum
of its neighbours, dropped and told, or a budget voted by chapter, kept. So is a bare row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portulan.budget.readers.cells import text_of
from portulan.budget.readers.ledger_columns import MONEY_FIELDS, Field
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.budget.readers.workbooks import Cell
from portulan.budget.words import Stage
from portulan.core.say.text import ProblemKind

SUBTOTAL = ProblemKind(
    "subtotal",
    "warning",
    fr="« {code} » est la somme des lignes voisines, à chaque stade : c’est un sous-total, la ligne"
    " n’est pas comptée.",
    en="“{code}” is the sum of the lines beside it, at every stage: it is a subtotal, the row is"
    " not counted.",
)

_COARSE = re.compile(r"(?:0[0-9]{2}|[1-9][0-9])(?:\s*[-–—:/|]?\s+\D.*)?")
_FEWEST = 2  # one account alone in its chapter may as well be a line of the same amount


@dataclass(slots=True)
class _Sum:
    """The amounts of lines, by stage, and how many lines."""

    amounts: dict[Stage, Decimal] = field(default_factory=dict)
    count: int = 0

    def add(self, line: SourceLine) -> None:
        self.count += 1
        for stage, amount in line.amounts.items():
            self.amounts[stage] = self.amounts.get(stage, Decimal(0)) + amount

    def is_of(self, line: SourceLine, fewest: int = _FEWEST) -> bool:
        """Return whether a line says exactly this sum."""
        told = line.amounts
        return (
            self.count >= fewest
            and any(told.values())
            and all(
                told.get(stage, 0) == self.amounts.get(stage, 0) for stage in (*told, *self.amounts)
            )
        )


def is_bare(line: SourceLine) -> bool:
    """Return whether a line names neither an account nor what was bought."""
    return line.nature is None and line.label is None


def may_be_subtotal(cells: Sequence[Cell], fields: Mapping[Field, int]) -> bool:
    """Return whether a row is of a chapter or a class, or has amounts and names nothing bought."""
    said = {name for name, at in fields.items() if at < len(cells) and text_of(cells[at])}
    if "account" in said:
        return _COARSE.fullmatch(text_of(cells[fields["account"]])) is not None
    names = {"account", "label"}
    return bool(names & fields.keys()) and not names & said and not said.isdisjoint(MONEY_FIELDS)


class _Sieve:
    """The coarse rows not told yet, each with the sum of the lines since; and those sums behind."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._held: list[tuple[SourceLine, _Sum]] = []
        self._since_coarse, self._since_chapter = _Sum(), _Sum()
        self._since_bare = _Sum()

    def pass_on(self, line: SourceLine) -> Iterator[SourceLine]:
        """Yield what is known to be a line, once this one came."""
        if is_bare(line):
            above, self._since_bare = self._since_bare, _Sum()
            if above.is_of(line, fewest=1):
                self._drop(line)
                return
        else:
            self._since_bare.add(line)
        if not _COARSE.fullmatch(line.nature or ""):
            for total in (
                *(held for _, held in self._held),
                self._since_coarse,
                self._since_chapter,
            ):
                total.add(line)
            yield line
            return
        is_below = not self._drop_sums() and (
            self._since_coarse.is_of(line) or self._since_chapter.is_of(line)
        )
        if is_below:
            self._drop(line)
        yield from self._release(line)
        self._since_coarse = _Sum()
        if (line.nature or "").startswith("0"):
            self._since_chapter = _Sum()
        if not is_below:
            self._held.append((line, _Sum()))

    def last(self) -> Iterator[SourceLine]:
        """Yield the coarse rows that are lines after all."""
        self._drop_sums()
        yield from (line for line, _ in self._held)
        self._held = []

    def _drop_sums(self) -> bool:
        """Drop the coarse rows that are the sum of what came after them; return whether one was."""
        sums = [line for line, total in self._held if total.is_of(line)]
        self._held = [(line, total) for line, total in self._held if not total.is_of(line)]
        for line in sums:
            self._drop(line)
        return bool(sums)

    def _release(self, line: SourceLine) -> Iterator[SourceLine]:
        """Yield the rows that this one closes: a class closes a class, a chapter closes all."""
        is_chapter = (line.nature or "").startswith("0")
        kept = []
        for held, total in self._held:
            if is_chapter or not (held.nature or "").startswith("0"):
                yield held
            else:
                kept.append((held, total))
        self._held = kept

    def _drop(self, line: SourceLine) -> None:
        self._reading.drop("total")
        code = line.nature or line.service or line.manager or line.chapter or "…"
        self._reading.report(SUBTOTAL.at(line=line.row, code=code))


def without_subtotals(reading: Reading, lines: Iterator[SourceLine]) -> Iterator[SourceLine]:
    """Yield the lines that add up no others; a coarse row comes once it is known to be a line."""
    sieve = _Sieve(reading)
    for line in lines:
        yield from sieve.pass_on(line)
    yield from sieve.last()
