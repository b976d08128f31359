"""A committee reads what the arbitration computed; nothing is computed while it reads."""

from __future__ import annotations

import pytest

from portulan.accounts.models import Organisation
from portulan.plans.models import Plan
from portulan.portfolio.engine import solving
from portulan.portfolio.models import Scenario
from portulan.portfolio.words import ScenarioStatus
from portulan.steering.committees.options import of_action, of_source
from portulan.steering.committees.reads import agenda_of
from portulan.steering.models import AgendaItem

pytestmark = pytest.mark.django_db
BEST = "Avec les impacts et les coûts saisis, aucun autre choix ne fait mieux."


@pytest.fixture
def plan(demonstration: Organisation, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(solving, "solve", None)
    return Plan.objects.get(organisation=demonstration)


def test_the_choice_that_goes_before_the_board_is_on_the_agenda(plan: Plan) -> None:
    scenario = Scenario.objects.get(plan=plan, targets=[])
    assert demonstrated() == f"scenario:{scenario.pk}"
    day = plan.organisation.frozen_on
    assert day is not None
    (found,) = [
        one for one in agenda_of(plan, today=day, since=None) if one.source == demonstrated()
    ]
    assert found.title == f"Choix calculé\u00a0: {scenario.title}"
    assert BEST in found.why
    computed = of_source(plan, found.source, "fr")
    assert computed is not None
    assert computed.proof == BEST
    assert "tirages des estimations" in computed.assumptions[0]
    assert any("Sans cette règle" in one for one in computed.assumptions[1:])
    assert of_source(plan, "scenario:0", "fr") is of_source(plan, "to-know", "fr") is None


def test_a_subject_has_its_option_and_what_would_change_it(plan: Plan) -> None:
    computed = of_action(plan, 18, "fr")
    assert computed is not None
    assert computed.option.startswith("Retenue\u00a0: ")
    assert computed.proof == BEST
    assert computed.assumptions
    assert of_action(plan, 17, "fr") is None  # not costed: nothing of it was weighed


def test_a_scenario_that_changed_since_says_so_and_a_draft_says_nothing(plan: Plan) -> None:
    Scenario.objects.filter(plan=plan).update(revision=9_999)
    computed = of_action(plan, 18, "fr")
    assert computed is not None
    assert "a changé depuis" in computed.proof
    Scenario.objects.filter(plan=plan).update(status=ScenarioStatus.DRAFT)
    assert of_action(plan, 18, "fr") is None


def demonstrated() -> str:
    """The subject that the demonstration has on the agendas of its committees."""
    items = AgendaItem.objects.filter(source__startswith="scenario:")
    (source,) = set(items.values_list("source", flat=True))
    return str(source)
