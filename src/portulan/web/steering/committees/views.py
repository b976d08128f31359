"""Committees: prepared, held, minuted; each state has its page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.core.say.country import FRANCE
from portulan.core.storing import get_one
from portulan.plans.plan import get_plan
from portulan.steering.committees.bodies import (
    bodies_of,
    default_body,
    get_body,
    save_body,
)
from portulan.steering.committees.convening import Convened, convene, members_of
from portulan.steering.committees.decided import decision_words
from portulan.steering.committees.holding import (
    answer_item,
    mark_done,
    open_session,
)
from portulan.steering.committees.options import Computed, of_action, of_source
from portulan.steering.committees.preparing import (
    add_item,
    arrange_agenda,
    play_day,
    prepare_committee,
    refresh_agenda,
)
from portulan.steering.committees.reads import (
    committees_of,
    get_committee,
    get_item,
    items_of,
    past_decisions,
)
from portulan.steering.dates import papers_day
from portulan.steering.law import walk_back
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.words import CommitteeState
from portulan.web.crumbs import under_plan
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.steering.committees.forms import (
    AnswerForm,
    ArrangeForm,
    BodyForm,
    CommitteeForm,
    ItemForm,
)
from portulan.web.steering.committees.sitting import minutes, session, trail_of, under, url_of

HOLD = Operation.HOLD_COMMITTEE
PER_PAGE = 12


def _door(request: OrganisationRequest, plan: str, pk: int, need: Operation = HOLD) -> Committee:
    return get_committee(actor=request.actor, plan_slug=plan, pk=pk, need=need)


@require_GET
def browse(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The committees of a plan, and what became of what they decided."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    page = Paginator(past_decisions(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "committees": committees_of(found)[:PER_PAGE],
        "bodies": bodies_of(request.actor),
        "page": page,
        "decisions": [(one, decision_words(one, page_language())) for one in page.object_list],
        "trail": under_plan(request, found),
    }
    return render(request, "steering/committees.html", context)


@screen
def create(request: OrganisationRequest, plan: str) -> Edit[CommitteeForm, Committee]:
    """Prepare a committee: its agenda builds itself."""
    found = get_plan(actor=request.actor, slug=plan, need=HOLD)
    return Edit(
        title=_("Préparer un comité"),
        submit=_("Construire l’ordre du jour"),
        intro=_("L’ordre du jour se construit de ce qui attend une décision dans le plan."),
        trail=trail_of(request, found),
        back=url_of(request, "committees", plan),
        form=partial(CommitteeForm, bodies_of(request.actor)),
        write=lambda form: prepare_committee(
            request.actor,
            plan=found,
            body=form.cleaned_data.get("body") or default_body(request.actor),
            held_on=form.cleaned_data["held_on"],
            place=form.cleaned_data["place"],
            today=request.today,
        ),
        done=_("Ordre du jour construit."),
        then=lambda made: url_of(request, "committee", plan, made.pk),
    )


@screen
def body(request: OrganisationRequest, plan: str, pk: int | None = None) -> Edit[BodyForm, Body]:
    """Make a body, or say what one may do."""
    found = get_plan(actor=request.actor, slug=plan, need=HOLD)
    edited = get_body(actor=request.actor, pk=pk, need=HOLD) if pk else None
    start: dict[str, Any] = {}
    if edited is not None:
        start = {name: getattr(edited, name) for name in BodyForm.base_fields}
    return Edit(
        title=_("Les pouvoirs d’un organe") if edited else _("Ajouter un organe"),
        submit=_("Enregistrer"),
        trail=trail_of(request, found),
        back=url_of(request, "committees", plan),
        form=lambda data: BodyForm(data, initial=start),
        edits=edited,
        write=lambda form: save_body(request.actor, body=edited, **form.said()),
        done=_("Organe enregistré."),
    )


@screen
def committee(request: OrganisationRequest, plan: str, pk: int) -> Any:
    """The page of a committee, in the state where it is."""
    found = _door(request, plan, pk, Operation.READ_PLAN)
    if found.state == CommitteeState.CLOSED:
        return minutes(request, found)
    if not request.actor.may(HOLD):
        return _agenda_read(request, found)
    if found.state == CommitteeState.OPEN:
        return session(request, found)
    return _preparing(request, found)


def _agenda_read(request: OrganisationRequest, found: Committee) -> HttpResponse:
    context = _context(request, found) | {"trail": trail_of(request, found.plan)}
    return render(request, "steering/agenda.html", context)


def _context(request: OrganisationRequest, found: Committee) -> dict[str, Any]:
    items = list(items_of(found))
    said = [(one, getattr(one, "decision", None)) for one in items]
    return {
        "plan": found.plan,
        "committee": found,
        "items": [
            (item, one, decision_words(one, page_language()) if one else "") for item, one in said
        ],
        "silent": sum(one is None for _item, one in said),
        "minutes": sum(one.duration or 0 for one in items if one.kept),
    }


def _budget(request: OrganisationRequest) -> dict[str, Any]:
    """Return the next day of the budget, and what comes before it."""
    place = request.organisation
    if place.country != FRANCE.code:
        return {}
    found = walk_back(place.legal_form, place.population, request.today)
    return (
        {}
        if found is None
        else {
            "budget": found,
            "budget_name": f"{found.day.name.say(page_language())} {found.day.year}",
        }
    )


def _preparing(request: OrganisationRequest, found: Committee) -> Edit[ArrangeForm, None]:
    place = url_of(request, "committee", found.plan.slug, found.pk)
    page = Paginator(items_of(found), PER_PAGE).get_page(request.GET.get("page"))
    day = {"day": numbers.long_date(found.held_on, page_language())}
    return Edit(
        title=_("Préparer le comité du %(day)s") % day,
        submit=_("Enregistrer l’ordre du jour"),
        trail=trail_of(request, found.plan),
        back=f"{place}?page={page.number}",
        form=partial(ArrangeForm, list(page.object_list)),
        write=lambda form: arrange_agenda(request.actor, committee=found, places=form.places()),
        done=_("Ordre du jour enregistré."),
        template="steering/prepare.html",
        context=lambda: {
            **_context(request, found),
            "page": page,
            "papers": papers_day(found),
            **_budget(request),
        },
    )


@screen
def add(request: OrganisationRequest, plan: str, pk: int) -> Edit[ItemForm, object]:
    found = _door(request, plan, pk)
    return Edit(
        title=_("Ajouter un sujet"),
        submit=_("Ajouter"),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=partial(ItemForm, found.plan),
        write=lambda form: add_item(request.actor, committee=found, **form.cleaned_data),
        done=_("Sujet ajouté."),
    )


@screen
def refresh(request: OrganisationRequest, plan: str, pk: int) -> Act[int]:
    found = _door(request, plan, pk)
    return Act(
        write=lambda: refresh_agenda(request.actor, committee=found, today=request.today),
        done=lambda count: (
            ngettext("Un sujet de plus.", "%(count)s sujets de plus.", count) % {"count": count}
            if count
            else _("Rien de nouveau depuis.")
        ),
        back=url_of(request, "committee", plan, pk),
    )


@screen
def start(request: OrganisationRequest, plan: str, pk: int) -> Confirm[Committee]:
    found = _door(request, plan, pk)
    return Confirm(
        title=_("Ouvrir la séance ?"),
        submit=_("Ouvrir la séance"),
        intro=_("L’ordre du jour ne changera plus ; les réponses et les présences se notent."),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        about=[found],
        write=lambda: open_session(request.actor, committee=found, today=request.today),
        done=_("Séance ouverte."),
    )


@screen
def play(request: OrganisationRequest, plan: str, pk: int) -> Act[Committee]:
    """Bring made-up data to the day of the session."""
    found = _door(request, plan, pk)
    return Act(
        write=lambda: play_day(request.actor, committee=found),
        done=_("Les données fictives sont au jour de la séance."),
        back=url_of(request, "committee", plan, pk),
    )


@screen
def convene_members(request: OrganisationRequest, plan: str, pk: int) -> Confirm[Convened]:
    """Write to the members: who can be, and who has to be told otherwise."""
    found = _door(request, plan, pk)
    people, missing = members_of(found)
    named = ", ".join(one.function for one in people) or _("personne")
    intro = _("Une lettre part à : %(who)s.") % {"who": named}
    if missing:
        intro = f"{intro} {_('Sans adresse ici : %(who)s.') % {'who': ', '.join(missing)}}"
    return Confirm(
        title=_("Convoquer les membres"),
        submit=_("Envoyer la convocation et le dossier"),
        intro=intro,
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        about=[found],
        write=lambda: convene(
            request.actor, committee=found, today=request.today, now=timezone.now()
        ),
        done=lambda told: (
            ngettext("Une lettre partira.", "%(count)s lettres partiront.", len(told.written))
            % {"count": len(told.written)}
        ),
    )


@screen
def answer(request: OrganisationRequest, plan: str, pk: int, item: int) -> Edit[AnswerForm, object]:
    """Answer an item of the agenda; what the plan would refuse is said here."""
    found = get_item(actor=request.actor, plan_slug=plan, committee=pk, pk=item, need=HOLD)
    return Edit(
        title=found.title,
        submit=_("Noter cette décision"),
        trail=under(request, found.committee),
        back=url_of(request, "committee", plan, pk),
        form=partial(AnswerForm, found),
        edits=getattr(found, "decision", None),
        write=lambda form: answer_item(
            request.actor, item=found, today=request.today, **form.cleaned_data
        ),
        done=_("Noté : rien ne change au plan avant que le relevé soit arrêté."),
        template="steering/answer.html",
        context=lambda: {
            "item": found,
            "committee": found.committee,
            "body": found.committee.body,
            "computed": _computed(found),
        },
    )


def _computed(item: AgendaItem) -> Computed | None:
    """Return the option that was computed of a subject, if its plan has one."""
    plan, lang = item.committee.plan, page_language()
    if item.action is not None:
        return of_action(plan, item.action.number, lang)
    return of_source(plan, item.source, lang)


@screen
def done(request: OrganisationRequest, plan: str, pk: int) -> Act[Decision] | HttpResponse:
    """Say that what a committee asked for is done."""
    found = get_plan(actor=request.actor, slug=plan, need=HOLD)
    decision = get_one(past_decisions(found), pk=pk)
    back = url_of(request, "committees", plan)
    if request.method == "GET":
        return redirect(back)
    return Act(
        write=lambda: mark_done(request.actor, decision=decision, today=request.today),
        done=_("Décision faite."),
        back=back,
    )
