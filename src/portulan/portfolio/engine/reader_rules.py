"""Reads what ties the actions of a problem together: every action named must be one (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.engine.fields import Field
from portulan.portfolio.engine.problem import Action, Coverage, Exclusion, Overlap, Prerequisite


def note_unless_offered(
    field: Field,
    level: CommitmentLevel,
    action: str,
    offered: set[CommitmentLevel],
    *,
    or_higher: bool = False,
) -> None:
    """Note a level that the action does not have."""
    if level not in offered and not (or_higher and any(other > level for other in offered)):
        field.note(findings.NO_SUCH_LEVEL, action=action, found=level.name)


def _action_of(field: Field, by_id: Mapping[str, Action]) -> str:
    found = field.text(required=True)
    if found and found not in by_id:
        field.note(findings.UNKNOWN_ACTION, found=found)
    return found


def read_prerequisites(field: Field, by_id: Mapping[str, Action]) -> tuple[Prerequisite, ...]:
    """Return the prerequisites; a circle of them is a problem."""
    arcs = []
    for item in field.items():
        found = item.members("action", "level", "needs", "needs_level", "lag")
        arc = Prerequisite(
            action=_action_of(found["action"], by_id),
            level=found["level"].level(),
            needs=_action_of(found["needs"], by_id),
            needs_level=found["needs_level"].level(),
            lag=found["lag"].whole(),
        )
        for key, action_id, level in (
            ("level", arc.action, arc.level),
            ("needs_level", arc.needs, arc.needs_level),
        ):
            if action_id in by_id:
                offered = {option.level for option in by_id[action_id].levels}
                either = key == "needs_level"
                note_unless_offered(found[key], level, action_id, offered, or_higher=either)
        arcs.append(arc)
    if found_circle := circle(arcs):
        field.note(findings.CYCLE, found=" → ".join(found_circle))
    return tuple(arcs)


def read_exclusion(field: Field, by_id: Mapping[str, Action]) -> Exclusion:
    """Return one exclusion."""
    found = field.members("level", "actions")
    return Exclusion(found["level"].level(), _group(found["actions"], by_id))


def _group(field: Field, by_id: Mapping[str, Action]) -> tuple[str, ...]:
    members: list[str] = []
    for item in field.items():
        action_id = _action_of(item, by_id)
        if action_id in members:
            item.note(findings.ID_TWICE, found=action_id)
        members.append(action_id)
    if not members:
        field.note(findings.EMPTY)
    return tuple(members)


def read_coverage(field: Field, themes: set[str]) -> tuple[Coverage, ...]:
    """Return the minima, one for a theme and level."""
    rules: list[Coverage] = []
    for item in field.items():
        found = item.members("theme", "level", "minimum")
        rule = Coverage(
            found["theme"].text(required=True),
            found["level"].level(),
            found["minimum"].whole(default=None),
        )
        if rule.theme and rule.theme not in themes and rule.minimum:
            found["theme"].note(findings.UNKNOWN_THEME, found=rule.theme)
        if any((rule.theme, rule.level) == (other.theme, other.level) for other in rules):
            found["theme"].note(findings.ID_TWICE, found=rule.theme)
        rules.append(rule)
    return tuple(rules)


def read_overlaps(field: Field, by_id: Mapping[str, Action]) -> tuple[Overlap, ...]:
    """Return the overlaps; an action is in one at most."""
    taken: set[str] = set()
    overlaps = []
    for item in field.items():
        found = item.members("actions", "ceiling")
        members = _group(found["actions"], by_id)
        for action_id in sorted(taken & set(members)):
            found["actions"].note(findings.TWO_OVERLAPS, found=action_id)
        taken |= set(members)
        overlaps.append(Overlap(members, found["ceiling"].whole(default=None)))
    return tuple(overlaps)
