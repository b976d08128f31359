"""Tiny portfolio problems, and all of their plans, gone through one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    Fairness,
    Group,
    LevelOption,
    Measure,
    Must,
    Overlap,
    Plan,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    Target,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
LEVELS = list(CommitmentLevel)


@st.composite
def options(draw: st.DrawFn, level: CommitmentLevel, years: int) -> LevelOption:
    duration = draw(st.integers(1, min(2, years)))
    some = st.tuples(*[st.integers(0, 4)] * duration)
    return LevelOption(
        level=level,
        duration=duration,
        use=draw(st.fixed_dictionaries({}, optional={"money": some, "team": some})),
        run=draw(st.fixed_dictionaries({}, optional={"money": st.integers(0, 2)})),
        value=draw(st.integers(-1, 5)),
        measures=draw(st.fixed_dictionaries({}, optional={"tonnes": st.integers(-1, 4)})),
    )


@st.composite
def actions(draw: st.DrawFn, name: str, years: tuple[int, ...]) -> Action:
    levels = sorted(draw(st.sets(st.sampled_from(LEVELS), min_size=1, max_size=2)))
    gate = levels[0] if levels[0] < IMPLEMENTATION and draw(st.booleans()) else None
    step = st.builds(Step, st.sampled_from(levels), st.sampled_from(years))
    rarely = st.integers(0, 5)
    return Action(
        id=name,
        theme=draw(st.sampled_from(["x", "y"])),
        unit=draw(st.sampled_from(["", "u", "v"])),
        levels=tuple(draw(options(level, len(years))) for level in levels),
        gate=gate,
        after=draw(st.sampled_from(years)) if draw(rarely) == 0 else None,
        must=draw(st.builds(Must, st.just(levels[0]), st.just(years[-1])))
        if draw(rarely) == 0
        else None,
        lock=draw(st.one_of(step, st.just("out"))) if draw(rarely) == 0 else None,
    )


@st.composite
def problems(draw: st.DrawFn) -> PortfolioProblem:
    """Every family of rules, few of each; capacities tight enough to matter."""
    years = tuple(range(2026, 2026 + draw(st.integers(1, 3))))
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    level = st.sampled_from(LEVELS)
    pairs = [(after, before) for after in names for before in names if before < after]
    arcs = [
        Prerequisite(after, draw(level), before, draw(level), draw(st.integers(0, 1)))
        for after, before in pairs
        if draw(st.booleans())
    ]
    capacity = st.tuples(*[st.integers(0, 7)] * len(years))
    together = tuple(names[:2])
    return PortfolioProblem(
        years=years,
        resources=(
            Resource(
                "money", draw(capacity), unit="kEUR", money=True, carry_over=draw(st.integers(0, 3))
            ),
            Resource("team", draw(capacity), unit="day"),
        ),
        actions=tuple(draw(actions(name, years)) for name in names),
        prerequisites=tuple(arcs),
        exclusions=(Exclusion(draw(level), together),) if draw(st.booleans()) else (),
        coverage=(Coverage("x", draw(level), 1),) if draw(st.integers(0, 3)) == 0 else (),
        overlaps=(Overlap(together, draw(st.integers(0, 20))),) if draw(st.booleans()) else (),
        residual_years=draw(st.integers(0, 2)),
    )


@st.composite
def targeted(draw: st.DrawFn) -> PortfolioProblem:
    """A problem with what a second version adds: targets, fairness, smoothing, other goals."""
    problem = draw(problems())
    themes = st.sampled_from(["", *(action.theme for action in problem.actions)])
    units = st.sampled_from(["", *(action.unit for action in problem.actions)])
    target = st.builds(
        Target,
        measure=st.sampled_from(["tonnes", "tonnes", "money"]),
        year=st.sampled_from(problem.years),
        at_least=st.integers(-1, 5),
        theme=themes,
        unit=units,
    )
    of = st.sampled_from(["tonnes", "money", "days"])
    side = st.sampled_from(["theme", "unit"])
    fair = st.one_of(
        st.builds(Fairness, side, of, share_at_least=st.integers(10, 90)),
        st.builds(Fairness, side, of, at_most=st.integers(80, 200)),
    )
    smooth = draw(st.sampled_from([None, None, 2]))
    goals = st.permutations(["money", "peak", "days", "actions", "value"])
    return replace(
        problem,
        resources=tuple(replace(one, smoothing=smooth) for one in problem.resources),
        measures=(Measure("tonnes", unit="t"),),
        units=(Group("u", draw(st.integers(0, 3))), Group("v", 2)),
        themes=(Group("x", 3), Group("y", draw(st.integers(0, 5)))),
        targets=draw(
            st.lists(target, max_size=2, unique_by=lambda one: (one.measure, one.year)).map(tuple)
        ),
        fairness=draw(st.lists(fair, max_size=1).map(tuple)),
        objective=tuple(draw(goals)[: draw(st.integers(1, 3))]),
    )


def all_plans(problem: PortfolioProblem) -> Iterator[Plan]:
    """Yield every plan whose actions are each well formed, whatever the rules that tie them."""
    choices = [list(_choices(problem, action)) for action in problem.actions]
    for chosen in product(*choices):
        taken = zip(problem.actions, chosen, strict=True)
        yield {action.id: steps for action, steps in taken if steps}


def _choices(problem: PortfolioProblem, action: Action) -> Iterator[tuple[Step, ...]]:
    roomy = tuple(replace(one, capacity=(10**6,) * len(problem.years)) for one in problem.resources)
    bare = replace(action, must=None, lock=None)
    roomy = tuple(replace(one, smoothing=None) for one in roomy)
    alone = PortfolioProblem(problem.years, roomy, (bare,), measures=problem.measures)
    starts = [None, *problem.years]
    for years in product(starts, repeat=len(action.levels)):
        pairs = zip(action.levels, years, strict=True)
        steps = tuple(Step(option.level, year) for option, year in pairs if year is not None)
        if not evaluate(alone, {action.id: steps}).breaches:
            yield steps


def best_of_all(problem: PortfolioProblem) -> tuple[int, int, int] | None:
    """Return (value, money, lateness) of the best plan by trying them all; None without a plan."""
    found = []
    for plan in all_plans(problem):
        evaluation = evaluate(problem, plan)
        if not evaluation.breaches:
            found.append((-evaluation.value, evaluation.money, lateness(problem, plan)))
    if not found:
        return None
    value, money, late = min(found)
    return -value, money, late


def best_by_goals(problem: PortfolioProblem) -> tuple[int, ...] | None:
    """Return the goals, money and lateness of the best plan by trying them all; None without."""
    found = []
    for plan in all_plans(problem):
        evaluation = evaluate(problem, plan)
        if not evaluation.breaches:
            signs = [-1 if name == "value" else 1 for name in problem.objective]
            goals = [sign * one for sign, one in zip(signs, evaluation.goals, strict=True)]
            found.append((*goals, evaluation.money, lateness(problem, plan)))
    return min(found, default=None)


def lateness(problem: PortfolioProblem, plan: Plan) -> int:
    """Return the sum of the ranks of the years of start, from 1."""
    return sum(step.start - problem.years[0] + 1 for steps in plan.values() for step in steps)
