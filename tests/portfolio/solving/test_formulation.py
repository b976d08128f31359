"""A scenario as a problem: money where it is paid from, unknown left out and said, each wrong
field named in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.pathways import enumerate_pathways
from portulan.portfolio.engine.problem import Must, Overlap, Prerequisite, Step
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.facts import (
    CandidateFacts,
    EnvelopeFacts,
    Impact,
    LevelFacts,
    MustFacts,
    RuleFacts,
    ScenarioFacts,
    from_document,
    to_document,
)
from portulan.portfolio.solving.formulation import UnsolvableError, formulate
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, STUDY

MONEY = EnvelopeFacts("budget", "Budget NR", True, "", (100, 100))
TEAM = EnvelopeFacts("agents", "Agents", False, "", (20, 20))


def level(at: int = 3, **fields: object) -> LevelFacts:
    known: dict[str, object] = {"cost": {"F": (40,)}, "impact": Impact(5, 10, 15)}
    return LevelFacts({1: STUDY, 2: EXPERIMENT, 3: IMPLEMENTATION}[at], **known | fields)


def candidate(number: int, *levels: LevelFacts, **fields: object) -> CandidateFacts:
    base = CandidateFacts(str(number), number, f"Action {number}", levels=levels or (level(),))
    return replace(base, **fields)


def scenario(*candidates: CandidateFacts, **fields: object) -> ScenarioFacts:
    base = ScenarioFacts(
        "Essai",
        (2027, 2028),
        2,
        {"impact": 100},
        candidates=candidates or (candidate(1),),
        envelopes=(MONEY, TEAM),
    )
    return replace(base, **fields)


def test_all_natures_are_paid_from_one_envelope_or_each_from_its_own() -> None:
    spent = level(cost={"F": (30,), "I": (12,)}, running={"F": 4, "": 1}, days={"agents": (7,)})
    option = formulate(scenario(candidate(1, spent)))[0].actions[0].levels[0]
    assert option.use == {"budget": (42,), "agents": (7,)}
    assert option.run == {"budget": 5}
    apart = (EnvelopeFacts("f", "F", True, "F", (9, 9)), EnvelopeFacts("i", "I", True, "I", (9, 9)))
    spent = level(cost={"F": (30,), "I": (12,)})
    facts = scenario(candidate(1, spent), envelopes=apart)
    assert formulate(facts)[0].actions[0].levels[0].use == {"f": (30,), "i": (12,)}


def test_what_is_not_costed_is_left_out_and_said() -> None:
    facts = scenario(
        candidate(1, level(2), level(3, cost=None)),
        candidate(17, level(cost=None)),
        candidate(20, level(impact=None)),
        unknown=replace(scenario().unknown, way="coverage"),
    )
    problem, told = formulate(facts)
    assert [action.id for action in problem.actions] == ["1", "20"]
    said = {(one.id, one.level, one.reason) for one in told.excluded}
    assert said == {
        ("1", IMPLEMENTATION, "not_costed"),
        ("17", None, "not_costed"),
        ("20", IMPLEMENTATION, "unweighed"),
    }


def test_obligations_decided_steps_and_refusals_are_the_rules_of_the_problem() -> None:
    facts = scenario(
        candidate(1, must=MustFacts(EXPERIMENT, 2027, "AGEC")),
        candidate(2, step=Step(IMPLEMENTATION, 2028)),
        candidate(3, must=MustFacts(EXPERIMENT, 2027, "AGEC"), out_reason="Refusée"),
        rules=(
            RuleFacts("prerequisite", ("1",), "2", IMPLEMENTATION, IMPLEMENTATION, 1),
            RuleFacts("overlap", ("1", "2"), percent=50),
            RuleFacts("exclusion", ("1", "9"), level=EXPERIMENT),
        ),
    )
    problem, _ = formulate(facts)
    one, two, three = problem.actions
    assert one.must == Must(EXPERIMENT, 2027)
    assert two.lock == Step(IMPLEMENTATION, 2028)
    assert (three.lock, three.must) == ("out", None)
    assert problem.prerequisites == (Prerequisite("2", IMPLEMENTATION, "1", IMPLEMENTATION, 1),)
    assert problem.exclusions == ()
    # 10 000 points in 2028 and two years more for each, alone.
    assert problem.overlaps == (Overlap(("1", "2"), 30_000),)
    result = solve(problem)
    assert result.status == "optimal"
    assert not evaluate(problem, result.plan).breaches


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (scenario(envelopes=()), "enveloppe"),
        (scenario(candidate(1, level(cost=None))), "chiffrée"),
        (scenario(envelopes=(replace(MONEY, capacity=(1,)),)), "1 montants pour 2 années"),
        (
            scenario(envelopes=(MONEY, EnvelopeFacts("i", "I", True, "I", (1, 1)))),
            "Budget NR",
        ),
        (
            scenario(envelopes=(EnvelopeFacts("i", "Invest.", True, "I", (1, 1)),)),
            "Action 1, réalisation, coût",
        ),
        (scenario(candidate(1, level(days={"reseau": (3,)}))), "reseau"),
        (scenario(candidate(1, level(cost={"F": (1, 2)}))), "2 nombres pour une durée de 1"),
        (scenario(candidate(1, must=MustFacts(STUDY, 2031, "loi"))), "2031"),
        (scenario(candidate(1, level(1), must=MustFacts(EXPERIMENT, 2028, "loi"))), "obligatoire"),
        (scenario(candidate(1, step=Step(EXPERIMENT, 2027))), "niveau décidé"),
        (scenario(candidate(1, step=Step(IMPLEMENTATION, 2031))), "2031"),
        (scenario(candidate(1, gate=STUDY)), "passage obligé"),
        (
            scenario(rules=(RuleFacts("coverage", theme="Achats", level=STUDY, minimum=1),)),
            "Achats",
        ),
        (
            scenario(
                rules=(RuleFacts("prerequisite", ("8",), "1", IMPLEMENTATION, EXPERIMENT, 0),)
            ),
            "l’action 8",
        ),
        (
            scenario(
                candidate(1),
                candidate(2),
                rules=(
                    RuleFacts("prerequisite", ("2",), "1", IMPLEMENTATION, IMPLEMENTATION, 0),
                    RuleFacts("prerequisite", ("1",), "2", IMPLEMENTATION, IMPLEMENTATION, 0),
                ),
            ),
            "tournent en rond",
        ),
        (
            scenario(
                candidate(1),
                candidate(2),
                rules=(RuleFacts("overlap", ("1", "2")), RuleFacts("overlap", ("1", "2"))),
            ),
            "l’action 1 est dans deux groupes",
        ),
        (
            scenario(
                candidate(1, level(duration=2, cost={"F": (1, 1)}), step=Step(IMPLEMENTATION, 2028))
            ),
            "Action 1",
        ),
    ],
)
def test_each_wrong_field_is_named(facts: ScenarioFacts, words: str) -> None:
    with pytest.raises(UnsolvableError) as raised:
        formulate(facts)
    assert any(words in problem.message("fr") for problem in raised.value.problems)
    assert all(problem.message("en") for problem in raised.value.problems)


def test_what_awaits_its_contract_is_studied_alone_before() -> None:
    both = candidate(1, level(1, cost={"F": (1,)}), level(3))
    problem, _facts = formulate(
        scenario(replace(both, after=2028, after_reason="Hébergement"), candidate(2))
    )
    first = problem.action("1")
    assert (first.after, problem.action("2").after) == (2028, None)
    starts = [
        (step.level, step.start)
        for pathway in enumerate_pathways(problem, first)
        for step in pathway.steps
    ]
    assert (STUDY, 2027) in starts
    assert min(start for at, start in starts if at is IMPLEMENTATION) == 2028


def test_facts_are_kept_as_they_were() -> None:
    _, facts = formulate(
        scenario(
            candidate(1, level(2, days={"agents": (3,)}), level(3), gate=EXPERIMENT),
            candidate(2, must=MustFacts(STUDY, 2028, "loi"), present=STUDY),
            candidate(3, step=Step(IMPLEMENTATION, 2027)),
            candidate(4, level(cost=None)),
            rules=(RuleFacts("overlap", ("2", "3"), percent=70),),
        )
    )
    assert from_document(to_document(facts)) == facts


def test_only_the_impacts_of_an_overlap_are_counted_less() -> None:
    half = {"impact": 50, "law": 50}
    both = level(scores={"law": 100})  # 10 000 points, half of them for the impact
    facts = scenario(
        candidate(1, both),
        candidate(2, both),
        weights=half,
        rules=(RuleFacts("overlap", ("1", "2"), percent=60),),
    )
    assert formulate(facts)[0].overlaps == (Overlap(("1", "2"), 48_000),)
