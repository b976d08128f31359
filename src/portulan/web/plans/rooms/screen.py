"""The screen of a room: the practice where who writes is, what phones say, the code to join."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.plans.models import PracticeChoice, Room
from portulan.plans.rooms.reads import room_of, tally_of
from portulan.plans.rooms.writes import close_room, open_room, show_practice
from portulan.web.catalogue.coverage import Board, lay
from portulan.web.guests import joining
from portulan.web.pages import Act, screen
from portulan.web.plans.rooms.page import told
from portulan.web.plans.workshop.views import door, url_of
from portulan.web.requests import OrganisationRequest

with_script = csp_override(
    {**settings.SECURE_CSP, "script-src": [CSP.SELF], "connect-src": [CSP.SELF]}
)


@with_script
@require_GET
def room(request: OrganisationRequest, plan: str, version: int) -> HttpResponse:
    """What the room looks at; asked again with what it was told, 304 while nothing changed."""
    found, edition = door(request, plan, version, Operation.EDIT_PLAN)
    opened = room_of(found, timezone.now())
    decided = PracticeChoice.objects.filter(plan=found, practice__version=edition).count()
    tag = f'"{opened.pk if opened else 0}-{opened.turn if opened else 0}-{decided}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    board = lay(edition, found)
    practice = opened.practice if opened and opened.edition_id == edition.pk else board.first_left
    context = {"plan": found, "version": edition, "board": board, "room": opened, "turn": tag}
    context |= {"practice": practice, "now": timezone.localtime(), "rank": _rank(board, practice)}
    if opened is not None and practice is not None:
        context |= told(tally_of(found, practice)) | joining(request, opened.code)
    response = render(request, "plans/rooms/screen.html", context)
    response["ETag"] = tag
    return response


def _rank(board: Board, practice: object) -> int:
    return next((at for at, row in enumerate(board.rows, 1) if row.practice == practice), 0)


@screen
def start(request: OrganisationRequest, plan: str, version: int) -> Act[Room]:
    """Open the room to phones, at the first practice that waits."""
    found, edition = door(request, plan, version, Operation.ROOM_CHOICE)
    board = lay(edition, found)
    practice = board.first_left or board.rows[0].practice
    return Act(
        write=lambda: open_room(request.actor, plan=found, practice=practice, now=timezone.now()),
        done=_("La salle est ouverte : les téléphones entrent avec le code."),
        back=url_of(request, "workshop-room", found, edition),
    )


@screen
def lead(request: OrganisationRequest, plan: str, version: int, code: str) -> Act[None]:
    """Show the room the practice where who writes is."""
    found, edition = door(request, plan, version, Operation.ROOM_CHOICE)
    practice = edition.practices.filter(code=code).first()
    opened = room_of(found, timezone.now())
    if practice is None or opened is None:
        raise NotFoundError(code)
    return Act(
        write=lambda: show_practice(request.actor, room=opened, practice=practice),
        done="",
        back=url_of(request, "workshop-step", found, edition, code),
    )


@screen
def close(request: OrganisationRequest, plan: str, version: int) -> Act[None]:
    """Close the room: its links open nothing more."""
    found, edition = door(request, plan, version, Operation.ROOM_CHOICE)
    return Act(
        write=lambda: close_room(request.actor, plan=found, now=timezone.now()),
        done=_("Salle fermée. Ses réponses restent avec les choix, par trois et sans nom."),
        back=url_of(request, "workshop", found, edition),
    )
