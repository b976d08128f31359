"""The rules between candidates, and on themes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.actors import Actor
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.access import changed, hold
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.facts import RuleFacts
from portulan.portfolio.models import Candidate, Scenario, ScenarioRule
from portulan.portfolio.rules.between import prerequisites
from portulan.portfolio.scenarios.reads import rule_facts, rules_of
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import Origin, RuleKind


class RuleFields(TypedDict, total=False):
    """What is typed of a rule: `models.ScenarioRule` says which kind uses what."""

    reason: str
    waits: Candidate | None
    level: CommitmentLevel | None
    needs_level: CommitmentLevel | None
    lag: int
    theme: str
    minimum: int | None
    percent: int | None


@transaction.atomic
def add_rule(
    actor: Actor,
    *,
    scenario: Scenario,
    kind: RuleKind,
    candidates: Iterable[Candidate] = (),
    origin: Origin = Origin.TYPED,
    **fields: Unpack[RuleFields],
) -> ScenarioRule:
    """Add a rule between candidates. Raises DeniedError, NotFoundError, ValidationError."""
    hold(actor, scenario)
    rule = ScenarioRule(scenario=scenario, kind=kind, origin=origin, **fields)
    _keep(rule, list(candidates))
    changed(actor, scenario, Verb.RULE_ADDED, {"kind": (None, kind)})
    return rule


@transaction.atomic
def edit_rule(
    actor: Actor,
    *,
    rule: ScenarioRule,
    candidates: Iterable[Candidate] = (),
    **fields: Unpack[RuleFields],
) -> None:
    """Change what a rule says, which is then typed; its kind stays.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold(actor, rule.scenario)
    changes = trail.set_fields(rule, fields)
    members = list(candidates)
    before = sorted(one.key for one in rule.candidates.all())
    if before != (after := sorted(one.key for one in members)):
        changes |= {"candidates": (", ".join(before), ", ".join(after))}
    if changes:
        changes |= trail.set_fields(rule, {"origin": Origin.TYPED})
        _keep(rule, members)
        changed(actor, rule.scenario, Verb.RULE_EDITED, changes)


def _keep(rule: ScenarioRule, members: list[Candidate]) -> None:
    waits = [] if rule.waits is None else [rule.waits]
    if any(one.scenario_id != rule.scenario_id for one in [*members, *waits]):
        raise NotFoundError(rule.scenario.slug)
    _check_rule(rule, members)
    store(rule)
    rule.candidates.set(members)


@transaction.atomic
def remove_rule(actor: Actor, *, rule: ScenarioRule) -> None:
    """Lift a rule. Raises DeniedError, NotFoundError, ValidationError."""
    scenario, kind = rule.scenario, rule.kind
    hold(actor, scenario)
    rule.delete()
    changed(actor, scenario, Verb.RULE_REMOVED, {"kind": (kind, None)})


def _check_rule(rule: ScenarioRule, members: Sequence[Candidate]) -> None:
    refused: dict[str, str] = {}
    needed = {
        RuleKind.PREREQUISITE: ("waits", "level", "needs_level"),
        RuleKind.EXCLUSION: ("level",),
        RuleKind.COVERAGE: ("theme", "level", "minimum"),
        RuleKind.OVERLAP: ("percent",),
    }[RuleKind(rule.kind)]
    for name in needed:
        if getattr(rule, name) in (None, ""):
            refused[name] = _("Donnez cette valeur.")
    least = {RuleKind.PREREQUISITE: 1, RuleKind.COVERAGE: 0}.get(RuleKind(rule.kind), 2)
    if len(members) < least:
        refused["candidates"] = _("Choisissez au moins %(count)s actions.") % {"count": least}
    if rule.waits in members:
        refused["candidates"] = _("Une action ne s’attend pas elle-même.")
    if not refused and rule.kind == RuleKind.COVERAGE:
        refused |= _check_coverage(rule)
    if not refused and rule.kind == RuleKind.PREREQUISITE:
        refused |= _check_circle(rule, members)
    if refused:
        raise ValidationError(refused)


def _check_coverage(rule: ScenarioRule) -> dict[str, str]:
    """Return a refusal when the theme has fewer candidates than asked, those refused apart."""
    known = Candidate.objects.filter(scenario=rule.scenario, theme=rule.theme, out_reason="")
    count = known.count()
    if (rule.minimum or 0) <= count:
        return {}
    return {
        "minimum": ngettext(
            "Cette thématique n’a que %(count)s action candidate.",
            "Cette thématique n’a que %(count)s actions candidates.",
            count,
        )
        % {"count": count}
    }


def _check_circle(rule: ScenarioRule, members: Sequence[Candidate]) -> dict[str, str]:
    """Return a refusal when the prerequisites of the scenario would go round in a circle."""
    others = [rule_facts(one) for one in rules_of(rule.scenario) if one.pk != rule.pk]
    said = RuleFacts(
        kind=rule.kind,
        candidates=tuple(one.key for one in members),
        waits=rule.waits.key if rule.waits else "",
        level=CommitmentLevel(rule.level or 0),
        needs_level=CommitmentLevel(rule.needs_level or 0),
    )
    around = circle(prerequisites([*others, said]))
    if not around:
        return {}
    found = {"found": " → ".join(around)}
    return {"candidates": _("Ces préalables tourneraient en rond : %(found)s.") % found}
