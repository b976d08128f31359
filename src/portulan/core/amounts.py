"""An amount or a share that leaves with its scope: of which year, at which stage (pure).

An amount is known, unknown, or known in part: then it is "at least" its value. Two amounts add up
when their year aside they have one scope: stages are never added, nor two tax bases, nor what is in
the IT budget with what stands beside it (docs/reference/truths.md).

A number that is written says what it is `Of`: two of the same are one value, on any page
(docs/adr/0132-a-figure-says-what-it-is-of.md).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
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


class Of(NamedTuple):
    """What a number is of: what it measures, of which year, at which stage, in which scope.

    `who` are the rows that it is of, by their identifiers, None for all that the year has.
    """

    what: str
    year: int | None = None
    stage: str = ""
    scope: str = ""
    basis: str = ""
    who: Hashable = None


class Identified(Decimal):
    """A number that says what it is of; computed from it, only its opposite does."""

    of: Of

    def __neg__(self, context: object = None) -> Decimal:
        return identified(Decimal(self).copy_negate(), self.of._replace(what=f"-{self.of.what}"))


def identified[D: (Decimal, Decimal | None)](value: D, of: Of) -> D:
    """Return a number that says what it is of, None for what is unknown."""
    if value is None:
        return value
    found = Identified(value)
    found.of = of
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the IT budget, in percent; `value` None is unknown or not computable, never 0.

    `perimeter` is the edition of what counts as IT; `is_provisional`: too little of it was looked
    at to compare it.
    """

    value: Decimal | None
    year: int
    stage: str
    perimeter: int | None
    basis: str
    is_unknown: bool = False
    is_provisional: bool = False

    @property
    def of(self) -> Of:
        return share_of(self.year, self.stage, self.perimeter, self.basis)


def together(values: Sequence[Decimal]) -> Decimal:
    """Return the sum of numbers of one thing, which is of all that they are of."""
    total = sum(values, Decimal())
    of = [value.of for value in values if isinstance(value, Identified)]
    whose = [one.who for one in of]
    is_one = len({one._replace(who=None) for one in of}) == 1 and len(of) == len(values)
    return identified(total, of[0]._replace(who=tuple(whose))) if is_one else total


def share_of(year: int, stage: str, perimeter: int | None, basis: str) -> Of:
    """Return what the share of a year is of."""
    return Of("nr-share", year, stage, f"it/{perimeter or '-'}", basis)


@dataclass(frozen=True, slots=True)
class Amount:
    """Euros, exact; `value` None is unknown, never 0. `is_partial`: a part of it is unknown.

    `year` is None for a sum of several, `section` "" where it is of both; `who` are the actions
    that it is of.
    """

    value: Decimal | None
    scope: Scope
    year: int | None = None
    section: str = ""
    is_partial: bool = False
    who: tuple[int, ...] = ()

    @property
    def of(self) -> Of:
        side = "it" if self.scope.in_it_budget else "beside"
        scope = f"{side}{'/least' if self.is_partial else ''}"
        who = self.who or None
        return Of("cost", self.year, self.scope.stage, scope, self.scope.basis, who)

    @property
    def stage(self) -> str:
        return self.scope.stage


def known(amount: Amount) -> Decimal | None:
    """Return the number of an amount, which says what it is of."""
    return identified(amount.value, amount.of)


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
        tuple(sorted({who for one in amounts for who in one.who})),
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
