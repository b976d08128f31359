"""A year as another perimeter judges it, lines alike judged once, and nothing written.

The database adds up the lines that a perimeter cannot tell apart; only those that are attributed
are weighed one by one. A hundred thousand lines are a few hundred groups, unless a rule looks at
labels on every account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    Expression,
    ExpressionWrapper,
    F,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Round

from portulan.budget.indicator.share import Tally
from portulan.budget.lines.facts import LineFacts
from portulan.budget.lines.kept_sums import FACTS, real_expenses, weighed_lines
from portulan.budget.lines.sums import EXACT, Heap, Kind, Sums
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.rules import Ruling
from portulan.budget.words import BatchStatus, Stage

_STORED = ("section", "verdict", "it_share", "post", "run_build")


@dataclass(slots=True)
class Restatement:
    """A year at a stage under another perimeter: its sums, and what moved.

    `before` are the sums under the perimeter compared with, empty when it is the one that stands.
    `moved` are the lines of another verdict or IT share; `decided` what each rule decides, by its
    place.
    """

    sums: Sums = field(default_factory=Sums)
    before: Sums = field(default_factory=Sums)
    moved: Tally = field(default_factory=Tally)
    decided: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))


class _Group(NamedTuple):
    """Lines that no perimeter asked tells apart, added up in cents."""

    kind: Kind
    overridden: bool
    claimed: bool
    nomenclature: str | None
    facts: LineFacts
    lines: int
    known: int
    cents: int
    refunded: int

    @property
    def weight(self) -> Tally:
        return Tally(_euros(self.cents - 2 * self.refunded), self.lines)


class _Piles:
    """Groups put together by kind, in whole cents: decimals are made of them once, at the end."""

    def __init__(self) -> None:
        self._piles: dict[Kind, list[int]] = {}
        self._without_amount = 0

    def add(self, kind: Kind, group: _Group) -> None:
        pile = self._piles.setdefault(kind, [0, 0, 0])
        pile[0] += group.known
        pile[1] += group.cents
        pile[2] += group.refunded
        self._without_amount += group.lines - group.known

    def sums(self) -> Sums:
        found = Sums()
        found.without_amount = self._without_amount
        for kind, (known, cents, refunded) in self._piles.items():
            if known:
                found.pile(kind, Heap(known, _euros(cents), _euros(refunded)))
        return found


def restate(
    fiscal_year: int,
    stage: Stage,
    after: Judge,
    before: Judge | None = None,
    until: date | None = None,
) -> Restatement:
    """Return a year as a perimeter judges it (six queries at most, whatever its number of lines).

    With a day, only its lines dated until it.
    What moved is said from the verdicts that stand, or from those of another perimeter (`before`).
    """
    found = Restatement()
    batches = _in_force(fiscal_year)
    piles, former = _Piles(), _Piles()
    judges = [after] if before is None else [after, before]
    for group in _groups(batches, stage, judges, until):
        ruling = None if group.overridden else after(group.facts, group.nomenclature)
        kind = group.kind if ruling is None else _kind(group.kind, ruling)
        was = group.kind
        if before is not None and ruling is not None:
            was = _kind(was, before(group.facts, group.nomenclature))
        if not group.claimed:
            piles.add(kind, group)
            former.add(was, group)
        if ruling is not None and ruling.rule:
            found.decided[ruling.rule] = found.decided[ruling.rule].plus(*group.weight)
        if (was.verdict, was.it_share) != (kind.verdict, kind.it_share):
            found.moved = found.moved.plus(*group.weight)
    found.sums = piles.sums().plus(Sums.of(weighed_lines(batches, stage, after, until)))
    if before is not None:
        found.before = former.sums().plus(Sums.of(weighed_lines(batches, stage, before, until)))
    return found


def _in_force(fiscal_year: int) -> list[int]:
    batches = ImportBatch.objects.filter(fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED)
    return list(batches.values_list("pk", flat=True))


def _kind(kind: Kind, ruling: Ruling) -> Kind:
    return kind._replace(
        verdict=ruling.verdict,
        it_share=ruling.share,
        post=ruling.post or "",
        run_build=ruling.run_build or "",
    )


def _groups(
    batches: list[int], stage: Stage, judges: list[Judge], until: date | None
) -> Iterator[_Group]:
    """Yield the real expense lines of imports, added up by all that these judges look at."""
    amount, keys = _cents(stage), _keys(judges)
    rows = (
        real_expenses(BudgetLine.objects.filter(batch__in=batches), until)
        .order_by()
        .annotate(
            is_reviewed=ExpressionWrapper(Q(reviewed_on__isnull=False), BooleanField()),
            is_claimed=ExpressionWrapper(Q(claimed_share__isnull=False), BooleanField()),
            **{f"asked_{name}": key for name, key in keys.items()},
        )
        .values_list(
            *("batch__nomenclature", "overridden", "is_reviewed", "is_claimed", *_STORED),
            *(f"asked_{name}" for name in keys),
        )
        .annotate(
            lines=Count("pk"),
            known=Count(stage.column),
            cents=Sum(amount),
            refunded=Sum(amount, filter=Q(**{f"{stage.column}__lt": 0})),
        )
    )
    for nomenclature, overridden, reviewed, claimed, *row in rows.iterator(chunk_size=2000):
        section, verdict, it_share, post, run_build, *facts = row[:-_SUMMED]
        lines, known, cents, refunded = row[-_SUMMED:]
        yield _Group(
            kind=Kind(section, verdict, it_share, reviewed, False, post, run_build or ""),
            overridden=overridden,
            claimed=claimed,
            nomenclature=nomenclature or None,
            facts=LineFacts(*facts),
            lines=lines,
            known=known,
            cents=int(cents or 0),
            refunded=int(refunded or 0),
        )


_SUMMED = 4


def _keys(judges: list[Judge]) -> dict[str, Expression | F]:
    """Return each fact of a line, emptied on the accounts where no judge looks at it."""
    keys: dict[str, Expression | F] = {}
    for name in FACTS:
        prefixes = {""} if name == "nature" else set[str]()
        prefixes.update(*(judge.looks_at.get(name, ()) for judge in judges))
        if "" in prefixes:
            keys[name] = F(name)
        elif not prefixes:
            keys[name] = Value("")
        else:
            where = Q(*(Q(nature__startswith=prefix) for prefix in prefixes), _connector=Q.OR)
            keys[name] = Case(
                When(where, then=F(name)), default=Value(""), output_field=CharField()
            )
    return keys


def _cents(stage: Stage) -> Cast:
    """Return an amount in cents: whole numbers, which SQLite too adds up exactly."""
    return Cast(Round(F(stage.column) * Value(100)), BigIntegerField())


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2, EXACT)
