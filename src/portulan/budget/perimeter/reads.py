"""Editions of the IT perimeter, and the service codes that lines bear."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.lines.facts import facts_of
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import BudgetLine, FiscalYear, ITPerimeter, PerimeterRule
from portulan.budget.perimeter.judged_lines import Judge, rule_of
from portulan.budget.perimeter.rules import MIXED_WITH_SCHOOLS, Ruling
from portulan.budget.words import PerimeterStatus
from portulan.core.errors import NotFoundError
from portulan.core.storing import get_one


def editions(*, actor: Actor) -> QuerySet[ITPerimeter]:
    """Return the editions of the perimeter, the latest first."""
    actor.require(Operation.READ_BUDGET)
    return ITPerimeter.objects.filter(organisation_id=actor.organisation_id).order_by("-edition")


def get_edition(*, actor: Actor, edition: int, need: Operation) -> ITPerimeter:
    """Return an edition. Raises NotFoundError, DeniedError."""
    found = get_one(editions(actor=actor), edition=edition)
    actor.require(need)
    return found


def get_draft(*, actor: Actor) -> ITPerimeter:
    """Return the edition being prepared. Raises NotFoundError, DeniedError."""
    actor.require(Operation.EDIT_BUDGET)
    found = editions(actor=actor).filter(status=PerimeterStatus.DRAFT).first()
    if found is None:
        raise NotFoundError("draft")
    return found


def get_draft_rule(*, actor: Actor, pk: int) -> PerimeterRule:
    """Return a rule of the edition being prepared. Raises NotFoundError, DeniedError."""
    return get_one(get_draft(actor=actor).rules.select_related("perimeter"), pk=pk)


@dataclass(frozen=True, slots=True)
class Why:
    """What an edition says of a line and who spoke in it; `rule` is its rule, if one did."""

    perimeter: ITPerimeter
    ruling: Ruling
    rule: PerimeterRule | None


def why(line: BudgetLine, perimeter: ITPerimeter) -> Why:
    """Return why an edition judges a line as it does (one query), whatever a person decided."""
    rules = list(perimeter.rules.order_by("order"))
    judge = Judge(perimeter, [rule_of(rule) for rule in rules])
    ruling = judge(facts_of(line), line.batch.nomenclature or None)
    return Why(perimeter, ruling, rules[ruling.rule - 1] if ruling.rule else None)


def schools_are_told(fiscal_year: FiscalYear) -> bool:
    """Return whether the equipment of schools can be told from the rest (one query).

    Not where what is counted as IT stands on an account that mixes them, without a function.
    """
    mixed = real_expenses(BudgetLine.objects.filter(fiscal_year=fiscal_year)).filter(
        nature__in=MIXED_WITH_SCHOOLS,
        label__gte="",  # any: so is the index by account and label chosen, not all the lines
        function="",
        it_share__gt=0,
        overridden=False,
    )
    return not mixed.exists()


def draft_of(organisation_id: int) -> ITPerimeter | None:
    """Return the edition being prepared, if there is one (one query)."""
    return ITPerimeter.objects.filter(
        organisation_id=organisation_id, status=PerimeterStatus.DRAFT
    ).first()


def service_codes_met(*, actor: Actor, limit: int = 24) -> list[tuple[str, int]]:
    """Return the service and manager codes of the lines in force, with how many bear each.

    The most frequent first, in two queries. A code that is both a service and a manager counts the
    lines of both.
    """
    actor.require(Operation.READ_BUDGET)
    counts: dict[str, int] = {}
    lines = BudgetLine.objects.filter(organisation_id=actor.organisation_id, is_expense=True)
    for column in ("service", "manager"):
        rows = lines.exclude(**{column: ""}).values(column).annotate(borne=Count("pk"))
        for code, count in rows.order_by("-borne", column).values_list(column, "borne")[:limit]:
            counts[code] = counts.get(code, 0) + count
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return by_count[:limit]
