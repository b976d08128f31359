"""The phones of a room: a code, then one practice at a time, without an account.

Nothing is recorded when a page is opened; a page that is being filled is never loaded again.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.attempts import count_by_link
from portulan.accounts.peers import client_address
from portulan.accounts.reads import today
from portulan.core.errors import NotFoundError
from portulan.core.say.country import settle
from portulan.plans.choices.proposals import propose
from portulan.plans.models import RoomVoice
from portulan.plans.rooms.agreement import EFFORTS, IMPACTS
from portulan.plans.rooms.writes import MovedError, Phone, find_phone, join, say
from portulan.portfolio.room.writes import join_vote
from portulan.web.errors import not_found, too_many
from portulan.web.form_tokens import apart
from portulan.web.guests import Host
from portulan.web.language import speak_as_here
from portulan.web.pages import posted
from portulan.web.plans.rooms.forms import UNKNOWN, CodeForm, VoiceForm
from portulan.web.plans.rooms.screen import with_script


@login_not_required
@apart
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Where a code is typed, or photographed; all are counted by place, before any is looked for.

    A right code counts too: else who guesses has no limit as long as they sometimes guess right.
    """
    form = CodeForm(posted(request), initial={"code": request.GET.get("code", "")[:20]})
    if request.method == "POST" and form.is_valid():
        if not count_by_link(client_address(request)):
            return too_many(request)
        code, now = form.cleaned_data["code"], timezone.now()
        try:
            try:
                return redirect("room-phone", join(code, now=now))
            except NotFoundError:
                return redirect("vote-phone", join_vote(code, now=now))
        except NotFoundError:
            form.add_error("code", _("Aucune salle ouverte n’a ce code. Regardez l’écran."))
        except ValidationError as error:
            form.add_error("code", error)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plans/rooms/enter.html", {"form": form}, status=status)


@with_script
@login_not_required
@apart
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """The practice where the room is: a form, or what was said of it already."""
    try:
        found = find_phone(token)
    except NotFoundError as error:
        counted = count_by_link(client_address(request))
        return not_found(request, error) if counted else too_many(request)
    organisation = found.room.plan.organisation
    settle(organisation.country, organisation.currency)
    speak_as_here()
    host = Host(organisation.name, organisation.fictional, organisation.frozen_on)
    context = {"organisation": host, "here": request.path, "room": found.room}
    practice, now = found.room.practice, timezone.now()
    if found.room.closed_at is not None or found.room.until <= now or practice is None:
        return render(request, "plans/rooms/over.html", context, status=410)
    proposal = propose(found.room.plan, practice, today=today(organisation), person_id=None)
    functions = proposal.functions[:30]
    form = VoiceForm(functions, posted(request), initial={"practice": practice.pk})
    if request.method == "POST" and form.is_valid():
        try:
            say(found, practice_id=form.cleaned_data["practice"], now=now, **form.said)
            return redirect(request.path)
        except MovedError as error:
            context["moved"] = " ".join(error.messages)
            form = VoiceForm(functions, initial={"practice": practice.pk})
    own = _own(found, practice.pk)
    if own is not None and "again" not in request.GET and not form.is_bound:
        words = [
            steps[step - 1] if step else ""
            for steps, step in ((IMPACTS, own.impact), (EFFORTS, own.effort))
        ]
        turn = f'"{found.room.pk}-{practice.pk}"'
        if request.headers.get("If-None-Match") == turn:
            return HttpResponse(status=304, headers={"ETag": turn})
        follows = "follow" in request.GET
        context |= {"practice": practice, "own": own, "words": words, "turn": turn}
        context |= {"follows": follows, "now": timezone.localtime()}
        return render(request, "plans/rooms/sent.html", context)
    if own is not None and not form.is_bound:
        said = {name: getattr(own, name) or UNKNOWN for name in ("impact", "effort")}
        said |= {"who": own.who, "word": own.word}
        form.initial.update(said, could=own.could)
    context |= {"practice": practice, "form": form}
    status = 409 if "moved" in context else 422 if form.is_bound and form.errors else 200
    return render(request, "plans/rooms/phone.html", context, status=status)


def _own(found: Phone, practice_id: int) -> RoomVoice | None:
    mark = found.mark(practice_id)
    return RoomVoice.objects.filter(room=found.room, practice=practice_id, mark=mark).first()
