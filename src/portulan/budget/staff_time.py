"""Staff time on actions, in days; in euros only at a day rate that somebody gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record, record_many
from portulan.accounts.writes import hold_organisation
from portulan.budget.models import DayRate, StaffTime
from portulan.budget.registers import keep, require_ours
from portulan.budget.verbs import Verb
from portulan.core.folding import fold
from portulan.core.storing import store
from portulan.plans.models import Action, Plan
from portulan.plans.words import Progress


def staff_time(*, actor: Actor, year: int) -> list[StaffTime]:
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
    times = list(found)
    for time in times:
        time.rate = rates.get(fold(time.function))
    return times


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


# Who gives the days of the plan: in French, so that it reads the same whoever takes them.
ALL_TEAMS = "Toutes équipes"


@transaction.atomic
def set_staff_time(
    actor: Actor,
    *,
    action: Action,
    year: int,
    function: str,
    planned: Decimal | None = None,
    done: Decimal | None = None,
) -> StaffTime:
    """Say the days that a function or a team gives to an action; without any, it is taken back.

    Who edits the plan may say it too. A day is no euro: only a typed rate shows euros.
    """
    _require_time(actor)
    require_ours(actor, action)
    function = function.strip()
    time = StaffTime.objects.filter(
        action=action, year=year, function__iexact=function
    ).first() or StaffTime(action=action, year=year, function=function)
    keep(actor, action, time, {"planned": planned, "done": done}, verb=Verb.STAFF_TIME_SET)
    return time


@transaction.atomic
def take_days_of_plan(actor: Actor, *, year: int) -> int:
    """Plan in a year the days that the plan says of its actions, where none are; return how many.

    They are those of all teams together: a day stays a day, and no rate makes euros of it. The
    same number of queries whatever the number of actions.
    """
    _require_time(actor)
    # Held before they are read: nobody says days of them in between.
    plans = Plan.objects.filter(organisation_id=actor.organisation_id)
    ours = Action.objects.filter(plan__in=plans, days_per_year__isnull=False).order_by("pk")
    list(ours.select_for_update(no_key=True).values_list("pk"))
    taken = [one for one in time_of_plan(actor=actor, year=year) if one.is_empty]
    times = [
        StaffTime(action=one.action, year=year, function=ALL_TEAMS, planned=one.said)
        for one in taken
    ]
    for time in times:
        time.clean_fields(exclude=["action"])
    StaffTime.objects.bulk_create(times)
    told = {time.action_id: {"planned": (None, time.planned)} for time in times}
    record_many(actor, Action, Verb.STAFF_TIME_SET, told)
    return len(taken)


def _require_time(actor: Actor) -> None:
    """Who edits the budget may say days, and who edits the plan too."""
    actor.require_either(Operation.EDIT_PLAN, Operation.EDIT_BUDGET)


@transaction.atomic
def set_day_rate(
    actor: Actor, *, function: str, since: date, amount: Decimal | None, source: str = ""
) -> DayRate:
    """Say what a day of a function costs from a day on, in euros; None takes that rate back."""
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    function = function.strip()
    mine = DayRate.objects.filter(organisation_id=actor.organisation_id, since=since)
    rate = mine.filter(function__iexact=function).first() or DayRate(
        organisation_id=actor.organisation_id, function=function, since=since
    )
    before = rate.amount if rate.pk else None
    if amount is None:
        if rate.pk is None:
            raise ValidationError({"amount": _("Donnez le coût d’une journée.")})
        record(actor, rate, Verb.SET, {"amount": (before, None)})
        rate.delete()
        return rate
    rate.amount, rate.source = amount, source.strip()
    store(rate)
    record(actor, rate, Verb.SET, {"amount": (before, amount)})
    return rate
