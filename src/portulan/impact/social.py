"""Stating what an action changes for people: in words and with its evidence, never as carbon."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.impact.models import SocialEffect
from portulan.impact.verbs import Verb
from portulan.impact.words import Sense, Social
from portulan.plans.access import check
from portulan.plans.models import Action


@transaction.atomic
def save_social_effect(
    actor: Actor,
    *,
    action: Action,
    kind: Social,
    sense: Sense,
    statement: str,
    today: date,
    evidence: str = "",
    effect: SocialEffect | None = None,
) -> SocialEffect:
    """State a social effect of an action, or correct one; the trail keeps what was said before.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check(actor, action, Operation.ESTIMATE)
    is_new = effect is None
    effect = effect or SocialEffect(action=action, stated_on=today, person_id=actor.person_id)
    if effect.action_id != action.pk:
        raise NotFoundError(effect.pk)
    if not statement.strip():
        raise ValidationError({"statement": _("Dites ce qui change, et pour qui.")})
    changes = trail.set_fields(
        effect,
        {
            "kind": kind,
            "sense": sense,
            "statement": statement.strip(),
            "evidence": evidence.strip(),
        },
    )
    store(effect)
    if is_new:
        record(
            actor,
            action,
            Verb.SOCIAL_EFFECT_ADDED,
            {"social effect": (None, effect.statement)},
        )
    elif changes:
        old = changes.get("statement", (effect.statement, ""))[0]
        record(
            actor,
            action,
            Verb.SOCIAL_EFFECT_EDITED,
            {"social effect": (old, effect.statement)},
        )
    return effect


@transaction.atomic
def remove_social_effect(actor: Actor, *, action: Action, effect: SocialEffect) -> None:
    """Take a statement away; the trail keeps it. Raises DeniedError, NotFoundError."""
    check(actor, action, Operation.ESTIMATE)
    if effect.action_id != action.pk:
        raise NotFoundError(effect.pk)
    record(actor, action, Verb.SOCIAL_EFFECT_REMOVED, {"social effect": (effect.statement, None)})
    effect.delete()
