"""What actions spare: estimates, social effects, the figures that they rest on."""

from __future__ import annotations

from typing import Any, NamedTuple

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import act, answer, resource, write
from portulan.api.shapes import shape
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.estimates.writes import (
    estimate_action,
    restore_estimate,
    withdraw_estimate,
)
from portulan.impact.factors.reads import get_factor, list_factors
from portulan.impact.factors.writes import give_factor, withdraw_factor
from portulan.impact.models import Estimate, FactorOverride, SocialEffect
from portulan.impact.social import remove_social_effect, save_social_effect

ESTIMATE = shape(
    Estimate,
    "id action moment view reach quality is_indicative request factors result engine digest "
    "baseline note measurement made_on recorded_at withdrawn_at withdrawn_for",
)
EFFECT = shape(SocialEffect, "id version action kind sense statement evidence stated_on")
FACTOR = shape(
    FactorOverride,
    "id name version value spread geography year source address licence quality reason "
    "recorded_at withdrawn_at",
)
AT = "plans/{plan}/actions/{number}"
NEED = Operation.ESTIMATE


def _estimates(call: Call) -> Any:
    return Estimate.objects.filter(action=call.found["action"]).select_related(
        "action__plan__organisation"
    )


resource(
    f"{AT}/estimates",
    "estimate",
    ESTIMATE,
    _estimates,
    write=NEED,
    create=estimate_action,
    acts=[act("withdraw", withdraw_estimate, NEED), act("restore", restore_estimate, NEED)],
)
resource(
    f"{AT}/social-effects",
    "effect",
    EFFECT,
    lambda call: SocialEffect.objects.filter(action=call.found["action"]),
    write=NEED,
    create=save_social_effect,
    change=save_social_effect,
    remove=remove_social_effect,
)


class OwnFigure(NamedTuple):
    """A figure of one's own: what it weighs, in the unit of its name, and who says so."""

    id: str
    value: float
    quality: Quality
    source: str = ""
    year: int | None = None


def give_figure(actor: Actor, *, figure: OwnFigure, reason: str) -> FactorOverride:
    """Put a figure of one's own in place of the one in force, or give a new one."""
    said = Factor(figure.id, figure.value, figure.quality, source=figure.source, year=figure.year)
    return give_factor(actor, figure=said, reason=reason)


def _factors(call: Call) -> Any:
    return [
        {
            "id": row.factor.id,
            "value": row.factor.value,
            "unit": row.factor.unit,
            "quality": row.factor.quality,
            "source": row.factor.source,
            "own": row.is_own,
            "uses": row.uses,
        }
        for row in list_factors(actor=call.actor)
    ]


answer("factors", _factors, schema={"type": "array", "items": {"type": "object"}})
write("POST", "factors", give_figure, Operation.EDIT_FACTORS, shape=FACTOR, status=201)


def withdraw_figure(actor: Actor, *, name: str) -> None:
    """Come back to the figure that Portulan ships."""
    get_factor(actor=actor, name=name, need=Operation.EDIT_FACTORS)
    withdraw_factor(actor, name=name)


write("POST", "factors/withdraw", withdraw_figure, Operation.EDIT_FACTORS, status=204)
