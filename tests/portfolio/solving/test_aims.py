"""What a scenario is to reach: said, solved, explained, and its floors of means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError
from portulan.portfolio.envelopes import remove_envelope
from portulan.portfolio.facts import (
    WHOLE,
    AmbitionFacts,
    ScenarioFacts,
    TargetFacts,
    UnknownFacts,
)
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.reads import Reading, latest_selection
from portulan.portfolio.scenarios.reads import facts_of, targets_of
from portulan.portfolio.scenarios.writes import duplicate_scenario
from portulan.portfolio.solving.writes import compute, formulated
from portulan.portfolio.targets import set_targets
from portulan.portfolio.words import Least, Measure
from tests.people import Town
from tests.portfolio.scenario_of_town import make_scenario

CO2 = TargetFacts(Measure.CO2, 2028, 450)


def reading(town: Town, scenario: Scenario) -> Reading:
    compute(town.editor, scenario=scenario)
    found = latest_selection(scenario)
    assert found is not None
    return Reading(found)


def reach(town: Town, *targets: TargetFacts, least: Least = Least.MONEY) -> Scenario:
    scenario = make_scenario(town)
    set_targets(town.editor, scenario=scenario, targets=targets, minimise=least)
    return scenario


def test_the_least_that_reaches_an_effect(town: Town) -> None:
    found = reading(town, reach(town, CO2))
    assert found.result.status == "optimal"
    assert found.result.objective == ("money", "value")
    # 60 k€ a year go on; the workshop alone spares 450 kg at the low end, for 15 k€.
    assert found.result.evaluation is not None
    assert found.result.evaluation.goals[0] == 60_000 * 2 + 15_000
    assert set(found.result.plan) == {"1", "1.1"}
    assert found.explained is not None
    assert [one.rule.name for one in found.explained.prices if one.rule][:1] == ["target:co2:2028"]
    assert found.explained.prices[0].delta.low == 15_000
    assert [one.percent for one in found.explained.curve] == [*range(10, 101, 10)]


def test_without_an_envelope_money_has_no_ceiling(town: Town) -> None:
    scenario = make_scenario(town)
    for envelope in scenario.envelopes.all():
        remove_envelope(town.editor, envelope=envelope)
    with pytest.raises(ValidationError, match="enveloppe"):
        formulated(scenario)
    set_targets(town.editor, scenario=scenario, targets=[CO2])
    assert reading(town, scenario).result.status == "optimal"


def test_a_share_alone_is_arithmetic_and_the_most_value_comes_with_it(town: Town) -> None:
    share = TargetFacts(Measure.SHARE, 2027, 380)
    found = reading(town, reach(town, share))
    # 3.8 % of 2 500 k€, whatever is bought: of two additions of 15 k€, the more valuable.
    assert [(one.measure, one.at_least) for one in found.problem.targets] == [("money", 95_000)]
    assert found.result.evaluation is not None
    assert found.result.evaluation.reached == (95_000,)
    assert set(found.result.plan) == {"1", "1.1", "2"}


def test_what_nothing_reaches_has_its_conflict_and_its_nearest_point(town: Town) -> None:
    far = TargetFacts(Measure.CO2, 2028, 2_000)
    found = reading(town, reach(town, far))
    assert found.result.status == "infeasible"
    assert found.conflict is not None
    assert "target:co2:2028" in [rule.name for rule in found.conflict.rules]
    assert found.nearest is not None
    assert [one.reached for one in found.nearest.targets] == [450 + 350]


@pytest.mark.parametrize("least", Least)
def test_what_is_least_comes_first(town: Town, least: Least) -> None:
    found = reading(town, reach(town, CO2, least=least))
    assert found.result.objective[0] == least
    assert found.result.status == "optimal"


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([TargetFacts(Measure.CO2, 2027, 10)], "année qui suit"),
        ([TargetFacts(Measure.CO2, 2031, 10)], "de 2027 à 2028"),
        ([TargetFacts(Measure.CO2, 2028, 0)], "au-dessus de zéro"),
        ([TargetFacts(Measure.SHARE_ON_TOP, 2028, WHOLE)], "sous 100"),
        ([CO2, TargetFacts(Measure.CO2, 2028, 9)], "la même chose"),
        (
            [TargetFacts(Measure.SHARE, 2027, 400), TargetFacts(Measure.MONEY, 2027, 9)],
            "la même chose",
        ),
        ([TargetFacts(Measure.SOCIAL, 2028, 1)] * 7, "6 objectifs au plus"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    town: Town, targets: list[TargetFacts], said: str
) -> None:
    scenario = make_scenario(town)
    with pytest.raises(ValidationError) as refused:
        set_targets(town.editor, scenario=scenario, targets=targets)
    assert said in " ".join(refused.value.messages).replace("\u00a0", " ")
    scenario.refresh_from_db()
    assert scenario.targets == []


def test_a_share_of_a_budget_that_nobody_knows_is_not_computed(town: Town) -> None:
    scenario = reach(town, TargetFacts(Measure.SHARE, 2028, 400))
    with pytest.raises(ValidationError, match="n’est pas connu"):
        compute(town.editor, scenario=scenario)


def test_targets_are_copied_and_only_who_edits_says_them(town: Town) -> None:
    scenario = reach(town, CO2)
    revision = scenario.revision
    set_targets(town.editor, scenario=scenario, targets=[CO2])
    assert scenario.revision == revision  # nothing moved
    copy = duplicate_scenario(town.editor, scenario=scenario, title="Copie")
    assert targets_of(copy) == (CO2,)
    with pytest.raises(DeniedError):
        set_targets(town.actor(Role.READER), scenario=scenario, targets=[])
    set_targets(town.editor, scenario=scenario, targets=[])
    assert facts_of(scenario).targets == ()
    assert formulated(scenario)[0].objective == ("value",)


@given(
    budget=st.integers(1, 10**9),
    asked=st.integers(0, 10**9),
    share=st.integers(1, WHOLE - 1),
    measure=st.sampled_from((Measure.SHARE, Measure.SHARE_ON_TOP)),
)
def test_a_floor_is_the_least_euro_that_makes_the_share(
    budget: int, asked: int, share: int, measure: Measure
) -> None:
    year = AmbitionFacts(2027, it_budget=budget, asked=asked)
    facts = ScenarioFacts("", (2027,), 0, {}, UnknownFacts(), ambitions=(year,))
    floor = facts.floor(TargetFacts(measure, 2027, share))
    assert floor is not None

    def holds(money: int) -> bool:
        on_top = money - asked if measure is Measure.SHARE_ON_TOP else 0
        return Fraction(money) * WHOLE >= share * (budget + on_top)

    assert holds(floor)
    assert floor == 0 or not holds(floor - 1)
