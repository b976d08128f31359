"""Weights and scores to one whole number: bounded, monotonic, and unknown is never 0."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portulan.portfolio.facts import CandidateFacts, Impact, LevelFacts, ScenarioFacts, UnknownFacts
from portulan.portfolio.solving.weighing import CRITERIA, bounds, scales_of, value_of, weigh
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, STUDY

impacts = st.none() | st.integers(-(10**6), 10**6).map(lambda kg: Impact(kg - 5, kg, kg + 9))
scores = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 100) for name in ("law", "readiness", "social")}
)
levels = st.builds(
    LevelFacts,
    level=st.sampled_from([STUDY, EXPERIMENT, IMPLEMENTATION]),
    cost=st.none() | st.integers(0, 10**6).map(lambda euros: {"F": (euros,)}),
    running=st.integers(0, 10**5).map(lambda euros: {"F": euros}),
    impact=impacts,
    scores=scores,
)
weights = st.fixed_dictionaries({name: st.integers(0, 100) for name in CRITERIA})


def scenario(*found: LevelFacts, **changes: object) -> ScenarioFacts:
    candidates = tuple(
        CandidateFacts(str(number), number, f"Action {number}", levels=(level,))
        for number, level in enumerate(found, start=1)
    )
    base = ScenarioFacts(
        "Essai", (2027, 2028), 2, dict.fromkeys(CRITERIA, 20), candidates=candidates
    )
    return replace(base, **changes)


def values(facts: ScenarioFacts) -> list[int | None]:
    return [candidate.levels[0].value for candidate in weigh(facts).candidates]


@given(st.lists(levels, min_size=1, max_size=5), weights)
def test_values_are_bounded_and_do_not_depend_on_the_order_or_the_scale_of_weights(
    found: list[LevelFacts], given_weights: dict[str, int]
) -> None:
    facts = scenario(*found, weights=given_weights)
    reckoned = values(facts)
    assert all(value is None or -10_000 <= value <= 10_000 for value in reckoned)
    assert values(scenario(*reversed(found), weights=given_weights)) == reckoned[::-1]
    tripled = {name: 3 * weight for name, weight in given_weights.items()}
    assert values(scenario(*found, weights=tripled)) == reckoned


@given(levels, st.lists(levels, max_size=3), st.integers(1, 10**5))
def test_a_better_impact_or_score_never_lowers_a_value(
    level: LevelFacts, others: list[LevelFacts], more: int
) -> None:
    impact = level.impact or Impact(0, 0, 0)
    better = Impact(impact.low, impact.likely + more, impact.high + more)
    facts = scenario(replace(level, impact=impact), replace(level, impact=better), *others)
    scales = scales_of(facts)
    worse_value, better_value = (
        value_of(facts, scales, candidate.levels[0]) for candidate in facts.candidates[:2]
    )
    assert worse_value is not None
    assert better_value is not None
    assert better_value >= worse_value
    kind = replace(level, scores={**level.scores, "social": 100})
    unkind = replace(level, scores={**level.scores, "social": 0})
    best, worst = values(scenario(kind, unkind, *others))[:2]
    assert best is not None
    assert worst is not None
    assert best >= worst


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_an_unknown_impact_stands_at_the_lower_bound_and_never_at_zero(one: int, two: int) -> None:
    known = [LevelFacts(IMPLEMENTATION, impact=Impact(kg, kg, kg)) for kg in (one, two)]
    facts = scenario(*known, LevelFacts(IMPLEMENTATION), weights={"impact": 1})
    assert bounds(facts).low == min(one, two)
    assert values(facts)[2] == min(value or 0 for value in values(facts)[:2])
    assert (values(facts)[2] or 0) > 0 or min(one, two) * 20_000 < max(one, two)


def test_covered_unknowns_are_judged_by_the_other_criteria() -> None:
    known = LevelFacts(IMPLEMENTATION, impact=Impact(1, 9, 10), scores={"social": 50})
    unknown = LevelFacts(IMPLEMENTATION, scores={"social": 80})
    nothing = LevelFacts(IMPLEMENTATION)
    facts = scenario(
        known,
        unknown,
        nothing,
        weights={"impact": 60, "social": 40},
        unknown=UnknownFacts("coverage"),
    )
    assert values(facts) == [8000, 8000, None]


def test_a_study_brings_nothing_by_itself_and_a_cost_alone_is_no_value() -> None:
    facts = scenario(
        LevelFacts(STUDY, cost={"F": (5,)}),
        LevelFacts(IMPLEMENTATION, cost={"F": (10,)}, impact=Impact(4, 8, 9)),
        weights={"impact": 50, "cost": 50},
    )
    assert values(facts) == [-2500, 0]
    assert values(scenario(LevelFacts(EXPERIMENT, cost={"F": (5,)}))) == [None]
