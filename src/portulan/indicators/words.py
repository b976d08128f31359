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
