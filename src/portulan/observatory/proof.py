"""What the State’s file of the same body and year says of the accounts of a ledger.

A ledger of one department is a part of an account: it contradicts the State only where it is above
it, and is proved only where every account that is IT for certain is equal, to the cent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from portulan.budget.imports.proofs import Grade, grade_of
from portulan.budget.imports.reads import proved_part_of
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.core.amounts import Of, identified
from portulan.core.money import CENT
from portulan.observatory.reads import accounts_of


@dataclass(frozen=True, slots=True)
class Above:
    """An account of which a ledger says more than the State, in euros."""

    account: str
    ledger: Decimal
    state: Decimal


@dataclass(frozen=True, slots=True)
class Against:
    """What the State’s file says of a ledger: the accounts that are above it, or all are equal."""

    above: tuple[Above, ...]
    proves: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """How far a ledger is proved by its own totals, unless the State’s file contradicts it."""

    grade: Grade
    state: Against | None = None

    @property
    def by_state(self) -> bool:
        return self.state is not None and bool(self.state.above)


type Known = Callable[[str, int], Mapping[str, Decimal] | None]


def spent_of(siren: str, year: int) -> Mapping[str, Decimal] | None:
    """Return what the State’s file says that a body spent, by account that is IT for certain.

    In euros; None where no such file is known (two queries).
    """
    accounts = accounts_of(siren, year) if siren else None
    if accounts is None:
        return None
    lines = accounts.lines.filter(certain=True).values_list("account", "spent")
    return {account: cents * CENT for account, cents in lines}


def judge(siren: str, year: int, report: Mapping[str, Any], known: Known = spent_of) -> Judged:
    """Judge a ledger by the report of its reading, then by the State’s file.

    Above the State on an account, it is contradicted, whatever its totals say. Equal to it on every
    account that is IT for certain, its other lines are proved of nothing: its own grade stays.
    """
    own = grade_of(report)
    realised = {
        one["nature"]: Decimal(one["amount"])
        for one in (report.get("it") or {}).get("strict", ())
        if one["stage"] == Stage.REALISED.value
    }
    spent = known(siren, year) if realised else None
    if not spent:
        return Judged(own)
    state = against(spent, realised)
    return Judged(Grade.CONTRADICTED if state.above else own, state)


def grade_at(stage: Stage, siren: str, year: int, report: Mapping[str, Any], known: Known) -> Grade:
    """Return how far a ledger is proved at a stage: the State’s file is of what is realised."""
    if stage is not Stage.REALISED:
        return grade_of(report)
    return judge(siren, year, report, known).grade


def part_proved(fiscal_year: FiscalYear, stage: Stage) -> Decimal | None:
    """Return the part of a year’s expenses that comes from files that prove themselves.

    Of files of one body, the State’s is read once. None where no file gives an expense there.
    """
    known = cache(spent_of)
    part = proved_part_of(
        fiscal_year, stage, lambda siren, year, report: grade_at(stage, siren, year, report, known)
    )
    return identified(part, Of("proved part of expenses", fiscal_year.year, stage.value))


def against(spent: Mapping[str, Decimal], realised: Mapping[str, Decimal]) -> Against:
    """Return what the State’s file says of what a ledger realised, by account, in euros."""
    above = tuple(
        Above(account, amount, spent[account])
        for account, amount in sorted(realised.items())
        if account in spent and amount > spent[account]
    )
    equal, same = (
        {account: amount for account, amount in one.items() if amount} for one in (realised, spent)
    )
    return Against(above, equal == same)
