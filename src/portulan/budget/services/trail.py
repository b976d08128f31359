"""The audit entries of the budget, and the years that nobody may change any more."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.budget.enums import YearStatus
from portulan.budget.models import FiscalYear
from portulan.core import audit


def record(
    actor: Actor,
    subject: models.Model,
    verb: str,
    changes: Mapping[str, audit.Change] | None = None,
) -> None:
    """Write one entry in the name of the actor."""
    audit.record(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        subject=subject,
        verb=verb,
        changes=changes,
    )


def require_open(fiscal_year: FiscalYear) -> None:
    """Raise ValidationError when the year is closed: its figures are frozen."""
    if fiscal_year.status == YearStatus.CLOSED:
        raise ValidationError(
            _("L’exercice %(year)s est clos : ses chiffres ne changent plus.")
            % {"year": fiscal_year.year}
        )
