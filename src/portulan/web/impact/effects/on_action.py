"""What the page of an action says of its effects."""

from __future__ import annotations

from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.impact.estimates.reads import NOTHING_KNOWN, latest_estimates, social_effects_of
from portulan.plans.access import may_on
from portulan.plans.models import Action


def effects_of(actor: Actor, action: Action) -> dict[str, Any]:
    """Return what is known of an action's effects; reductions and avoided impacts stay apart.

    Two queries.
    """
    return {
        "known": latest_estimates([action]).get(action.pk, NOTHING_KNOWN),
        "social": list(social_effects_of(action)),
        "can_estimate": may_on(actor, action, Operation.ESTIMATE),
    }
