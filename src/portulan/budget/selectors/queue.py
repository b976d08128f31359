"""What waits for a person in the lines of a year, and who pays for what stands beside."""

from __future__ import annotations

from django.db.models import Count

from portulan.budget.enums import AttributionStatus
from portulan.budget.models import FiscalYear
from portulan.budget.selectors.line_sums import YearSums
from portulan.budget.selectors.lines import (
    CLAIMED,
    LineFilter,
    by_attribution,
    kept_lines,
    lines_in_force,
    not_proved,
)


def queue(sums: YearSums) -> dict[str, int]:
    """Return how many lines of a year wait at a stage, and for what (two queries).

    `undecided` (nobody said what share is IT), `to_review` (decided, no attribution counts, and
    nobody said 0 %), `declared` (attributions without proof), `proposed`; `lines` is how many lines
    have something of the first, third or fourth kind.
    """
    attributed = kept_lines(sums.fiscal_year, LineFilter(sums.stage)).filter(**CLAIMED)
    waiting = not_proved().filter(line__in=attributed.values("pk"))
    by_status = dict(waiting.values_list("status").annotate(Count("pk")).order_by("status"))
    undecided = sums.of(LineFilter(sums.stage, verdict="undecided")).count
    decided = waiting.filter(line__it_share__isnull=False)
    return {
        "undecided": undecided,
        "to_review": sums.of(LineFilter(sums.stage, attribution="to_review")).count,
        "declared": by_status.get(AttributionStatus.DECLARED, 0),
        "proposed": by_status.get(AttributionStatus.PROPOSED, 0),
        "lines": undecided + decided.values("line").distinct().count(),
    }


def payers_outside(fiscal_year: FiscalYear) -> list[str]:
    """Return the managers or services that pay for NR effort outside the IT budget (one query)."""
    lines = by_attribution(lines_in_force(fiscal_year), "outside")
    names = lines.order_by("manager", "service").values_list("manager", "service").distinct()
    return list(
        dict.fromkeys(manager or service for manager, service in names if manager or service)
    )
