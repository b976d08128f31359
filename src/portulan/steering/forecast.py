"""Where a year lands: what the lines hold of each action, and what pilots said that was accepted.

The rule is `budget.funding.landing`; its sums are those of the indicator, at each stage. What a
pilot proposes counts once a referent accepted it; the last amount said takes the place of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.by_year import held_by_action, year_money
from portulan.budget.funding.forecast import (
    HELD,
    Said,
    YearLanding,
    elapsed_share,
    landing_at,
    year_landing,
)
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.indicator.past import known_on
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.calendar import span_like
from portulan.core.money import ZERO, to_cents
from portulan.plans.models import Action
from portulan.steering.models import Change
from portulan.steering.words import About, ChangeStatus


def spending_said(organisation_id: int, year: int, on: date) -> dict[int, Said]:
    """Return by action what its pilot said was spent in a year, accepted by a day (one query)."""
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    rows = Change.objects.filter(
        about=About.SPENT,
        status=ChangeStatus.ACCEPTED,
        year=year,
        part__action__plan__organisation_id=organisation_id,
        on__lte=on,
        decided_at__lt=until,
    ).order_by("on", "pk")
    found: dict[int, Said] = {}
    for action, after, day in rows.values_list("part__action_id", "after", "on"):
        if day is None:
            continue
        try:
            found[action] = Said(Decimal(after), day)
        except InvalidOperation:
            continue  # a name was taken out of it: nothing of it is a figure any more
    return found


def landing_in(
    *,
    actor: Actor,
    year: int,
    today: date,
    on: date | None = None,
    known: YearFacts | None = None,
) -> YearLanding:
    """Return where a year lands, as known today or on a past day, for each of its actions.

    The same number of queries for any number of actions. `known` is what is known of the exercices,
    where a page has it. Raises DeniedError.
    """
    known = known or year_facts(actor.organisation_id)
    day = today if on is None or on >= today else on
    actor.require(Operation.READ_BUDGET)
    held, is_kept = (None, True) if day == today else _held_on(actor, year, day)
    said = spending_said(actor.organisation_id, year, day)
    money = year_money(actor=actor, year=year, held=held, spoken=said, known=known)
    spans = known.spans
    span = next((one for one in spans if one.year == year), span_like(year, spans))
    return year_landing(
        money,
        said,
        on=day,
        elapsed=elapsed_share(span.starts_on, span.ends_on, day),
        is_kept=is_kept,
    )


def landing_total(
    *, fiscal_year: FiscalYear, today: date, known: YearFacts | None = None
) -> YearLanding:
    """Return where a year lands today as a whole: the total of `landing_in`, its actions not read.

    `known` is what is known of the exercices, where a page has it.
    """
    facts = known or year_facts(fiscal_year.organisation_id)
    return facts.once(
        ("landing", fiscal_year.year, today), lambda: _landing_total(fiscal_year, today, facts)
    )


def _landing_total(fiscal_year: FiscalYear, today: date, known: YearFacts) -> YearLanding:
    year, place = fiscal_year.year, fiscal_year.organisation_id
    held = held_by_action(fiscal_year, known)
    said = spending_said(place, year, today)
    inside = Action.objects.filter(
        plan__organisation_id=place, plan__first_year__lte=year, plan__last_year__gte=year
    )
    named = {pk for of in held.values() for pk in of} | said.keys()
    rows = [
        landing_at(
            {stage: to_cents(of.get(pk, ZERO)) for stage, of in held.items()},
            None if pk is None else said.get(pk),
        )
        for pk in named & {None, *inside.values_list("pk", flat=True)}
    ]
    known_at = tuple(stage for stage in HELD if stage in held)
    elapsed = elapsed_share(fiscal_year.starts_on, fiscal_year.ends_on, today)
    return YearLanding(year, today, fiscal_year.tax_basis, known_at, tuple(rows), elapsed)


def _held_on(
    actor: Actor, year: int, day: date
) -> tuple[dict[Stage, Mapping[int | None, Decimal]], bool]:
    """Return what the lines gave to each action on a past day, and whether it was kept."""
    found = FiscalYear.objects.filter(organisation_id=actor.organisation_id, year=year).first()
    held: dict[Stage, Mapping[int | None, Decimal]] = {}
    is_kept = True
    if found is None:
        return held, is_kept
    for stage in HELD:
        known = known_on(found, day, stage)
        is_kept = is_kept and known.is_kept
        if known.computed is not None:
            held[stage] = known.computed.figure.by_action
    return held, is_kept
