"""The register of actors: bodies of the area, public or private, that a plan is made with.

CGCT, D. 2311-15-1, asks the work programme for them. A body is named, never a person.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import get_one, store
from portulan.plans.access import check_plan
from portulan.plans.models import ACTOR_KINDS, Plan, Stakeholder
from portulan.plans.plan import get_plan
from portulan.plans.verbs import Verb
from portulan.plans.words import ActorKind


def stakeholders_of(plan: Plan) -> QuerySet[Stakeholder]:
    """Return the actors of a plan, public ones first, by name (one query)."""
    return Stakeholder.objects.filter(plan=plan).order_by("-kind", "name")


def get_stakeholder(*, actor: Actor, slug: str, pk: int, need: Operation) -> Stakeholder:
    """Return an actor of a plan, by its number. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=slug, need=need)
    return get_one(Stakeholder.objects.select_related("plan").filter(plan=plan), pk=pk)


@transaction.atomic
def save_stakeholder(
    actor: Actor,
    *,
    plan: Plan,
    name: str,
    kind: ActorKind,
    role: str = "",
    stakeholder: Stakeholder | None = None,
) -> Stakeholder:
    """Write a body in the register of a plan, or change it.

    Raises DeniedError, NotFoundError, ValidationError (no name, a name that is there already).
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    new = stakeholder is None
    found = stakeholder or Stakeholder(plan=plan)
    before = None if new else _told(found)
    trail.set_fields(found, {"name": name.strip(), "kind": kind, "role": role.strip()})
    store(found)
    record(actor, plan, Verb.EDITED, {"stakeholder": (before, _told(found))})
    return found


@transaction.atomic
def remove_stakeholder(actor: Actor, *, stakeholder: Stakeholder) -> None:
    """Take a body out of the register. Raises DeniedError, NotFoundError."""
    check_plan(actor, stakeholder.plan, Operation.EDIT_PLAN)
    record(actor, stakeholder.plan, Verb.EDITED, {"stakeholder": (_told(stakeholder), None)})
    stakeholder.delete()


def copy_stakeholders(plan: Plan, following: Plan) -> None:
    """Write the actors of a plan in the one that takes over from it, or that is its copy."""
    for one in Stakeholder.objects.filter(plan=plan):
        store(Stakeholder(plan=following, name=one.name, kind=one.kind, role=one.role))


def _told(one: Stakeholder) -> str:
    return f"{one.name} ({ACTOR_KINDS[ActorKind(one.kind)]})" + (
        f", {one.role}" if one.role else ""
    )
