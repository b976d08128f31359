"""Projects, an envelope and ballots: what a rule of choice reads (pure, whole numbers)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

type Voted = Literal["approval", "points"]
# What a ballot says of a project, by its place: its points, or the cost of what it approves.
type Ballot = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A thing to choose; `cost` is in parts of a unit of money, `Election.scale` of them in one."""

    id: str
    cost: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Election:
    """Projects of one year and independent, and how many ballots are alike.

    Utility is the cost of what one approves, or the points. `budget` and costs are multiplied by
    `scale`; an empty ballot has its share as any other.
    """

    projects: tuple[Project, ...]
    budget: int
    ballots: Mapping[Ballot, int]
    voted: Voted = "approval"
    scale: int = 1

    @property
    def voters(self) -> int:
        return sum(self.ballots.values())

    def money(self, parts: Fraction | int) -> Fraction:
        """Return an amount in units of money."""
        return Fraction(parts) / self.scale

    def supporters(self) -> list[int]:
        """Return how many people support each project."""
        counts = [0] * len(self.projects)
        for ballot, weight in self.ballots.items():
            for place, _utility in ballot:
                counts[place] += weight
        return counts

    def count(self) -> list[int]:
        """Return the plain count of each project: its points, or how many people approve it."""
        if self.voted == "approval":
            return self.supporters()
        sums = [0] * len(self.projects)
        for ballot, weight in self.ballots.items():
            for place, points in ballot:
                sums[place] += weight * points
        return sums


def election(
    projects: Sequence[tuple[str, Fraction, str]],
    budget: Fraction,
    votes: Iterable[Mapping[int, Fraction | None]],
    voted: Voted = "approval",
) -> Election:
    """Return the election of exact amounts, put in whole numbers.

    A vote has the points of a project by its place, None where it is approved; no point is no
    support.
    """
    scale = lcm(budget.denominator, *(cost.denominator for _id, cost, _name in projects))
    found = tuple(Project(id_, int(cost * scale), name) for id_, cost, name in projects)
    cast = [{at: points for at, points in vote.items() if points != 0} for vote in votes]
    parts = lcm(*(points.denominator for vote in cast for points in vote.values() if points))
    ballots: dict[Ballot, int] = {}
    for vote in cast:
        ballot = tuple(
            (at, found[at].cost if points is None else int(points * parts))
            for at, points in sorted(vote.items())
        )
        ballots[ballot] = ballots.get(ballot, 0) + 1
    return Election(found, int(budget * scale), ballots, voted, scale)
