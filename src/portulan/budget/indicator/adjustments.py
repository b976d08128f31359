"""Corrections of a closed year: beside the frozen figure, undone at will, and what it would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import get_year, hold_year
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.share import HUNDRED, Figure
from portulan.budget.models import Adjustment, BudgetLine, FiscalYear
from portulan.budget.verbs import Verb
from portulan.budget.words import Stage, YearStatus
from portulan.core.money import ZERO
from portulan.core.storing import get_one, store


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrections in force at a stage, beside the frozen figure; euros, percent.

    `denominator` and `numerator` are what they add to the two terms, `value` the share they would
    give, None when it is not computable.
    """

    count: int
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None


def adjustments_of(fiscal_year: FiscalYear) -> QuerySet[Adjustment]:
    """Return the corrections of a year, those withdrawn included, the latest first (one query)."""
    return (
        Adjustment.objects.filter(fiscal_year=fiscal_year)
        .select_related("line")
        .order_by("-recorded_at", "-pk")
    )


def get_adjustment(*, actor: Actor, year: int, pk: int, need: Operation) -> Adjustment:
    """Return a correction of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    return get_one(adjustments_of(fiscal_year), pk=pk)


def standing_at(adjustments: Iterable[Adjustment], moment: datetime) -> list[Adjustment]:
    """Keep the corrections that were said, and not taken back, before a moment."""
    return [
        adjustment
        for adjustment in adjustments
        if adjustment.recorded_at < moment
        and (adjustment.withdrawn_at is None or adjustment.withdrawn_at >= moment)
    ]


def corrected(figure: Figure, adjustments: Iterable[Adjustment], stage: Stage) -> Corrected | None:
    """Return what corrections at a stage would make of a figure, None without any."""
    standing = [adjustment for adjustment in adjustments if adjustment.stage == stage]
    if not standing:
        return None
    numerator = sum(map(_dedicated, standing), ZERO)
    denominator = sum(map(_inside, standing), ZERO)
    n1, d1 = figure.numerator + numerator, figure.denominator.amount + denominator
    value = HUNDRED * n1 / d1 if d1 > 0 and not figure.is_unknown else None
    return Corrected(len(standing), numerator, denominator, value)


def _inside(adjustment: Adjustment) -> Decimal:
    """Return what a correction adds to the IT budget; of a line, its IT share of it."""
    if adjustment.line is None:
        return adjustment.amount
    return adjustment.amount * (adjustment.line.it_share or ZERO)


def _dedicated(adjustment: Adjustment) -> Decimal:
    """Return what a correction adds to NR spending; of a line, what its attributions hold of it."""
    if adjustment.line is None:
        return adjustment.nr_amount or ZERO
    return adjustment.amount * (adjustment.line.nr_share or ZERO)


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
    evidence, dated before the year began, more NR than it has, or a share that cannot be.
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
    if line is None and nr_amount and not _is_part(nr_amount, amount):
        raise ValidationError(
            {"nr_amount": _("La part NR d’une correction ne dépasse pas la correction.")}
        )
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
    _require_possible(fiscal_year, stage)
    record(actor, line or fiscal_year, Verb.ADJUSTED, {"amount": (None, amount)})
    return adjustment


def _is_part(part: Decimal, whole: Decimal) -> bool:
    """Return whether an amount may be a part of another; of nothing, what was NR or was not."""
    return not whole or (part * whole > 0 and abs(part) <= abs(whole))


def _require_possible(fiscal_year: FiscalYear, stage: Stage) -> None:
    """Raise ValidationError when the corrections that stand make a share that cannot be."""
    figure = figure_of(fiscal_year, stage).figure
    found = corrected(figure, standing_at(adjustments_of(fiscal_year), timezone.now()), stage)
    if found is None:
        return
    numerator = figure.numerator + found.numerator
    denominator = figure.denominator.amount + found.denominator
    if denominator < 0 or numerator < 0:
        raise ValidationError(
            _("Avec cette correction, les dépenses NR ou le budget de la DSI seraient négatifs."),
            code="negative",
        )
    if numerator > denominator:
        raise ValidationError(
            _("Avec cette correction, les dépenses NR dépasseraient le budget de la DSI."),
            code="beyond",
        )


@transaction.atomic
def withdraw_adjustment(actor: Actor, *, adjustment: Adjustment) -> Adjustment:
    """Take a correction back; it stays readable. Raises DeniedError, ValidationError (`adjust`)."""
    return _set_withdrawn(actor, adjustment, withdrawn=True)


@transaction.atomic
def restore_adjustment(actor: Actor, *, adjustment: Adjustment) -> Adjustment:
    """Put a correction back in force. Raises DeniedError, ValidationError (`adjust`)."""
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
    _require_possible(held.fiscal_year, Stage(held.stage))
    verb = Verb.ADJUSTMENT_WITHDRAWN if withdrawn else Verb.ADJUSTMENT_RESTORED
    record(actor, held.line or held.fiscal_year, verb, {"amount": (held.amount, held.amount)})
    return held
