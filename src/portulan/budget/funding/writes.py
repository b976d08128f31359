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
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.models import (
    Allotment,
    Ambition,
    AmbitionAmount,
    CoFunding,
    Envelope,
    Forecast,
)
from portulan.budget.registers import keep, require_ours
from portulan.budget.verbs import Verb
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.models import Action, Plan


@transaction.atomic
def set_ambition(actor: Actor, *, plan: Plan, year: int, percent: Decimal | None) -> None:
    """Set the share of the IT budget (in percent) that a plan wants for a year; None removes it.

    Raises ValidationError outside the plan's years or outside 0 to 100.
    """
    actor.require_either(Operation.EDIT_PLAN, Operation.EDIT_BUDGET)
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
    record(actor, plan, Verb.AMBITION_SET, {f"ambition {year}": (before, percent)})


@transaction.atomic
def set_ambitions(actor: Actor, *, plan: Plan, percents: Mapping[int, Decimal | None]) -> int:
    """Set the ambitions of several years, all or none; return how many changed."""
    known = dict(Ambition.objects.filter(plan=plan).values_list("year", "percent"))
    changed = {year: percent for year, percent in percents.items() if percent != known.get(year)}
    for year, percent in changed.items():
        set_ambition(actor, plan=plan, year=year, percent=percent)
    return len(changed)


@transaction.atomic
def set_ambition_amounts(
    actor: Actor, *, plan: Plan, amounts: Mapping[tuple[int, str], Decimal | None]
) -> int:
    """Set the euros that a plan wants, by year and section ("" is both); None removes.

    All or none; return how many changed. Raises ValidationError outside the plan's years, or when
    the two sections of a year contradict what is wanted for both.
    """
    actor.require_either(Operation.EDIT_PLAN, Operation.EDIT_BUDGET)
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    known = {(item.year, item.section): item for item in AmbitionAmount.objects.filter(plan=plan)}
    after = {key: item.amount for key, item in known.items()} | dict(amounts)
    for year in {year for year, _section in amounts}:
        _check_ambition(plan, year, [after.get((year, section)) for section in ("", "F", "I")])
    changes: dict[str, trail.Change] = {}
    for (year, section), amount in amounts.items():
        item = known.get((year, section))
        before = item.amount if item else None
        if amount == before:
            continue
        changes[f"ambition {year} {section}".strip()] = (before, amount)
        if amount is None and item is not None:
            item.delete()
        elif amount is not None:
            item = item or AmbitionAmount(plan=plan, year=year, section=section)
            item.amount = amount
            store(item)
    if changes:
        record(actor, plan, Verb.AMBITION_SET, changes)
    return len(changes)


def _check_ambition(plan: Plan, year: int, amounts: list[Decimal | None]) -> None:
    if not plan.first_year <= year <= plan.last_year:
        raise ValidationError(_("%(year)s n’est pas une année du plan.") % {"year": year})
    whole, *parts = amounts
    if whole is None:
        return
    said = sum(part or 0 for part in parts)
    if said > whole:
        raise ValidationError(
            _("%(year)s\u00a0: fonctionnement et investissement dépassent le total visé.")
            % {"year": year}
        )
    if said < whole and None not in parts:
        raise ValidationError(
            _("%(year)s\u00a0: fonctionnement et investissement ne font pas le total visé.")
            % {"year": year}
        )


@transaction.atomic
def set_envelope(
    actor: Actor,
    *,
    plan: Plan,
    year: int,
    amount: Decimal | None,
    decided_on: date,
    section: str = "",
    reference: str = "",
) -> Envelope | None:
    """Say what was voted for NR in a year and a section ("" is both), in euros; None removes it.

    Raises ValidationError outside the plan's years, and when both sections together and one of
    them would be given for one year: the same money would stand twice.
    """
    actor.require(Operation.EDIT_BUDGET)
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if not plan.first_year <= year <= plan.last_year:
        raise ValidationError(_("%(year)s n’est pas une année du plan.") % {"year": year})
    others = Envelope.objects.filter(plan=plan, year=year).exclude(section=section)
    envelope = Envelope.objects.filter(plan=plan, year=year, section=section).first()
    before = envelope.amount if envelope else None
    record(
        actor,
        plan,
        Verb.ENVELOPE_SET,
        {f"envelope {year} {section}".strip(): (before, amount)},
    )
    if amount is None:
        if envelope:
            envelope.delete()
        return None
    if others.filter(section="").exists() or (not section and others.exists()):
        raise ValidationError(
            {
                "section": _(
                    "L’enveloppe de %(year)s est déjà donnée autrement : par section, ou pour les"
                    " deux ensemble, pas les deux à la fois."
                )
                % {"year": year}
            }
        )
    envelope = envelope or Envelope(plan=plan, year=year, section=section)
    envelope.amount, envelope.decided_on, envelope.reference = amount, decided_on, reference
    store(envelope)
    return envelope


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
    record(actor, forecast, Verb.SET, {"amount": (before, amount)})
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
    require_ours(actor, action)
    allotment = Allotment.objects.filter(action=action, year=year).first() or Allotment(
        action=action, year=year
    )
    before = allotment.amount if allotment.pk else None
    allotment.amount, allotment.decided_on, allotment.reference = amount, decided_on, reference
    store(allotment)
    record(actor, action, Verb.ALLOTTED, {f"allotment {year}": (before, amount)})
    return allotment


@transaction.atomic
def remove_allotment(actor: Actor, *, action: Action, year: int) -> None:
    """Take back what was reserved for an action in a year; nothing when nothing was.

    Raises DeniedError.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_ours(actor, action)
    allotment = Allotment.objects.filter(action=action, year=year).first()
    if allotment is not None:
        amount = allotment.amount
        allotment.delete()
        record(actor, action, Verb.ALLOTTED, {f"allotment {year}": (amount, None)})


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
    require_ours(actor, action)
    funding = CoFunding.objects.filter(
        action=action, funder=funder, year=year
    ).first() or CoFunding(action=action, funder=funder, year=year)
    amounts = {"asked": asked, "granted": granted, "received": received}
    if funding.pk is None and not any(amount is not None for amount in amounts.values()):
        raise ValidationError(_("Donnez au moins un montant : demandé, accordé ou versé."))
    keep(actor, action, funding, amounts, verb=Verb.CO_FUNDING_SET)
    return funding
