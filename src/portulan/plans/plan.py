"""Plans, their common goals and their axes: their doors, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, Prefetch, QuerySet, prefetch_related_objects
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import get_one, store
from portulan.indicators.models import Indicator, Measurement, Target, UnitPart
from portulan.plans.access import check_plan, may_on
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    Axis,
    CommitmentDecision,
    Deliverable,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
)
from portulan.plans.verbs import Verb


def plans_of(*, actor: Actor) -> QuerySet[Plan]:
    """Return the plans of the actor's organisation, the latest first (one query)."""
    # Of two plans of the same years, the first made stands first: a copy takes nobody's place.
    return Plan.objects.filter(organisation_id=actor.organisation_id).order_by(
        "-first_year", "-last_year", "id"
    )


def get_plan(*, actor: Actor, slug: str, need: Operation) -> Plan:
    """Return a plan of the actor's organisation. Raises NotFoundError, DeniedError."""
    plan = get_one(plans_of(actor=actor).select_related("organisation"), slug=slug)
    actor.require(need)
    return plan


def current_plan(*, actor: Actor, today: date) -> Plan | None:
    """Return the plan whose years contain today, else the latest one; None when there is none.

    Raises DeniedError to who may not read plans.
    """
    actor.require(Operation.READ_PLAN)
    plans = list(plans_of(actor=actor).select_related("organisation"))
    running = (plan for plan in plans if plan.first_year <= today.year <= plan.last_year)
    return next(running, plans[0] if plans else None)


def get_action(*, actor: Actor, plan_slug: str, number: int, need: Operation) -> Action:
    """Return an action by its number, with its plan, axis and pilot (one query).

    Raises NotFoundError, DeniedError; OWN is granted to the person who pilots it.
    """
    action = get_one(
        Action.objects.select_related("plan__organisation", "axis", "pilot", "unit").filter(
            plan__organisation_id=actor.organisation_id, plan__slug=plan_slug
        ),
        number=number,
    )
    if not may_on(actor, action, need):
        raise DeniedError(need.value)
    return action


def get_action_indicator(
    *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, Indicator]:
    """Return an action and one of its indicators with its series. Raises as `get_action`."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    prefetch_related_objects([action], *INDICATORS)
    for link in action.indicator_links.all():
        if link.indicator_id == pk:
            return action, link.indicator
    raise NotFoundError(pk)


def get_part[Part: Model](
    model: type[Part], *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, Part]:
    """Return an action and a deliverable or milestone of it. Raises as `get_action`."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    part = get_one(model._default_manager.filter(action=action), pk=pk)
    return action, part


# `Any`: the plugin of mypy stops on prefetches given as a tuple of their own type.
type Prefetches = tuple[Any, ...]


# Many actions follow few practices: each is read once, not once per action that follows it.
PRACTICES: Prefetches = (
    Prefetch(
        "practice_links",
        ActionPractice.objects.order_by("practice__theme__order", "practice__order"),
    ),
    Prefetch(
        "practice_links__practice", Practice.objects.select_related("theme", "version__catalogue")
    ),
)
# One action follows few: they are read with what it follows.
OWN_PRACTICES: Prefetches = (
    Prefetch(
        "practice_links",
        ActionPractice.objects.order_by("practice__theme__order", "practice__order").select_related(
            "practice__theme", "practice__version__catalogue"
        ),
    ),
)
LINKS: Prefetches = (
    Prefetch(
        "indicator_links",
        ActionIndicator.objects.select_related("indicator").order_by("order", "id"),
    ),
)
MEASUREMENTS: Prefetches = (
    Prefetch(
        "indicator_links__indicator__measurements",
        Measurement.objects.filter(withdrawn_at=None).select_related("unit").order_by("on", "id"),
    ),
)
INDICATORS: Prefetches = (
    *LINKS,
    Prefetch("indicator_links__indicator__targets", Target.objects.order_by("due_on")),
    *MEASUREMENTS,
    Prefetch("indicator_links__indicator__unit_parts", UnitPart.objects.select_related("unit")),
)
DECISIONS: Prefetches = (
    Prefetch("decisions", CommitmentDecision.objects.select_related("deliverable")),
)
PARTS: Prefetches = (
    *DECISIONS,
    Prefetch("deliverables", Deliverable.objects.order_by("due_on", "id")),
    Prefetch("milestones", Milestone.objects.order_by("due_on", "id")),
)
BESIDE_PRACTICES: Prefetches = (
    *INDICATORS,
    *PARTS,
    "goals",
    Prefetch("planned_money", PlannedMoney.objects.order_by("year", "section")),
)
DETAILS: Prefetches = (*PRACTICES, *BESIDE_PRACTICES)


def load_details(action: Action) -> Action:
    """Fetch all that stands around an action (ten queries, whatever there is)."""
    prefetch_related_objects([action], *OWN_PRACTICES, *BESIDE_PRACTICES)
    return action


def load_parts(
    action: Action, *, practices: Iterable[ActionPractice], goals: Iterable[Goal]
) -> Action:
    """Fetch the same but its practices and goals, which are said, its targets and its money.

    Five queries.
    """
    prefetch_related_objects([action], *LINKS, *MEASUREMENTS, *PARTS)
    for name, rows in (("practice_links", practices), ("goals", goals)):
        said = getattr(action, name).get_queryset()
        said._result_cache, said._prefetch_done = list(rows), True
        action._prefetched_objects_cache[name] = said  # type: ignore[attr-defined]
    return action


