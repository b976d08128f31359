"""The actions of a plan by unit: the days that they ask for, beside those that the unit has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record
from portulan.core.errors import NotFoundError
from portulan.core.money import known_sum
from portulan.core.storing import store
from portulan.plans.access import check_plan
from portulan.plans.actions.reads import Row
from portulan.plans.models import Plan, UnitDays
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel


@dataclass(slots=True)
class UnitShare:
    """A unit (none: the actions of nobody), its actions, the days it has: None is not said."""

    unit: Unit | None
    available: Decimal | None
    rows: list[Row] = field(default_factory=list)

    @property
    def asked(self) -> Decimal | None:
        """The days that are known to be asked."""
        return known_sum(row.action.days_per_year for row in self.rows)

    @property
    def levels(self) -> list[CommitmentLevel]:
        return [row.level for row in self.rows]

    @property
    def unknown(self) -> int:
        """How many actions do not say their days: they are not 0."""
        return sum(row.action.days_per_year is None for row in self.rows)

    @property
    def left(self) -> Decimal | None:
        """What would be left; None when either is unknown."""
        if self.available is None:
            return None
        return self.available - (self.asked or Decimal(0))


def shares_of(plan: Plan, rows: Iterable[Row]) -> list[UnitShare]:
    """Return the units of a plan by name, those without actions that have days too (one query)."""
    found: dict[int | None, UnitShare] = {}
    for said in UnitDays.objects.filter(plan=plan).select_related("unit"):
        found[said.unit_id] = UnitShare(said.unit, said.days)
    for row in rows:
        key = row.action.unit_id
        if key not in found:
            found[key] = UnitShare(row.action.unit, None)
        found[key].rows.append(row)
    return sorted(
        found.values(), key=lambda one: (one.unit is None, one.unit.name if one.unit else "")
    )


@transaction.atomic
def set_unit_days(actor: Actor, *, plan: Plan, days: Mapping[int, Decimal | None]) -> None:
    """Say the days that units have for a plan, by identifier; None says them no more.

    Raises DeniedError, NotFoundError for a unit of others, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    units = Unit.objects.filter(organisation_id=plan.organisation_id).in_bulk(list(days))
    if missing := set(days) - set(units):
        raise NotFoundError(min(missing))
    kept = {one.unit_id: one for one in UnitDays.objects.filter(plan=plan, unit__in=days)}
    for pk, value in days.items():
        said = kept.get(pk)
        before = said.days if said else None
        if value == before:
            continue
        if value is None and said is not None:
            said.delete()
        else:
            said = said or UnitDays(plan=plan, unit=units[pk])
            said.days = value  # type: ignore[assignment]
            store(said)
        record(actor, plan, Verb.UNIT_DAYS_SET, {units[pk].name: (before, value)})
