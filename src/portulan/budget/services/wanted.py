"""The money that is wanted or reserved before lines exist, and what others bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.accounts.trail import record
from portulan.budget.models import Allotment, Ambition, CoFunding, Forecast
from portulan.core import audit
from portulan.core.storing import store
from portulan.plans.models import Action, Plan


@transaction.atomic
def set_ambition(actor: Actor, *, plan: Plan, year: int, percent: Decimal | None) -> None:
    """Set the share of the IT budget (in percent) that a plan wants for a year; None removes it.

    Raises ValidationError outside the plan's years or outside 0 to 100.
    """
    if not (actor.may(Operation.EDIT_PLAN) or actor.may(Operation.EDIT_BUDGET)):
        actor.require(Operation.EDIT_PLAN)
    if not plan.first_year <= year <= plan.last_year:
        raise ValidationError(_("%(year)s n’est pas une année du plan.") % {"year": year})
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    ambition = Ambition.objects.filter(plan=plan, year=year).first()
    before = ambition.percent if ambition else None
    if percent is None:
        if ambition:
            ambition.delete()
    else:
        ambition = ambition or Ambition(plan=plan, year=year)
        ambition.percent = percent
        store(ambition)
    record(actor, plan, "ambition set", {f"ambition {year}": (before, percent)})


@transaction.atomic
def set_ambitions(actor: Actor, *, plan: Plan, percents: Mapping[int, Decimal | None]) -> int:
    """Set the ambitions of several years, all or none; return how many changed."""
    known = dict(Ambition.objects.filter(plan=plan).values_list("year", "percent"))
    changed = {year: percent for year, percent in percents.items() if percent != known.get(year)}
    for year, percent in changed.items():
        set_ambition(actor, plan=plan, year=year, percent=percent)
    return len(changed)


@transaction.atomic
def set_forecast(
    actor: Actor, *, year: int, amount: Decimal, source: str, section: str = ""
) -> Forecast:
    """Say what IT budget is expected for a year without accounts (framing letter), in euros."""
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    forecast = Forecast.objects.filter(
        organisation_id=actor.organisation_id, year=year, section=section
    ).first() or Forecast(organisation_id=actor.organisation_id, year=year, section=section)
    before = forecast.amount if forecast.pk else None
    forecast.amount, forecast.source = amount, source
    store(forecast)
    record(actor, forecast, "set", {"amount": (before, amount)})
    return forecast


@transaction.atomic
def allot(
    actor: Actor,
    *,
    action: Action,
    year: int,
    amount: Decimal,
    decided_on: date,
    reference: str = "",
) -> Allotment:
    """Reserve money for an action in a year (dotation, in euros), by a dated decision."""
    actor.require(Operation.EDIT_BUDGET)
    _hold_action(action)
    allotment = Allotment.objects.filter(action=action, year=year).first() or Allotment(
        action=action, year=year
    )
    before = allotment.amount if allotment.pk else None
    allotment.amount, allotment.decided_on, allotment.reference = amount, decided_on, reference
    store(allotment)
    record(actor, action, "allotted", {f"allotment {year}": (before, amount)})
    return allotment


@transaction.atomic
def set_co_funding(
    actor: Actor,
    *,
    action: Action,
    funder: str,
    year: int,
    asked: Decimal | None = None,
    granted: Decimal | None = None,
    received: Decimal | None = None,
) -> CoFunding:
    """Say what a funder was asked for, granted and paid, in euros; None is unknown.

    Without any amount, what was said of this funder is taken back. Raises ValidationError when
    there is nothing to take back.
    """
    actor.require(Operation.EDIT_BUDGET)
    _hold_action(action)
    funding = CoFunding.objects.filter(
        action=action, funder=funder, year=year
    ).first() or CoFunding(action=action, funder=funder, year=year)
    amounts = {"asked": asked, "granted": granted, "received": received}
    is_empty = all(amount is None for amount in amounts.values())
    if is_empty and funding.pk is None:
        raise ValidationError(_("Donnez au moins un montant : demandé, accordé ou versé."))
    changes = audit.set_fields(funding, amounts)
    if is_empty:
        funding.delete()
    else:
        store(funding)
    record(actor, action, "co-funding set", changes)
    return funding


def _hold_action(action: Action) -> None:
    Action.objects.select_for_update(no_key=True).get(pk=action.pk)
