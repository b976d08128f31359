"""What every reader of accounts yields: a header, then lines one at a time.

with open_reading(path) as reading:
    reading.header.nomenclature
    for line in reading:          # memory does not grow with the file
        line.amount(Stage.REALISED)
    reading.read, reading.kept, reading.dropped, reading.problems   # complete after the loop
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

from portulan.budget.stages import Stage
from portulan.core.money import TaxBasis
from portulan.core.problems import Problem

type Section = Literal["F", "I"]
type Flow = Literal["expense", "revenue"]

CARRIED_NATURES = frozenset({"001", "002"})


@dataclass(frozen=True, slots=True)
class Header:
    """What the document says of itself; None is what it does not say.

    `delta` is true for amending decisions (DM, BS), whose amounts are changes and not states.
    `encoding` is the codec declared, else detected, in lower case.
    """

    format: str
    encoding: str | None = None
    siret: str | None = None
    name: str | None = None
    budget: str | None = None
    nomenclature: str | None = None
    year: int | None = None
    delta: bool = False
    tax_basis: TaxBasis | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the accounts as the file has it: codes as text, amounts exact, unknown is None.

    `row` counts from 1 in the source (line of a file, row of a sheet). `real` is false for
    movements of order; `carried` marks the carried results (natures 001 and 002), which files
    call real and totals leave out.
    """

    row: int
    section: Section | None
    flow: Flow
    real: bool
    carried: bool
    chapter: str | None
    nature: str | None
    function: str | None = None
    operation: str | None = None
    service: str | None = None
    manager: str | None = None
    supplier: str | None = None
    order: str | None = None
    contract: str | None = None
    label: str | None = None
    voted: Decimal | None = None
    opened: Decimal | None = None
    committed: Decimal | None = None
    realised: Decimal | None = None
    carried_over: Decimal | None = None

    def amount(self, stage: Stage) -> Decimal | None:
        """Return the amount at a stage, in euros; None when the source gives none."""
        amount: Decimal | None = getattr(self, stage.column)
        return amount

    @property
    def amounts(self) -> dict[Stage, Decimal]:
        """The amounts given, by stage."""
        given = ((stage, self.amount(stage)) for stage in Stage)
        return {stage: amount for stage, amount in given if amount is not None}

    @property
    def counts(self) -> bool:
        """Whether totals and the indicator count the line: a real movement of the year."""
        return self.real and not self.carried


class Reading:
    """A document being read: its header at once, its lines while iterating, once.

    Tallies (`read`, `kept`, `dropped` by reason, `problems`) are complete when the iteration
    ends. Iterating may raise UnusableInputError (a truncated file is known only at its end).
    """

    def __init__(
        self,
        header: Header,
        lines: Callable[[Reading], Iterator[SourceLine]],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.header = header
        self.read = 0
        self.kept = 0
        self.dropped: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self._lines = lines(self)
        self._close = close

    def __iter__(self) -> Iterator[SourceLine]:
        return self._lines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._close()
