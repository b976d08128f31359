"""The words of an arbitration."""

from __future__ import annotations

from enum import StrEnum

LONGEST_REASON = 250  # characters of a reason that a scenario keeps


# Kinds of long work (`core.tasks`).
SOLVE = "portfolio.solve"  # of a scenario
EXPLAIN = "portfolio.explain"  # of a selection
WHY = "portfolio.why"  # of a selection, about one candidate


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


class Measure(StrEnum):
    """What a target of a scenario counts, in a year.

    A share is of the IT budget, whose money is redeployed, or comes on top of it and adds to it.
    """

    CO2 = "co2"  # footprint spared, at the low end of what is known: kgCO2e
    SOCIAL = "social"  # scores of social value, one after the other
    MONEY = "money"  # spending: euros
    SHARE = "share"  # hundredths of a percent
    SHARE_ON_TOP = "share_on_top"


EFFECTS = (Measure.CO2, Measure.SOCIAL)  # what is chosen; the others are floors of means
# How many of the numbers that are kept make one of those that people type.
SCALES = {Measure.CO2: 1000, Measure.SHARE: 100, Measure.SHARE_ON_TOP: 100}
MOST_TARGETS = 6


class Least(StrEnum):
    """What is to be least among the plans that reach the targets."""

    MONEY = "money"  # over all years
    PEAK = "peak"  # the dearest year
    DAYS = "days"
    ACTIONS = "actions"


class Voted(StrEnum):
    """How a room votes on the actions of a scenario."""

    APPROVAL = "approval"
    POINTS = "points"


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
    LAW = "law"  # an obligation of the organisation that the action carries


class Standing(StrEnum):
    """How a scenario stands before an obligation, the better first."""

    HELD = "held"  # a candidate must reach it in time
    REFUSED = "refused"  # somebody said otherwise of the one that would carry it
    OPEN = "open"  # a candidate can carry it: it is proposed
    NOT_COSTED = "not_costed"  # one must, and no cost is known: it is not in the computation
    LOWER = "lower"  # the commitment made is lower: it is not moved from here
    TOO_LATE = "too_late"  # no level ends in time
    NOT_OFFERED = "not_offered"  # no level goes as far
    CLOSED = "closed"  # what would carry it is dropped, closed or refused
    NOBODY = "nobody"  # no action of the plan follows a practice that would carry it
    POPULATION = "population"  # the population is not known
    STATUTE = "statute"  # the statute of the organisation decides
