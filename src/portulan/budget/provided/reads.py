"""What an organisation said to its members, and what its own providers said to it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.indicator.reads import last_published
from portulan.budget.models import (
    COUNTED,
    Attribution,
    BudgetLine,
    FiscalYear,
    IndicatorRun,
    ProviderShare,
    ReceivedShare,
)
from portulan.budget.provided.document import FORMAT, ShareFile
from portulan.budget.words import Stage
from portulan.core.storing import get_one


def received(*, actor: Actor, year: int) -> QuerySet[ReceivedShare]:
    """Return the copies received for a year, the latest first, each with its `lines` (a query)."""
    actor.require(Operation.READ_BUDGET)
    return (
        ReceivedShare.objects.filter(organisation=actor.organisation_id, year=year)
        .annotate(lines=Count("attributions", Q(attributions__status__in=COUNTED)))
        .order_by("name", "-published_on", "-pk")
    )


def get_received(*, actor: Actor, year: int, pk: int) -> ReceivedShare:
    """Return a copy received. Raises NotFoundError, DeniedError."""
    return get_one(received(actor=actor, year=year), pk=pk)


def publishable(fiscal_year: FiscalYear) -> IndicatorRun | None:
    """Return the figure of a year that may be said to members: the one last published."""
    runs = (last_published(fiscal_year, stage) for stage in Stage)
    found = [run for run in runs if run is not None and run.published_at is not None]
    return max(found, key=lambda run: (run.published_at, run.pk), default=None)


def last_said(fiscal_year: FiscalYear) -> ProviderShare | None:
    """Return what was last said to the members for a year (one query)."""
    return (
        ProviderShare.objects.filter(run__fiscal_year=fiscal_year)
        .select_related("run__fiscal_year__organisation")
        .order_by("-published_at", "-pk")
        .first()
    )


def file_of(share: ProviderShare) -> ShareFile:
    """Return what was said to the members as the file that they are given."""
    run = share.run
    organisation = run.fiscal_year.organisation
    value, lower, upper = run.shares
    return ShareFile.model_validate(
        {
            "format": FORMAT,
            "provider": {"siren": organisation.siren, "name": organisation.name[:200]},
            "year": run.fiscal_year.year,
            "stage": run.stage,
            "basis": run.basis,
            "value": value,
            "lower": lower,
            "upper": upper,
            "denominator": run.denominator,
            "published_on": timezone.localdate(share.published_at),
            "members": share.members,
        }
    )


def attached(line: BudgetLine) -> Attribution | None:
    """Return what a line takes of a provider, None when it takes nothing (one query)."""
    given = Attribution.objects.filter(line=line, provided__isnull=False, status__in=COUNTED)
    return given.select_related("provided").first()
