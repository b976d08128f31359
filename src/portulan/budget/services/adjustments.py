"""Correcting a closed year: an adjustment stands beside the frozen figure and may be undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.enums import YearStatus
from portulan.budget.models import Adjustment, BudgetLine, FiscalYear
from portulan.budget.services.year_lock import hold_year
from portulan.budget.stages import Stage
from portulan.core.money import ZERO
from portulan.core.storing import store


@transaction.atomic
def adjust(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    stage: Stage,
    amount: Decimal,
    reason: str,
    evidence: str,
    on: date,
    line: BudgetLine | None = None,
    nr_amount: Decimal | None = None,
) -> Adjustment:
    """Say what a line, or the IT budget of a closed year, should have had more or less, in euros.

    `nr_amount` is the part of it dedicated to NR, for a whole year; the attributions of a line say
    it for a line. The lines do not move, nor any figure. Raises DeniedError; ValidationError for a
    year still open (its lines are corrected instead), an adjustment of nothing, without reason or
    evidence, dated before the year began.
    """
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    if fiscal_year.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cet exercice est d’une autre organisation."))
    if fiscal_year.status != YearStatus.CLOSED:
        raise ValidationError(
            _("L’exercice %(year)s est ouvert : corrigez ses lignes.") % {"year": fiscal_year.year},
            code="open",
        )
    if line is not None and line.fiscal_year_id != fiscal_year.pk:
        raise ValidationError(_("Cette ligne est d’un autre exercice."))
    if not amount and not nr_amount:
        raise ValidationError({"amount": _("Une correction change quelque chose : dites combien.")})
    if on < fiscal_year.starts_on:
        raise ValidationError({"on": _("Cette date est d’avant l’exercice.")})
    adjustment = Adjustment(
        fiscal_year=fiscal_year,
        line=line,
        stage=stage,
        amount=amount,
        nr_amount=None if line else nr_amount or ZERO,
        reason=reason.strip(),
        evidence=evidence.strip(),
        known_on=on,
        person_id=actor.person_id,
        recorded_at=timezone.now(),
    )
    store(adjustment)
    record(actor, line or fiscal_year, "adjusted", {"amount": (None, amount)})
    return adjustment


@transaction.atomic
def withdraw_adjustment(actor: Actor, *, adjustment: Adjustment) -> Adjustment:
    """Take a correction back; it stays readable. Raises DeniedError."""
    return _set_withdrawn(actor, adjustment, withdrawn=True)


@transaction.atomic
def restore_adjustment(actor: Actor, *, adjustment: Adjustment) -> Adjustment:
    """Put a correction that was taken back in force again. Raises DeniedError."""
    return _set_withdrawn(actor, adjustment, withdrawn=False)


def _set_withdrawn(actor: Actor, adjustment: Adjustment, *, withdrawn: bool) -> Adjustment:
    actor.require(Operation.EDIT_BUDGET)
    hold_year(adjustment.fiscal_year_id)
    held = Adjustment.objects.select_related("line", "fiscal_year").get(pk=adjustment.pk)
    if (held.withdrawn_at is not None) == withdrawn:
        return held
    held.withdrawn_at = timezone.now() if withdrawn else None
    held.withdrawn_by = actor.person_id if withdrawn else None
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    verb = "adjustment withdrawn" if withdrawn else "adjustment restored"
    record(actor, held.line or held.fiscal_year, verb, {"amount": (held.amount, held.amount)})
    return held
