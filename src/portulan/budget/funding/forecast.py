"""Where a year lands, action by action and in total, as an interval.

    least = max(realised, committed)    accounts: a commitment contains what was paid of it
    most  = max(least, said)            what the pilot says may not be in the accounts yet
    share = 100 × least / allotted      what is consumed of the allotment

`realised`, `committed` are what the lines dedicate to the action at these stages: the sums of the
indicator, never added to one another. `said` is the last amount that the function which pilots the
action gave, and that a referent accepted; where it said nothing, nothing is added, and it is told.
Amounts are exact decimals in euros, in the tax basis of the year; None is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portulan.budget.funding.by_year import ActionMoney, YearMoney
from portulan.budget.words import Stage
from portulan.core.amounts import Of, identified
from portulan.core.money import known_sum
from portulan.plans.models import Action

HUNDRED = Decimal(100)
# The stages at which money is no longer free, as accounts give them.
HELD = (Stage.COMMITTED, Stage.REALISED)


@dataclass(frozen=True, slots=True)
class Said:
    """What the pilot of an action said was spent in the year, and when."""

    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the money of an action lands; `action` is None for NR at large, and for a total."""

    action: Action | None = None
    allotted: Decimal | None = None
    realised: Decimal | None = None
    committed: Decimal | None = None
    said: Said | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """The percents of the allotment that accounts hold; None without either."""
        if self.least is None or not self.allotted:
            return None
        return HUNDRED * self.least / self.allotted

    @property
    def left(self) -> Decimal | None:
        """What the allotment keeps where the year lands highest; negative beyond it."""
        if self.most is None or self.allotted is None:
            return None
        return self.allotted - self.most

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0


def landing_of(money: ActionMoney, said: Said | None) -> Landing:
    """Return where the money of an action lands, from its row in the year."""
    return landing_at(money.stages, said, action=money.action, allotted=money.need.allotted)


def landing_at(
    stages: Mapping[Stage, Decimal],
    said: Said | None,
    *,
    action: Action | None = None,
    allotted: Decimal | None = None,
) -> Landing:
    """Return where money lands, from what lines hold at each stage and what was said."""
    least = max((stages[stage] for stage in HELD if stage in stages), default=None)
    known = [amount for amount in (least, said.amount if said else None) if amount is not None]
    return Landing(
        action=action,
        allotted=allotted,
        realised=stages.get(Stage.REALISED),
        committed=stages.get(Stage.COMMITTED),
        said=said,
        least=least,
        most=max(known, default=None),
    )


@dataclass(frozen=True, slots=True)
class YearLanding:
    """Where a year lands on a day; `elapsed` is the percents of its days that are past.

    `is_kept` is False on a past day of which the sums of the lines were not kept: accounts are then
    unknown. `silent` counts the actions whose pilot said nothing.
    """

    year: int
    on: date
    basis: str
    stages: tuple[Stage, ...]
    rows: tuple[Landing, ...]
    elapsed: Decimal
    is_kept: bool = True

    @property
    def total(self) -> Landing:
        """The sums of the rows, NR at large included; what is not known is left out of them."""
        found = total_of(self.rows)
        told = {
            name: identified(getattr(found, name), self._of(name))
            for name in ("allotted", "realised", "committed", "least", "most")
        }
        return replace(found, **told)

    def _of(self, what: str) -> Of:
        who = tuple(sorted(row.action.pk for row in self.rows if row.action is not None))
        return Of(f"landing {what}", self.year, scope=str(self.on), basis=self.basis, who=who)

    @property
    def share(self) -> Decimal | None:
        """The percents of all allotments that the accounts of their own actions hold.

        What is beyond an allotment consumes no other.
        """
        held = known_sum(
            min(row.least, row.allotted)
            for row in self.rows
            if row.allotted is not None and row.least is not None
        )
        allotted = self.total.allotted
        consumed = None if held is None or not allotted else HUNDRED * held / allotted
        return identified(consumed, self._of("consumed"))

    @property
    def beyond(self) -> Decimal | None:
        """What accounts hold beyond the allotment of its action, or without one: in no share."""
        beyond = known_sum(
            max(row.least - (row.allotted or Decimal(0)), Decimal(0))
            for row in self.rows
            if row.least is not None
        )
        return identified(beyond, self._of("beyond"))

    @property
    def left(self) -> Decimal | None:
        """What allotments keep: one that is passed takes from no other."""
        return known_sum(max(row.left, Decimal(0)) for row in self.rows if row.left is not None)

    @property
    def silent(self) -> int:
        return sum(1 for row in self.rows if row.action is not None and row.said is None)

    @property
    def over(self) -> tuple[Landing, ...]:
        """The actions that would land beyond their allotment, those furthest beyond first."""
        beyond = [row for row in self.rows if row.is_over]
        return tuple(sorted(beyond, key=lambda row: row.left or Decimal(0)))

    @property
    def is_said(self) -> bool:
        """Whether accounts or pilots say anything of it."""
        return self.total.most is not None

    def of(self, actions: Iterable[int]) -> YearLanding:
        """Return the landing of some actions alone, without NR at large."""
        kept = set(actions)
        rows = tuple(row for row in self.rows if row.action and row.action.pk in kept)
        return YearLanding(
            self.year, self.on, self.basis, self.stages, rows, self.elapsed, self.is_kept
        )


def total_of(rows: Sequence[Landing]) -> Landing:
    """Return the sums of landings: each amount over the rows where it is known."""
    saids = [row.said for row in rows if row.said is not None]
    said = None
    if saids:
        said = Said(sum((one.amount for one in saids), Decimal(0)), max(one.on for one in saids))
    return Landing(
        allotted=known_sum(row.allotted for row in rows),
        realised=known_sum(row.realised for row in rows),
        committed=known_sum(row.committed for row in rows),
        said=said,
        least=known_sum(row.least for row in rows),
        most=known_sum(row.most for row in rows),
    )


def year_landing(
    money: YearMoney, said: Mapping[int, Said], *, on: date, elapsed: Decimal, is_kept: bool = True
) -> YearLanding:
    """Return where a year lands on a day, from its money and what pilots said by action."""
    rows = [
        landing_of(row, said.get(row.action.pk) if row.action is not None else None)
        for row in money.rows
    ]
    stages = tuple(stage for stage in HELD if stage in money.stages)
    return YearLanding(money.year, on, money.basis, stages, tuple(rows), elapsed, is_kept)


def elapsed_share(starts_on: date, ends_on: date, on: date) -> Decimal:
    """Return the percents of the days of a year that are past at the end of a day."""
    days = (ends_on - starts_on).days + 1
    past = min(max((on - starts_on).days + 1, 0), days)
    return HUNDRED * past / days
