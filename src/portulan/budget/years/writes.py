"""Fiscal years: opened, edited, closed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.access import hold_year, require_open
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.perimeter.writes import judge_year, perimeter_in_force
from portulan.budget.verbs import Verb
from portulan.budget.words import Costing, YearStatus
from portulan.budget.years.calendar import span_like
from portulan.budget.years.costing import state_costing
from portulan.budget.years.reads import spans_of
from portulan.core import trail
from portulan.core.money import TaxBasis
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.storing import store


@transaction.atomic
def open_year(
    actor: Actor,
    *,
    year: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: YearStatus = YearStatus.EXECUTING,
    tax_basis: TaxBasis = TaxBasis.TTC,
    costing: Costing | None = None,
    costing_on: date | None = None,
) -> FiscalYear:
    """Open an exercice and its first IT perimeter.

    Its dates, unless told, are those of the nearest exercice, years apart: the calendar year for a
    first one. Raises DeniedError, ValidationError (year taken, dates the wrong way round, or days
    that are in another exercice already).
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    like = span_like(year, spans_of(actor.organisation_id))
    fiscal_year = FiscalYear(
        organisation_id=actor.organisation_id,
        year=year,
        starts_on=starts_on or like.starts_on,
        ends_on=ends_on or like.ends_on,
        status=status,
        tax_basis=tax_basis,
        judged_under=perimeter_in_force(actor),
    )
    _check_dates(fiscal_year)
    changes = {"year": (None, year)} | state_costing(fiscal_year, costing, costing_on)
    store(fiscal_year)
    record(actor, fiscal_year, Verb.OPENED, changes)
    return fiscal_year


@transaction.atomic
def edit_year(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    starts_on: date,
    ends_on: date,
    status: YearStatus,
    tax_basis: TaxBasis,
    costing: Costing | None = None,
    costing_on: date | None = None,
) -> FiscalYear:
    """Change an exercice; its tax basis stays once lines are in.

    `costing` says what counts of an ordinary purchase, by a decision of the day `costing_on`; None
    leaves what was said. Raises ValidationError for a policy without date, in a year that is
    closed, or that attributions of the year contradict.

    Closing it freezes its lines; opened again, they are judged under the perimeter in force.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)  # before the year, as an edition that comes into force does
    fiscal_year.refresh_from_db(from_queryset=FiscalYear.objects.select_for_update(no_key=True))
    reopened = fiscal_year.status == YearStatus.CLOSED and status != YearStatus.CLOSED
    lines = BudgetLine.everything.filter(fiscal_year=fiscal_year)
    if tax_basis != fiscal_year.tax_basis and lines.exists():
        raise ValidationError(
            _("Des lignes sont déjà importées en %(basis)s : la base ne change plus.")
            % {"basis": fiscal_year.tax_basis}
        )
    changes = trail.set_fields(
        fiscal_year,
        {"starts_on": starts_on, "ends_on": ends_on, "status": status, "tax_basis": tax_basis},
    )
    changes |= state_costing(fiscal_year, costing, costing_on)
    _check_dates(fiscal_year)
    store(fiscal_year)
    if reopened:
        judge_year(actor, fiscal_year=fiscal_year)
    record(actor, fiscal_year, Verb.EDITED, changes)
    return fiscal_year


@transaction.atomic
def say_whole(actor: Actor, *, fiscal_year: FiscalYear, whole: bool, on: date) -> FiscalYear:
    """Say, on a day after its end, that the accounts of an exercice are whole; or take it back.

    They are once they are voted: by 30 June of the next year (CGCT, L1612-12); entries may still
    come long after its last day. Raises DeniedError, ValidationError before its end, or once it is
    closed.
    """
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    require_open(fiscal_year)
    if whole and on <= fiscal_year.ends_on:
        text = _("L’exercice %(year)s court jusqu’au %(last)s : il n’est pas encore complet.")
        last = numbers.date(fiscal_year.ends_on, spoken_language())
        raise ValidationError(text % {"year": fiscal_year.year, "last": last})
    changes = trail.set_fields(fiscal_year, {"whole_on": on if whole else None})
    if changes:
        store(fiscal_year)
        record(actor, fiscal_year, Verb.EDITED, changes)
    return fiscal_year


@transaction.atomic
def forget_year(actor: Actor, *, fiscal_year: FiscalYear) -> None:
    """Take away a year that was opened for a file that did not enter it; else leave it."""
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    if fiscal_year.batches.exists():  # a line is of one
        return
    record(actor, fiscal_year, Verb.DELETED, {"year": (fiscal_year.year, None)})
    fiscal_year.delete()


def _check_dates(fiscal_year: FiscalYear) -> None:
    if fiscal_year.ends_on <= fiscal_year.starts_on:
        raise ValidationError({"ends_on": _("L’exercice finit avant de commencer.")})
    other = (
        FiscalYear.objects.filter(
            organisation_id=fiscal_year.organisation_id,
            starts_on__lte=fiscal_year.ends_on,
            ends_on__gte=fiscal_year.starts_on,
        )
        .exclude(pk=fiscal_year.pk)
        .exclude(year=fiscal_year.year)
        .first()
    )
    if other is not None:
        raise ValidationError(
            {
                "starts_on": _(
                    "L’exercice %(year)s va du %(first)s au %(last)s : ces jours y sont."
                )
                % {"year": other.year, "first": other.starts_on, "last": other.ends_on}
            }
        )
