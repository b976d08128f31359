"""The figures an organisation estimates with: its own where it has one, else those shipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.contracts import from_json
from portulan.core.errors import NotFoundError
from portulan.impact.engine.draws import Spread
from portulan.impact.engine.factors import Factor, Quality, Registry, shipped, unit_of
from portulan.impact.models import Estimate, FactorOverride


def own_factors(organisation_id: int) -> dict[str, Factor]:
    """Return the organisation's own figures in force, by name (one query)."""
    standing = FactorOverride.objects.filter(organisation_id=organisation_id, withdrawn_at=None)
    return {one.name: factor_of(one) for one in standing.order_by("version")}


def registry_of(own: dict[str, Factor]) -> Registry:
    """Return the registry where an organisation's own figures stand for those shipped."""
    return Registry([*(one for one in shipped() if one.id not in own), *own.values()])


def factor_of(override: FactorOverride) -> Factor:
    """Return an organisation's figure as the engine takes it."""
    spread: Any = Spread
    return Factor(
        id=override.name,
        version=override.version,
        value=override.value,
        unit=unit_of(override.name),
        geography=override.geography,
        year=override.year,
        source=override.source,
        address=override.address,
        licence=override.licence,
        quality=Quality(override.quality),
        spread=from_json(spread, override.spread),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A figure in force: whether the organisation gave it, and in how many estimates it serves."""

    factor: Factor
    is_own: bool
    uses: int


def list_factors(*, actor: Actor) -> list[Listed]:
    """Return every figure in force, by name, with its uses in the latest estimates (two queries).

    Raises DeniedError.
    """
    actor.require(Operation.READ_PLAN)
    own = own_factors(actor.organisation_id)
    uses: dict[str, int] = {}
    for names in _standing(actor).values_list("factors", flat=True).iterator():
        for name in names:
            uses[name] = uses.get(name, 0) + 1
    in_force = sorted(registry_of(own), key=lambda factor: factor.id)
    return [Listed(one, one.id in own, uses.get(one.id, 0)) for one in in_force]


def _standing(actor: Actor) -> QuerySet[Estimate]:
    return Estimate.objects.filter(
        action__plan__organisation_id=actor.organisation_id, withdrawn_at=None
    )


@dataclass(frozen=True, slots=True)
class FactorPage:
    """All that is known of one figure: in force, shipped, given, and the estimates that use it."""

    in_force: Factor | None
    is_own: bool
    shipped: tuple[Factor, ...]
    given: tuple[FactorOverride, ...]
    uses: tuple[Estimate, ...]


def get_factor(*, actor: Actor, name: str, need: Operation) -> FactorPage:
    """Return what is known of a figure, by its name (two queries).

    Raises NotFoundError for a name that no calculation uses, DeniedError.
    """
    try:
        unit_of(name)
    except KeyError:
        raise NotFoundError(name) from None
    actor.require(need)
    given = tuple(
        FactorOverride.objects.filter(organisation_id=actor.organisation_id, name=name).order_by(
            "-version"
        )
    )
    own = next((one for one in given if one.withdrawn_at is None), None)
    uses = _standing(actor).filter(factors__has_key=name)
    return FactorPage(
        in_force=factor_of(own) if own else shipped().latest(name),
        is_own=own is not None,
        shipped=tuple(_shipped_versions(name)),
        given=given,
        uses=tuple(uses.select_related("action__plan").defer("result", "request").order_by("-id")),
    )


def _shipped_versions(name: str) -> Iterator[Factor]:
    """Give the versions shipped, the latest first."""
    latest = shipped().latest(name)
    if latest is not None:
        yield latest
        for version in range(latest.version - 1, 0, -1):
            yield shipped().get(name, version)
