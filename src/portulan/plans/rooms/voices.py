"""What a room said of a practice: counted by threes, agreed upon or not (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol, Self

# How many answers come to the screen together: nobody sees one arrive alone.
TOGETHER = 3


class Voice(Protocol):
    """What one phone says: 1 to 3, None where it does not know."""

    impact: int | None
    effort: int | None
    who: str
    could: bool
    word: str


class Accord(StrEnum):
    AGREED = "agreed"  # two thirds say the same
    SPLIT = "split"  # a quarter at least at each end
    NEAR = "near"
    UNKNOWN = "unknown"  # most do not know


@dataclass(frozen=True, slots=True)
class Heard:
    """Counts of low, middle, high and "I do not know"; how many stand at each (effort, impact)."""

    count: int = 0
    impact: tuple[int, ...] = (0, 0, 0, 0)
    effort: tuple[int, ...] = (0, 0, 0, 0)
    dots: tuple[tuple[int, int, int], ...] = ()
    who: tuple[tuple[str, int], ...] = ()
    could: int = 0
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, voices: Iterable[Voice]) -> Self:
        """Count voices; words stand in an order of their own, not in that of their arrival."""
        said = list(voices)
        dots = Counter((v.effort, v.impact) for v in said if v.effort and v.impact)
        who = Counter(v.who for v in said if v.who)
        return cls(
            len(said),
            tuple(sum(v.impact == step for v in said) for step in (1, 2, 3, None)),
            tuple(sum(v.effort == step for v in said) for step in (1, 2, 3, None)),
            tuple((effort or 0, impact or 0, n) for (effort, impact), n in sorted(dots.items())),
            tuple(sorted(who.items(), key=lambda one: (-one[1], one[0]))),
            sum(v.could for v in said),
            tuple(sorted(v.word for v in said if v.word)),
        )

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return what is kept as JSON."""
        read: dict[str, Any] = {
            name: tuple(map(tuple, value)) if name in {"dots", "who"} else value
            for name, value in kept.items()
        }
        lists = {name: tuple(value) for name, value in read.items() if isinstance(value, list)}
        return cls(**read | lists)

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def accord(counts: tuple[int, ...]) -> Accord:
    """Tell whether answers agree: among those who know, of low, middle and high."""
    known = sum(counts[:3])
    if 2 * known < sum(counts) or not known:
        return Accord.UNKNOWN
    if 3 * max(counts[:3]) >= 2 * known:
        return Accord.AGREED
    return Accord.SPLIT if 4 * min(counts[0], counts[2]) >= known else Accord.NEAR


def middle(counts: tuple[int, ...]) -> int | None:
    """Return what the room says on the whole, 1 to 3; None when it is split or does not know."""
    if accord(counts) in {Accord.SPLIT, Accord.UNKNOWN}:
        return None
    return max((1, 2, 3), key=lambda step: counts[step - 1])
