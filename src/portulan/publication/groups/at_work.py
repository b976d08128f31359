"""Long work that somebody of a group asks: what it needs, for whom, started or gone on with.

Work on the group is of all who may; work in members is of the one person who acts there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level
from portulan.accounts.models import Person
from portulan.accounts.reads import in_force
from portulan.accounts.writes import hold_organisation
from portulan.core import tasks
from portulan.core.models import Task
from portulan.core.words import AT_WORK, TaskStatus
from portulan.publication.groups.acting import Acting, LevelIn, acting_for
from portulan.publication.words import CAMPAIGNS, FOUNDING, SHEETS

_WAIT = 2.0  # seconds that a page waits for what is soon done
NEEDS = {
    FOUNDING: Operation.MANAGE,
    CAMPAIGNS: Operation.READ_PLAN,
    SHEETS: Operation.READ_PLAN,
}
IN_MEMBERS = {  # what work needs in each member
    CAMPAIGNS: (Operation.RUN_CAMPAIGN,),
    SHEETS: (Operation.READ_PLAN, Operation.READ_BUDGET),
}


@transaction.atomic
def start(actor: Actor, kind: str, details: Mapping[str, Any]) -> Task:
    """Start the work. Raises DeniedError, ValidationError while other work is under way."""
    hold_organisation(actor)  # of two who ask at once, the second is told
    last = latest(actor, kind)
    if last is not None and last.at_work:
        raise ValidationError(
            _("Un travail de ce genre est en cours : attendez sa fin."), code="at-work"
        )
    return _start(actor, kind, {**details, "for_person": actor.person_id})


def _start(actor: Actor, kind: str, details: Mapping[str, Any]) -> Task:
    task = tasks.start(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=kind,
        subject_id=_subject(actor, kind),
        details={**details, "roles": sorted(actor.roles)},
        wait=_WAIT,
    )
    forget_rows(task)
    return task


def latest(actor: Actor, kind: str) -> Task | None:
    """Return the last work of a kind that the actor may see. Raises DeniedError."""
    actor.require(NEEDS[kind])
    return tasks.latest(kind, _subject(actor, kind))


def _same(level: Level, _organisation: int) -> Level:
    return level


_WEAKEST = partial(_same, Level.LINK)


def resume(actor: Actor, kind: str, *, level: LevelIn = _WEAKEST) -> Task:
    """Go on where what was interrupted stopped: what it did stays.

    In members, it goes on with what the actor may there now, at that `level`. Raises DeniedError,
    ValidationError.
    """
    last = latest(actor, kind)
    if actor.is_bound:
        raise ValidationError(_("Cette session n’ouvre qu’une organisation."))
    if last is None or last.status == TaskStatus.DONE:
        raise ValidationError(_("Il n’y a rien à reprendre."), code="nothing")
    if last.at_work:
        return last
    details = {"for_person": last.person_id, **last.details}
    if kind in IN_MEMBERS:
        among = [int(key) for key in last.details["members"]]
        now = acting_for(actor, level=level, needs=IN_MEMBERS[kind], among=among)
        details["levels"] = told(now)["levels"]
    return _start(actor, kind, details)


def forget_rows(task: Task) -> None:
    """Take the addresses of a list away from the older tasks that it replaces."""
    older = Task.objects.filter(kind=task.kind, subject_id=task.subject_id, pk__lt=task.pk)
    for one in older.filter(details__has_key="rows").exclude(status__in=AT_WORK):
        kept = {key: value for key, value in one.details.items() if key != "rows"}
        Task.objects.filter(pk=one.pk).update(details=kept)


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


def still(task: Task) -> Iterator[tuple[str, Acting | None]]:
    """Yield each member that a task was told, with its key: None where one may act no more.

    Each is read when its turn comes: what is withdrawn meanwhile stops it.
    """
    levels, asked = task.details["levels"], who_asked(task)
    for key in task.details["members"]:
        sure, among = Level(levels.get(key, Level.LINK)), [int(key)]
        needs = IN_MEMBERS[task.kind]
        found = acting_for(asked, level=partial(_same, sure), needs=needs, among=among)
        yield key, found[0] if found else None


def holds(task: Task, need: Operation) -> bool:
    """Tell whether who asked still has a role that grants it; the command line always does."""
    if task.person_id is None:
        return True
    user = Person.objects.filter(pk=task.person_id).values_list("user", flat=True).first()
    rows = in_force(user).filter(person=task.person_id) if user else ()
    roles = frozenset(Role(one.role) for one in rows)
    return Actor(task.organisation_id, task.person_id, roles).may(need)


def _subject(actor: Actor, kind: str) -> int:
    return actor.organisation_id if kind == FOUNDING else actor.person_id or 0
