"""An indicator that is wanted for an action to be made, with its target: a number or a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portulan.catalogue.models import Practice, PracticeIndicator
from portulan.core.folding import squeeze
from portulan.indicators.computed import Proposed, computer_of
from portulan.indicators.models import Indicator
from portulan.indicators.words import Direction, Kind

# « Part des pannes réparées (appareils réparés / appareils en panne) »: a name, then its terms.
_TERMS = re.compile(r"(?P<name>.+?)\s*\((?P<terms>[^()]* / [^()]*)\)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An indicator, and what is to be reached by the end of the action: `target`, or `words`.

    `baseline` is where it stands on the day on which the action is made.
    """

    name: str
    kind: Kind
    unit: str = ""
    direction: Direction = Direction.NONE
    description: str = ""
    computed_by: str = ""
    target: Decimal | None = None
    words: str = ""
    baseline: Decimal | None = None

    @property
    def has_target(self) -> bool:
        return self.target is not None or bool(self.words)

    @classmethod
    def proposed(cls, one: PracticeIndicator, *, rank: int) -> Wanted:
        """Return what a practice proposes; computed where a domain computes that very figure."""
        version = one.practice.version
        text = one.say("text")
        ratio = _TERMS.fullmatch(text)
        return cls(
            name=(ratio["name"] if ratio else text)[:250],
            kind=Kind(one.kind),
            unit=one.unit,
            direction=Direction(one.direction or Direction.NONE),
            description=ratio["terms"] if ratio else "",
            computed_by=computer_of(
                Proposed(version.catalogue.slug, version.version, one.practice.code, rank)
            ),
        )

    @classmethod
    def of(cls, indicator: Indicator) -> Wanted:
        """Return what makes an indicator again as it is, with its furthest target."""
        aim = indicator.targets.order_by("-due_on").first()
        return cls(
            indicator.name,
            Kind(indicator.kind),
            indicator.unit,
            Direction(indicator.direction),
            indicator.description,
            indicator.computed_by,
            aim.value if aim else None,
            aim.text if aim else "",
        )

    def packed(self) -> list[Any]:
        """Return it as the trail keeps it."""
        target = None if self.target is None else str(self.target)
        return [
            *(self.name, self.kind, self.unit, self.direction, self.description),
            *(self.computed_by, target, self.words),
        ]

    @classmethod
    def unpacked(cls, packed: Sequence[Any]) -> Wanted:
        name, kind, unit, direction, description, *more = packed
        computed_by, target, words = more or ("", None, "")
        return cls(
            *(name, Kind(kind), unit, Direction(direction), description, computed_by),
            None if target is None else Decimal(target),
            words,
        )


def proposed_by(practice: Practice) -> list[Wanted]:
    """Return the indicators that a practice proposes, in its order."""
    found = practice.indicators.select_related("practice__version__catalogue").order_by("order")
    return [Wanted.proposed(one, rank=rank) for rank, one in enumerate(found)]


def named(practice: Practice, text: str) -> Wanted | None:
    """Return the indicator that somebody wrote: a proposed one by its name, else one in words.

    None when nothing was written.
    """
    wanted = squeeze(text)
    if not wanted:
        return None
    known = next((one for one in proposed_by(practice) if one.name == wanted), None)
    return known or Wanted(wanted[:250], Kind.TEXT)
