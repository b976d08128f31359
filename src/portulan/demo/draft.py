"""What the plan's story has written so far, for what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portulan.accounts.actors import Actor
from portulan.catalogue.models import Practice
from portulan.demo.cast import Cast
from portulan.demo.shapes import DemoAction
from portulan.plans.models import Action, Axis, Goal, Plan


@dataclass(slots=True)
class Draft:
    """The plan in the making; events fill it in their order."""

    cast: Cast
    plan: Plan | None = None
    goals: list[Goal] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    practices: dict[str, Practice] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)

    @property
    def the_plan(self) -> Plan:
        if self.plan is None:
            raise LookupError("the plan is not opened yet")
        return self.plan

    def pilot_of(self, told: DemoAction, on: date) -> Actor:
        """Return who keeps an action up to date on a day: its pilot, else the officer."""
        vacant = told.vacant_since is not None and told.vacant_since <= on
        return self.cast.officer if vacant or not told.pilot else self.cast.actor(told.pilot)
