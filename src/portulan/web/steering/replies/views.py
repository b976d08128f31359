"""Answering by the link of a function, without an account, or signed in: the same page.

Nothing is recorded when it is opened, as scanners of mail open links; only what is sent counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.attempts import count_asked, count_by_link
from portulan.accounts.peers import client_address
from portulan.accounts.reads import today as today_of
from portulan.core import mail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.say.country import settle
from portulan.steering.campaigns.answering import (
    is_consent,
    may_answer,
    not_mine,
    note_duration,
    nothing_changed,
    parts_of,
    save_answer,
    save_consents,
    take_back,
)
from portulan.steering.campaigns.letters import send_link
from portulan.steering.campaigns.links import (
    Standing,
    bearer,
    find_replaced,
    find_reply,
    standing_of,
    whom_to_ask,
)
from portulan.steering.campaigns.reads import get_reply
from portulan.steering.models import ActionReply, Reply
from portulan.steering.words import CampaignState, ChangeStatus, Consent, Way
from portulan.web.conflicts import moved
from portulan.web.errors import not_found, too_many
from portulan.web.form_tokens import apart, is_stale, not_done, sent_by
from portulan.web.guests import Host
from portulan.web.language import speak_as_here
from portulan.web.pages import Edit
from portulan.web.requests import OrganisationRequest
from portulan.web.steering.replies.forms import AllForm, AnswerForm, ConsentForm, GoneForm

AT_ONCE = 6  # actions of which a consent is asked on one page
_SALT = "portulan.reply.since"


@dataclass(frozen=True, slots=True)
class Page:
    """Who answers for a function, by which way, at which address."""

    reply: Reply
    parts: Sequence[ActionReply]
    actor: Actor
    way: Way
    here: str
    host: Host | None = None

    @property
    def next(self) -> ActionReply | None:
        return next((one for one in self.parts if one.answered_at is None), None)


@login_not_required
@apart
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: its actions one after the other, and no other page."""
    try:
        found = find_reply(token)
    except NotFoundError:
        return _replaced(request, token)
    if request.method == "POST" and not count_by_link(client_address(request)):
        return too_many(request)
    host, today = _receive(found)
    here = reverse("reply", args=[token])
    standing = standing_of(found, today)
    if standing is not Standing.OPEN:
        return _over(request, found, here, {"organisation": host, "standing": standing})
    page = Page(found, parts_of(found), bearer(found), Way.LINK, here, host)
    request.today = today  # type: ignore[attr-defined]
    return _answer(request, page)


def _receive(found: Reply) -> tuple[Host, date]:
    """Speak as the place of a reply does; return it, and the day that it is there."""
    organisation = found.campaign.plan.organisation
    settle(organisation.country, organisation.currency)
    speak_as_here(plainly=organisation.is_simple)
    host = Host(organisation.name, organisation.fictional, organisation.frozen_on)
    return host, today_of(organisation)


def _replaced(request: HttpRequest, token: str) -> HttpResponse:
    """Say of a link that was ours whom to ask; the new one is only ever written to its person.

    The answer is the same whether they have an address or not.
    """
    try:
        found = find_replaced(token)
    except NotFoundError as error:
        counted = count_by_link(client_address(request))
        return not_found(request, error) if counted else too_many(request)
    if not count_by_link(client_address(request)):
        return too_many(request)
    here = reverse("reply", args=[token])
    if found is None:
        return _over(request, None, here, {"standing": Standing.OVER})
    host, today = _receive(found)
    if request.method == "POST":
        if not count_asked(client_address(request)):
            return too_many(request)
        if sent_by(request).token:
            send_link(found, today=today, now=timezone.now())
        return redirect(f"{here}?asked=1")
    standing = standing_of(found, today)
    renews = standing is not Standing.OVER and mail.can_send()
    asked = "asked" in request.GET
    context = {"organisation": host, "standing": standing, "renews": renews, "asked": asked}
    return _over(request, found, here, context)


def _over(
    request: HttpRequest, found: Reply | None, here: str, context: dict[str, Any]
) -> HttpResponse:
    """Say why a link opens nothing, and whom to ask, whose address is not that of the pilot."""
    if found is not None:
        day = today_of(found.campaign.plan.organisation)
        context |= {"reply": found, "contact": whom_to_ask(found.campaign, day)}
    context |= {"here": here, "by_link": True}
    return render(request, "steering/reply_over.html", context, status=410)


