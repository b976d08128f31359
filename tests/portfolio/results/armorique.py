"""The demonstration's 2027 as an arbitration: 493 k€ asked, 720 k€ to keep the ambition."""

from __future__ import annotations

from portulan.portfolio.engine.problem import (
    Action,
    LevelOption,
    Must,
    PortfolioProblem,
    Resource,
    Step,
)
from portulan.portfolio.facts import (
    AmbitionFacts,
    CandidateFacts,
    EnvelopeFacts,
    ExcludedFacts,
    Impact,
    LevelFacts,
    MustFacts,
    ScenarioFacts,
)
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION

YEARS = (2027, 2028)
# What goes on: number, title, level, thousands of euros a year, impact a year.
GOING = (
    (9, "Garder les portables six ans", IMPLEMENTATION, 62, Impact(15_000, 24_000, 33_000)),
    (19, "Une seule salle serveur", IMPLEMENTATION, 96, Impact(5_000, 7_600, 9_000)),
    (12, "Smartphones reconditionnés", EXPERIMENT, 240, None),
)
# What may be added in 2027 and then runs free: id, title, label, cost, points, impact.
ADDED = (
    ("9.1", 9, "l’atelier", 74, 300, Impact(4_000, 6_000, 8_000)),
    ("18", 18, "", 88, 400, Impact(2_000, 2_400, 3_000)),
    ("13", 13, "", 14, 40, None),
    ("16", 16, "", 24, 60, None),
)
TITLES = {
    9: "Garder les portables six ans",
    13: "Un critère NR dans les marchés",
    16: "Écoconcevoir les services en ligne",
    18: "Retirer les applications sans usage",
}


def problem(envelope: int = 574) -> PortfolioProblem:
    going = [
        Action(
            str(number),
            (LevelOption(level, 1, {"budget": (1000 * cost,)}, {"budget": 1000 * cost}, 100),),
            must=Must(level, 2027),
        )
        for number, _, level, cost, _ in GOING
    ]
    added = [
        Action(name, (LevelOption(IMPLEMENTATION, 1, {"budget": (1000 * cost,)}, {}, value),))
        for name, _, _, cost, value, _ in ADDED
    ]
    capacity = (1000 * envelope, 1000 * 410)
    return PortfolioProblem(
        YEARS,
        (
            Resource("budget", capacity, unit="EUR", money=True),
            Resource("agents", (880, 880), unit="day"),
        ),
        (*going, *added),
        residual_years=2,
    )


def facts(envelope: int = 574) -> ScenarioFacts:
    going = [
        CandidateFacts(
            str(number), number, title, present=level, must=MustFacts(level, 2027, "en cours"),
            levels=(LevelFacts(level, cost={"": (1000 * cost,)}, impact=impact),),
        )
        for number, title, level, cost, impact in GOING
    ]  # fmt: skip
    added = [
        CandidateFacts(
            name, number, TITLES[number], label,
            levels=(LevelFacts(IMPLEMENTATION, cost={"": (1000 * cost,)}, impact=impact),),
        )
        for name, number, label, cost, _, impact in ADDED
    ]  # fmt: skip
    return ScenarioFacts(
        title="Tenir l’ambition 2027",
        years=YEARS,
        residual_years=2,
        weights={"impact": 60},
        candidates=(*going, *added),
        envelopes=(
            EnvelopeFacts("budget", "Budget NR", True, "", (1000 * envelope, 410_000)),
            EnvelopeFacts("agents", "Agents", False, "", (880, 880)),
        ),
        ambitions=(AmbitionFacts(2027, "4.0", 14_350_000, 1000 * envelope, 398_000),),
        excluded=(ExcludedFacts("17", 17, "Démarches sans matériel récent", "not_costed"),),
    )


PLANNED = {
    str(number): (Step(level, 2027),) for number, _, level, _, _ in GOING
}  # what goes on, as the plan has it


def free_level() -> LevelOption:
    """A level that costs nothing and brings a little."""
    return LevelOption(IMPLEMENTATION, 1, {}, {}, 1)
