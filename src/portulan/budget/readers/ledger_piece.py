"""A table of a ledger understood: its lines are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from portulan.budget.readers.ledger_bins import DERIVED, OF_REASON, Bins
from portulan.budget.readers.ledger_columns import Field
from portulan.budget.readers.ledger_questions import DEBT_UNSAID
from portulan.budget.readers.ledger_rows import Layout, LineReader
from portulan.budget.readers.ledger_scan import Scan, stage_columns
from portulan.budget.readers.ledger_selection import Rows
from portulan.budget.readers.ledger_titles import OTHER_YEAR, Titles
from portulan.budget.readers.ledger_totals import Found
from portulan.budget.readers.lines import (
    Answer,
    ColumnUse,
    Control,
    Question,
    Reading,
    SourceLine,
    TotalRow,
)
from portulan.core.money import TaxBasis, to_cents
from portulan.core.say.text import Problem
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Table

_ONE = Decimal(1)


@dataclass(slots=True)
class Piece:
    """A table understood; its lines are read when they are asked for."""

    table: Table
    titles: Titles
    layout: Layout
    rows: Rows
    found: Found
    scan: Scan
    year: int | None = None
    tax_basis: TaxBasis | None = None
    siret: str | None = None
    siren: str | None = None
    columns: tuple[ColumnUse, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    sums: list[TotalRow] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    late: list[Question] = field(default_factory=list)  # known once the lines are read
    untold: list[Question] = field(default_factory=list)  # the same, told of each line already

    def lines(self, reading: Reading) -> Iterator[SourceLine]:
        """Yield the lines."""
        reader = LineReader(self.layout)
        self.rows.bins = self._bins()
        yield from reader.read_all(reading, self.rows.read(reading))
        reader.end(reading)
        reading.bins.update(self.rows.bins.counts)
        if reader.unsaid_debts and self.layout.debt is None:
            first, count = reader.unsaid_debts
            answers = tuple(Answer({"debt": said}) for said in ("expense", "revenue", "out"))
            self.late.append(Question(DEBT_UNSAID.at(line=first, count=count), answers))
        if self.rows.other_years:
            years = sorted({self.year or 0, *self.rows.other_years})
            answers = tuple(Answer({"year": year}) for year in years if year)
            problem = OTHER_YEAR.at(found=years[0], year=years[-1])
            self.untold.append(Question(problem, answers))

    def _bins(self) -> Bins:
        """Return the bins, with the cells of the rows whose amounts are known."""
        read = {at: stage for stage, (at, *_) in stage_columns(self.layout).items()}
        left = {
            use.at: "identifier" if use.field else OF_REASON.get(use.reason or "", DERIVED)
            for use in self.columns
            if use.at not in read and (use.field or use.reason)
        }
        left |= dict.fromkeys(
            (~at if at < 0 else at for places in self.layout.added.values() for at in places),
            "line",
        )
        bins = Bins(read, left, self.scan.numbers, self.scan.unread)
        controls = self.found.sums.keys() | self.found.contradicted.keys()
        for column in self.scan.amounts:
            control = sum(column[at] is not None for at in controls)
            other = sum(column[at] is not None for at in self.found.left_out - controls)
            bins.counts["control"] += control
            bins.counts["other"] += other
            bins.counts["line"] += column.given - control - other
        return bins

    @property
    def lines_at(self) -> list[int]:
        """The indexes of the rows that are lines."""
        gone = self.found.sums.keys() | self.found.left_out | self.found.contradicted.keys()
        return [at for at in range(len(self.scan.numbers)) if at not in gone]

    def keys(self) -> Iterator[tuple[str, ...]]:
        """Yield what the lines are of, apart from their amounts."""
        names: tuple[Field, ...] = ("account", "label", "service", "manager", "supplier", "order")
        places = [self.layout.fields[name] for name in names if name in self.layout.fields]
        for number, cells in self.rows.read():
            if number not in self.layout.dropped:
                yield tuple(text_of(cells[at]) if at < len(cells) else "" for at in places)

    def totals(self) -> dict[Field, Decimal]:
        """The sum of the lines by stage, in euros."""
        found = self.found
        if not (found.sums or found.left_out or found.contradicted):
            return {
                stage: self._euros(stage, sum(filter(None, column)))
                for stage, column in zip(self.scan.stages, self.scan.amounts, strict=True)
            }
        kept = self.lines_at
        return {
            stage: self._euros(stage, sum(column[at] or 0 for at in kept))
            for stage, column in zip(self.scan.stages, self.scan.amounts, strict=True)
        }

    def _euros(self, stage: Field, amount: int) -> Decimal:
        factor = self.layout.factors.get(stage, _ONE)
        euros = Decimal(amount).scaleb(-2)
        return euros if factor == 1 else to_cents(euros * factor)
