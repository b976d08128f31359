"""What the page of an action says of its effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.impact.estimates.reads import (
    NOTHING_KNOWN,
    Latest,
    latest_estimates,
    social_effects_of,
)
from portulan.impact.models import MOMENTS, SocialEffect
from portulan.plans.access import may_on
from portulan.plans.models import Action
from portulan.web.impact.sentences import carbon_words, why_not


@dataclass(frozen=True, slots=True)
class Told:
    """The latest estimate of a reach, in words."""

    pk: int
    words: str
    why_not: str
    moment: str
    on: date


@dataclass(frozen=True, slots=True)
class Effects:
    """What is known of an action's effects; reductions and avoided impacts stay apart."""

    reduction: Told | None
    avoided: Told | None
    social: tuple[SocialEffect, ...]
    can_estimate: bool


def effects_of(actor: Actor, action: Action) -> Effects:
    """Return the effects of an action in words (two queries)."""
    known = latest_estimates([action]).get(action.pk, NOTHING_KNOWN)
    return Effects(
        reduction=_told(known.reduction),
        avoided=_told(known.avoided),
        social=tuple(social_effects_of(action)),
        can_estimate=may_on(actor, action, Operation.ESTIMATE),
    )


def _told(latest: Latest | None) -> Told | None:
    if latest is None:
        return None
    moment = str(MOMENTS[latest.moment]).lower()
    words, why = carbon_words(latest), why_not(latest)
    return Told(latest.estimate_id, words, why, moment, latest.made_on)
