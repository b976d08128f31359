"""The columns remembered for the exports of tools."""

from __future__ import annotations

import os

from django.db.models import QuerySet

from portulan.budget.models import ColumnMapping
from portulan.budget.readers import first_fitting


def mappings_of(organisation_id: int) -> QuerySet[ColumnMapping]:
    """Return what is remembered, by tool."""
    return ColumnMapping.objects.filter(organisation_id=organisation_id).order_by("tool")


def mapping_for(organisation_id: int, path: str | os.PathLike[str]) -> ColumnMapping | None:
    """Return what is remembered of a file’s titles: what names most columns, the latest first."""
    known = sorted(
        mappings_of(organisation_id),
        key=lambda mapping: (len(mapping.columns), mapping.recorded_at),
        reverse=True,
    )
    if not known:
        return None
    at = first_fitting(path, [mapping.columns for mapping in known])
    return None if at is None else known[at]
