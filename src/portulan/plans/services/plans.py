"""Writing plans, their common goals and their axes."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.accounts.trail import record
from portulan.core import audit
from portulan.core.storing import store
from portulan.plans.models import Axis, Goal, Plan
from portulan.plans.services.rights import check_plan


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
        slug=slug or _free_slug(actor.organisation_id, title),
        first_year=first_year,
        last_year=last_year,
        adopted_on=adopted_on,
        adopted_by=adopted_by.strip(),
        stale_after_days=stale_after_days,
    )
    _check_years(plan)
    store(plan)
    record(actor, plan, "created", {"title": (None, plan.title)})
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
) -> Plan:
    """Change a plan; its address stays. Raises DeniedError, NotFoundError, ValidationError."""
    check_plan(actor, plan, Operation.EDIT_PLAN)
    changes = audit.set_fields(
        plan,
        {
            "title": title.strip(),
            "first_year": first_year,
            "last_year": last_year,
            "adopted_on": adopted_on,
            "adopted_by": adopted_by.strip(),
            "stale_after_days": stale_after_days,
        },
    )
    _check_years(plan)
    store(plan)
    record(actor, plan, "edited", changes)
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
    changes = audit.set_fields(part, {"title": title.strip()})
    store(part)
    old, new = changes.get("title", (part.title, part.title))
    record(actor, part.plan, "edited", {_kind(part): (old, new)})


@transaction.atomic
def remove_part(actor: Actor, *, part: Goal | Axis) -> None:
    """Remove a goal or an axis that no action uses. Raises ValidationError when one does."""
    check_plan(actor, part.plan, Operation.EDIT_PLAN)
    if part.actions.exists():
        raise ValidationError(
            _("Des actions s’y rattachent : rattachez-les ailleurs avant de supprimer « %s ».")
            % part.title
        )
    record(actor, part.plan, "edited", {_kind(part): (part.title, None)})
    part.delete()


@transaction.atomic
def _add[Part: (Goal, Axis)](actor: Actor, plan: Plan, model: type[Part], title: str) -> Part:
    check_plan(actor, plan, Operation.EDIT_PLAN)
    last = model.objects.filter(plan=plan).aggregate(last=Max("order"))["last"]
    part = model(plan=plan, title=title.strip(), order=0 if last is None else last + 1)
    store(part)
    record(actor, plan, "edited", {_kind(part): (None, part.title)})
    return part


def _kind(part: Goal | Axis) -> str:
    return "goal" if isinstance(part, Goal) else "axis"


def _check_years(plan: Plan) -> None:
    if plan.last_year < plan.first_year:
        raise ValidationError(
            {"last_year": _("La dernière année ne peut pas précéder la première.")}
        )


def _free_slug(organisation_id: int, title: str) -> str:
    """Return an address made from the title that no plan of the organisation has."""
    base = slugify(title)[:50].strip("-") or "plan"
    taken = set(Plan.objects.filter(organisation_id=organisation_id).values_list("slug", flat=True))
    # Screens of the plan have words of their own at the same place in the address.
    numbered = (base if not rank else f"{base}-{rank + 1}" for rank in range(len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken | {"new"})
