"""What a scenario is to reach, solved."""

from __future__ import annotations

import pytest

from portulan.portfolio.facts import TargetFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.reads import Reading, latest_selection
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.targets import set_targets
from portulan.portfolio.words import Measure
from tests.people import Town
from tests.portfolio.scenario_of_town import make_scenario


def test_the_cheapest_plan(town: Town) -> None:
    scenario = make_scenario(town)
    set_targets(
        town.editor, scenario=scenario, targets=[TargetFacts(Measure.CO2, 2028, 450), TargetFacts(Measure.SHARE, 2027, 300)]
    )
    compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    import json
    print(json.dumps(selection.problem)); print(selection.result)
    reading = Reading(selection)
    print(reading.explanation)
    assert 0