@apart
@require_http_methods(["GET", "POST"])
def own(request: OrganisationRequest, plan: str, pk: int, reply: int) -> HttpResponse:
    """The same page, for who signed in and pilots one of these actions."""
    found = get_reply(
        actor=request.actor, plan_slug=plan, campaign=pk, pk=reply, need=Operation.READ_PLAN
    )
    parts = parts_of(found)
    if not may_answer(request.actor, found, [one.action for one in parts]):
        raise DeniedError(Operation.UPDATE_ACTION.value)
    campaign = found.campaign
    if campaign.state != CampaignState.OPEN or request.today > campaign.closes_on:
        context = {"reply": found, "standing": Standing.OVER}
        return render(request, "steering/reply_over.html", context, status=410)
    page = Page(found, parts, request.actor, Way.SIGN_IN, request.path)
    return _answer(request, page)


def _answer(request: Any, page: Page) -> HttpResponse:
    if request.method == "POST" and not sent_by(request).token:
        request.stale = True
    if not page.parts:
        return render(request, "steering/reply_done.html", _common(request, page))
    if "gone" in request.GET:
        return _gone(request, page)
    if is_consent(page.reply.campaign):
        return _consents(request, page)
    return _part(request, page)


def _common(request: Any, page: Page) -> dict[str, Any]:
    campaign = page.reply.campaign
    since = request.session.get(_since_name(page)) or int(timezone.now().timestamp())
    context = {
        "reply": page.reply,
        "campaign": campaign,
        "parts": page.parts,
        "here": page.here,
        "by_link": page.way is Way.LINK,
        "contact": whom_to_ask(campaign, request.today),
        "since": signing.dumps(since, salt=_SALT),
        "back": [
            (part, change)
            for part in page.parts
            for change in part.changes.all()
            if change.status in (ChangeStatus.ASKED_AGAIN, ChangeStatus.REFUSED) and change.word
        ],
    }
    return context | ({"organisation": page.host} if page.host else {})


def _since_name(page: Page) -> str:
    return f"reply-{page.reply.pk}"


def _keep_time(request: Any, page: Page, was_answered: bool) -> None:
    """Keep how long it took, of nobody, once all is answered; before, when it began."""
    try:
        since = int(signing.loads(request.POST.get("since", ""), salt=_SALT, max_age=86_400))
    except (signing.BadSignature, ValueError, TypeError):
        return
    if page.reply.answered_at is None:
        request.session[_since_name(page)] = since
    elif not was_answered:
        request.session.pop(_since_name(page), None)
        note_duration(page.reply.campaign, int(timezone.now().timestamp()) - since)


def _consents(request: Any, page: Page) -> HttpResponse:
    """Ask whether the function pilots these actions, a few at once."""
    asked = (
        request.POST.getlist("part") if request.method == "POST" else request.GET.getlist("part")
    )
    shown = [one for one in page.parts if str(one.pk) in asked]
    waiting = [one for one in page.parts if one.answered_at is None]
    if not shown and not waiting:
        return render(request, "steering/reply_done.html", _common(request, page))
    aside = [one for one in page.parts if one.answered_at and one.consent == Consent.NOT_ME]
    if not shown and len(waiting) + len(aside) > 1:
        listed = [one for one in page.parts if one in waiting or one in aside]
        return _all(request, page, listed)
    shown = (shown or waiting)[:AT_ONCE]

    def write(form: ConsentForm) -> None:
        was = page.reply.answered_at is not None
        save_consents(
            page.actor, said=form.said(), way=page.way, today=request.today, now=timezone.now()
        )
        _keep_time(request, page, was)

    return Edit(
        title=_("Pilote de ces actions ?"),
        back=page.here,
        form=partial(ConsentForm, shown),
        edits=shown[0] if len(shown) == 1 else None,
        write=write,
        done=_("Réponse enregistrée."),
        template="steering/consent.html",
        context=lambda: _common(request, page) | {"asked": len(page.parts)},
    ).answer(request)


