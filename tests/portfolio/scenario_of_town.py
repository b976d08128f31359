"""A scenario for the tests, filled from a plan of three actions through the services."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.funding.writes import set_ambition, set_forecast
from portulan.plans.models import Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Section
from portulan.portfolio.candidates import add_candidate, save_level
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.scenarios.writes import create_scenario
from tests.people import Town
from tests.plans.plan_of_town import adopt, followed_action, make_action, make_plan

IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION


def make_town_plan(town: Town) -> Plan:
    """A server room at work (60 k€), a sorted archive (20 k€), a study nobody costed."""
    plan = make_plan(town)
    room = followed_action(town, plan, days_per_year=Decimal("12.5"))
    adopt(town, room, IMPLEMENTATION)
    archive = make_action(town, plan, "Trier les fichiers", level=IMPLEMENTATION)
    study = make_action(town, plan, "Étudier la location", level=CommitmentLevel.STUDY)
    adopt(town, study, CommitmentLevel.STUDY)
    for action, section, amount in (
        (room, Section.INVESTMENT, Decimal(60_000)),
        (archive, Section.OPERATING, Decimal(20_000)),
        (study, None, None),
    ):
        set_planned_money(town.editor, action=action, year=2027, section=section, amount=amount)
    set_forecast(town.finance, year=2027, amount=Decimal(2_500_000), source="Lettre de cadrage")
    set_ambition(town.editor, plan=plan, year=2027, percent=Decimal(4))
    return plan


def make_scenario(town: Town, plan: Plan | None = None) -> Scenario:
    """Filled: 100 k€ a year, of which 60 are taken; 20 and two additions of 15 k€ want the rest."""
    plan = plan or make_town_plan(town)
    scenario = create_scenario(
        town.editor, plan=plan, title="Tenir 2027", first_year=2027, last_year=2028
    )
    fill(town.editor, scenario=scenario)
    scenario.refresh_from_db()
    for label, impact in (("avec un atelier", 900), ("partout", 700)):
        add_level(town, scenario, label, impact)
    return scenario


def add_level(town: Town, scenario: Scenario, label: str, impact: int) -> Candidate:
    action = scenario.plan.actions.get(number=1)
    candidate = add_candidate(town.editor, scenario=scenario, action=action, label=label)
    save_level(
        town.editor,
        candidate=candidate,
        level=IMPLEMENTATION,
        cost={"F": [15_000]},
        impact_low=impact // 2,
        impact_likely=impact,
        impact_high=2 * impact,
    )
    return candidate
