"""What the plan, the budget and the estimates would put in a scenario (a dozen queries)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.models import Allotment
from portulan.impact.effects import impact_of
from portulan.impact.engine.archetype import View
from portulan.impact.engine.together import ceilings
from portulan.impact.estimates.reads import NOTHING_KNOWN, Known, latest_estimates
from portulan.plans.actions.columns import Around, PlanActions, actions_of
from portulan.plans.models import Action, PlannedMoney
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.facts import (
    CandidateFacts,
    EnvelopeFacts,
    Impact,
    LevelFacts,
    MustFacts,
    ObligationFacts,
    ScenarioFacts,
)
from portulan.portfolio.from_plan.rules import (
    ActionSays,
    Group,
    Proposal,
    Said,
    compare,
    days_said,
    impact_said,
    money_said,
    must_said,
    overlaps_said,
)
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.obligations.reads import STOPPED, carriers_of, closed_of, obligations_before
from portulan.portfolio.obligations.rules import imposed, meets
from portulan.portfolio.scenarios.reads import (
    ambitions_of,
    candidate_facts,
    candidates_of,
    facts_of,
    rules_of,
)
from portulan.portfolio.words import Origin, RuleKind


@dataclass(frozen=True, slots=True)
class Differences:
    """What the plan says otherwise than a scenario, and what was read to find it."""

    proposals: tuple[Proposal, ...]
    obligations: tuple[ObligationFacts, ...]
    envelopes: tuple[EnvelopeFacts, ...]


def proposals(scenario: Scenario) -> list[Proposal]:
    """Return all that differs between the plan and the scenario, in the order of the plan."""
    return list(differences(scenario).proposals)


def differences(scenario: Scenario) -> Differences:
    """Return the same, with the law before the scenario as it is."""
    facts = facts_of(scenario)
    kept = {one.action_id: one for one in candidates_of(scenario) if not one.rank}
    plan = actions_of(scenario.plan)
    closed = closed_of(scenario.plan)
    carriers = carriers_of(scenario, plan, closed, facts.candidates)
    law = obligations_before(scenario, carriers)
    # What a person typed and meets the law stands as it is.
    said = {one.number for one in carriers if one.said and meets(law, one.number)}
    imposes = {
        one.number: imposed(law, one.number) for one in plan.actions if one.number not in said
    }
    found = [*_envelope(scenario, facts)]
    for says in _actions(scenario, facts, plan, closed, imposes):
        candidate = kept.get(says.action_id)
        found += compare(says, *_kept(candidate, says.level))
    found += overlaps_said(_shares(scenario), _overlaps(scenario))
    return Differences(tuple(found), law, facts.envelopes)


def _shares(scenario: Scenario) -> dict[tuple[int, ...], float]:
    """Return what actions on the same equipment reach together, by their numbers."""
    actions = list(scenario.plan.actions.select_related("plan"))
    numbers = {str(action.pk): action.number for action in actions}
    return {
        tuple(sorted(numbers[name] for name in one.actions)): one.share
        for one in ceilings(impact_of(actions).sums)
    }


def _overlaps(scenario: Scenario) -> dict[tuple[int, ...], tuple[int, Origin]]:
    rules = [rule for rule in rules_of(scenario) if rule.kind == RuleKind.OVERLAP]
    return {
        tuple(sorted({one.action.number for one in rule.candidates.all()})): (
            100 if rule.percent is None else rule.percent,
            Origin(rule.origin),
        )
        for rule in rules
    }


def _envelope(scenario: Scenario, facts: ScenarioFacts) -> list[Proposal]:
    """Return what was voted as one envelope, else the ambition; else the year before again."""
    capacity: list[int] = []
    origins: set[Origin] = set()
    wanted = _money_wanted(scenario)
    for year in scenario.years:
        amount, origin = wanted.get(year, (None, Origin.REPEATED))
        if amount is None and not capacity:
            return []
        capacity.append(capacity[-1] if amount is None else amount)
        origins.add(origin)
    money = [one for one in facts.envelopes if one.is_money]
    if facts.targets and not money:
        return []  # how much is needed is what is sought
    before = list(money[0].capacity) if len(money) == 1 and not money[0].nature else None
    if (money and before is None) or before == capacity:
        return []  # envelopes by nature were made by hand: this says nothing of natures
    weakest = (Origin.REPEATED, Origin.AMBITION, Origin.VOTED)
    origin = next(one for one in weakest if one in origins)
    typed = bool(money) and money[0].origin == Origin.TYPED
    return [Proposal(0, "", None, "envelope", before, capacity, origin, typed)]


def _money_wanted(scenario: Scenario) -> dict[int, tuple[int, Origin]]:
    """Return what there is by year: voted; else the ambition in euros, or in percent."""
    plan = scenario.plan
    found = {
        one.year: (one.envelope, Origin.AMBITION)
        for one in ambitions_of(plan)
        if one.envelope is not None
    }
    for rows, origin in (
        (plan.ambition_amounts, Origin.AMBITION),
        (plan.envelopes, Origin.VOTED),
    ):
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for year, amount in rows.filter(year__in=scenario.years).values_list("year", "amount"):
            sums[year] += amount
        found |= {year: (round(amount), origin) for year, amount in sums.items()}
    return found


def _actions(
    scenario: Scenario,
    facts: ScenarioFacts,
    plan: PlanActions,
    closed: Mapping[int, str],
    law: Mapping[int, MustFacts | None],
) -> list[ActionSays]:
    asked = _asked(scenario)
    estimates = latest_estimates(plan.actions)
    teams = [one.id for one in facts.envelopes if not one.is_money]
    team = teams[0] if len(teams) == 1 else ""  # of several, the plan does not say which
    return [
        _says(
            scenario,
            action,
            plan.around[action.pk],
            asked[action.pk],
            estimates.get(action.pk, NOTHING_KNOWN),
            closed.get(action.pk, ""),
            law.get(action.number),
            team,
        )
        for action in plan.actions
    ]


def _says(
    scenario: Scenario,
    action: Action,
    around: Around,
    asked: Mapping[int, Said],
    known: Known,
    closed: str,
    law: MustFacts | None,
    team: str,
) -> ActionSays:
    years = scenario.years
    level = CommitmentLevel(action.level)
    days = None if action.days_per_year is None else math.ceil(action.days_per_year)
    of_candidate: dict[Group, Said] = {}
    if around.practices:
        of_candidate["theme"] = Said(around.practices[0].theme.title, Origin.PLAN)
    progress = str(action.get_progress_display())
    if action.progress in STOPPED or closed:
        of_candidate["out"] = Said(closed or progress, Origin.PLAN)
    else:
        of_candidate |= must_said(level if around.decisions else None, progress, law, years[0])
    second = asked.get(years[1]) if len(years) > 1 else None
    of_level = {
        **money_said(asked.get(years[0]), second, len(years)),
        **days_said(team, days, len(years)),
        **impact_said(_impact(known)),
    }
    return ActionSays(action.pk, action.number, action.title, level, of_candidate, of_level)


def _asked(scenario: Scenario) -> dict[int, dict[int, Said]]:
    """Return what each action asks of the IT budget by year: said by it, else allotted to it."""
    found: dict[int, dict[int, Said]] = defaultdict(dict)
    allotted = Allotment.objects.filter(
        action__plan=scenario.plan_id, year__in=scenario.years
    ).values_list("action_id", "year", "amount")
    for action_id, year, reserved in allotted:
        found[action_id][year] = Said({"": round(reserved)}, Origin.ALLOTTED)
    planned: dict[tuple[int, int], dict[str, int | None]] = defaultdict(dict)
    rows = PlannedMoney.objects.filter(
        action__plan=scenario.plan_id, year__in=scenario.years, in_it_budget=True
    ).values_list("action_id", "year", "section", "amount")
    for action_id, year, section, amount in rows:
        planned[action_id, year][section] = _euros(amount)
    for (action_id, year), by_nature in planned.items():
        found[action_id][year] = Said(by_nature, Origin.PLANNED)
    return found


def _impact(known: Known) -> Impact | None:
    """Return the reduction a year, in the amortised view alone: others are no yearly figures."""
    latest = known.reduction
    if latest is None or latest.view != View.AMORTISED:
        return None
    carbon = latest.carbon
    if carbon is None:
        return None
    low, high = sorted((round(carbon.p5), round(carbon.p95)))
    return Impact(low, min(max(round(carbon.p50), low), high), high)


def _kept(
    candidate: Candidate | None, level: CommitmentLevel
) -> tuple[dict[Group, Said] | None, dict[Group, Said] | None]:
    """Return what the scenario holds already of an action, with the origin of each group."""
    if candidate is None:
        return None, None
    facts = candidate_facts(candidate)
    at = next((one for one in facts.levels if one.level is level), None)
    of_level = None if at is None else _level_groups(at)
    return _candidate_groups(facts, candidate.origins), of_level


def _candidate_groups(facts: CandidateFacts, origins: Mapping[str, str]) -> dict[Group, Said]:
    found: dict[Group, Said] = {}
    if facts.theme:
        found["theme"] = Said(facts.theme, _origin(origins, "theme"))
    if facts.out_reason:
        found["out"] = Said(facts.out_reason, _origin(origins, "out"))
    if facts.must is not None:
        found["must"] = Said(facts.must, _origin(origins, "must"))
    elif "must" in origins:  # taken away by a person
        found["must"] = Said(None, _origin(origins, "must"))
    return found


def _level_groups(level: LevelFacts) -> dict[Group, Said]:
    found: dict[Group, Said] = {}
    if level.cost is not None:
        cost = {nature: list(amounts) for nature, amounts in level.cost.items()}
        found["cost"] = Said(cost, _origin(level.origins, "cost"))
    if level.running:
        found["running"] = Said(dict(level.running), _origin(level.origins, "running"))
    if level.days:
        days = {team: list(amounts) for team, amounts in level.days.items()}
        found["days"] = Said(days, _origin(level.origins, "days"))
    if level.running_days:
        found["running_days"] = Said(
            dict(level.running_days), _origin(level.origins, "running_days")
        )
    if level.impact is not None:
        found["impact"] = Said(level.impact, _origin(level.origins, "impact"))
    return found


def _origin(origins: Mapping[str, str], group: str) -> Origin:
    return Origin(origins.get(group, Origin.TYPED))


def _euros(amount: Decimal | None) -> int | None:
    return None if amount is None else round(amount)
