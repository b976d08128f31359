"""The workshop: from all the practices of an edition to the few that a plan keeps.

The room's screen and the scribe's are two faces of one answer. Nothing is of a station: two of them
answer two themes at once, and each is told of what the other answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.catalogue.editions import reads as editions
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core.errors import NotFoundError
from portulan.plans.actions.listing import shown_year
from portulan.plans.choices.proposals import propose
from portulan.plans.choices.reads import edition_in_use
from portulan.plans.choices.writes import (
    Answered,
    answer_practices,
    answer_rest,
    put_off,
    undo_choices,
)
from portulan.plans.models import Plan, PracticeChoice, RoomTally
from portulan.plans.plan import get_plan
from portulan.plans.rooms import agreement
from portulan.plans.rooms.reads import room_of, tally_of
from portulan.plans.rooms.voices import Heard, middle
from portulan.plans.rooms.writes import show_practice
from portulan.plans.words import Choice, Progress
from portulan.web.catalogue.coverage import UNDECIDED, Board, lay
from portulan.web.catalogue.words import ANSWERS, said, said_of_several
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.pages import Act, Edit, Trail, screen
from portulan.web.plans.rooms.page import told
from portulan.web.plans.workshop.forms import PutOffForm, RestForm, WorkshopForm
from portulan.web.plans.workshop.page import Standing, kept_groups, rows_kept, standing
from portulan.web.requests import OrganisationRequest


def door(
    request: OrganisationRequest, plan: str, version: int, need: Operation
) -> tuple[Plan, CatalogueVersion]:
    found = get_plan(actor=request.actor, slug=plan, need=need)
    edition = editions.get_version(
        actor=request.actor, version_id=version, need=Operation.READ_PLAN
    )
    return found, edition


def url_of(
    request: OrganisationRequest, name: str, plan: Plan, version: CatalogueVersion, *more: str
) -> str:
    where = [request.organisation.slug, plan.slug, version.pk, *more]
    return reverse(f"plans:{name}", args=where)


def _trail(request: OrganisationRequest, plan: Plan, version: CatalogueVersion) -> Trail:
    return [*under_plan(request, plan), (url_of(request, "workshop", plan, version), _("Atelier"))]


@require_GET
def start(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Go to the workshop of the edition that the plan answers to, else of the first one."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    known = list(editions.versions_for(request.actor))
    if not known:
        return redirect("catalogue:browse", request.organisation.slug)
    used = edition_in_use(found)
    version = next((one for one in known if one.pk == used), known[0])
    return redirect(url_of(request, "workshop", found, version))


@require_GET
def workshop(request: OrganisationRequest, plan: str, version: int) -> HttpResponse:
    """How far the workshop is, theme by theme, and where to take it up again."""
    found, edition = door(request, plan, version, Operation.READ_PLAN)
    context = {
        "plan": found,
        "version": edition,
        "board": lay(edition, found),
        "answers": ANSWERS,
        "trail": under_plan(request, found),
    }
    return render(request, "plans/workshop/home.html", context)


@screen
def step(
    request: OrganisationRequest, plan: str, version: int, code: str
) -> Edit[WorkshopForm, Answered]:
    """One practice and its answer, then the next one that has none."""
    found, edition = door(request, plan, version, Operation.EDIT_PLAN)
    board = lay(edition, found)
    row = next((one for one in board.rows if one.practice.code == code), None)
    if row is None:
        raise NotFoundError(code)
    practice = row.practice
    theme = practice.theme.code if request.GET.get("theme") == practice.theme.code else ""
    given = row.answer.given
    room, tally = room_of(found, timezone.now()), tally_of(found, practice)
    initial = {} if given is None else {"choice": given.choice, "reason": given.reason}
    initial |= _as_heard(tally, said_already=given is not None)
    proposal = propose(found, practice, today=request.today, person_id=request.actor.person_id)
    domain = next(one for one in board.domains if one.theme.pk == practice.theme_id)
    left = [one.practice.pk for one in domain.rows if one.state == UNDECIDED]
    beside = Practice.objects.filter(pk__in=left).exclude(pk=practice.pk).order_by("order")
    year = shown_year(found, request.today.year)
    before, after = board.neighbours(code)

    def then(answered: Answered) -> str:
        return _go_on(request, found, board, practice, theme, answered)

    return Edit(
        trail=_trail(request, found, edition),
        form=partial(WorkshopForm, practice, proposal, beside, year, initial=initial),
        write=lambda form: answer_practices(
            request.actor,
            plan=found,
            practices=form.practices,
            choice=form.answer,
            reason=form.because,
            kept=form.kept,
            today=request.today,
        ),
        done=_done,
        undo=lambda answered: _undo_url(request, found, edition, answered),
        then=then,
        template="plans/workshop/step.html",
        context=lambda: {
            "plan": found,
            "version": edition,
            "practice": practice,
            "board": board,
            "domain": domain,
            "row": row,
            "rank": board.rows.index(row) + 1,
            "answer": row.answer,
            "answers": ANSWERS,
            "asked": f"?{urlencode({'theme': theme})}" if theme else "",
            "before": before,
            "after": after,
            "rest": RestForm(auto_id="rest_%s"),
            "left": len(left),
            "standing": standing(request, found),
            "room": room,
            **(told(tally) if room is not None or tally is not None else {}),
        },
    )


def _as_heard(tally: RoomTally | None, *, said_already: bool) -> dict[str, str]:
    """Return what a room said, as the form proposes it: two guesses, and the reason."""
    heard = Heard.read(tally.heard) if tally is not None else Heard()
    guesses = {"impact_guess": middle(heard.impact), "effort_guess": middle(heard.effort)}
    proposed = {name: str(step) for name, step in guesses.items() if step}
    return proposed if said_already else proposed | {"reason": agreement.reason(heard)}


def _done(answered: Answered) -> str:
    first = answered.choices[0]
    if len(answered.choices) == 1:
        return said(first, answered.action, first.practice.code)
    return said_of_several(answered)


def _undo_url(
    request: OrganisationRequest, plan: Plan, version: CatalogueVersion, answered: Answered
) -> str:
    codes = [("code", choice.practice.code) for choice in answered.choices]
    return f"{url_of(request, 'undo-answers', plan, version)}?{urlencode(codes)}"


def _go_on(
    request: OrganisationRequest,
    plan: Plan,
    board: Board,
    practice: Practice,
    theme: str,
    answered: Answered,
) -> str:
    """Return the next practice to decide, in the theme if one was chosen, else where it ends."""
    besides = {choice.practice_id for choice in answered.choices}
    following = board.after(practice.code, theme=theme, besides=besides)
    if following is None:
        if board.after(practice.code, besides=besides) is not None:
            messages.info(request, _("Cette thématique est décidée."))
            return url_of(request, "workshop", plan, board.version)
        return url_of(request, "workshop-kept", plan, board.version)
    if (room := room_of(plan, timezone.now())) and room.edition_id == following.version_id:
        show_practice(request.actor, room=room, practice=following)
    address = url_of(request, "workshop-step", plan, board.version, following.code)
    return f"{address}?{urlencode({'theme': theme})}" if theme else address


@screen
def rest(
    request: OrganisationRequest, plan: str, version: int, theme: str
) -> Edit[RestForm, Answered]:
    """Answer at once to all that remains of a theme, with one reason."""
    found, edition = door(request, plan, version, Operation.EDIT_PLAN)
    board = lay(edition, found)
    domain = next((one for one in board.domains if one.theme.code == theme), None)
    if domain is None:
        raise NotFoundError(theme)
    last = domain.rows[-1].practice
    return Edit(
        title=f"{domain.theme.code}. {domain.theme.say('title')}",
        submit=_("Répondre à toutes celles qui restent"),
        trail=_trail(request, found, edition),
        back=url_of(request, "workshop", found, edition),
        form=RestForm,
        write=lambda form: answer_rest(
            request.actor,
            plan=found,
            practices=[one.practice for one in domain.rows],
            choice=Choice(form.cleaned_data["choice"]),
            reason=form.cleaned_data["reason"],
            today=request.today,
        ),
        done=_done,
        undo=lambda answered: _undo_url(request, found, edition, answered),
        then=lambda answered: _go_on(request, found, board, last, "", answered),
    )


@screen
def undo(request: OrganisationRequest, plan: str, version: int) -> Act[object]:
    """Take back answers that were given at once."""
    found, edition = door(request, plan, version, Operation.EDIT_PLAN)
    codes = request.GET.getlist("code")
    given = _given(found, edition, codes)
    back = url_of(request, "workshop", found, edition)
    if given:
        back = url_of(request, "workshop-step", found, edition, given[0].practice.code)
    return Act(
        write=lambda: undo_choices(request.actor, choices=given, today=request.today),
        done=ngettext("%(codes)s : réponse annulée.", "%(codes)s : réponses annulées.", len(given))
        % {"codes": ", ".join(one.practice.code for one in given)},
        back=back,
    )


def _given(plan: Plan, version: CatalogueVersion, codes: Sequence[str]) -> list[PracticeChoice]:
    """Return the answers to practices, in the order of their codes here."""
    choices = PracticeChoice.objects.filter(
        plan=plan, practice__version=version, practice__code__in=codes
    ).select_related("practice", "plan")
    by_code = {choice.practice.code: choice for choice in choices}
    return [by_code[code] for code in codes if code in by_code]


@screen
def kept(request: OrganisationRequest, plan: str, version: int) -> Edit[PutOffForm, Answered]:
    """The actions kept, sorted as the room sees them, of which it takes some back."""
    found, edition = door(request, plan, version, Operation.EDIT_PLAN)
    rows, year = rows_kept(request, found), shown_year(found, request.today.year)
    chosen = found.actions.exclude(progress=Progress.DROPPED)
    return Edit(
        trail=_trail(request, found, edition),
        back=url_of(request, "workshop-kept", found, edition),
        form=partial(PutOffForm, chosen),
        write=lambda form: put_off(
            request.actor, plan=found, actions=form.cleaned_data["actions"], today=request.today
        ),
        done=_done,
        undo=lambda answered: _undo_url(request, found, edition, answered),
        template="plans/workshop/kept.html",
        context=lambda: {
            "plan": found,
            "version": edition,
            "board": lay(edition, found),
            "groups": kept_groups(request, rows, year),
            "standing": Standing.of(rows, year),
            "plan_url": plan_url(request, found),
        },
    )
