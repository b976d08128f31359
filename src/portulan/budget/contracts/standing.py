"""How a contract stands before the law, and by when to write: from dated tables (pure).

Loi 2021-1104 (Climat et résilience), article 35, and décret 2022-767: a consultation begun since 21
August 2026 has a condition of execution and a criterion (CCP, L. 2112-2 and L. 2152-7). A renewal
changes no contract (CCP, R. 2112-4). Thresholds: décret 2025-1386 and the European ones of 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from portulan.budget.words import LONGEST, Procedure, Renewal, Sequel, Why
from portulan.core.periods import later, month_end

SINCE = date(2026, 8, 21)


@dataclass(frozen=True, slots=True)
class Steps:
    """From a day on: competition is asked from one amount, a formal procedure from another, HT."""

    since: date
    competition: Decimal
    formal: Decimal
    formal_of_the_state: Decimal


STEPS = (
    Steps(date(2026, 1, 1), Decimal(40_000), Decimal(216_000), Decimal(140_000)),
    Steps(date(2026, 4, 1), Decimal(60_000), Decimal(216_000), Decimal(140_000)),
)


class State(StrEnum):
    TO_CORRECT = "to-correct"
    TO_WRITE = "to-write"
    PRESENT = "present"
    NOT_CONCERNED = "not-concerned"


SAID = (Why.PURCHASING_BODY, Why.NO_COMPETITION, Why.RESERVED, Why.SUBSEQUENT, Why.OTHER)


class Facts(Protocol):
    """A contract, and the consultation that comes after it (`next_…`)."""

    @property
    def notified_on(self) -> date | None: ...
    @property
    def months(self) -> int | None: ...
    @property
    def renewal(self) -> str: ...
    @property
    def renewed_for(self) -> int: ...
    @property
    def notice(self) -> int | None: ...
    @property
    def procedure(self) -> str: ...
    @property
    def decision(self) -> str: ...
    @property
    def next_on(self) -> date | None: ...
    @property
    def offers_on(self) -> date | None: ...
    @property
    def motive(self) -> str: ...
    @property
    def has_condition(self) -> bool: ...
    @property
    def has_criterion(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Leads:
    """Months from the beginning of a consultation to the end of the contract before it."""

    formal: int = 10
    adapted: int = 5
    purchasing_body: int = 3

    def of(self, procedure: Procedure) -> int:
        if procedure is Procedure.PURCHASING_BODY:
            return self.purchasing_body
        return self.adapted if procedure is Procedure.ADAPTED else self.formal


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contract stands on a day; `before` is the day by which something is done."""

    state: State
    procedure: Procedure
    end: date | None
    before: date | None
    why: Why | None = None


def end_of(facts: Facts, on: date) -> date | None:
    """Return the last day known of a contract, renewals included; None where nobody knows.

    A contract notified on the first of a month ends with a month: its last day is the day before.
    """
    if facts.notified_on is None or not facts.months or not 0 < facts.months <= LONGEST:
        return None
    last = later(facts.notified_on, facts.months) - timedelta(days=1)
    if facts.renewal != Renewal.TACIT or last >= on:
        return last
    if not facts.renewed_for:
        return None
    months = facts.months
    while last < on:
        months += facts.renewed_for
        last = later(facts.notified_on, months) - timedelta(days=1)
    return last


def procedure_of(facts: Facts, total: Decimal | None, on: date, *, of_state: bool) -> Procedure:
    """Return how the next contract is awarded, from its HT total, renewals and lots included.

    Unknown where nobody gave the total, or before the first thresholds known here.
    """
    if facts.procedure == Procedure.PURCHASING_BODY:
        return Procedure.PURCHASING_BODY
    known = [one for one in STEPS if one.since <= on]
    if total is None or not known:
        return Procedure(facts.procedure) if facts.procedure else Procedure.UNKNOWN
    formal = known[-1].formal_of_the_state if of_state else known[-1].formal
    return Procedure.FORMAL if total >= formal else Procedure.ADAPTED


