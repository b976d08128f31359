"""The check by hand: what a plan is worth, and that no rule can be broken unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine.evaluator import Evaluation, Usage, evaluate
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    LevelOption,
    Must,
    Overlap,
    Plan,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    Wish,
)
from portulan.portfolio.engine.solving import solve
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, LEVELS, STUDY, problems

PILOT = LevelOption(EXPERIMENT, 1, {"euro": (10,)}, {"euro": 3}, value=5)
WHOLE = LevelOption(IMPLEMENTATION, 2, {"euro": (20, 25), "team": (7, 0)}, {"euro": 4}, value=100)
TABLETS = Action("tablets", (PILOT, WHOLE), theme="devices")
SCREENS = Action(
    "screens", (LevelOption(IMPLEMENTATION, 1, {"team": (2,)}, value=30),), theme="devices"
)
PROBLEM = PortfolioProblem(
    years=(2026, 2027, 2028, 2029),
    resources=(
        Resource("euro", (15, 24, 30, 10), unit="kEUR", money=True, carry_over=5),
        Resource("team", (7, 7, 7, 7), unit="day"),
    ),
    actions=(TABLETS, SCREENS),
    residual_years=2,
)
ROLL_OUT = (Step(EXPERIMENT, 2026), Step(IMPLEMENTATION, 2027))
PLAN: Plan = {"tablets": ROLL_OUT, "screens": (Step(IMPLEMENTATION, 2028),)}


def test_value_and_use_year_by_year() -> None:
    """Pilot in effect in 2027 and 2028, when the roll-out ends; the roll-out in 2029 and after."""
    found = evaluate(PROBLEM, PLAN)
    assert found.value == 2 * 5 + 100 + 2 * 100 + (30 + 2 * 30)
    assert [(use.used, use.capacity) for use in found.usage if use.resource == "euro"] == [
        (10, 15),
        (20 + 3, 24 + 5),
        (25 + 3, 30 + 5),  # six are left, the cap is five
        (4, 10 + 5),
    ]
    assert Usage("team", 2027, 7, 7) in found.usage
    assert found.money == 10 + 23 + 28 + 4
    assert found.breaches == ()


def test_a_ceiling_caps_a_group_residual_included() -> None:
    capped = replace(PROBLEM, overlaps=(Overlap(("screens", "tablets"), 250),))
    assert evaluate(capped, PLAN).value == 250
    alone = replace(PROBLEM, overlaps=(Overlap(("screens", "mice"), 80), Overlap(("mice",), 9)))
    assert evaluate(alone, PLAN).value == 310 + 80
    assert evaluate(PROBLEM, {"screens": ()}) == evaluate(PROBLEM, {})


def test_a_plan_of_unknown_actions_is_worth_nothing() -> None:
    unknown = ("mice: no level EXPERIMENT", "mice: no level IMPLEMENTATION")
    assert evaluate(PROBLEM, {**PLAN, "mice": ROLL_OUT}) == Evaluation(0, 0, (), unknown)


def test_what_is_left_passes_to_the_next_year_and_what_lacks_does_not() -> None:
    poor = replace(
        PROBLEM, resources=(Resource("euro", (5, 24, 30, 10), money=True, carry_over=9),)
    )
    found = evaluate(poor, {"tablets": ROLL_OUT})
    assert found.breaches == ("euro 2026: 10 > 5",)
    assert [use.left for use in found.usage] == [-5, 1, 3, 9]


def must(action: Action, level: int, by: int) -> PortfolioProblem:
    bound = replace(action, must=Must(LEVELS[level - 1], by))
    return replace(
        PROBLEM, actions=tuple(bound if one is action else one for one in PROBLEM.actions)
    )


@pytest.mark.parametrize(
    ("problem", "plan", "said"),
    [
        (PROBLEM, {"mice": ROLL_OUT[:1]}, "mice: no level EXPERIMENT"),
        (PROBLEM, {"screens": (Step(STUDY, 2026),)}, "screens: no level STUDY"),
        (PROBLEM, {"tablets": (Step(EXPERIMENT, 2025),)},
         "tablets: EXPERIMENT starts in 2025, before 2026"),
        (PROBLEM, {"tablets": (Step(IMPLEMENTATION, 2029),)},
         "tablets: IMPLEMENTATION ends after 2029"),
        (PROBLEM, {"tablets": (Step(IMPLEMENTATION, 2026), Step(EXPERIMENT, 2028))},
         "tablets: EXPERIMENT after IMPLEMENTATION"),
        (PROBLEM, {"tablets": (*ROLL_OUT, Step(EXPERIMENT, 2029))},
         "tablets: EXPERIMENT after IMPLEMENTATION"),
        (PROBLEM, {"tablets": (Step(EXPERIMENT, 2026), Step(IMPLEMENTATION, 2026))},
         "tablets: IMPLEMENTATION starts in 2026, before 2027"),
        (PROBLEM, {**PLAN, "screens": (Step(IMPLEMENTATION, 2027),)}, "team 2027: 9 > 7"),
        (must(TABLETS, IMPLEMENTATION, 2027), PLAN, "tablets: obligation not met"),
        (must(TABLETS, EXPERIMENT, 2025), PLAN, "tablets: obligation not met"),
        (must(TABLETS, EXPERIMENT, 2029), {}, "tablets: obligation not met"),
        (replace(PROBLEM, actions=(replace(TABLETS, gate=EXPERIMENT), SCREENS)),
         {"tablets": (Step(IMPLEMENTATION, 2027),)}, "tablets: not through its gate"),
        (replace(PROBLEM, actions=(replace(TABLETS, after=2027), SCREENS)), PLAN,
         "tablets: EXPERIMENT starts in 2026, before its contract"),
        (replace(PROBLEM, actions=(replace(TABLETS, lock="out"), SCREENS)), PLAN,
         "tablets: refused"),
        (replace(PROBLEM, actions=(replace(TABLETS, lock=Step(EXPERIMENT, 2027)), SCREENS)), PLAN,
         "tablets: not as decided"),
        (replace(PROBLEM, wish=Wish("tablets", taken=False)), PLAN, "tablets: not as wished"),
        (replace(PROBLEM, wish=Wish("tablets", taken=True)), {}, "tablets: not as wished"),
        (replace(PROBLEM, spending=64), PLAN, "65 > 64"),
        (replace(PROBLEM, exclusions=(Exclusion(IMPLEMENTATION, ("screens", "tablets")),)), PLAN,
         "more than one of screens, tablets"),
        (replace(PROBLEM, coverage=(Coverage("devices", IMPLEMENTATION, 3),)), PLAN,
         "devices: 2 < 3"),
        (replace(PROBLEM, coverage=(Coverage("devices", IMPLEMENTATION, 1),)),
         {"tablets": ROLL_OUT[:1]}, "devices: 0 < 1"),
        (replace(PROBLEM, coverage=(Coverage("energy", STUDY, 1),)), PLAN, "energy: 0 < 1"),
        (replace(PROBLEM, prerequisites=(
            Prerequisite("screens", IMPLEMENTATION, "tablets", IMPLEMENTATION, lag=1),)), PLAN,
         "screens: IMPLEMENTATION before tablets has IMPLEMENTATION"),
        (replace(PROBLEM, prerequisites=(
            Prerequisite("tablets", EXPERIMENT, "screens", STUDY),)), PLAN,
         "tablets: EXPERIMENT before screens has STUDY"),
        (replace(PROBLEM, prerequisites=(
            Prerequisite("tablets", IMPLEMENTATION, "screens", IMPLEMENTATION),)),
         {"tablets": ROLL_OUT}, "tablets: IMPLEMENTATION before screens has IMPLEMENTATION"),
    ],
)  # fmt: skip
def test_every_rule_can_be_broken_and_is_seen(
    problem: PortfolioProblem, plan: Plan, said: str
) -> None:
    broken = evaluate(problem, plan).breaches
    # A year begun too early may be poor besides.
    assert [one for one in broken if " > " not in one or one == said] == [said]


@pytest.mark.parametrize(
    "problem",
    [
        must(TABLETS, IMPLEMENTATION, 2028),
        must(TABLETS, STUDY, 2026),  # a higher level meets it
        replace(PROBLEM, spending=65),
        replace(PROBLEM, exclusions=(Exclusion(EXPERIMENT, ("tablets",)),)),
        replace(PROBLEM, coverage=(Coverage("devices", EXPERIMENT, 2),)),
        replace(PROBLEM, coverage=(Coverage("devices", IMPLEMENTATION, 2),)),  # the last counts
        must(TABLETS, EXPERIMENT, 2026),
        replace(PROBLEM, actions=(replace(TABLETS, gate=EXPERIMENT), SCREENS)),
        replace(PROBLEM, actions=(replace(TABLETS, after=2026), SCREENS)),
        replace(PROBLEM, actions=(replace(TABLETS, lock=Step(EXPERIMENT, 2026)), SCREENS)),
        replace(PROBLEM, wish=Wish("tablets", taken=True)),
        replace(PROBLEM, wish=Wish("mice", taken=False)),
        replace(PROBLEM, prerequisites=(
            Prerequisite("screens", IMPLEMENTATION, "tablets", IMPLEMENTATION),)),
        replace(PROBLEM, prerequisites=(
            Prerequisite("screens", IMPLEMENTATION, "tablets", STUDY, lag=2),)),
    ],
)  # fmt: skip
def test_rules_that_are_kept_are_not_reported(problem: PortfolioProblem) -> None:
    assert evaluate(problem, PLAN).breaches == ()


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_a_plan_changed_by_hand_is_worse_or_breaks_a_rule(
    problem: PortfolioProblem, data: st.DataObject
) -> None:
    result = solve(problem, tie_break=False)
    assume(result.plan)
    assert result.value is not None
    action_id = data.draw(st.sampled_from(sorted(result.plan)))
    steps = list(result.plan[action_id])
    at = data.draw(st.integers(0, len(steps) - 1))
    change = data.draw(st.sampled_from(["earlier", "later", "left out", "double"]))
    shift = {"earlier": -1, "later": 1}.get(change, 0)
    steps[at] = Step(steps[at].level, steps[at].start + shift)
    steps = [*steps[:at], *steps[at + 1 :]] if change == "left out" else steps
    steps = [*steps, steps[-1]] if change == "double" else steps
    mutated = evaluate(problem, dict(result.plan) | {action_id: tuple(steps)})
    assert mutated.breaches or mutated.value <= result.value
    assert change != "double" or mutated.breaches
