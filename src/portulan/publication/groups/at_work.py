"""Long work that somebody of a group asks: what it needs, for whom, started or gone on with.

Work on the group is of all who may; work in members is of the one person who acts there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level
from portulan.core import tasks
from portulan.core.models import Task
from portulan.core.words import TaskStatus
from portulan.publication.groups.acting import Acting, acting_for
from portulan.publication.words import CAMPAIGNS, FOUNDING, SHEETS

_WAIT = 2.0  # seconds that a page waits for what is soon done
NEEDS = {
    FOUNDING: Operation.MANAGE,
    CAMPAIGNS: Operation.READ_PLAN,
    SHEETS: Operation.READ_PLAN,
}


def start(actor: Actor, kind: str, details: Mapping[str, Any]) -> Task:
    """Start the work, or return the one under way. Raises DeniedError."""
    actor.require(NEEDS[kind])
    return tasks.start(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=kind,
        subject_id=_subject(actor, kind),
        details={**details, "roles": sorted(actor.roles)},
        wait=_WAIT,
    )


def latest(actor: Actor, kind: str) -> Task | None:
    """Return the last work of a kind that the actor may see. Raises DeniedError."""
    actor.require(NEEDS[kind])
    return tasks.latest(kind, _subject(actor, kind))


def resume(actor: Actor, kind: str) -> Task:
    """Go on where what was interrupted stopped: what it did stays. Raises as `start`."""
    last = latest(actor, kind)
    if last is None or last.status == TaskStatus.DONE:
        raise ValidationError(_("Il n’y a rien à reprendre."), code="nothing")
    return start(actor, kind, last.details)


def who_asked(task: Task) -> Actor:
    """Return who asked for work, as they were when they did."""
    roles = frozenset(Role(role) for role in task.details["roles"])
    return Actor(task.organisation_id, task.person_id, roles)


def told(members: Iterable[Acting]) -> dict[str, Any]:
    """Return what a task is told of the members: their names, how sure each is of who acts."""
    found = {str(one.organisation.pk): one for one in members}
    return {
        "members": {key: one.organisation.name for key, one in found.items()},
        "levels": {key: one.actor.level for key, one in found.items()},
    }


def still(task: Task, need: Operation) -> dict[str, Acting | None]:
    """Return the members that a task was told, by their key: None where one may act no more."""
    levels = task.details["levels"]
    found = acting_for(
        who_asked(task), level=lambda pk: Level(levels.get(str(pk), Level.LINK)), need=need
    )
    by_key = {str(one.organisation.pk): one for one in found}
    return {key: by_key.get(key) for key in task.details["members"]}


def _subject(actor: Actor, kind: str) -> int:
    return actor.organisation_id if kind == FOUNDING else actor.person_id or 0
