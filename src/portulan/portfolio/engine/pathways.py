"""The pathways of an action: every sequence of levels it may follow, each a column of the model.

Gates, order of levels, durations, what a year costs or brings are settled here, action by action,
so that the model holds only what ties actions together. See docs/reference/truths.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import Action, LevelOption, PortfolioProblem, Step

NEVER = 10**6  # a year after all years


@dataclass(frozen=True, slots=True)
class Pathway:
    """A sequence of steps and all it entails, years counted from 0.

    `use` is by (resource, year), `brings` by (measure, year); `lateness` sums the ranks of the
    years of start, from 1.
    """

    action: str
    steps: tuple[Step, ...]
    value: int
    money: int
    lateness: int
    use: Mapping[tuple[str, int], int]
    brings: Mapping[tuple[str, int], int]
    starts: Mapping[CommitmentLevel, int]
    ends: Mapping[CommitmentLevel, int]

    @property
    def last(self) -> CommitmentLevel:
        return self.steps[-1].level

    def reached(self, level: CommitmentLevel) -> int:
        """Return the year at whose end this level or a higher one is reached, else NEVER."""
        return min((end for at, end in self.ends.items() if at >= level), default=NEVER)

    def started(self, level: CommitmentLevel) -> int:
        """Return the year this very level is started, else NEVER."""
        return self.starts.get(level, NEVER)


def enumerate_pathways(problem: PortfolioProblem, action: Action) -> list[Pathway]:
    """Return all pathways of the action, in the order of their steps; locks are not looked at."""
    money = frozenset(resource.id for resource in problem.resources if resource.money)
    horizon = len(problem.years)
    after = 0 if action.after is None else action.after - problem.years[0]
    options = sorted(action.levels, key=lambda option: option.level)
    sequences = _sequences(options, 0, horizon, after)
    return sorted(
        (
            _pathway(problem, action, sequence, money)
            for sequence in sequences
            if sequence and _passes_gate(action, sequence)
        ),
        key=lambda pathway: pathway.steps,
    )


type _Sequence = tuple[tuple[LevelOption, int], ...]


def _sequences(
    options: Sequence[LevelOption], free: int, horizon: int, after: int
) -> Iterator[_Sequence]:
    """Yield the increasing sequences that start from year `free` on, the empty one included.

    Above a study, nothing starts before the year `after`.
    """
    yield ()
    for index, option in enumerate(options):
        first = free if option.level is CommitmentLevel.STUDY else max(free, after)
        for start in range(first, horizon - option.duration + 1):
            for rest in _sequences(options[index + 1 :], start + option.duration, horizon, after):
                yield ((option, start), *rest)


def _passes_gate(action: Action, sequence: _Sequence) -> bool:
    levels = [option.level for option, _ in sequence]
    return (
        action.gate is None
        or CommitmentLevel.IMPLEMENTATION not in levels
        or action.gate in levels[:-1]
    )


def _pathway(
    problem: PortfolioProblem, action: Action, sequence: _Sequence, money: frozenset[str]
) -> Pathway:
    horizon = len(problem.years)
    use: dict[tuple[str, int], int] = {}
    brings: dict[tuple[str, int], int] = {}
    value = 0
    for index, (option, start) in enumerate(sequence):
        end = start + option.duration - 1
        following = sequence[index + 1] if index + 1 < len(sequence) else None
        # A level is in effect from the year after its end to the end of its successor.
        effect_end = following[1] + following[0].duration - 1 if following else horizon - 1
        value += option.value * (effect_end - end)
        for resource, amounts in option.use.items():
            for offset, amount in enumerate(amounts):
                _add(use, (resource, start + offset), amount)
        for year in range(end + 1, effect_end + 1):
            for resource, amount in option.run.items():
                _add(use, (resource, year), amount)
            for measure, amount in option.measures.items():
                _add(brings, (measure, year), amount)
    value += problem.residual_years * sequence[-1][0].value
    return Pathway(
        action=action.id,
        steps=tuple(Step(option.level, problem.years[start]) for option, start in sequence),
        value=value,
        money=sum(amount for (resource, _), amount in use.items() if resource in money),
        lateness=sum(start + 1 for _, start in sequence),
        use=use,
        brings=brings,
        starts={option.level: start for option, start in sequence},
        ends={option.level: start + option.duration - 1 for option, start in sequence},
    )


def _add(use: dict[tuple[str, int], int], key: tuple[str, int], amount: int) -> None:
    if amount:
        use[key] = use.get(key, 0) + amount
