"""The steering of the story: the plan sealed at its vote, then at the end of its first year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.organisation import PLAN_SLUG
from portulan.demo.shapes import COUNCIL, VOTED_ON
from portulan.plans.models import Plan
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion

VOTE = ActText(COUNCIL, VOTED_ON, "24-DSI-117", "12", "41 pour, 3 contre, 2 abstentions")
SEALS = (
    (VOTED_ON, Occasion.VOTE, "Vote du 13 décembre 2024", VOTE),
    (date(2025, 12, 31), Occasion.BALANCE, "Bilan 2025", None),
)


def steering_events(cast: Cast) -> Iterator[Event]:
    """Yield the seals, after all that was done on their day."""
    for day, occasion, title, act in SEALS:
        yield Event(day, partial(_seal, cast, day, occasion, title, act))


def _seal(cast: Cast, day: date, occasion: Occasion, title: str, act: ActText | None) -> None:
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    seal_plan(cast.officer, plan=plan, occasion=occasion, title=title, today=day, act=act)
