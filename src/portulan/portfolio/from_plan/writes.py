"""Filling a scenario from the plan and the budget, once or again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.plans.models import Action
from portulan.portfolio.access import hold
from portulan.portfolio.candidates import add_candidate, edit_candidate, save_level
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.from_plan.reads import proposals
from portulan.portfolio.from_plan.rules import Proposal
from portulan.portfolio.models import Candidate, Scenario, ScenarioEnvelope
from portulan.portfolio.rules.writes import add_rule, remove_rule
from portulan.portfolio.words import Origin, RuleKind


@transaction.atomic
def fill(actor: Actor, *, scenario: Scenario, keys: Collection[str] | None = None) -> int:
    """Take what the plan and the budget say; return how many differences were taken.

    `keys` are those of the proposals to take, all but the ones that replace what was typed when
    None. They are reckoned again: what changed in between is not taken blindly. Raises DeniedError,
    NotFoundError, ValidationError.
    """
    hold(actor, scenario)
    taken = [
        one for one in proposals(scenario) if (not one.typed if keys is None else one.key in keys)
    ]
    actions = {action.number: action for action in scenario.plan.actions.all()}
    for number, group in groupby(taken, key=lambda one: one.number):
        if number in actions:
            _take(actor, scenario, actions[number], list(group))
            continue
        for proposal in group:
            (_overlap if proposal.of else _envelope)(actor, scenario, proposal)
    return len(taken)


def _envelope(actor: Actor, scenario: Scenario, proposal: Proposal) -> None:
    kept = ScenarioEnvelope.objects.filter(scenario=scenario, is_money=True, nature="").first()
    capacity: Any = proposal.after
    save_envelope(
        actor,
        scenario=scenario,
        title=kept.title if kept else _("Budget NR"),
        capacity=capacity,
        carry_over=kept.carry_over if kept else 0,
        envelope=kept,
        origin=proposal.origin,
    )


def _overlap(actor: Actor, scenario: Scenario, proposal: Proposal) -> None:
    candidates = list(
        Candidate.objects.filter(
            scenario=scenario, action__number__in=proposal.of, rank=0
        ).select_related("action")
    )
    if len(candidates) < 2:  # their own proposals were not taken
        return
    for rule in scenario.rules.filter(kind=RuleKind.OVERLAP, candidates__in=candidates).distinct():
        rule.scenario = scenario
        remove_rule(actor, rule=rule)
    percent: Any = proposal.after
    add_rule(
        actor,
        scenario=scenario,
        kind=RuleKind.OVERLAP,
        candidates=candidates,
        percent=percent,
        reason=_("Mêmes équipements, d’après les estimations"),
        origin=proposal.origin,
    )


def _take(actor: Actor, scenario: Scenario, action: Action, taken: Sequence[Proposal]) -> None:
    """Write what was taken of one action: its candidate, then its level."""
    if any(one.group == "candidate" for one in taken):
        candidate: Candidate | None = add_candidate(actor, scenario=scenario, action=action)
    else:
        known = Candidate.objects.filter(scenario=scenario, action=action, rank=0)
        candidate = known.select_related("scenario", "action").first()
    if candidate is None:  # its own proposal was not taken
        return
    origins: dict[str, Origin] = {one.group: one.origin for one in taken}
    of_candidate = _merged(one for one in taken if one.level is None)
    if of_candidate:
        edit_candidate(actor, candidate=candidate, origins=origins, **of_candidate)
    of_level = [one for one in taken if one.level is not None]
    if of_level:
        _take_level(actor, candidate, of_level, origins)


def _take_level(
    actor: Actor,
    candidate: Candidate,
    taken: Sequence[Proposal],
    origins: Mapping[str, Origin],
) -> None:
    level = taken[0].level
    if level is None:
        return
    known = candidate.levels.filter(level=level).exists()
    if known or any(one.group == "level" for one in taken):
        fields = _merged(taken)
        save_level(actor, candidate=candidate, level=level, origins=origins, **fields)


def _merged(taken: Iterable[Proposal]) -> Any:
    """Return the fields of proposals on one object: their groups say which."""
    fields: dict[str, object] = {}
    for proposal in taken:
        fields |= _fields(proposal)
    return fields


def _fields(proposal: Proposal) -> dict[str, object]:
    after: Any = proposal.after
    match proposal.group:
        case "candidate" | "level":
            return {}
        case "out":
            return {"out_reason": after}
        case "must":
            return {
                "must_level": after.level,
                "must_by": after.by,
                "must_reason": after.reason,
            }
        case "cost":
            return {"cost": after, "duration": max(map(len, after.values()), default=1)}
        case "impact":
            return {
                "impact_low": after.low,
                "impact_likely": after.likely,
                "impact_high": after.high,
            }
        case group:
            return {group: after}
