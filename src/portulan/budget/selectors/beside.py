"""What stands beside the budget: savings, staff time and its euros, legal ratios."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.legal import LegalRatio, Standing, stand
from portulan.budget.models import DayRate, LegalFigure, Saving, StaffTime
from portulan.core.text import fold
from portulan.plans.enums import Progress
from portulan.plans.models import Action


def savings(*, actor: Actor, year: int) -> QuerySet[Saving]:
    """Return what actions spare in a year, by action."""
    actor.require(Operation.READ_BUDGET)
    return (
        Saving.objects.filter(action__plan__organisation_id=actor.organisation_id, year=year)
        .select_related("action__plan")
        .order_by("action__plan_id", "action__number", "kind")
    )


@dataclass(frozen=True, slots=True)
class TimeRow:
    """The days of a function for an action; `rate` and `value` in euros, None without a rate.

    The value is that of the days done, else of those planned; it is shown, never added to a
    budget.
    """

    time: StaffTime
    rate: DayRate | None

    @property
    def days(self) -> Decimal | None:
        return self.time.planned if self.time.done is None else self.time.done

    @property
    def value(self) -> Decimal | None:
        if self.rate is None or self.days is None:
            return None
        return self.days * self.rate.amount


def staff_time(*, actor: Actor, year: int) -> list[TimeRow]:
    """Return the days of a year by action and function, with the rate of that year (two queries).

    The rate is the last one in force before the year ends.
    """
    actor.require(Operation.READ_BUDGET)
    found = (
        StaffTime.objects.filter(action__plan__organisation_id=actor.organisation_id, year=year)
        .select_related("action__plan")
        .order_by("action__plan_id", "action__number", "function")
    )
    rates = _rates_in(day_rates(actor=actor), year)
    return [TimeRow(item, rates.get(fold(item.function))) for item in found]


@dataclass(frozen=True, slots=True)
class PlanTime:
    """An action whose sheet says days a year; `planned` are those of the year, None when unsaid.

    `is_empty`: nobody said anything of that year, planned or done.
    """

    action: Action
    said: Decimal
    planned: Decimal | None
    is_empty: bool


def time_of_plan(*, actor: Actor, year: int) -> list[PlanTime]:
    """Return the days that plans say of their actions at work in a year (one query).

    An action that was dropped, or done before that year, gives none.
    """
    actor.require(Operation.READ_BUDGET)
    found = (
        Action.objects.filter(
            plan__organisation_id=actor.organisation_id,
            plan__first_year__lte=year,
            plan__last_year__gte=year,
            days_per_year__isnull=False,
        )
        .exclude(progress=Progress.DROPPED)
        .exclude(progress=Progress.DONE, due_on__year__lt=year)
        .exclude(starts_on__year__gt=year)
        .select_related("plan")
        .annotate(
            planned_days=Sum("staff_time__planned", filter=Q(staff_time__year=year)),
            times=Count("staff_time", filter=Q(staff_time__year=year)),
        )
        .order_by("plan_id", "number")
    )
    return [
        PlanTime(one, one.days_per_year, one.planned_days, not one.times)
        for one in found
        if one.days_per_year is not None
    ]


def day_rates(*, actor: Actor) -> QuerySet[DayRate]:
    """Return the rates typed, by function, the latest first."""
    actor.require(Operation.READ_BUDGET)
    return DayRate.objects.filter(organisation_id=actor.organisation_id).order_by(
        "function", "-since"
    )


def _rates_in(rates: Iterable[DayRate], year: int) -> dict[str, DayRate]:
    by_function: dict[str, list[DayRate]] = defaultdict(list)
    for rate in rates:
        if rate.since <= date(year, 12, 31):
            by_function[fold(rate.function)].append(rate)
    return {name: max(some, key=lambda rate: rate.since) for name, some in by_function.items()}


@dataclass(frozen=True, slots=True)
class LegalRow:
    """A legal ratio in a year, and where its terms come from."""

    figure: LegalFigure
    standing: Standing


def legal_rows(*, actor: Actor) -> list[LegalRow]:
    """Return the legal ratios given, by ratio, the latest year first (one query)."""
    actor.require(Operation.READ_BUDGET)
    found = LegalFigure.objects.filter(organisation_id=actor.organisation_id)
    return [
        LegalRow(
            item,
            stand(
                LegalRatio(item.ratio),
                item.year,
                numerator=item.numerator,
                denominator=item.denominator,
            ),
        )
        for item in found.order_by("ratio", "-year")
    ]
