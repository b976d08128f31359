"""An amount that leaves with its scope: what it is worth, of which year, at which stage (pure).

An amount is known, unknown, or known in part: then it is "at least" its value. Two amounts add up
when their year aside they have one scope: stages are never added, nor two tax bases, nor what is in
the IT budget with what stands beside it (docs/reference/truths.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from portulan.core.money import known_sum


class Scope(NamedTuple):
    """What two amounts share to be added: stage, tax basis, in the IT budget or beside it.

    `stage` is a stage of the accounts, or a word of who asks; "" is none.
    """

    stage: str = ""
    basis: str = "TTC"
    in_it_budget: bool = True


@dataclass(frozen=True, slots=True)
class Amount:
    """Euros, exact; `value` None is unknown, never 0. `is_partial`: a part of it is unknown.

    `year` is None for a sum of several, `section` "" where it is of both.
    """

    value: Decimal | None
    scope: Scope
    year: int | None = None
    section: str = ""
    is_partial: bool = False

    @property
    def stage(self) -> str:
        return self.scope.stage


def total(amounts: Iterable[Amount], scope: Scope | None = None) -> Amount:
    """Return the sum of amounts of one scope, partial as soon as one of them is unknown in part.

    `scope` is that of a sum of nothing. Raises ValueError for amounts of two scopes.
    """
    amounts = list(amounts)
    scopes = {one.scope for one in amounts}
    if len(scopes) > 1:
        raise ValueError(f"amounts of several scopes are never added: {sorted(scopes)}")
    years, sections = {one.year for one in amounts}, {one.section for one in amounts}
    value = known_sum(one.value for one in amounts)
    return Amount(
        value,
        scopes.pop() if scopes else scope or Scope(),
        years.pop() if len(years) == 1 else None,
        sections.pop() if len(sections) == 1 else "",
        value is not None and any(one.value is None or one.is_partial for one in amounts),
    )


def by_scope(amounts: Iterable[Amount]) -> list[tuple[Amount, int]]:
    """Return the total of each scope that has a known amount, and how many amounts it adds up.

    An unknown amount makes no total partial here: it belongs to none, and is counted apart.
    """
    found: dict[Scope, list[Amount]] = {}
    for one in amounts:
        if one.value is not None:
            found.setdefault(one.scope, []).append(one)
    return [(total(some), len(some)) for some in found.values()]


def at_stage(amount: Amount, stage: str) -> Amount:
    """Return the amount under a stage that holds its own: asked or reserved is expected."""
    return replace(amount, scope=amount.scope._replace(stage=stage))
