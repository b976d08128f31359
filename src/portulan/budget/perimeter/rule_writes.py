"""The rules of an edition being prepared: added at a place, changed, moved, removed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.lines.facts import Criteria
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter.rules import share_of
from portulan.budget.perimeter.writes import require_draft
from portulan.budget.verbs import Verb
from portulan.budget.words import Post, RunBuild, Verdict
from portulan.core.storing import store

CRITERIA = ("nature_prefix", "service", "function", "operation", "supplier", "label")


# In the order in which the trail says them.
SAID = ("verdict", "reason", "share", "post", "run_build", *CRITERIA)


def drafted_rule(perimeter: ITPerimeter, **said: Any) -> PerimeterRule:
    """Return a rule as it would be written, and write nothing.

    `said` is its criteria, those of `CRITERIA` that are given, its `verdict`, its `reason` and,
    where they are known, `share`, `post` and `run_build`. Raises ValidationError without any
    criterion, or when it decides nothing.
    """
    rule = PerimeterRule(perimeter=perimeter)
    _fill(rule, **said)
    return rule


@transaction.atomic
def add_rule(
    actor: Actor,
    *,
    perimeter: ITPerimeter,
    before: PerimeterRule | None = None,
    **said: Any,
) -> PerimeterRule:
    """Add a rule to a draft, before another or in last. Raises ValidationError (`drafted_rule`)."""
    require_draft(actor, perimeter)
    rule = drafted_rule(perimeter, **said)
    last = perimeter.rules.order_by("-order").first()
    rule.order = last.order + 1 if last else 1
    store(rule)
    record(actor, perimeter, Verb.RULE_ADDED, {f"rule {rule.order}": (None, rule.reason)})
    if before is not None:
        followers = perimeter.rules.filter(order__gte=before.order, order__lt=rule.order)
        for other in followers.order_by("-order"):
            _swap(rule, other)
    return rule


@transaction.atomic
def edit_rule(actor: Actor, *, rule: PerimeterRule, **said: Any) -> PerimeterRule:
    """Change a rule of a draft at its place. Raises ValidationError (`drafted_rule`)."""
    require_draft(actor, rule.perimeter)
    rule.refresh_from_db()
    before = {name: getattr(rule, name) for name in SAID}
    _fill(rule, **said)
    store(rule)
    changed = [name for name, was in before.items() if was != getattr(rule, name)]
    now = [getattr(rule, name) for name in changed]
    what = {f"rule {rule.order}": ([before[name] for name in changed], now)}
    record(actor, rule.perimeter, Verb.RULE_CHANGED, what)
    return rule


@transaction.atomic
def remove_rule(actor: Actor, *, rule: PerimeterRule) -> None:
    """Remove a rule from a draft."""
    require_draft(actor, rule.perimeter)
    record(actor, rule.perimeter, Verb.RULE_REMOVED, {f"rule {rule.order}": (rule.reason, None)})
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
    record(actor, rule.perimeter, Verb.RULE_MOVED, {f"rule {here}": (here, rule.order)})


def _swap(rule: PerimeterRule, other: PerimeterRule) -> None:
    here, there = rule.order, other.order
    # Through 0, which no rule has: two rules never share a place, not even for a moment.
    for moved, place in ((rule, 0), (other, here), (rule, there)):
        moved.order = place
        moved.save(update_fields=["order"])


def _fill(
    rule: PerimeterRule,
    *,
    verdict: Verdict,
    reason: str,
    share: Decimal | None = None,
    post: Post | None = None,
    run_build: RunBuild | None = None,
    **criteria: str,
) -> None:
    asked = Criteria(**{name: value.strip() for name, value in criteria.items()})
    if asked.is_empty:
        raise ValidationError(_("Une règle dit au moins sur quoi elle porte."))
    if verdict == Verdict.UNDECIDED:
        raise ValidationError(_("Une règle décide : dans, mixte ou hors."))
    for name in CRITERIA:
        setattr(rule, name, getattr(asked, name))
    rule.verdict, rule.reason = verdict, reason
    rule.share = share_of(verdict, share)
    rule.post, rule.run_build = post or "", run_build or ""
