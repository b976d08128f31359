"""What a tonne costs, action by action: the money of a plan over what it spares (pure).

Euros per tonne with their sign, as the Criqui commission (2021) has them. Not an order of execution
(Vogt-Schilb & Hallegatte, Energy Policy 66, 2014), and no interaction is counted (Kesicki & Ekins,
Climate Policy 12, 2012): scenarios are there for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.impact.engine.climate_value import abatement_cost
from portulan.portfolio.facts import Impact


class Missing(StrEnum):
    """Why an action has no cost of a tonne."""

    NOT_ESTIMATED = "not_estimated"
    NOT_COSTED = "not_costed"
    NO_GAIN = "no_gain"


@dataclass(frozen=True, slots=True)
class TonneCost:
    """Euros per tonne: central, and between the ends of what is spared; None without an end."""

    cost: Decimal
    low: Decimal | None
    high: Decimal | None


def tonne_cost(
    costs: Mapping[int, Decimal] | None, spared: Impact | None, start: int
) -> TonneCost | Missing:
    """Return what a tonne costs, or why it is not known.

    `costs` are the euros of each year of the action, None when one is unknown; `spared` is in
    kgCO2e a year and is taken to hold every one of these years. Discounted to the year `start`.
    """
    if spared is None:
        return Missing.NOT_ESTIMATED
    if not costs:
        return Missing.NOT_COSTED
    if spared.likely <= 0:
        return Missing.NO_GAIN

    def at(kilograms: int) -> Decimal | None:
        return abatement_cost(costs, {}, dict.fromkeys(costs, Decimal(kilograms)), start)

    cost = at(spared.likely)
    assert cost is not None  # noqa: S101
    return TonneCost(cost, at(spared.high), at(spared.low))
