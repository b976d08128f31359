"""A plan on its way to another tool: its sheets, and what it loses.

It is read as its files are: what who exports may read, without the name of anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.core.say.text import Language
from portulan.core.workbooks import Sheet
from portulan.plans.files.reads import folder_of
from portulan.plans.notes import noted_in
from portulan.plans.plan import get_plan
from portulan.plans.tools.losses import Loss, OtherTool, losses_of
from portulan.plans.tools.registry import TOOLS
from portulan.plans.tools.telling import Outgoing


@dataclass(frozen=True, slots=True)
class Departure:
    """A plan that is about to go out, to any of the tools."""

    out: Outgoing
    beside: dict[str, int]

    def sheets(self, tool: OtherTool) -> Sequence[Sheet]:
        """Return the workbook of a tool."""
        return tool.sheets(self.out)

    def losses(self, tool: OtherTool) -> list[Loss]:
        """Return what the actions lose on the way to a tool."""
        return losses_of(tool, self.out, self.beside)

    def report(self, tool: OtherTool) -> dict[str, Any]:
        """Return what a tool takes and what is lost, as data."""
        language = self.out.language
        return {
            "tool": tool.key,
            "name": tool.name.say(language),
            "about": tool.about.say(language),
            "actions": len(self.out.folder.actions),
            "losses": [one.as_json(language) for one in self.losses(tool)],
        }


def departure_of(actor: Actor, *, slug: str, today: date, language: Language) -> Departure:
    """Return a plan that may go out. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=slug, need=Operation.READ_PLAN)
    beside = {
        "pilot": plan.actions.exclude(pilot=None).count(),
        "notes": len(noted_in(plan)),
    }
    folder = folder_of(actor, slug=slug)
    return Departure(Outgoing(folder, plan.organisation.name, today, language), beside)


def tool_of(key: str) -> OtherTool:
    """Return a tool by its key. Raises NotFoundError."""
    if key not in TOOLS:
        raise NotFoundError(key)
    return TOOLS[key]
