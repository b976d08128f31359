"""What the plan and the budget say of a scenario, beside what it says itself (pure).

Nothing here is a guess in disguise: each proposal says where it comes from, and one that would
replace what a person typed is told apart, so that it is never taken in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.facts import Impact, MustFacts
from portulan.portfolio.words import LONGEST_REASON, Origin

type Group = Literal[
    "candidate", "level", "theme", "must", "out", "cost", "running", "days", "running_days",
    "impact", "envelope", "overlap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A value and where it comes from."""

    value: object
    origin: Origin


@dataclass(frozen=True, slots=True)
class ActionSays:
    """What the plan, the budget and the estimates say of an action at its present level.

    `groups` holds what is known; a group that is absent is not known, and changes nothing.
    """

    action_id: int
    number: int
    title: str
    level: CommitmentLevel
    of_candidate: Mapping[Group, Said] = field(default_factory=dict)
    of_level: Mapping[Group, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A difference between the two: `before` None when the scenario says nothing.

    `number` is 0 for what is of no action alone. `typed`: somebody typed what it would replace.
    `of`: the numbers of the actions of an overlap.
    """

    number: int
    title: str
    level: CommitmentLevel | None
    group: Group
    before: object
    after: object
    origin: Origin
    typed: bool = False
    of: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """A name of its own among proposals, as “9-3-cost” or “18+19--overlap”."""
        level = "" if self.level is None else str(self.level.value)
        about = "+".join(map(str, self.of or (self.number,)))
        return f"{about}-{level}-{self.group}"


def compare(
    says: ActionSays,
    of_candidate: Mapping[Group, Said] | None,
    of_level: Mapping[Group, Said] | None,
) -> Iterator[Proposal]:
    """Yield what the plan would change in the scenario for one action.

    What the scenario says already is None where it has no such candidate, or no such level.
    """
    if of_candidate is None:
        yield Proposal(says.number, says.title, None, "candidate", None, says.title, Origin.PLAN)
    yield from _differences(says, None, says.of_candidate, of_candidate or {})
    if of_level is None:
        yield Proposal(says.number, says.title, says.level, "level", None, None, Origin.PLAN)
    yield from _differences(says, says.level, says.of_level, of_level or {})


def _differences(
    says: ActionSays,
    level: CommitmentLevel | None,
    groups: Mapping[Group, Said],
    kept: Mapping[Group, Said],
) -> Iterator[Proposal]:
    for group, said in groups.items():
        before = kept.get(group)
        if before is not None and _agree(group, before, said):
            continue
        yield Proposal(
            number=says.number,
            title=says.title,
            level=level,
            group=group,
            before=None if before is None else before.value,
            after=said.value,
            origin=said.origin,
            typed=before is not None and before.origin is Origin.TYPED,
        )


def _agree(group: Group, before: Said, said: Said) -> bool:
    """Tell whether nothing would change; the words of a reason are those of who filled it."""
    if before.origin is said.origin and group == "out":
        return True
    old, new = before.value, said.value
    if before.origin is said.origin and group == "must":
        ends = [(one.level, one.by) for one in (old, new) if isinstance(one, MustFacts)]
        return len(ends) == 2 and ends[0] == ends[1]
    return old == new


def must_said(
    decided: CommitmentLevel | None, progress: str, law: MustFacts | None, first: int
) -> dict[Group, Said]:
    """Return the level that an action must reach: the one decided, from the first year on.

    An obligation says its own, when nothing is decided; it never moves what is, and then gives its
    reason to a decision that meets it. `progress` is said of what is decided.
    """
    if law is not None and decided in (None, law.level):
        by = law.by if decided is None else first
        reason = law.reason if decided is None else f"{law.reason}\u202f; {progress.lower()}"
        return {"must": Said(MustFacts(law.level, by, reason[:LONGEST_REASON]), Origin.LAW)}
    return (
        {} if decided is None else {"must": Said(MustFacts(decided, first, progress), Origin.PLAN)}
    )


def overlaps_said(
    shares: Mapping[tuple[int, ...], float], kept: Mapping[tuple[int, ...], tuple[int, Origin]]
) -> Iterator[Proposal]:
    """Yield the overlaps that the estimates see, by the numbers of their actions.

    `shares`: the part of the sum of their impacts that they reach together; `kept`: the percents
    of the scenario. One whose actions are in another overlap already is left: a person said it.
    """
    tied = {number for numbers in kept for number in numbers}
    for numbers, share in shares.items():
        percent = int(100 * share)
        before, origin = kept.get(numbers, (None, Origin.ESTIMATE))
        if before == percent or (before is None and tied & set(numbers)):
            continue
        yield Proposal(
            number=0,
            title="",
            level=None,
            group="overlap",
            before=before,
            after=percent,
            origin=Origin.ESTIMATE,
            typed=origin is Origin.TYPED,
            of=numbers,
        )


def money_said(first: Said | None, second: Said | None, years: int) -> dict[Group, Said]:
    """Return the cost of the first year and what follows, as far as they are known.

    Each is what an action asks of the IT budget in a year, by nature. Without a word on the second
    year, what follows is the first year again, and says so.
    """
    amounts = _known(first)
    if first is None or amounts is None:
        return {}
    said: dict[Group, Said] = {
        "cost": Said({nature: [amount] for nature, amount in amounts.items()}, first.origin)
    }
    if years > 1:
        after = _known(second)
        origin = second.origin if second is not None and after is not None else Origin.REPEATED
        said["running"] = Said(amounts if after is None else after, origin)
    return said


def _known(asked: Said | None) -> dict[str, int] | None:
    """Return the amounts by nature, None as soon as one is not known."""
    amounts: Any = {} if asked is None else asked.value
    return None if asked is None or None in amounts.values() else dict(amounts)


def days_said(team: str, days: int | None, years: int) -> dict[Group, Said]:
    """Return the days of a team in the first year and after; nothing without a team."""
    if not team or days is None:
        return {}
    said: dict[Group, Said] = {"days": Said({team: [days]}, Origin.PLAN)}
    if years > 1:
        said["running_days"] = Said({team: days}, Origin.PLAN)
    return said


def impact_said(impact: Impact | None) -> dict[Group, Said]:
    """Return the estimate; nothing when there is none: it stays unknown."""
    return {} if impact is None else {"impact": Said(impact, Origin.ESTIMATE)}
