"""The arbitration's side of the story: a scenario filled, completed by hand, and computed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from portulan.demo import scenario_2027 as told
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import Plan
from portulan.portfolio.enums import RuleKind, ScenarioStatus
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.services.candidates import (
    LevelFields,
    add_candidate,
    save_level,
)
from portulan.portfolio.services.envelopes import save_envelope
from portulan.portfolio.services.filling import fill
from portulan.portfolio.services.rules import add_rule
from portulan.portfolio.services.scenarios import create_scenario, set_status
from portulan.portfolio.services.solving import compute


def portfolio_events(cast: Cast) -> Iterator[Event]:
    """Yield the scenario of 2027: made and completed one day, computed two days later."""
    yield Event(told.MADE_ON, partial(_make, cast))
    yield Event(told.COMPUTED_ON, partial(_compute, cast))


def _make(cast: Cast) -> None:
    officer = cast.officer
    plan = Plan.objects.get(organisation=cast.organisation)
    first, last = told.YEARS
    scenario = create_scenario(
        officer, plan=plan, title=told.TITLE, first_year=first, last_year=last
    )
    save_envelope(
        officer,
        scenario=scenario,
        title=told.TEAM,
        capacity=[told.DAYS] * len(told.YEARS),
        is_money=False,
    )
    fill(officer, scenario=scenario)
    for option in told.OPTIONS:
        _offer(cast, scenario, option)
    _bind(cast, scenario)


def _candidate(scenario: Scenario, number: int) -> Candidate:
    return Candidate.objects.select_related("scenario", "action").get(
        scenario=scenario, action__number=number, rank=0
    )


def _impact(tonnes: tuple[float, float, float] | None) -> LevelFields:
    if tonnes is None:
        return {}
    low, likely, high = (round(1000 * part) for part in tonnes)
    return {"impact_low": low, "impact_likely": likely, "impact_high": high}


def _offer(cast: Cast, scenario: Scenario, option: told.Option) -> None:
    """Offer what could be added to an action, as an implementation."""
    officer = cast.officer
    candidate = _candidate(scenario, option.number)
    candidate = add_candidate(
        officer, scenario=scenario, action=candidate.action, label=option.label
    )
    team = scenario.envelopes.get(is_money=False).slug
    fields: LevelFields = {
        "cost": {nature: [1000 * amount] for nature, amount in option.cost.items()},
        "running": {nature: 1000 * amount for nature, amount in option.running.items()},
        "days": {team: [option.days]},
        "running_days": {team: option.running_days},
        "score_law": option.law,
        "score_readiness": option.readiness,
        "score_social": option.social,
    }
    fields.update(_impact(option.tonnes))
    save_level(officer, candidate=candidate, level=told.IMPLEMENTATION, **fields)


def _bind(cast: Cast, scenario: Scenario) -> None:
    officer = cast.officer
    add_rule(
        officer,
        scenario=scenario,
        kind=RuleKind.PREREQUISITE,
        waits=Candidate.objects.get(scenario=scenario, action__number=told.AFTER_TRIAL, rank__gt=0),
        level=told.IMPLEMENTATION,
        candidates=[_candidate(scenario, told.AFTER_TRIAL)],
        needs_level=CommitmentLevel.EXPERIMENT,
        reason="L’essai dans trois directions finit d’abord",
    )


def _compute(cast: Cast) -> None:
    scenario = Scenario.objects.get(organisation=cast.organisation)
    compute(cast.officer, scenario=scenario)
    set_status(cast.officer, scenario=scenario, status=ScenarioStatus.KEPT)
