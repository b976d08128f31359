"""Climate and money: what a tonne is worth, what a tonne costs, what an action is worth in all.

The value of climate action (« valeur de l’action pour le climat », France Stratégie) is what an
avoided tonne is worth to the community: an outlay below it makes sense. It is no tax. Trajectories
are in `data/carbon_value.csv`, between the years given by geometric interpolation; `quinet2025`
was taken from a secondary source, 256 EUR2023 in 2025 then 3.2 % a year.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

RATE = Decimal("0.032")
TRAJECTORY = "quinet2025"
_TONNE = Decimal(1000)

type ByYear = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Euros per tonne of CO2e by year, and the year whose euros they are (`EUR2023`)."""

    name: str
    basis: str
    points: Mapping[int, Decimal]

    def at(self, year: int) -> Decimal | None:
        """Return the value of a tonne, or None outside the years of the report."""
        if year in self.points:
            return self.points[year]
        before = max((known for known in self.points if known < year), default=None)
        after = min((known for known in self.points if known > year), default=None)
        if before is None or after is None:
            return None
        share = Decimal(year - before) / (after - before)
        return self.points[before] * (self.points[after] / self.points[before]) ** share


@cache
def trajectories() -> Mapping[str, Trajectory]:
    """Return the trajectories shipped, by name."""
    text = (resources.files(__package__) / "data" / "carbon_value.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {
        name: Trajectory(
            name=name,
            basis=next(row["basis"] for row in rows if row["trajectory"] == name),
            points={
                int(row["year"]): Decimal(row["eur_per_t"])
                for row in rows
                if row["trajectory"] == name
            },
        )
        for name in sorted({row["trajectory"] for row in rows})
    }


def present_value(amounts: ByYear, start: int, rate: Decimal = RATE) -> Decimal:
    """Return what yearly amounts are worth in the year `start`."""
    return sum((amount / (1 + rate) ** (year - start) for year, amount in amounts.items()), _ZERO)


def climate_value(
    kg_by_year: ByYear, start: int, rate: Decimal = RATE, trajectory: str = TRAJECTORY
) -> Decimal | None:
    """Return what the kgCO2e spared each year are worth, in euros of the trajectory's basis.

    None when a year is outside the trajectory. Given the kilograms of a baseline, it is the cost
    of inaction. Raises KeyError for a trajectory we do not have.
    """
    worth: dict[int, Decimal] = {}
    for year, kilograms in kg_by_year.items():
        value = trajectories()[trajectory].at(year)
        if value is None:
            return None
        worth[year] = kilograms / _TONNE * value
    return present_value(worth, start, rate)


def net_benefit(
    costs: ByYear,
    savings: ByYear,
    kg_by_year: ByYear,
    start: int,
    rate: Decimal = RATE,
    trajectory: str = TRAJECTORY,
) -> Decimal | None:
    """Return savings - costs + value of the climate, discounted: what to rank actions by."""
    climate = climate_value(kg_by_year, start, rate, trajectory)
    if climate is None:
        return None
    return present_value(savings, start, rate) - present_value(costs, start, rate) + climate


def abatement_cost(
    costs: ByYear, savings: ByYear, kg_by_year: ByYear, start: int, rate: Decimal = RATE
) -> Decimal | None:
    """Return euros per tonne spared, with its sign (Criqui commission, 2021).

    None when no tonne is spared. Never rank by it when it is negative: it prefers, of two actions
    that pay for themselves, the one that spares less.
    """
    tonnes = sum(kg_by_year.values(), _ZERO) / _TONNE
    if tonnes <= 0:
        return None
    return (present_value(costs, start, rate) - present_value(savings, start, rate)) / tonnes


def kg_per_euro(kilograms: Decimal, cost: Decimal) -> Decimal | None:
    """Return the kgCO2e spared per euro spent; None without an expense."""
    return kilograms / cost if cost > 0 else None


_ZERO = Decimal(0)
