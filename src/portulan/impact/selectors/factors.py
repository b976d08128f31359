"""The figures an organisation estimates with: its own where it has one, else those shipped."""

from __future__ import annotations

from portulan.impact.engine.factors import (
    Factor,
    Quality,
    Registry,
    Source,
    shipped,
    unit_of,
)
from portulan.impact.keeping import spread_from_json
from portulan.impact.models import FactorOverride


def own_factors(organisation_id: int) -> dict[str, Factor]:
    """Return the organisation's own figures in force, by name (one query)."""
    standing = FactorOverride.objects.filter(organisation_id=organisation_id, withdrawn_at=None)
    return {one.name: factor_of(one) for one in standing.order_by("version")}


def registry_of(own: dict[str, Factor]) -> Registry:
    """Return the registry where an organisation's own figures stand for those shipped."""
    return Registry([*(one for one in shipped() if one.id not in own), *own.values()])


def factor_of(override: FactorOverride) -> Factor:
    """Return an organisation's figure as the engine takes it."""
    return Factor(
        id=override.name,
        version=override.version,
        value=override.value,
        unit=unit_of(override.name),
        stage="",
        geography=override.geography,
        year=override.year,
        source=Source(override.source, override.address, override.licence),
        quality=Quality(override.quality),
        spread=spread_from_json(override.spread),
    )
