"""Twelve families of portfolio problems, each hard in its own way, of any size, seed by seed.

A family is its parameters, all written below: nothing else decides of a problem but its size and
its seed, which the bench draws when it measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    LevelOption,
    Must,
    Overlap,
    PortfolioProblem,
    Prerequisite,
    Resource,
    canonical,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
TEAMS = ("network", "studies", "people")


@dataclass(frozen=True)
class Family:
    """What makes problems alike. Shares are of actions, or of all that could be spent, in per cent.

    `noise` is the spread of the value of a unit of cost (0: value follows cost, plus a constant);
    `sizes` how many costs there are (0: any); `chain` how far back a prerequisite lies at most.
    """

    name: str
    capacity: int = 30
    noise: float = 0.8
    sizes: int = 0
    needs: int = 0
    chain: int = 0
    exclusions: int = 0
    themes: int = 6
    minimum: int = 0
    overlaps: int = 0
    carried: int = 0
    gated: int = 0
    obliged: int = 0
    unit: int = 1


FAMILIES = (
    Family("plain"),
    Family("correlated", noise=0.0),
    Family("ties", sizes=4, noise=0.0),
    Family("tight", capacity=8, gated=20),
    Family("chains", needs=60, chain=8),
    Family("web", needs=80, chain=10**6, capacity=40),
    Family("exclusions", exclusions=60),
    Family("coverage", themes=40, minimum=2, capacity=15),
    Family("overlaps", overlaps=70),
    Family("carried", carried=30),
    Family("large", unit=10**7 + 19),
    Family(
        "mixed",
        needs=25,
        chain=10**6,
        exclusions=10,
        minimum=1,
        overlaps=20,
        carried=15,
        gated=20,
        obliged=3,
    ),
)
# Actions and years: the greatest number of actions, years in between, the most years.
SIZES = ((1000, 3), (300, 5), (80, 8))
WIDE = {"plain": 2000, "chains": 2000, "overlaps": 2000}  # actions over 3 years, where it is more


def draw(family: Family, actions: int, years: int, seed: int) -> PortfolioProblem:
    """Return the problem of that family, size and seed."""
    mix = Random(seed)
    span = tuple(range(2026, 2026 + years))
    drawn = [_action(mix, family, f"a{number:05}", span) for number in range(actions)]
    ids = [action.id for action in drawn]
    arcs = [
        Prerequisite(
            ids[after],
            IMPLEMENTATION,
            ids[mix.randrange(max(0, after - family.chain), after)],
            IMPLEMENTATION,
            mix.randint(0, 1),
        )
        for after in range(1, actions)
        if mix.randrange(100) < family.needs
    ]
    cliques = [
        mix.sample(ids, mix.randint(2, 5)) for _ in range(actions * family.exclusions // 300)
    ]
    return canonical(
        PortfolioProblem(
            years=span,
            resources=tuple(_resources(family, drawn, years)),
            actions=tuple(drawn),
            prerequisites=tuple(arcs),
            exclusions=tuple(Exclusion(IMPLEMENTATION, tuple(clique)) for clique in cliques),
            coverage=tuple(
                Coverage(f"t{number}", IMPLEMENTATION, family.minimum)
                for number in range(family.themes)
                if family.minimum and sum(one.theme == f"t{number}" for one in drawn) > 3
            ),
            overlaps=tuple(_overlaps(mix, family, drawn)),
            residual_years=2,
        )
    )


def _action(mix: Random, family: Family, name: str, span: tuple[int, ...]) -> Action:
    size = 3 + round(mix.lognormvariate(2.3, 0.8))
    if family.sizes:
        size = 5 * mix.randint(1, family.sizes)
    value = round((10 * size + 40) * mix.lognormvariate(0, family.noise)) * family.unit
    levels = []
    gated = mix.randrange(100) < family.gated
    if gated or mix.random() < 0.2:
        levels.append(LevelOption(STUDY, 1, {"money": (1,), mix.choice(TEAMS): (size // 4 + 1,)}))
    obliged = mix.randrange(100) < family.obliged
    if obliged or mix.random() < 0.4:
        use = {"money": (size // 3 + 1,), mix.choice(TEAMS): (size // 2 + 1,)}
        levels.append(LevelOption(EXPERIMENT, 1, use, value=value // 6))
    duration = mix.choice((1, 1, 2, 2, 3)) if len(span) > 2 else 1
    use = {"money": _spread(size, duration), mix.choice(TEAMS): _spread(size, duration)}
    run = {"running": size // 6} if size > 6 else {}
    levels.append(LevelOption(IMPLEMENTATION, duration, use, run, value))
    return Action(
        id=name,
        levels=tuple(levels),
        theme=f"t{mix.randrange(family.themes)}",
        gate=STUDY if gated else None,
        must=Must(EXPERIMENT, span[-1]) if obliged and size < 12 else None,
    )


def _spread(amount: int, years: int) -> tuple[int, ...]:
    return tuple(amount // years + (year < amount % years) for year in range(years))


def _resources(family: Family, actions: list[Action], years: int) -> list[Resource]:
    total = dict.fromkeys(("money", "running", *TEAMS), 0)
    for action in actions:
        last = action.levels[-1]
        for resource, amounts in last.use.items():
            total[resource] += sum(amounts)
        for resource, amount in last.run.items():
            total[resource] += amount * years // 2
    found = []
    for name, amount in total.items():
        share = family.capacity if name == "money" else family.capacity + 20
        given = amount * share // 100 // years + 1
        carry = given * family.carried // 100
        found.append(Resource(name, (given,) * years, money=name not in TEAMS, carry_over=carry))
    return found


def _overlaps(mix: Random, family: Family, actions: list[Action]) -> list[Overlap]:
    """Part those that overlap into groups, each worth two thirds of its sum at most."""
    own = mix.sample(actions, len(actions) * family.overlaps // 100)
    groups = []
    while own:
        group = [own.pop() for _ in range(min(len(own), mix.randint(2, 6)))]
        worth = sum(one.levels[-1].value for one in group) * 3  # about as many years in effect
        groups.append(Overlap(tuple(one.id for one in group), worth * 2 // 3))
    return groups
