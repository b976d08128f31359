"""The arbitration of 2027: 227 k€ to find for the ambition, and five ways to spend them.

A scenario filled, completed by hand and computed. Amounts in k€, days of staff, impacts in tonnes
of CO2e a year with their ends, scores out of 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.plans.models import Plan
from portulan.plans.words import CommitmentLevel, Section
from portulan.portfolio.candidates import LevelFields, add_candidate, save_level
from portulan.portfolio.envelopes import remove_envelope, save_envelope
from portulan.portfolio.facts import FairnessFacts, TargetFacts
from portulan.portfolio.fairness import set_fairness
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.room.writes import VOTES, close_vote, open_vote, vote
from portulan.portfolio.rules.writes import add_rule
from portulan.portfolio.scenarios.writes import create_scenario, duplicate_scenario, set_status
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.targets import set_targets
from portulan.portfolio.words import Measure, RuleKind, ScenarioStatus


def portfolio_events(cast: Cast) -> Iterator[Event]:
    """Yield the scenario of 2027: made and completed one day, voted, then computed."""
    yield Event(MADE_ON, partial(_make, cast))
    yield Event(VOTED_ON, partial(_vote, cast))
    yield Event(COMPUTED_ON, partial(_compute, cast))


def _make(cast: Cast) -> None:
    officer = cast.officer
    plan = Plan.objects.get(organisation=cast.organisation)
    first, last = YEARS
    scenario = create_scenario(officer, plan=plan, title=TITLE, first_year=first, last_year=last)
    save_envelope(
        officer,
        scenario=scenario,
        title=TEAM,
        capacity=[DAYS] * len(YEARS),
        is_money=False,
    )
    fill(officer, scenario=scenario)
    for option in OPTIONS:
        _offer(cast, scenario, option)
    _turn_round(cast, scenario)
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


def _offer(cast: Cast, scenario: Scenario, option: Option) -> None:
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
    save_level(officer, candidate=candidate, level=IMPLEMENTATION, **fields)


def _bind(cast: Cast, scenario: Scenario) -> None:
    officer = cast.officer
    add_rule(
        officer,
        scenario=scenario,
        kind=RuleKind.PREREQUISITE,
        waits=Candidate.objects.get(scenario=scenario, action__number=AFTER_TRIAL, rank__gt=0),
        level=IMPLEMENTATION,
        candidates=[_candidate(scenario, AFTER_TRIAL)],
        needs_level=CommitmentLevel.EXPERIMENT,
        reason="L’essai dans trois directions finit d’abord",
    )


def _turn_round(cast: Cast, given: Scenario) -> None:
    """Ask the same actions for targets: how much money there is, is what is sought."""
    officer = cast.officer
    scenario = duplicate_scenario(officer, scenario=given, title=TURNED_TITLE)
    for envelope in scenario.envelopes.filter(is_money=True).select_related("scenario"):
        remove_envelope(officer, envelope=envelope)
    _bind(cast, scenario)
    set_targets(officer, scenario=scenario, targets=TARGETS)
    set_fairness(officer, scenario=scenario, fairness=FAIR)


def _compute(cast: Cast) -> None:
    ours = Scenario.objects.filter(organisation=cast.organisation)
    for title in (TURNED_TITLE, TITLE):
        compute(cast.officer, scenario=ours.get(title=title))
    set_status(cast.officer, scenario=ours.get(title=TITLE), status=ScenarioStatus.KEPT)


def _vote(cast: Cast) -> None:
    """Ask eighteen people of the works council what they would choose of the additions."""
    scenario = Scenario.objects.get(organisation=cast.organisation, title=TITLE)
    now = timezone.now()
    choice = open_vote(
        cast.officer, scenario=scenario, envelope=ROOM, until=now + timedelta(hours=8), now=now
    )
    names = {one["id"][:3]: one["id"] for one in choice.projects if "." in one["id"]}
    for count, numbers in BALLOTS:
        for _person in range(count):
            phone = VOTES.phone(VOTES.join(choice.code, now=now))
            vote(phone, content={names[f"{one:03d}"]: 1 for one in numbers}, now=now)
    close_vote(cast.officer, scenario=scenario, now=now)


TITLE = "Tenir l’ambition 2027"
YEARS = (2027, 2028)
TEAM, DAYS = "Agents", 880
MADE_ON, VOTED_ON, COMPUTED_ON = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
ROOM = 155_000  # euros
# How many people approve the same additions.
BALLOTS = ((8, (9, 12)), (1, (12, 16)), (7, (18,)), (2, (13,)))
TURNED_TITLE = "Quel est le plan le moins cher\u202f?"
TARGETS = (TargetFacts(Measure.CO2, 2028, 42_000), TargetFacts(Measure.SHARE, 2027, 400))
# No theme has more than 1.6 times the mean of the days of the teams.
FAIR = FairnessFacts("theme", "days", "at_most", 160)
IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION
F, I = Section.OPERATING.value, Section.INVESTMENT.value  # noqa: E741


@dataclass(frozen=True, slots=True)
class Option:
    """What could be added to an action under way, beside what it asks for already."""

    number: int
    label: str
    cost: dict[str, int]
    running: dict[str, int]
    days: int
    running_days: int
    law: int
    readiness: int
    social: int
    tonnes: tuple[float, float, float] | None = None


OPTIONS = (
    Option(18, "deux domaines de plus", {F: 88}, {F: 27}, 30, 10, 70, 90, 20, (0.6, 1.1, 1.7)),
    Option(9, "avec l’atelier de réparation", {F: 74}, {F: 40}, 25, 25, 20, 70, 30, (3.5, 6, 9)),
    Option(12, "dans toutes les directions", {I: 51}, {I: 20}, 12, 8, 40, 80, 20, (2.5, 4, 6)),
    Option(13, "avec une assistance aux acheteurs", {F: 14}, {}, 10, 0, 50, 60, 10),
    Option(16, "pour tous les services en ligne", {F: 12, I: 12}, {F: 12}, 20, 10, 50, 50, 80),
    Option(4, "au-delà de l’essai", {F: 20}, {F: 5}, 10, 5, 20, 40, 60),
)


# What waits for the trial of the same action to end.
AFTER_TRIAL = 4
