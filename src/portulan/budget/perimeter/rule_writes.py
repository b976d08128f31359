"""The rules of an edition being prepared: added at a place, changed, moved, removed."""

from __future__ import annotations

from decimal import Decimal
from typing import Required, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter.rules import share_of
from portulan.budget.perimeter.writes import require_draft
from portulan.budget.words import Post, RunBuild, Verdict
from portulan.core.storing import store

CRITERIA = ("nature_prefix", "service", "function", "operation", "supplier", "label")


class RuleValues(TypedDict, total=False):
    """What a rule looks for and what it says; what is absent is not looked at, or unknown."""

    verdict: Required[Verdict]
    reason: Required[str]
    share: Decimal | None
    post: Post | None
    run_build: RunBuild | None
    nature_prefix: str
    service: str
    function: str
    operation: str
    supplier: str
    label: str


def drafted_rule(perimeter: ITPerimeter, **values: Unpack[RuleValues]) -> PerimeterRule:
    """Return a rule as it would be written, and write nothing.

    Raises ValidationError without any criterion, or when it decides nothing.
    """
    rule = PerimeterRule(perimeter=perimeter)
    _fill(rule, values)
    return rule


@transaction.atomic
def add_rule(
    actor: Actor,
    *,
    perimeter: ITPerimeter,
    before: PerimeterRule | None = None,
    **values: Unpack[RuleValues],
) -> PerimeterRule:
    """Add a rule to a draft, before another or in last. Raises ValidationError (`drafted_rule`)."""
    require_draft(actor, perimeter)
    rule = drafted_rule(perimeter, **values)
    last = perimeter.rules.order_by("-order").first()
    rule.order = last.order + 1 if last else 1
    store(rule)
    record(actor, perimeter, "rule added", {f"rule {rule.order}": (None, rule.reason)})
    if before is not None:
        followers = perimeter.rules.filter(order__gte=before.order, order__lt=rule.order)
        for other in followers.order_by("-order"):
            _swap(rule, other)
    return rule


@transaction.atomic
def edit_rule(actor: Actor, *, rule: PerimeterRule, **values: Unpack[RuleValues]) -> PerimeterRule:
    """Change a rule of a draft at its place. Raises ValidationError (`drafted_rule`)."""
    require_draft(actor, rule.perimeter)
    rule.refresh_from_db()
    before = {name: getattr(rule, name) for name in RuleValues.__annotations__}
    _fill(rule, values)
    store(rule)
    changed = [name for name, was in before.items() if was != getattr(rule, name)]
    now = [getattr(rule, name) for name in changed]
    what = {f"rule {rule.order}": ([before[name] for name in changed], now)}
    record(actor, rule.perimeter, "rule changed", what)
    return rule


@transaction.atomic
def remove_rule(actor: Actor, *, rule: PerimeterRule) -> None:
    """Remove a rule from a draft."""
    require_draft(actor, rule.perimeter)
    record(actor, rule.perimeter, "rule removed", {f"rule {rule.order}": (rule.reason, None)})
    rule.delete()


@transaction.atomic
def move_rule(actor: Actor, *, rule: PerimeterRule, up: bool) -> None:
    """Move a rule of a draft one place up or down; the first that matches a line holds."""
    require_draft(actor, rule.perimeter)
    rule.refresh_from_db(fields=["order"])
    others = rule.perimeter.rules
    other = (
        others.filter(order__lt=rule.order).order_by("-order").first()
        if up
        else others.filter(order__gt=rule.order).order_by("order").first()
    )
    if other is None:
        return
    here = rule.order
    _swap(rule, other)
    record(actor, rule.perimeter, "rule moved", {f"rule {here}": (here, rule.order)})


def _swap(rule: PerimeterRule, other: PerimeterRule) -> None:
    here, there = rule.order, other.order
    # Through 0, which no rule has: two rules never share a place, not even for a moment.
    for moved, place in ((rule, 0), (other, here), (rule, there)):
        moved.order = place
        moved.save(update_fields=["order"])


def _fill(rule: PerimeterRule, values: RuleValues) -> None:
    criteria = {name: str(values.get(name, "")).strip() for name in CRITERIA}
    if not any(criteria.values()):
        raise ValidationError(_("Une règle dit au moins sur quoi elle porte."))
    verdict = values["verdict"]
    if verdict == Verdict.UNDECIDED:
        raise ValidationError(_("Une règle décide : dans, mixte ou hors."))
    for name, value in criteria.items():
        setattr(rule, name, value)
    rule.verdict = verdict
    rule.share = share_of(verdict, values.get("share"))
    rule.reason = values["reason"]
    rule.post = values.get("post") or ""
    rule.run_build = values.get("run_build") or ""
