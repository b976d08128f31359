"""What a group has done for its members by a task: how far it is, what it did, going on with it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.core.models import Task
from portulan.core.tasks import latest
from portulan.core.words import TaskStatus
from portulan.publication.groups.founding import resume_founding
from portulan.publication.words import FOUNDING
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest, url_in

REFRESH = 3  # seconds between two looks, without a script
# Of each kind: its title, what it needs, how it goes on.
KINDS: dict[str, tuple[str | Promise, Operation, Callable[[Actor], Task]]] = {
    FOUNDING: (gettext_lazy("Créer les organisations"), Operation.MANAGE, resume_founding),
}


@require_GET
def work(request: OrganisationRequest, kind: str) -> HttpResponse:
    """Show how far the work is; the page asks again by itself, until it is done."""
    title, need, _resume = _kind(kind)
    request.actor.require(need)
    task = latest(kind, request.organisation.pk)
    if task is None:
        raise NotFoundError(kind)
    context = {
        "task": task,
        "kind": kind,
        "title": title,
        "told": task.details,
        "stopped": task.status in {TaskStatus.INTERRUPTED, TaskStatus.FAILED},
        "trail": [
            (url_in(request, "groups:page"), _("Groupe")),
            (url_in(request, "groups:members"), _("Membres")),
        ],
    }
    answer = render(request, "groups/work.html", context)
    if task.at_work:
        answer["Refresh"] = str(REFRESH)
    return answer


@screen
def resume(request: OrganisationRequest, kind: str) -> Act[Task]:
    """Go on where it stopped."""
    _title, need, again = _kind(kind)
    request.actor.require(need)
    return Act(
        write=lambda: again(request.actor),
        done=_("Repris."),
        back=url_in(request, "groups:work", kind),
    )


def _kind(kind: str) -> tuple[str | Promise, Operation, Callable[[Actor], Task]]:
    if kind not in KINDS:
        raise NotFoundError(kind)
    return KINDS[kind]
