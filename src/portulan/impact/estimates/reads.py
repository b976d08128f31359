"""Reading estimates: the latest of each action, and all those of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.storing import get_one
from portulan.impact.engine.archetype import Reach
from portulan.impact.models import Estimate, SocialEffect
from portulan.indicators.models import Measurement
from portulan.plans.models import Action, Plan
from portulan.plans.plan import get_action
from portulan.sources.reads import origin_told


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an action's effects: in the organisation, and elsewhere; never added."""

    reduction: Estimate | None = None
    avoided: Estimate | None = None


NOTHING_KNOWN = Known()


def latest_estimates(actions: Iterable[Action]) -> dict[int, Known]:
    """Return the latest estimates by action; one never estimated is absent (one query)."""
    return {pk: known_of(rows) for pk, rows in latest_rows(actions).items()}


def latest_rows(
    actions: Iterable[Action], *, until: date | None = None
) -> dict[int, list[Estimate]]:
    """Return the rows of the latest estimates by action, one per reach at most (one query).

    `until` leaves out those made after a day.
    """
    ids = [action.pk for action in actions]
    standing = Estimate.objects.filter(action_id__in=ids, withdrawn_at=None).order_by()
    if until is not None:
        standing = standing.filter(made_on__lte=until)
    latest = standing.values("action_id", "reach").annotate(latest=Max("id")).values("latest")
    found: dict[int, list[Estimate]] = {}
    for row in Estimate.objects.filter(pk__in=latest).order_by("id"):
        found.setdefault(row.action_id, []).append(row)
    return found


def known_of(rows: Iterable[Estimate]) -> Known:
    """Return what the latest estimates of an action say."""
    by_reach = {Reach(row.reach): row for row in rows}
    return Known(by_reach.get(Reach.REDUCTION), by_reach.get(Reach.AVOIDED))


def estimated_in(plan: Plan) -> frozenset[int]:
    """Return the actions of a plan that have an estimate, by their identifiers (one query)."""
    standing = Estimate.objects.filter(action__plan=plan, withdrawn_at=None)
    return frozenset(standing.order_by().values_list("action_id", flat=True).distinct())


def social_effects_in(plan: Plan) -> dict[int, list[SocialEffect]]:
    """Return what the actions of a plan change for people, by action (one query)."""
    found: dict[int, list[SocialEffect]] = {}
    for one in SocialEffect.objects.filter(action__plan=plan).order_by("id"):
        found.setdefault(one.action_id, []).append(one)
    return found


def read_from(request: Mapping[str, Any]) -> list[str]:
    """Return the sources that a request took its fleet from, in words: name, day, seal."""
    said = [part["read_from"] for part in request["estimates"] if part.get("read_from")]
    return list(dict.fromkeys(_source(one) for one in said))


def _source(one: Mapping[str, str]) -> str:
    on: date | str = one["on"]
    with suppress(ValueError):
        on = date.fromisoformat(one["on"])
    return origin_told(one["source"], on, one["digest"])


def estimates_of(action: Action) -> QuerySet[Estimate]:
    """Return all the estimates of an action, withdrawn ones included, the latest first."""
    return Estimate.objects.filter(action=action).select_related("measurement").order_by("-id")


def readings_of(action: Action) -> QuerySet[Measurement]:
    """Return the dated values of an action's indicators that stand, the latest first."""
    return (
        Measurement.objects.filter(indicator__action_links__action=action, withdrawn_at=None)
        .select_related("indicator")
        .order_by("-on", "-id")
    )


def social_effects_of(action: Action) -> QuerySet[SocialEffect]:
    """Return what an action changes for people, in the order it was stated."""
    return SocialEffect.objects.filter(action=action).order_by("id")


def get_social_effect(
    *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, SocialEffect]:
    """Return an action and one of its social effects. Raises NotFoundError, DeniedError."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    effect = get_one(social_effects_of(action), pk=pk)
    return action, effect


def get_estimate(
    *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, Estimate]:
    """Return an action and one of its estimates. Raises NotFoundError, DeniedError."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    estimate = get_one(estimates_of(action), pk=pk)
    return action, estimate
