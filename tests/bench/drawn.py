"""Portfolio problems drawn at random, of any size: costs in k€, teams in days, money is short."""

from __future__ import annotations

from random import Random

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    LevelOption,
    Must,
    PortfolioProblem,
    Prerequisite,
    Resource,
    canonical,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
THEMES = ("governance", "purchasing", "devices", "services", "training", "hosting")
TEAMS = ("network", "studies", "purchasing", "people")
# Per cent of all that could be spent: money is short, people less so.
INVESTED, REST = 30, 50


def draw(actions: int, years: int, seed: int) -> PortfolioProblem:
    """Return the problem of that seed: one fifth gated, chains, exclusions, minima, obligations."""
    mix = Random(seed)
    span = tuple(range(2026, 2026 + years))
    drawn = [_action(mix, f"a{number:05}", span) for number in range(actions)]
    ids = [action.id for action in drawn]
    arcs = [
        Prerequisite(ids[after], IMPLEMENTATION, ids[mix.randrange(after)], IMPLEMENTATION, 1)
        for after in range(1, actions)
        if mix.random() < 0.25
    ]
    exclusions = [
        Exclusion(IMPLEMENTATION, tuple(sorted(mix.sample(ids, mix.randint(2, 3)))))
        for _ in range(actions // 10)
    ]
    return canonical(
        PortfolioProblem(
            years=span,
            resources=tuple(_resources(drawn, years)),
            actions=tuple(drawn),
            prerequisites=tuple(arcs),
            exclusions=tuple(exclusions),
            coverage=tuple(Coverage(theme, EXPERIMENT, 1) for theme in THEMES),
            residual_years=2,
        )
    )


def _action(mix: Random, name: str, span: tuple[int, ...]) -> Action:
    size = round(mix.lognormvariate(2.3, 0.8)) + 2
    value = round(size * mix.lognormvariate(3, 0.8))
    levels = []
    if mix.random() < 0.5:
        levels.append(LevelOption(STUDY, 1, {"investment": (1,), _team(mix): (size // 4 + 1,)}))
    if mix.random() < 0.6:
        use = {"investment": (size // 3 + 1,), _team(mix): (size // 2 + 1,)}
        levels.append(LevelOption(EXPERIMENT, 1, use, value=value // 6))
    duration = mix.choice((1, 1, 2, 2, 3)) if len(span) > 2 else 1
    use = {"investment": _spread(size, duration), _team(mix): _spread(size, duration)}
    run = {"running": size // 6} if size > 6 else {}
    levels.append(LevelOption(IMPLEMENTATION, duration, use, run, value))
    gated = levels[0].level == STUDY and mix.random() < 0.4
    # An experiment waits for nothing and excludes nothing: an obligation to make one can be kept.
    can_try = any(option.level == EXPERIMENT for option in levels)
    obliged = can_try and size < 12 and mix.random() < 0.05
    return Action(
        id=name,
        levels=tuple(levels),
        theme=mix.choice(THEMES),
        gate=STUDY if gated else None,
        must=Must(EXPERIMENT, span[-1]) if obliged else None,
    )


def _team(mix: Random) -> str:
    return mix.choice(TEAMS)


def _spread(amount: int, years: int) -> tuple[int, ...]:
    return tuple(amount // years + (year < amount % years) for year in range(years))


def _resources(actions: list[Action], years: int) -> list[Resource]:
    total: dict[str, int] = dict.fromkeys(("investment", "running", *TEAMS), 0)
    for action in actions:
        last = action.levels[-1]
        for resource, amounts in last.use.items():
            total[resource] += sum(amounts)
        for resource, amount in last.run.items():
            total[resource] += amount * years // 2
    return [
        Resource(
            id=name,
            capacity=(amount * (INVESTED if name == "investment" else REST) // 100 // years + 1,)
            * years,
            unit="day" if name in TEAMS else "kEUR",
            money=name not in TEAMS,
        )
        for name, amount in total.items()
    ]