def _all(request: Any, page: Page, listed: Sequence[ActionReply]) -> HttpResponse:
    """Ask of all that wait at once: one tap accepts them, another sets one aside, kept as it is."""

    def write(form: AllForm) -> bool:
        was = page.reply.answered_at is not None
        for part in form.back:
            take_back(page.actor, part=part, way=page.way, today=request.today)
        if said := form.said():
            now = timezone.now()
            save_consents(page.actor, said=said, way=page.way, today=request.today, now=now)
        _keep_time(request, page, was)
        return form.answer in (Consent.ACCEPTED, Consent.TALK)

    left = sum(one.answered_at is None for one in listed)
    context = {"asked": len(listed), "left": left, "listed": listed, "aside": len(listed) - left}
    return Edit(
        title=_("Pilotez-vous ces actions ?"),
        back=page.here,
        form=partial(AllForm, listed),
        write=write,
        done=lambda ended: _("Réponse enregistrée.") if ended else "",
        then=lambda ended: page.here if ended else f"{page.here}#but",
        template="steering/consent_all.html",
        context=lambda: _common(request, page) | context,
    ).answer(request)


def _gone(request: Any, page: Page) -> HttpResponse:
    """“It is not me any more”, of the actions of the link that one asks for, or of all."""
    asked = request.GET.getlist("part")
    parts = [one for one in page.parts if str(one.pk) in asked] or list(page.parts)

    def write(form: GoneForm) -> None:
        was = page.reply.answered_at is not None
        not_mine(
            page.actor,
            parts=parts,
            way=page.way,
            today=request.today,
            now=timezone.now(),
            **form.said(),
        )
        _keep_time(request, page, was)

    return Edit(
        title=_("Ce n’est plus moi"),
        back=page.here,
        form=GoneForm,
        write=write,
        done=_("C’est noté : qui suit le plan le relit."),
        template="steering/reply_gone.html",
        context=lambda: _common(request, page) | {"gone": parts},
    ).answer(request)


def _part(request: Any, page: Page) -> HttpResponse:
    """Ask where one action stands: the one that is asked for, else the next without an answer."""
    asked = (request.POST if request.method == "POST" else request.GET).get("part", "")
    part = next((one for one in page.parts if str(one.pk) == asked), page.next)
    if part is None:
        return render(request, "steering/reply_done.html", _common(request, page))
    was = page.reply.answered_at is not None
    nothing = request.POST.get("nothing", "") if request.method == "POST" else ""
    if nothing and not is_stale(request) and not moved([part], sent_by(request)):
        waiting = [one for one in page.parts if one.answered_at is None]
        return _nothing(request, page, waiting if nothing == "all" else [part], was=was)

    def write(form: AnswerForm) -> ActionReply:
        saved = save_answer(
            page.actor,
            part=part,
            said=form.said(),
            way=page.way,
            today=request.today,
            now=timezone.now(),
            seen=part.version,
        )
        _keep_time(request, page, was)
        return saved

    others = [one for one in page.parts if one.answered_at is None and one.pk != part.pk]
    edit = Edit(
        title=_("Où en est l’action %(number)s ?") % {"number": part.action.called},
        back=page.here,
        form=lambda data: AnswerForm(
            part, request.today, data, request.FILES if data is not None else None
        ),
        edits=part,
        write=write,
        done=_("Réponse enregistrée."),
        template="steering/answer_part.html",
        context=lambda: (
            _common(request, page)
            | {"part": part, "next": others[0] if others else None, "waiting": len(others) + 1}
            | {"about_changed": bool(nothing) and not is_stale(request)}
        ),
    )
    if not nothing:
        return edit.answer(request)
    answer = edit.show(request)  # nothing is kept of a tap on a page of before
    answer.status_code = 422 if is_stale(request) else 409
    return answer


def _nothing(request: Any, page: Page, parts: Sequence[ActionReply], *, was: bool) -> HttpResponse:
    """Keep that nothing changed: one tap, for one action or for all that wait."""
    now = timezone.now()
    try:
        if parts:
            nothing_changed(page.actor, parts=parts, way=page.way, today=request.today, now=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return not_done(redirect(page.here))
    _keep_time(request, page, was)
    return redirect(page.here)
