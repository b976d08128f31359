"""What waits for a person in the lines of a year, and who pays for what stands beside."""

from __future__ import annotations

from django.db.models import Count, Exists, Q

from portulan.budget.enums import AttributionStatus
from portulan.budget.models import Attribution, FiscalYear
from portulan.budget.selectors.lines import by_attribution, lines_in_force, not_proved
from portulan.budget.stages import Stage


def queue(fiscal_year: FiscalYear, stage: Stage | None = None) -> dict[str, int]:
    """Return how many lines wait, and for what; with a stage, those that have an amount there.

    `undecided` (nobody said what share is IT), `to_review` (no attribution counts, and nobody said
    0 %), `declared` (attributions without proof), `proposed`; `lines` is how many lines have
    something of the first, third or fourth kind.
    """
    lines = lines_in_force(fiscal_year)
    if stage is not None:
        lines = lines.filter(**{f"{stage.column}__isnull": False})
    waiting = Attribution.objects.filter(line__in=lines.values("pk"), outside_it=False)
    by_status = dict(waiting.values_list("status").annotate(Count("pk")).order_by("status"))
    undecided = Q(it_share__isnull=True)
    return {
        "undecided": lines.filter(undecided).count(),
        "to_review": by_attribution(lines, "to_review").filter(it_share__isnull=False).count(),
        "declared": by_status.get(AttributionStatus.DECLARED, 0),
        "proposed": by_status.get(AttributionStatus.PROPOSED, 0),
        "lines": lines.filter(undecided | Q(Exists(not_proved()))).count(),
    }


def payers_outside(fiscal_year: FiscalYear) -> list[str]:
    """Return the managers or services that pay for NR effort outside the IT budget (one query)."""
    lines = by_attribution(lines_in_force(fiscal_year), "outside")
    names = lines.order_by("manager", "service").values_list("manager", "service").distinct()
    return list(
        dict.fromkeys(manager or service for manager, service in names if manager or service)
    )
