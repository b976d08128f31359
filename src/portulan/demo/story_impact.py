"""The story of effects: what pilots estimated, what was measured since, what changes for people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.demo.impacts import (
    ESTIMATES,
    OWN_FIGURE,
    OWN_FIGURE_ON,
    SOCIAL,
    DemoEstimate,
    DemoSocial,
)
from portulan.impact.engine.request import DEFAULT_SEED, FORMAT
from portulan.impact.enums import Moment
from portulan.impact.selectors.estimates import readings_of
from portulan.impact.services import estimate_action, give_factor, save_social_effect


def impact_events(draft: Draft) -> Iterator[Event]:
    """Yield the estimates and the social effects of the actions, at their dates."""
    for told in ESTIMATES:
        yield Event(told.on, partial(_estimate, draft, told))
    for effect in SOCIAL:
        yield Event(effect.on, partial(_state, draft, effect))
    yield Event(OWN_FIGURE_ON, lambda: give_factor(draft.cast.officer, figure=OWN_FIGURE))


def _estimate(draft: Draft, told: DemoEstimate) -> None:
    action = draft.actions[told.action]
    is_measured = told.moment is Moment.MEASURED
    estimate_action(
        draft.cast.officer,
        action=action,
        request={
            "format": FORMAT.name,
            "country": "FRA",
            "seed": DEFAULT_SEED,
            "view": told.view,
            "estimates": [
                {
                    "id": f"action-{told.action}",
                    "archetype": told.archetype,
                    "assets": list(told.assets),
                    "inputs": dict(told.inputs),
                }
            ],
        },
        today=told.on,
        moment=told.moment,
        baseline=told.baseline,
        note=told.note,
        measurement=readings_of(action).first() if is_measured else None,
    )


def _state(draft: Draft, told: DemoSocial) -> None:
    save_social_effect(
        draft.cast.officer,
        action=draft.actions[told.action],
        kind=told.kind,
        sense=told.sense,
        statement=told.statement,
        evidence=told.evidence,
        today=told.on,
    )
