"""A scenario in the database, as frozen facts: the same queries at 10 and at 500 candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.by_action import funding_of
from portulan.budget.indicator.share import HUNDRED
from portulan.budget.indicator.trajectory import TrajectoryYear, trajectory_of
from portulan.budget.models import FiscalYear
from portulan.core.money import TaxBasis
from portulan.core.storing import get_one
from portulan.plans.models import Action, Plan
from portulan.plans.money.funding import Funding
from portulan.plans.words import CommitmentLevel, Progress
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.facts import (
    AmbitionFacts,
    CandidateFacts,
    EnvelopeFacts,
    FairnessFacts,
    Impact,
    LevelFacts,
    MustFacts,
    RuleFacts,
    ScenarioFacts,
    TargetFacts,
    UnknownFacts,
)
from portulan.portfolio.models import (
    Candidate,
    CandidateLevel,
    Scenario,
    ScenarioEnvelope,
    ScenarioRule,
    Selection,
)
from portulan.portfolio.obligations.reads import obligations_in
from portulan.portfolio.words import Least, Measure

AT_WORK = frozenset({Progress.IN_PROGRESS, Progress.ONGOING})


def facts_of(scenario: Scenario) -> ScenarioFacts:
    """Return what the scenario says now; nothing is weighed yet (five queries)."""
    candidates = list(candidates_of(scenario))
    return ScenarioFacts(
        title=scenario.title,
        years=scenario.years,
        residual_years=scenario.residual_years,
        weights={
            "impact": scenario.weight_impact,
            "cost": scenario.weight_cost,
            "law": scenario.weight_law,
            "readiness": scenario.weight_readiness,
            "social": scenario.weight_social,
        },
        unknown=UnknownFacts(scenario.unknown, scenario.unknown_low, scenario.unknown_high),
        candidates=tuple(candidate_facts(one) for one in candidates),
        envelopes=tuple(envelope_facts(one) for one in envelopes_of(scenario)),
        rules=tuple(rule_facts(one) for one in rules_of(scenario)),
        targets=targets_of(scenario),
        minimise=Least(scenario.minimise),
        fairness=fairness_of(scenario),
    )


def targets_of(scenario: Scenario) -> tuple[TargetFacts, ...]:
    """Return what is to be reached: effects first, then floors of means, by year."""
    found = (TargetFacts(**one | {"measure": Measure(one["measure"])}) for one in scenario.targets)
    return tuple(
        sorted(found, key=lambda one: (not one.is_effect, one.measure, one.year, one.among))
    )


def fairness_of(scenario: Scenario) -> FairnessFacts | None:
    """Return what each unit or theme is to have, None where nothing is asked."""
    return FairnessFacts(**scenario.fairness) if scenario.fairness else None


def facts_to_keep(scenario: Scenario) -> ScenarioFacts:
    """Return the same with what surrounds it: ambitions, the law, the tax basis (21 queries)."""
    facts = facts_of(scenario)
    actions = _going_on(scenario.plan)
    funding = funding_of(actions)
    ambitions = _ambitions(scenario.plan, funding)
    first = next((one for one in ambitions if one.year == scenario.first_year), None)
    asked: dict[int, int] = {}
    if first is not None and first.asked is not None and not first.stage:
        asked = {one.number: _asked(funding[one.pk], first.year) for one in actions}
    return replace(
        facts,
        candidates=tuple(replace(one, asked=asked.get(one.number)) for one in facts.candidates),
        ambitions=ambitions,
        obligations=obligations_in(scenario, facts.candidates),
        basis=_basis(scenario.organisation_id),
    )


def candidates_of(scenario: Scenario) -> Iterable[Candidate]:
    """Return the candidates with their actions and levels, in the order of the plan."""
    return (
        Candidate.objects.filter(scenario=scenario)
        .select_related("action__unit")
        .prefetch_related(Prefetch("levels", CandidateLevel.objects.order_by("level")))
        .order_by("action__number", "rank")
    )


def envelopes_of(scenario: Scenario) -> Iterable[ScenarioEnvelope]:
    """Return the envelopes, money first."""
    return ScenarioEnvelope.objects.filter(scenario=scenario).order_by(
        "-is_money", "nature", "slug"
    )


def rules_of(scenario: Scenario) -> Iterable[ScenarioRule]:
    """Return the rules with the candidates they speak of."""
    return (
        ScenarioRule.objects.filter(scenario=scenario)
        .select_related("waits__action")
        .prefetch_related(
            Prefetch(
                "candidates",
                Candidate.objects.select_related("action").order_by("action__number", "rank"),
            )
        )
        .order_by("kind", "pk")
    )


def candidate_facts(candidate: Candidate) -> CandidateFacts:
    """Return a candidate with its levels."""
    must = step = None
    if candidate.must_level is not None and candidate.must_by is not None:
        must = MustFacts(
            CommitmentLevel(candidate.must_level), candidate.must_by, candidate.must_reason
        )
    if candidate.step_level is not None and candidate.step_start is not None:
        step = Step(CommitmentLevel(candidate.step_level), candidate.step_start)
    return CandidateFacts(
        id=candidate.key,
        number=candidate.action.number,
        title=candidate.action.title,
        label=candidate.label,
        theme=candidate.theme,
        unit=candidate.action.unit.name if candidate.action.unit else "",
        present=CommitmentLevel(candidate.action.level),
        gate=_level(candidate.gate),
        after=candidate.after,
        after_reason=candidate.after_reason,
        must=must,
        step=step,
        step_reason=candidate.step_reason,
        out_reason=candidate.out_reason,
        levels=tuple(level_facts(one) for one in candidate.levels.all()),
        ongoing=not candidate.rank and candidate.action.progress in AT_WORK,
    )


def level_facts(level: CandidateLevel) -> LevelFacts:
    """Return what a candidate takes and brings at a level."""
    impact = None
    if level.impact_likely is not None:
        low, high = level.impact_low, level.impact_high
        likely = level.impact_likely
        impact = Impact(likely if low is None else low, likely, likely if high is None else high)
    return LevelFacts(
        level=CommitmentLevel(level.level),
        duration=level.duration,
        cost=None
        if level.cost is None
        else {nature: tuple(amounts) for nature, amounts in level.cost.items()},
        running=dict(level.running),
        days={team: tuple(days) for team, days in level.days.items()},
        running_days=dict(level.running_days),
        impact=impact,
        scores={
            "law": level.score_law,
            "readiness": level.score_readiness,
            "social": level.score_social,
        },
        origins=dict(level.origins),
    )


def envelope_facts(envelope: ScenarioEnvelope) -> EnvelopeFacts:
    """Return an envelope."""
    return EnvelopeFacts(
        id=envelope.slug,
        title=envelope.title,
        is_money=envelope.is_money,
        nature=envelope.nature,
        capacity=tuple(envelope.capacity),
        carry_over=envelope.carry_over,
        origin=envelope.origin,
    )


def rule_facts(rule: ScenarioRule) -> RuleFacts:
    """Return a rule with the names of the candidates it speaks of."""
    return RuleFacts(
        kind=rule.kind,
        candidates=tuple(candidate.key for candidate in rule.candidates.all()),
        waits=rule.waits.key if rule.waits is not None else "",
        level=_level(rule.level),
        needs_level=_level(rule.needs_level),
        lag=rule.lag,
        theme=rule.theme,
        minimum=rule.minimum or 0,
        percent=100 if rule.percent is None else rule.percent,
        reason=rule.reason,
    )


def ambitions_of(plan: Plan) -> tuple[AmbitionFacts, ...]:
    """Return the years of the plan: what they want, what is spent or to come (nine queries)."""
    return _ambitions(plan, funding_of(_going_on(plan)))


def _going_on(plan: Plan) -> list[Action]:
    return list(plan.actions.exclude(progress=Progress.DROPPED).select_related("plan"))


def _ambitions(plan: Plan, funding: Mapping[int, Funding]) -> tuple[AmbitionFacts, ...]:
    voted: Counter[int] = Counter()
    for year, amount in plan.envelopes.values_list("year", "amount"):
        voted[year] += round(amount)
    trajectory = trajectory_of(plan, funding.values())
    return tuple(_ambition(year, voted.get(year.year)) for year in trajectory)


def _asked(funding: Funding, year: int) -> int:
    """Return what an action takes of the IT budget in the plan; nothing known is 0 of its sum."""
    return round(funding.of(year).expected or 0)


def _ambition(year: TrajectoryYear, voted: int | None) -> AmbitionFacts:
    envelope = None
    if year.ambition is not None and year.denominator:
        envelope = year.denominator * year.ambition / HUNDRED
    return AmbitionFacts(
        year=year.year,
        percent=None if year.ambition is None else str(year.ambition),
        it_budget=_euros(year.denominator),
        envelope=_euros(envelope),
        asked=_euros(year.numerator),
        stage=year.stage.value if year.stage else "",
        voted=voted,
    )


def _basis(organisation_id: int) -> str:
    """Return the tax basis of the latest accounts, TTC before there are any."""
    known = FiscalYear.objects.filter(organisation_id=organisation_id).order_by("-year")
    return known.values_list("tax_basis", flat=True).first() or TaxBasis.TTC.value


def _euros(amount: Decimal | None) -> int | None:
    return None if amount is None else round(amount)


def _level(number: int | None) -> CommitmentLevel | None:
    return None if number is None else CommitmentLevel(number)


def scenarios(*, actor: Actor) -> QuerySet[Scenario]:
    """Return the organisation's scenarios, the last changed first, with `candidate_count`.

    `is_computed` tells whether there is a result to open on.
    """
    actor.require(Operation.READ_SCENARIO)
    return (
        Scenario.objects.filter(organisation_id=actor.organisation_id)
        .select_related("plan")
        .annotate(
            candidate_count=Count("candidates"),
            is_computed=Exists(Selection.objects.filter(scenario=OuterRef("pk"))),
        )
        .order_by("-changed_at", "-pk")
    )


def get_scenario(*, actor: Actor, slug: str, need: Operation) -> Scenario:
    """Return a scenario of the actor's organisation. Raises NotFoundError, DeniedError."""
    found = get_one(
        Scenario.objects.select_related("plan", "organisation").filter(
            organisation_id=actor.organisation_id
        ),
        slug=slug,
    )
    actor.require(need)
    return found