def goals_by_action(plan: Plan) -> dict[int, list[Goal]]:
    """Return the goals that actions of a plan serve, by action (two queries)."""
    goals = {goal.pk: goal for goal in Goal.objects.filter(plan=plan)}
    found: dict[int, list[Goal]] = {}
    through = Action.goals.through.objects.filter(action__plan=plan)
    for action_id, goal_id in through.order_by("goal_id").values_list("action_id", "goal_id"):
        if goal_id in goals:  # not made between the two
            found.setdefault(action_id, []).append(goals[goal_id])
    return found


@transaction.atomic
def create_plan(
    actor: Actor,
    *,
    title: str,
    first_year: int,
    last_year: int,
    slug: str = "",
    adopted_on: date | None = None,
    adopted_by: str = "",
    stale_after_days: int = 120,
) -> Plan:
    """Create a plan; its address comes from its title unless given.

    Raises DeniedError, ValidationError (years the wrong way round, address taken).
    """
    actor.require(Operation.EDIT_PLAN)
    hold_organisation(actor)  # of two plans of one title at once, the second takes the next address
    plan = Plan(
        organisation_id=actor.organisation_id,
        title=title.strip(),
        slug=slug or free_slug(actor.organisation_id, title),
        first_year=first_year,
        last_year=last_year,
        adopted_on=adopted_on,
        adopted_by=adopted_by.strip(),
        stale_after_days=stale_after_days,
    )
    _check_years(plan)
    store(plan)
    record(actor, plan, Verb.CREATED, {"title": (None, plan.title)})
    return plan


@transaction.atomic
def edit_plan(
    actor: Actor,
    *,
    plan: Plan,
    title: str,
    first_year: int,
    last_year: int,
    adopted_on: date | None,
    adopted_by: str,
    stale_after_days: int,
    used_share: int = 50,
    used_by_month: int = 9,
) -> Plan:
    """Change a plan; its address stays. Raises DeniedError, NotFoundError, ValidationError."""
    check_plan(actor, plan, Operation.EDIT_PLAN)
    changes = trail.set_fields(
        plan,
        {
            "title": title.strip(),
            "first_year": first_year,
            "last_year": last_year,
            "adopted_on": adopted_on,
            "adopted_by": adopted_by.strip(),
            "stale_after_days": stale_after_days,
            "used_share": used_share,
            "used_by_month": used_by_month,
        },
    )
    _check_years(plan)
    store(plan)
    record(actor, plan, Verb.EDITED, changes)
    return plan


def add_goal(actor: Actor, *, plan: Plan, title: str) -> Goal:
    """Add a common goal, last. Raises DeniedError, NotFoundError, ValidationError."""
    return _add(actor, plan, Goal, title)


def add_axis(actor: Actor, *, plan: Plan, title: str) -> Axis:
    """Add an axis, last. Raises DeniedError, NotFoundError, ValidationError."""
    return _add(actor, plan, Axis, title)


@transaction.atomic
def rename_part(actor: Actor, *, part: Goal | Axis, title: str) -> None:
    """Rename a goal or an axis. Raises DeniedError, NotFoundError, ValidationError."""
    check_plan(actor, part.plan, Operation.EDIT_PLAN)
    changes = trail.set_fields(part, {"title": title.strip()})
    store(part)
    old, new = changes.get("title", (part.title, part.title))
    record(actor, part.plan, Verb.EDITED, {_kind(part): (old, new)})


@transaction.atomic
def remove_part(actor: Actor, *, part: Goal | Axis) -> None:
    """Remove a goal or an axis that no action uses. Raises ValidationError when one does."""
    check_plan(actor, part.plan, Operation.EDIT_PLAN)
    if part.actions.exists():
        raise ValidationError(
            _("Des actions s’y rattachent : rattachez-les ailleurs avant de supprimer « %s ».")
            % part.title
        )
    record(actor, part.plan, Verb.EDITED, {_kind(part): (part.title, None)})
    part.delete()


@transaction.atomic
def _add[Part: (Goal, Axis)](actor: Actor, plan: Plan, model: type[Part], title: str) -> Part:
    check_plan(actor, plan, Operation.EDIT_PLAN)
    last = model.objects.filter(plan=plan).aggregate(last=Max("order"))["last"]
    part = model(plan=plan, title=title.strip(), order=0 if last is None else last + 1)
    store(part)
    record(actor, plan, Verb.EDITED, {_kind(part): (None, part.title)})
    return part


def _kind(part: Goal | Axis) -> str:
    return "goal" if isinstance(part, Goal) else "axis"


def _check_years(plan: Plan) -> None:
    if plan.last_year < plan.first_year:
        raise ValidationError(
            {"last_year": _("La dernière année ne peut pas précéder la première.")}
        )


def free_slug(organisation_id: int, title: str) -> str:
    """Return an address made from the title that no plan of the organisation has."""
    base = slugify(title)[:50].strip("-") or "plan"
    taken = set(Plan.objects.filter(organisation_id=organisation_id).values_list("slug", flat=True))
    # Screens of the plan have words of their own at the same place in the address.
    numbered = (base if not rank else f"{base}-{rank + 1}" for rank in range(len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken | {"new"})
