"""The arbitration of 2027: 227 k€ to find for the ambition, and five ways to spend them.

Amounts in k€, days of staff, impacts in tonnes of CO2e a year with their ends, scores out of 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.plans.enums import CommitmentLevel, Section

TITLE = "Tenir l’ambition 2027"
YEARS = (2027, 2028)
TEAM, DAYS = "Agents", 880
MADE_ON, COMPUTED_ON = date(2026, 11, 16), date(2026, 11, 18)

IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION
F, I = Section.OPERATING.value, Section.INVESTMENT.value  # noqa: E741


@dataclass(frozen=True, slots=True)
class Option:
    """What could be added to an action under way, beside what it asks for already."""

    number: int
    label: str
    cost: dict[str, int]
    running: dict[str, int]
    days: int
    running_days: int
    law: int
    readiness: int
    social: int
    tonnes: tuple[float, float, float] | None = None


OPTIONS = (
    Option(18, "deux domaines de plus", {F: 88}, {F: 27}, 30, 10, 70, 90, 20, (0.6, 1.1, 1.7)),
    Option(9, "avec l’atelier de réparation", {F: 74}, {F: 40}, 25, 25, 20, 70, 30, (3.5, 6, 9)),
    Option(12, "dans toutes les directions", {I: 51}, {I: 20}, 12, 8, 40, 80, 20, (2.5, 4, 6)),
    Option(13, "avec une assistance aux acheteurs", {F: 14}, {}, 10, 0, 50, 60, 10),
    Option(16, "pour tous les services en ligne", {F: 12, I: 12}, {F: 12}, 20, 10, 50, 50, 80),
    Option(4, "au-delà de l’essai", {F: 20}, {F: 5}, 10, 5, 20, 40, 60),
)
# What waits for the trial of the same action to end.
AFTER_TRIAL = 4
