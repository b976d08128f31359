"""The decided lines that found no successor in the import that replaced theirs."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from portulan.budget.enums import AttributionStatus
from portulan.budget.models import Attribution, BudgetLine, ImportBatch


def not_carried(batch: ImportBatch) -> QuerySet[BudgetLine]:
    """Return the old lines whose decisions an import could not take over (three queries).

    Each with its own import, its override, and in `given` its attributions that are not withdrawn.
    They stay as they were in the import they are of.
    """
    lost = [pk for told in batch.report.get("carried", ()) for pk, _name in told["lost"]]
    given = Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk")
    return (
        BudgetLine.objects.filter(pk__in=lost)
        .select_related("batch", "override")
        .prefetch_related(Prefetch("attributions", given.select_related("action"), to_attr="given"))
        .order_by("batch", "row", "pk")
    )
