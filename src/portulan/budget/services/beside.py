"""What finance says beside the budget: savings, staff time, day rates, legal ratios."""

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
from portulan.accounts.trail import record, record_many
from portulan.budget.enums import SavingKind
from portulan.budget.legal import LegalRatio, law_of
from portulan.budget.models import DayRate, LegalFigure, Saving, StaffTime
from portulan.budget.selectors.beside import time_of_plan
from portulan.core import audit
from portulan.core.storing import store
from portulan.plans.models import Action, Plan

# Who gives the days of the plan: in French, so that it reads the same whoever takes them.
ALL_TEAMS = "Toutes équipes"


@transaction.atomic
def set_saving(
    actor: Actor,
    *,
    action: Action,
    year: int,
    kind: SavingKind,
    potential: Decimal | None = None,
    realised: Decimal | None = None,
    assumption: str = "",
    evidence: str = "",
) -> Saving:
    """Say what an action spares in a year, in euros; without any amount it is taken back.

    Raises ValidationError: a potential saving says what it assumes, a realised one its proof.
    """
    actor.require(Operation.EDIT_BUDGET)
    _of_ours(actor, action)
    saving = Saving.objects.filter(action=action, year=year, kind=kind).first() or Saving(
        action=action, year=year, kind=kind
    )
    if potential is not None and not assumption.strip():
        raise ValidationError(
            {"assumption": _("Une économie possible dit sur quelle hypothèse elle repose.")}
        )
    if realised is not None and not evidence.strip():
        raise ValidationError({"evidence": _("Une économie réalisée donne sa preuve.")})
    values = {
        "potential": potential,
        "realised": realised,
        "assumption": assumption.strip(),
        "evidence": evidence.strip(),
    }
    _keep(actor, action, saving, values, is_empty=potential is None and realised is None)
    return saving


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
    _of_ours(actor, action)
    function = function.strip()
    time = StaffTime.objects.filter(
        action=action, year=year, function__iexact=function
    ).first() or StaffTime(action=action, year=year, function=function)
    values = {"planned": planned, "done": done}
    _keep(actor, action, time, values, is_empty=planned is None and done is None)
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
    record_many(actor, Action, "staff time set", told)
    return len(taken)


def _require_time(actor: Actor) -> None:
    """Who edits the budget may say days, and who edits the plan too."""
    if not actor.may(Operation.EDIT_BUDGET):
        actor.require(Operation.EDIT_PLAN)


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
        record(actor, rate, "set", {"amount": (before, None)})
        rate.delete()
        return rate
    rate.amount, rate.source = amount, source.strip()
    store(rate)
    record(actor, rate, "set", {"amount": (before, amount)})
    return rate


@transaction.atomic
def set_legal_figure(
    actor: Actor,
    *,
    ratio: LegalRatio,
    year: int,
    numerator: Decimal,
    denominator: Decimal,
    source: str,
) -> LegalFigure:
    """Give the two terms of a legal ratio for a civil year, with where they come from.

    Raises ValidationError when the part exceeds the whole, or before the law has a threshold.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    if law_of(ratio).threshold(year) is None:
        raise ValidationError({"year": _("Ce seuil légal n’existait pas encore cette année-là.")})
    if numerator > denominator:
        raise ValidationError({"numerator": _("La part dépasse le tout.")})
    figure = LegalFigure.objects.filter(
        organisation_id=actor.organisation_id, ratio=ratio, year=year
    ).first() or LegalFigure(organisation_id=actor.organisation_id, ratio=ratio, year=year)
    before = f"{figure.numerator} / {figure.denominator}" if figure.pk else None
    figure.numerator, figure.denominator = numerator, denominator
    figure.source = source.strip()
    store(figure)
    record(actor, figure, "set", {"value": (before, f"{numerator} / {denominator}")})
    return figure


def _of_ours(actor: Actor, action: Action) -> None:
    if action.plan.organisation_id != actor.organisation_id:
        raise ValidationError({"action": _("Cette action est d’une autre organisation.")})
    Action.objects.select_for_update(no_key=True).get(pk=action.pk)


def _keep(
    actor: Actor,
    action: Action,
    item: Saving | StaffTime,
    values: Mapping[str, object],
    *,
    is_empty: bool,
) -> None:
    """Write what is said beside an action, or take it back when nothing is left of it."""
    if is_empty and item.pk is None:
        raise ValidationError(_("Donnez au moins une valeur."))
    changes = audit.set_fields(item, values)
    verb = "saving set" if isinstance(item, Saving) else "staff time set"
    if is_empty:
        item.delete()
    else:
        store(item)
    record(actor, action, verb, changes)
