"""What the IT perimeter says of a line, and the posts IT spending is sorted into."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Is the line IT spending? `MIXED` waits for a person, `UNDECIDED` knows no rule.

    `INTERNAL` is what one budget of the organisation refunds to another, which paid and counts it.
    """

    IN = "in"
    MIXED = "mixed"
    OUT = "out"
    INTERNAL = "internal"
    UNDECIDED = "undecided"


class Post(StrEnum):
    """The nature of an IT expense: our own short list, free to map to other taxonomies."""

    EQUIPMENT = "equipment"
    SOFTWARE = "software"
    CLOUD = "cloud"
    TELECOM = "telecom"
    SERVICES = "services"
    STAFF = "staff"
    ENERGY = "energy"


class RunBuild(StrEnum):
    """Does an IT expense keep things running, or build something new? Unknown is `None`."""

    RUN = "run"
    BUILD = "build"
