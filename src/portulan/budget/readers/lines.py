"""What every reader of accounts yields: a header, then lines one at a time.

with open_reading(path) as reading:
    reading.header.nomenclature
    for line in reading:          # memory does not grow with the file
        line.amount(Stage.REALISED)
    reading.read, reading.kept, reading.dropped, reading.problems   # complete after the loop

What a change (DM, BS) says it starts from: a state before, to check the chain of a year with.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, Self, cast

from portulan.budget.words import Act, Stage
from portulan.core.money import ZERO, TaxBasis
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, parse

type Section = Literal["F", "I"]
type Flow = Literal["expense", "revenue"]
CARRIED_NATURES = frozenset({"001", "002"})
_STAGES = tuple(Stage)
_FIRST_AMOUNT = -len(_STAGES)  # the amounts are the last fields, in the order of the stages
NO_LINE = ProblemKind(
    "no-line",
    "error",
    fr="Le fichier ne contient aucune ligne budgétaire (rien, ou seulement des totaux).",
    en="The file holds no budget line (nothing, or only totals).",
)


@dataclass(frozen=True, slots=True)
class Control:
    """A total that a file prints, in euros, and what is read of its lines (None: unreadable)."""

    line: int
    stage: Stage
    printed: Decimal
    read: Decimal
    holds: bool


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row that says the sum of others: how it is called, and the first and last of those."""

    line: int
    label: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What becomes of a column: the field that it gives, else why it gives none (`REASONS`)."""

    at: int
    title: str
    field: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: the mapping that says it, and the expenses it would give.

    `totals` are real expenses by stage; None where the answer cannot be read.
    """

    mapping: Mapping[str, int | str]
    totals: Mapping[Stage, Decimal] | None = None

    @property
    def option(self) -> str:
        """The options of the command line that say it."""
        return " ".join(
            f"--{name} {shlex.quote(str(said))}"
            if name in ("entity", "year")
            else f"--column {shlex.quote(f'{name}={said}')}"
            for name, said in self.mapping.items()
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a file does not say, which is asked before it is imported; the problem is an error."""

    problem: Problem
    answers: tuple[Answer, ...] = ()


class AskedError(UnusableInputError):
    """The file can be read only once a question is answered."""

    def __init__(
        self,
        header: Header,
        questions: Sequence[Question],
        columns: Sequence[ColumnUse] = (),
        sheets: Sequence[str] = (),
    ) -> None:
        super().__init__(questions[0].problem)
        self.header = header
        self.questions = tuple(questions)
        self.columns = tuple(columns)
        self.sheets = tuple(sheets)
        self.sums: tuple[TotalRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the document says of itself; None is what it does not say.

    `annex` is true for a budget said to be beside the main one of its body.
    `encoding` is the codec declared, else detected, in lower case. `siren` is for those that say
    the body but not its establishment, `period` the first and last days of dated entries. `act` is
    which document of the year it is, with its number and the day it was voted.
    """

    format: str
    encoding: str | None = None
    siret: str | None = None
    siren: str | None = None
    name: str | None = None
    budget: str | None = None
    nomenclature: str | None = None
    year: int | None = None
    period: tuple[date, date] | None = None
    annex: bool = False
    act: Act | None = None
    number: str | None = None
    voted_on: date | None = None
    tax_basis: TaxBasis | None = None
    population: int | None = None

    @property
    def delta(self) -> bool:
        """Whether its amounts are changes (DM, BS)."""
        return self.act is not None and self.act.is_delta


class SourceLine(NamedTuple):
    """One line of the accounts as the file has it: codes as text, amounts exact, unknown is None.

    `row` counts from 1 in the source (line of a file, row of a sheet). `real` is false for
    movements of order; `carried` marks the carried results (natures 001 and 002), which files
    call real and totals leave out; `dated_on` is the day of an entry (ISO 8601). A tuple
    and not a dataclass: files have a million lines, and a frozen dataclass of twenty fields takes
    three times as long to make.
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
    budget: str | None = None
    label: str | None = None
    dated_on: str | None = None
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
    def by_stage(self) -> tuple[Decimal | None, ...]:
        """The amounts in the order of the stages, None where the source gives none."""
        return cast("tuple[Decimal | None, ...]", self[_FIRST_AMOUNT:])

    @property
    def amounts(self) -> dict[Stage, Decimal]:
        """The amounts given, by stage."""
        pairs = zip(_STAGES, self.by_stage, strict=True)
        return {stage: amount for stage, amount in pairs if amount is not None}

    @property
    def counts(self) -> bool:
        """Whether totals and the indicator count the line: a real movement of the year."""
        return self.real and not self.carried


class Sieve(Protocol):
    """Lets lines pass, changed or not; counts and tells what it keeps back."""

    def line(self, reading: Reading, line: SourceLine) -> SourceLine | None:
        """Return the line that passes, None once it is counted as dropped."""

    def end(self, reading: Reading) -> None:
        """Tell what was kept back, after the last line."""


class Reading:
    """A document being read: its header at once, its lines while iterating, once.

    Tallies (`read`, `kept`, `dropped` by reason, `problems`) are complete when the iteration
    ends; then `read == kept + sum(dropped.values())`. `before` is, by section, the real expense
    that a change (DM, BS) says it starts from. Iterating may raise UnusableInputError: a file cut
    short is known only at its end.
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
        self.before: dict[Section, Decimal] = {}
        self.controls: list[Control] = []
        self.bins: Counter[str] = Counter()  # cells that are numbers, by what they are
        self.questions: list[Question] = []
        self.columns: Sequence[ColumnUse] = ()
        self.sheets: Sequence[str] = ()
        self.sums: list[TotalRow] = []
        self._met = Problems()
        self._lines = lines
        self._close = close

    def __iter__(self) -> Iterator[SourceLine]:
        for line in self._lines(self):
            self.kept += 1
            yield line
        if not self.kept and not any(problem.is_error for problem in self._met):
            raise UnusableInputError(NO_LINE.at())

    def changed_by(self, change: Callable[[SourceLine], SourceLine]) -> Reading:
        """Return the same document with each line changed, in place of this one."""
        lines = self._lines
        return Reading(self.header, lambda reading: map(change, lines(reading)), self._close)

    def sifted_by(self, sieve: Sieve) -> Reading:
        """Return the same document with only the lines that a sieve lets pass."""
        lines = self._lines

        def sifted(reading: Reading) -> Iterator[SourceLine]:
            for line in lines(reading):
                if (passed := sieve.line(reading, line)) is not None:
                    yield passed
            sieve.end(reading)

        return Reading(self.header, sifted, self._close)

    def report(self, problem: Problem) -> None:
        """Add a problem; past a hundred of a kind they are only counted, in one last problem."""
        self._met.append(problem)

    def ask(self, question: Question) -> None:
        """Add a question: an error until it is answered."""
        self.questions.append(question)
        self.report(question.problem)

    def drop(self, reason: str) -> None:
        """Count a row read that gives no line."""
        self.dropped[reason] += 1

    def reject(self, problem: Problem) -> None:
        """Count a row that cannot be read, and report why."""
        self.drop("error")
        self.report(problem)

    @property
    def problems(self) -> list[Problem]:
        """The problems met so far."""
        return list(self._met.told())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._close()


NO_START = ProblemKind(
    "unknown-start",
    "warning",
    fr="« {text} » n’est pas un montant ({field}) : ce dont part cette décision est inconnu.",
    en="“{text}” is not an amount ({field}): what this decision starts from is unknown.",
)


def start_from(
    reading: Reading, line: SourceLine, text: str, *, field: str, mark: DecimalMark | None = None
) -> None:
    """Add to `reading.before` what a line starts from, if it is a real expense of the year."""
    if line.flow != "expense" or not line.counts or line.section is None:
        return
    try:
        amount = parse(text, mark)
    except NotAnAmountError:
        reading.report(NO_START.at(line=line.row, text=text, field=field))
        return
    if amount is not None:
        reading.before[line.section] = reading.before.get(line.section, ZERO) + amount
