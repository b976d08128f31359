"""The words of an arbitration."""

from __future__ import annotations

from enum import StrEnum


class ScenarioStatus(StrEnum):
    DRAFT = "draft"
    KEPT = "kept"  # the one that goes before the board
    APPLIED = "applied"  # its levels and allotments were written in the plan


class Unknown(StrEnum):
    """What is done with an impact that nobody knows: it never counts as 0."""

    BOUNDED = "bounded"  # it counts as the lower of two bounds that the scenario states
    COVERAGE = "coverage"  # the other criteria judge alone; minimal numbers by theme protect it


class RuleKind(StrEnum):
    PREREQUISITE = "prerequisite"
    EXCLUSION = "exclusion"
    COVERAGE = "coverage"
    OVERLAP = "overlap"


class Origin(StrEnum):
    """Where a figure comes from: all but what is typed may be filled again."""

    TYPED = "typed"
    PLANNED = "planned"  # the budget asked by the action
    ALLOTTED = "allotted"  # an allotment
    REPEATED = "repeated"  # the year before, again: an assumption
    VOTED = "voted"  # the envelope voted for the plan
    AMBITION = "ambition"  # the ambition in euros, or applied to the IT budget
    PLAN = "plan"  # the sheet of the action
    ESTIMATE = "estimate"  # the latest estimate of its impact
