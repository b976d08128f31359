"""Sealed plans as they were: only what was sealed is read, never today’s plan."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.contracts import from_json
from portulan.core.errors import NotFoundError
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.document import Content, digest_of, written


def sealed_of(plan: Plan) -> QuerySet[SealedPlan]:
    """Return the seals of a plan, the latest first, without what they hold."""
    found = SealedPlan.objects.filter(plan=plan).select_related("stamp")
    return found.defer("content").order_by("-number")


def get_sealed(*, actor: Actor, plan_slug: str, number: int, need: Operation) -> SealedPlan:
    """Return a sealed plan by its place in the chain, what it holds read when it is asked.

    Raises NotFoundError, DeniedError.
    """
    plan = get_plan(actor=actor, slug=plan_slug, need=need)
    found = SealedPlan.objects.filter(plan=plan, number=number)
    sealed = found.select_related("plan__organisation", "stamp").defer("content").first()
    if sealed is None:
        raise NotFoundError(number)
    return sealed


def sealed_on(*, actor: Actor, plan_slug: str, day: date | None) -> SealedPlan | None:
    """Return the seal in force on a day, the last one without a day; None before the first.

    Raises NotFoundError, DeniedError.
    """
    plan = get_plan(actor=actor, slug=plan_slug, need=Operation.READ_PLAN)
    found = SealedPlan.objects.filter(plan=plan).select_related("stamp").order_by("number")
    return (found if day is None else found.filter(sealed_on__lte=day)).last()


def content_in(sealed: SealedPlan) -> Content:
    """Return what was sealed, as a value."""
    return from_json(Content, raw_in(sealed))


def is_unmoved(sealed: SealedPlan) -> bool:
    """Tell whether the seal is still that of what is kept, which is its canonical form itself."""
    return digest_of(sealed.content) == sealed.seal


def raw_in(sealed: SealedPlan) -> dict[str, Any]:
    """Return what was sealed, as JSON has it."""
    found: dict[str, Any] = json.loads(sealed.content)
    return found


def file_of(sealed: SealedPlan) -> bytes:
    """Return the file of a sealed plan: the same bytes for ever, its time-stamp aside."""
    stamp = getattr(sealed, "stamp", None)
    return written(sealed.content, sealed.seal, stamp.token if stamp else None)
