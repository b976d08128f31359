"""The words of indicators."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    STRATEGIC = "strategic"
    OPERATIONAL = "operational"


class Kind(StrEnum):
    PERCENTAGE = "percentage"
    COUNT = "count"
    QUANTITY = "quantity"
    YES_NO = "yes_no"
    SCALE = "scale"
    TEXT = "text"

    @property
    def is_number(self) -> bool:
        return self in {Kind.PERCENTAGE, Kind.COUNT, Kind.QUANTITY}


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    NONE = "none"


class Frequency(StrEnum):
    """How often a value is expected."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half": 6, "year": 12}[self.value]


class OverTime(StrEnum):
    """What values do in time: a stock stands on a day, flows add up within a civil year."""

    STOCK = "stock"
    FLOW = "flow"


class OverUnits(StrEnum):
    """What makes the value of the organisation from those of its units."""

    SUM = "sum"
    WEIGHTED = "weighted"  # a share of the sums of its terms: a mean of percentages is wrong
    LAST = "last"


class Knowledge(StrEnum):
    """Whether a reading says something: "I don't have this figure" is an answer, 0 is a claim."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class MeasurementRole(StrEnum):
    BASELINE = "baseline"
    READING = "reading"


class TargetKind(StrEnum):
    TARGET = "target"
    LEGAL = "legal"  # a legal threshold: dated data, with its text of law


class Judgement(StrEnum):
    """What a person says, at its date, of a target in words: it is never turned into a number."""

    REACHED = "reached"
    IN_PART = "in_part"
    NOT_REACHED = "not_reached"
