"""What a plan is worth and which rules it breaks, recomputed from the plan alone (pure).

This knows neither pathways nor the model, and goes year by year where they go by sequences: a
mistake in one does not repeat itself in the other. What it disagrees with is never shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import (
    Action,
    Fairness,
    LevelOption,
    Plan,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    Target,
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a year takes of a resource; `capacity` counts what the years before passed on."""

    resource: str
    year: int
    used: int
    capacity: int

    @property
    def left(self) -> int:
        return self.capacity - self.used


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Value and money of a plan, its use of resources, and a few words per broken rule.

    `goals` are what the problem's objective counts, in its order; `reached` what each target has.
    """

    value: int
    money: int
    usage: tuple[Usage, ...]
    breaches: tuple[str, ...]
    goals: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()


def evaluate(problem: PortfolioProblem, plan: Plan) -> Evaluation:
    """Return what the plan does, rule by rule, over all years of the problem."""
    breaches = [*_unknown(problem, plan)]
    if breaches:
        return Evaluation(0, 0, (), tuple(breaches))
    taken = {action.id: plan[action.id] for action in problem.actions if plan.get(action.id)}
    for action in problem.actions:
        breaches += _of_action(problem, action, taken.get(action.id, ()))
    reached = _Reached(problem, taken)
    for arc in problem.prerequisites:
        breaches += _of_prerequisite(reached, arc, taken.get(arc.action, ()))
    breaches += _of_counts(problem, reached, taken)
    usage = tuple(use for resource in problem.resources for use in _usage(problem, resource, taken))
    breaches += [
        f"{use.resource} {use.year}: {use.used} > {use.capacity}" for use in usage if use.left < 0
    ]
    envelopes = {resource.id for resource in problem.resources if resource.money}
    money = sum(use.used for use in usage if use.resource in envelopes)
    if problem.spending is not None and money > problem.spending:
        breaches.append(f"{money} > {problem.spending}")
    had = _Had(problem, taken)
    amounts = tuple(map(had.of_target, problem.targets))
    for target, amount in zip(problem.targets, amounts, strict=True):
        if amount < target.at_least:
            breaches.append(f"{target.measure} {target.year}: {amount} < {target.at_least}")
    breaches += [*_of_fairness(problem, had), *_of_smoothing(problem, usage)]
    value = _value(problem, taken)
    counted = {
        "value": value,
        "money": money,
        "peak": max((_in_year(usage, envelopes, year) for year in problem.years), default=0),
        "days": sum(use.used for use in usage if use.resource not in envelopes),
        "actions": len(taken),
    }
    goals = tuple(counted[name] for name in problem.objective)
    return Evaluation(value, money, usage, tuple(breaches), goals, amounts)


def _in_year(usage: tuple[Usage, ...], resources: set[str], year: int) -> int:
    return sum(use.used for use in usage if use.year == year and use.resource in resources)


class _Had:
    """What actions have of a measure, of money or of days, year by year."""

    def __init__(self, problem: PortfolioProblem, taken: Plan) -> None:
        self._problem, self._taken = problem, taken
        self._measures = {measure.id for measure in problem.measures}

    def of_target(self, target: Target) -> int:
        return sum(
            self.of(action, target.measure, target.year)
            for action in self._problem.actions
            if target.theme in ("", action.theme) and target.unit in ("", action.unit)
        )

    def of_action(self, action: Action, name: str) -> int:
        return sum(self.of(action, name, year) for year in self._problem.years)

    def of(self, action: Action, name: str, year: int) -> int:
        steps = self._taken.get(action.id, ())
        current = _in_effect(action, steps, year)
        if name in self._measures:
            return current.measures.get(name, 0) if current else 0
        used = 0
        for resource in self._problem.resources:
            if resource.money != (name == "money"):
                continue
            used += current.run.get(resource.id, 0) if current else 0
            for step in steps:
                amounts = _option(action, step.level).use.get(resource.id, ())
                if 0 <= year - step.start < len(amounts):
                    used += amounts[year - step.start]
        return used


def of_groups(problem: PortfolioProblem, plan: Plan, rule: Fairness) -> dict[str, int]:
    """Return what each group that has people gets of what a rule of fairness shares."""
    return _shared(problem, _Had(problem, plan), rule)


def _shared(problem: PortfolioProblem, had: _Had, rule: Fairness) -> dict[str, int]:
    groups = problem.units if rule.by == "unit" else problem.themes
    amounts = {group.id: 0 for group in groups if group.heads}
    for action in problem.actions:
        group = action.unit if rule.by == "unit" else action.theme
        if group in amounts:
            amounts[group] += had.of_action(action, rule.of)
    return amounts


def _of_fairness(problem: PortfolioProblem, had: _Had) -> Iterator[str]:
    for rule in problem.fairness:
        groups = problem.units if rule.by == "unit" else problem.themes
        heads = {group.id: group.heads for group in groups if group.heads}
        amounts = _shared(problem, had, rule)
        # In hundredths of heads × amount, so that nothing is rounded.
        total, people = sum(amounts.values()), sum(heads.values())
        for group, amount in amounts.items():
            own, even = 100 * people * amount, heads[group] * total
            if rule.share_at_least is not None and own < rule.share_at_least * even:
                yield f"{group}: {amount} of {total} {rule.of}, under its share"
            if rule.at_most is not None and own > rule.at_most * even:
                yield f"{group}: {amount} of {total} {rule.of}, over its share"


def _of_smoothing(problem: PortfolioProblem, usage: tuple[Usage, ...]) -> Iterator[str]:
    for resource in problem.resources:
        used = [use.used for use in usage if use.resource == resource.id]
        for before, after in pairwise(used):
            if resource.smoothing is not None and abs(after - before) > resource.smoothing:
                yield f"{resource.id}: {before} then {after}"


def _unknown(problem: PortfolioProblem, plan: Plan) -> Iterator[str]:
    known = {action.id: {one.level for one in action.levels} for action in problem.actions}
    for action_id, steps in plan.items():
        for step in steps:
            if step.level not in known.get(action_id, ()):
                yield f"{action_id}: no level {step.level.name}"


def _option(action: Action, level: CommitmentLevel) -> LevelOption:
    return next(option for option in action.levels if option.level == level)


def _end(action: Action, step: Step) -> int:
    return step.start + _option(action, step.level).duration - 1


def _of_action(problem: PortfolioProblem, action: Action, steps: tuple[Step, ...]) -> Iterator[str]:
    """Sequence, years, gate, obligation, lock: what concerns one action."""
    free = problem.years[0]
    done: list[CommitmentLevel] = []
    for step in steps:
        if done and step.level <= done[-1]:
            yield f"{action.id}: {step.level.name} after {done[-1].name}"
        if step.start < free:
            yield f"{action.id}: {step.level.name} starts in {step.start}, before {free}"
        if _end(action, step) > problem.years[-1]:
            yield f"{action.id}: {step.level.name} ends after {problem.years[-1]}"
        yield from _too_soon(action, step, done)
        done.append(step.level)
        free = _end(action, step) + 1
    if action.must is not None and not any(
        step.level >= action.must.level and _end(action, step) <= action.must.by for step in steps
    ):
        yield f"{action.id}: obligation not met"
    if action.lock == "out" and steps:
        yield f"{action.id}: refused"
    if isinstance(action.lock, Step) and action.lock not in steps:
        yield f"{action.id}: not as decided"
    if problem.wish and problem.wish.action == action.id and problem.wish.taken != bool(steps):
        yield f"{action.id}: not as wished"


def _too_soon(action: Action, step: Step, done: list[CommitmentLevel]) -> Iterator[str]:
    """Yield what a step waits for: the level that is its gate, the year of its contract."""
    if step.level == CommitmentLevel.IMPLEMENTATION and action.gate not in (None, *done):
        yield f"{action.id}: not through its gate"
    if step.level > CommitmentLevel.STUDY and step.start < (action.after or 0):
        yield f"{action.id}: {step.level.name} starts in {step.start}, before its contract"


class _Reached:
    """The year at whose end an action stands at a level or higher."""

    def __init__(self, problem: PortfolioProblem, taken: Plan) -> None:
        self._ends = {
            action.id: [(step.level, _end(action, step)) for step in taken[action.id]]
            for action in problem.actions
            if action.id in taken
        }

    def by(self, action_id: str, level: CommitmentLevel, year: int) -> bool:
        return any(at >= level and end <= year for at, end in self._ends.get(action_id, ()))

    def ever(self, action_id: str, level: CommitmentLevel) -> bool:
        return any(at >= level for at, _ in self._ends.get(action_id, ()))


def _of_prerequisite(
    reached: _Reached, arc: Prerequisite, steps: tuple[Step, ...]
) -> Iterator[str]:
    for step in steps:
        if step.level == arc.level and not reached.by(
            arc.needs, arc.needs_level, step.start - arc.lag
        ):
            yield f"{arc.action}: {arc.level.name} before {arc.needs} has {arc.needs_level.name}"


def _of_counts(problem: PortfolioProblem, reached: _Reached, taken: Plan) -> Iterator[str]:
    for exclusion in problem.exclusions:
        if sum(reached.ever(action_id, exclusion.level) for action_id in exclusion.actions) > 1:
            yield f"more than one of {', '.join(exclusion.actions)}"
    for coverage in problem.coverage:
        count = sum(
            action.theme == coverage.theme
            and action.id in taken
            and taken[action.id][-1].level >= coverage.level
            for action in problem.actions
        )
        if count < coverage.minimum:
            yield f"{coverage.theme}: {count} < {coverage.minimum}"


def _in_effect(action: Action, steps: tuple[Step, ...], year: int) -> LevelOption | None:
    """Return the last level ended before the year."""
    ended = [step for step in steps if _end(action, step) < year]
    return _option(action, ended[-1].level) if ended else None


def _usage(problem: PortfolioProblem, resource: Resource, taken: Plan) -> Iterator[Usage]:
    carried = 0
    used: Counter[int] = Counter()
    for action in problem.actions:
        steps = taken.get(action.id, ())
        for step in steps:
            for offset, amount in enumerate(_option(action, step.level).use.get(resource.id, ())):
                used[step.start + offset] += amount
        for year in problem.years:
            if current := _in_effect(action, steps, year):
                used[year] += current.run.get(resource.id, 0)
    for year, given in zip(problem.years, resource.capacity, strict=True):
        available = given + carried
        yield Usage(resource.id, year, used[year], available)
        carried = max(0, min(resource.carry_over, available - used[year]))


def _value(problem: PortfolioProblem, taken: Plan) -> int:
    values: dict[str, int] = {}
    for action in problem.actions:
        if steps := taken.get(action.id):
            levels = (_in_effect(action, steps, year) for year in problem.years)
            last = _option(action, steps[-1].level)
            values[action.id] = (
                sum(level.value for level in levels if level) + problem.residual_years * last.value
            )
    total = 0
    for overlap in problem.overlaps:
        group = sum(values.pop(action_id, 0) for action_id in overlap.actions)
        total += min(group, overlap.ceiling)
    return total + sum(values.values())