def asks_no_competition(total: Decimal | None, on: date) -> bool:
    known = [one for one in STEPS if one.since <= on]
    return bool(known) and total is not None and total < known[-1].competition


def standing_of(
    facts: Facts, total: Decimal | None, on: date, leads: Leads, *, of_state: bool = False
) -> Standing:
    """Return how a contract stands; `total` is HT, over the whole duration, with its lots."""
    begins = max(on, facts.next_on or on)
    procedure = procedure_of(facts, total, begins, of_state=of_state)
    end = end_of(facts, on)
    before = _before(facts, end, leads.of(procedure))
    begun = facts.next_on is not None and facts.next_on <= on
    why = _why(facts, total, begun, begins)
    if why is not None:
        return Standing(State.NOT_CONCERNED, procedure, end, before, why)
    if facts.has_condition and facts.has_criterion:
        return Standing(State.PRESENT, procedure, end, before)
    if begun:
        return Standing(State.TO_CORRECT, procedure, end, facts.offers_on)
    return Standing(State.TO_WRITE, procedure, end, before)


def _why(facts: Facts, total: Decimal | None, begun: bool, begins: date) -> Why | None:
    if facts.motive:
        return Why(facts.motive)
    if begun and facts.next_on is not None and facts.next_on < SINCE:
        return Why.BEFORE
    if not begun and is_renewed(facts):
        return Why.RENEWAL
    if facts.procedure == Procedure.PURCHASING_BODY:
        return Why.PURCHASING_BODY
    return Why.NO_COMPETITION if asks_no_competition(total, begins) else None


def is_renewed(facts: Facts) -> bool:
    """Tell whether the contract goes on by itself, or by a decision, and not by a consultation."""
    if facts.decision:
        return facts.decision != Sequel.TENDER
    return facts.renewal == Renewal.TACIT


def _before(facts: Facts, end: date | None, lead: int) -> date | None:
    if end is None:
        return facts.next_on
    months = lead
    if is_renewed(facts) and facts.notice is not None:
        months = facts.notice
    return working(back(end, months))


def back(day: date, months: int) -> date:
    """Return the day so many months earlier; the last of a month stays the last of one."""
    if day == month_end(day, months=0):
        return month_end(day, months=-months)
    return later(day, -months)


def working(day: date) -> date:
    """Return the day, or the Friday before a week-end: what is due is done on a working day."""
    return day - timedelta(days=max(0, day.weekday() - 4))


@dataclass(frozen=True, slots=True)
class Count:
    """Consultations counted: how many are kept of how many, in euros too, what is unsaid beside.

    Euros are HT ceilings; those that no known amount has are left out of both and counted.
    """

    kept: int = 0
    all: int = 0
    euros_kept: Decimal = Decimal(0)
    euros: Decimal = Decimal(0)
    unsaid: int = 0

    @property
    def percent(self) -> Decimal | None:
        return Decimal(100) * self.kept / self.all if self.all else None

    def as_json(self) -> dict[str, int | str | None]:
        """Return how many are kept of how many, as programs and assistants read it."""
        percent = self.percent
        return {
            "kept": self.kept,
            "of": self.all,
            "unsaid": self.unsaid,
            "percent": None if percent is None else str(round(percent, 4)),
        }


def counted(answers: Iterable[tuple[bool | None, Decimal | None]]) -> Count:
    """Count answers, None unsaid, each with its amount HT where it is known."""
    said = list(answers)
    known = [(bool(kept), euros) for kept, euros in said if kept is not None]
    return Count(
        kept=sum(kept for kept, _euros in known),
        all=len(known),
        euros_kept=sum((euros for kept, euros in known if kept and euros), Decimal(0)),
        euros=sum((euros for _kept, euros in known if euros), Decimal(0)),
        unsaid=len(said) - len(known),
    )
