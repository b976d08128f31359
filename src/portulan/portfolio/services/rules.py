"""The rules between candidates, and on themes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.enums import Origin, RuleKind
from portulan.portfolio.models import Candidate, Scenario, ScenarioRule
from portulan.portfolio.services.holding import changed, hold


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
    members = list(candidates)
    rule = ScenarioRule(scenario=scenario, kind=kind, origin=origin, **fields)
    waits = [] if rule.waits is None else [rule.waits]
    if any(one.scenario_id != scenario.pk for one in [*members, *waits]):
        raise NotFoundError(scenario.slug)
    _check_rule(rule, members)
    store(rule)
    rule.candidates.set(members)
    changed(actor, scenario, "rule added", {"kind": (None, kind)})
    return rule


@transaction.atomic
def remove_rule(actor: Actor, *, rule: ScenarioRule) -> None:
    """Lift a rule. Raises DeniedError, NotFoundError, ValidationError."""
    scenario, kind = rule.scenario, rule.kind
    hold(actor, scenario)
    rule.delete()
    changed(actor, scenario, "rule removed", {"kind": (kind, None)})


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
    if refused:
        raise ValidationError(refused)
