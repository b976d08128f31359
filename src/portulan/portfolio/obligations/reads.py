"""Who carries the obligations of an organisation in a scenario, read from its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from portulan.accounts.words import LegalForm
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeLink
from portulan.catalogue.obligations import CATALOGUE, EDITION, OBLIGATIONS
from portulan.catalogue.words import Relation
from portulan.plans.actions.columns import PlanActions, actions_of
from portulan.plans.models import CommitmentDecision, Plan
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.portfolio.facts import CandidateFacts, ObligationFacts
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.obligations.rules import Carrier, obligations_of
from portulan.portfolio.words import LONGEST_REASON, Origin

STOPPED = frozenset({Progress.DROPPED})
_COVERS = (Relation.EQUAL, Relation.BROADER)
_NAMED = frozenset().union(*(one.practices for one in OBLIGATIONS))


def obligations_in(
    scenario: Scenario, candidates: Iterable[CandidateFacts]
) -> tuple[ObligationFacts, ...]:
    """Return the obligations before the candidates of a scenario (a dozen queries)."""
    plan, closed = actions_of(scenario.plan), closed_of(scenario.plan)
    return obligations_before(scenario, carriers_of(scenario, plan, closed, candidates))


def obligations_before(scenario: Scenario, carriers: list[Carrier]) -> tuple[ObligationFacts, ...]:
    """Return the obligations of the organisation before those who would carry them (one query)."""
    body = scenario.organisation
    return obligations_of(LegalForm(body.legal_form), body.population, scenario.years, carriers)


def carriers_of(
    scenario: Scenario,
    plan: PlanActions,
    closed: Mapping[int, str],
    candidates: Iterable[CandidateFacts],
) -> list[Carrier]:
    """Return the actions that follow a practice the law names (four queries).

    `closed` says by action why it ended; `candidates` are those of the scenario.
    """
    followed = {
        practice.pk: practice for around in plan.around.values() for practice in around.practices
    }
    codes = _codes(scenario, followed)
    in_scenario = {one.id: one for one in candidates}
    origins = dict(
        Candidate.objects.filter(scenario=scenario, rank=0).values_list("action_id", "origins")
    )
    found = []
    for action in plan.actions:
        around = plan.around[action.pk]
        practices = frozenset().union(*(codes[one.pk] for one in around.practices))
        if not practices:
            continue
        found.append(
            Carrier(
                number=action.number,
                level=CommitmentLevel(action.level),
                practices=practices,
                decided=bool(around.decisions),
                closed=action.progress in STOPPED or action.pk in closed,
                said=origins.get(action.pk, {}).get("must") == Origin.TYPED,
                # An addition to an action is named otherwise: it carries nothing for it.
                candidate=in_scenario.get(str(action.number)),
            )
        )
    return found


def _codes(scenario: Scenario, followed: Mapping[int, Practice]) -> dict[int, frozenset[str]]:
    """Return the codes of the guide that the law names, by practice followed.

    Its own code for a practice of the guide; for one of another catalogue, those of the guide that
    it equals or covers: a narrower one does only a part, a related one promises nothing.
    """
    editions = set(
        CatalogueVersion.objects.filter(catalogue__slug=CATALOGUE, version=EDITION).values_list(
            "pk", flat=True
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for pk, practice in followed.items():
        if practice.version_id in editions and practice.code in _NAMED:
            found[pk].add(practice.code)
    for pk, code in _linked(scenario, editions, followed):
        found[pk].add(code)
    return defaultdict(frozenset, {pk: frozenset(codes) for pk, codes in found.items()})


def _linked(
    scenario: Scenario, editions: Collection[int], followed: Collection[int]
) -> Iterable[tuple[int, str]]:
    guide = Q(code__in=_NAMED, version__in=editions)
    named = dict(Practice.objects.filter(guide).values_list("pk", "code"))
    said = PracticeLink.objects.filter(
        Q(source__in=followed, target__in=named, relation__in=_COVERS)
        | Q(source__in=named, target__in=followed, relation__in=[one.inverse for one in _COVERS]),
        organisation_id=scenario.organisation_id,
        removed_at=None,
    )
    for source, target in said.values_list("source_id", "target_id"):
        if source in named:
            yield target, named[source]
        else:
            yield source, named[target]


def closed_of(plan: Plan) -> dict[int, str]:
    """Return why the commitments that were kept without follow-up ended, by action (one query)."""
    last: dict[int, tuple[str, str]] = {}
    for action_id, outcome, reason in (
        CommitmentDecision.objects.filter(action__plan=plan)
        .order_by("decided_on", "pk")
        .values_list("action_id", "outcome", "reason")
    ):
        last[action_id] = outcome, reason
    return {
        action_id: reason[:LONGEST_REASON]
        for action_id, (outcome, reason) in last.items()
        if outcome == Outcome.CLOSE
    }
