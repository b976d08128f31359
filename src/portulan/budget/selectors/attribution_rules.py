"""The rules of attribution, what became of what they proposed, and the proposals that wait."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.enums import AttributionStatus, YearStatus
from portulan.budget.models import COUNTED, Attribution, AttributionRule, FiscalYear
from portulan.budget.selectors.lines import lines_in_force
from portulan.budget.selectors.rule_matches import Match, matches
from portulan.budget.stages import Stage
from portulan.core.errors import NotFoundError


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
    found = rules(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(str(pk))
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
    found = Attribution.objects.filter(
        line__in=lines_in_force(fiscal_year).values("pk"), status=AttributionStatus.PROPOSED
    )
    if rule is not None:
        found = found.filter(rule=rule)
    amount = F(f"line__{stage.column}") * F("share")
    return (
        found.annotate(rank=amount)
        .select_related("line__batch", "line__fiscal_year", "action__plan", "rule")
        .order_by(F("rank").desc(nulls_last=True), "pk")
    )
