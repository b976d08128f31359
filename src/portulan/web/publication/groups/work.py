"""What a group has done for its members by a task: how far it is, what it did, going on with it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.core.errors import NotFoundError
from portulan.core.models import Task
from portulan.core.words import TaskStatus
from portulan.publication.groups.at_work import latest, resume
from portulan.publication.words import CAMPAIGNS, FOUNDING, SHEETS
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest, url_in

REFRESH = 3  # seconds between two looks, without a script
TITLES = {
    FOUNDING: gettext_lazy("Créer les organisations"),
    CAMPAIGNS: gettext_lazy("Lancer une campagne chez les membres"),
    SHEETS: gettext_lazy("Imprimer les feuilles du conseil"),
}


@require_GET
def work(request: OrganisationRequest, kind: str) -> HttpResponse:
    """Show how far the work is; the page asks again by itself, until it is done."""
    _known(kind)
    task = latest(request.actor, kind)
    if task is None:
        raise NotFoundError(kind)
    context = {
        "task": task,
        "kind": kind,
        "title": TITLES[kind],
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
def go_on(request: OrganisationRequest, kind: str) -> Act[Task]:
    """Go on where it stopped."""
    _known(kind)
    latest(request.actor, kind)
    return Act(
        write=lambda: resume(request.actor, kind, level=request.session.level),
        done=_("Repris."),
        back=url_in(request, "groups:work", kind),
    )


def _known(kind: str) -> None:
    if kind not in TITLES:
        raise NotFoundError(kind)
