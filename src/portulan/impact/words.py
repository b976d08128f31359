"""The words of estimates, of an organisation's own figures, and of social effects."""

from __future__ import annotations

from enum import StrEnum

# What the actions spare together, among computed indicators.
REDUCTION = "impact.reduction"


class Moment(StrEnum):
    """When an effect is estimated: before, while the action runs, or from what was measured."""

    EX_ANTE = "ex_ante"
    IN_PROGRESS = "in_progress"
    MEASURED = "measured"


class Origin(StrEnum):
    """Who gave a figure that an estimate used: the product, the organisation, or the request."""

    SHIPPED = "shipped"
    OWN = "own"
    REQUEST = "request"


class Social(StrEnum):
    """The kinds of social effects, that no carbon measures."""

    ACCESS = "access"
    INCLUSION = "inclusion"
    ETHICS = "ethics"
    SKILLS = "skills"


class Sense(StrEnum):
    """Which way a social effect goes for those it touches."""

    GAIN = "gain"
    HARM = "harm"
    BOTH = "both"
