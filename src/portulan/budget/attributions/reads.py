"""The rules of attribution, what became of what they proposed, and the proposals that wait."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.attributions.euros import Fate, TypedAmount, refit, stands
from portulan.budget.attributions.rule_matches import Match, matches
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.lines.weighing import FIRMNESS
from portulan.budget.models import (
    COUNTED,
    Attribution,
    AttributionRule,
    BudgetLine,
    FiscalYear,
)
from portulan.budget.words import AttributionStatus, Stage, YearStatus
from portulan.core.storing import get_one


def rules(*, actor: Actor) -> QuerySet[AttributionRule]:
    """Return the rules, those in force first, with how many proposals wait, stand, were refused.

    `waiting`, `accepted` and `refused` count lines (one query).
    """
    actor.require(Operation.READ_BUDGET)
    status = "attributions__status"
    return (
        AttributionRule.objects.filter(organisation_id=actor.organisation_id)
        .select_related("action__plan")
        .annotate(
            waiting=Count("attributions", Q(**{status: AttributionStatus.PROPOSED})),
            accepted=Count("attributions", Q(**{f"{status}__in": COUNTED})),
            refused=Count("attributions", Q(**{status: AttributionStatus.WITHDRAWN})),
        )
        .order_by(F("withdrawn_at").asc(nulls_first=True), "-pk")
    )


def get_rule(*, actor: Actor, pk: int, need: Operation) -> AttributionRule:
    """Return a rule. Raises NotFoundError, DeniedError."""
    found = get_one(rules(actor=actor), pk=pk)
    actor.require(need)
    return found


def open_matches(rule: AttributionRule) -> list[tuple[FiscalYear, list[Match]]]:
    """Return what a rule comes to on the open years it is about, the latest first."""
    years = FiscalYear.objects.filter(
        organisation_id=rule.organisation_id, year__gte=rule.first_year
    ).exclude(status=YearStatus.CLOSED)
    return [(year, matches(rule, year)) for year in years.order_by("-year")]


def proposals(
    fiscal_year: FiscalYear, stage: Stage, *, rule: int | None = None
) -> QuerySet[Attribution]:
    """Return what is proposed on the lines in force of a year, the largest first (one query)."""
    # Asked only of the lines that have some: an index holds them.
    lines = lines_in_force(fiscal_year).filter(claimed_share__isnull=False)
    found = Attribution.objects.filter(
        line__in=lines.values("pk"), status=AttributionStatus.PROPOSED
    )
    if rule is not None:
        found = found.filter(rule=rule)
    amount = F(f"line__{stage.column}") * F("share")
    return (
        found.annotate(rank=amount)
        .select_related("line__batch", "line__fiscal_year", "action__plan", "rule")
        .order_by(F("rank").desc(nulls_last=True), "pk")
    )


def fates(
    given: Iterable[Attribution], line: BudgetLine, decided: Decimal | None = None
) -> dict[int, tuple[Decimal, Fate]]:
    """Return the share and the fate, on the line that replaces theirs, of euros typed on a line.

    By identifier; the shares that were given as shares come first, then the firmest euros. Where a
    person `decided` what share of the line is IT, what is inside it, or outside, holds there.
    """
    standing = [item for item in given if item.status != AttributionStatus.WITHDRAWN]
    if decided is not None and standing:
        inside = [item for item in standing if not item.outside_it]
        outside = [item for item in standing if item.outside_it]
        return _fates(inside, line, decided) | _fates(outside, line, 1 - decided)
    return _fates(standing, line, Decimal(1))


def _fates(
    standing: Iterable[Attribution], line: BudgetLine, room: Decimal
) -> dict[int, tuple[Decimal, Fate]]:
    standing = list(standing)
    typed = [
        TypedAmount(item.pk, item.amount, item.share, getattr(line, Stage(item.stage or "").column))
        for item in sorted(
            standing, key=lambda item: (FIRMNESS.index(AttributionStatus(item.status)), item.pk)
        )
        if item.amount is not None
    ]
    held = sum((item.share for item in standing if item.amount is None), Decimal(0))
    return refit(typed, max(room - held, Decimal(0)))


def settled(line: BudgetLine, given: Attribution) -> bool:
    """Tell whether the euros typed of a line are what is counted of it; a share always is."""
    if given.amount is None or given.status == AttributionStatus.WITHDRAWN:
        return True
    return stands(given.amount, given.share, getattr(line, Stage(given.stage or "").column))


def get_attributions(
    *, actor: Actor, year: int, pks: Iterable[int], need: Operation
) -> list[Attribution]:
    """Return those attributions (identifiers) that are of a year. Raises as `get_attribution`."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = Attribution.objects.filter(line__fiscal_year=fiscal_year, pk__in=list(pks))
    return list(found.select_related("line__fiscal_year", "line__batch", "action__plan"))


def get_attribution(*, actor: Actor, year: int, pk: int, need: Operation) -> Attribution:
    """Return an attribution of a line of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    return get_one(
        Attribution.objects.filter(line__fiscal_year=fiscal_year).select_related(
            "line__fiscal_year", "line__batch", "action__plan"
        ),
        pk=pk,
    )
