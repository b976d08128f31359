"""A session on one page, its screen for the room, and its minutes until they are closed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.plans.models import Plan
from portulan.steering.committees.holding import attach_act
from portulan.steering.committees.minutes import (
    close_minutes,
    give_signed,
    undo_session,
    write_minutes,
)
from portulan.steering.committees.reads import get_committee
from portulan.steering.committees.sitting import sit, sitting_of
from portulan.steering.committees.wording import opening, quorum_words
from portulan.steering.models import Committee
from portulan.web.crumbs import under_plan
from portulan.web.language import page_language
from portulan.web.pages import Edit, Trail, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.steering.committees.forms import (
    CloseForm,
    DatedActForm,
    MinutesForm,
    SignedForm,
    SittingForm,
    UndoForm,
)

HOLD = Operation.HOLD_COMMITTEE


def url_of(request: OrganisationRequest, name: str, *place: object) -> str:
    return reverse(f"steering:{name}", args=[request.organisation.slug, *place])


def trail_of(request: OrganisationRequest, plan: Plan) -> Trail:
    return [*under_plan(request, plan), (url_of(request, "committees", plan.slug), _("Comités"))]


def under(request: OrganisationRequest, committee: Committee) -> Trail:
    place = url_of(request, "committee", committee.plan.slug, committee.pk)
    day = numbers.long_date(committee.held_on, page_language())
    return [*trail_of(request, committee.plan), (place, day)]


def _context(request: OrganisationRequest, found: Committee) -> dict[str, Any]:
    sitting = sitting_of(found, today=request.today, lang=page_language())
    return {
        "plan": found.plan,
        "committee": found,
        "sitting": sitting,
        "points": sitting.points,
        "opening": opening(found, page_language()),
        "quorum": quorum_words(found),
    }


def session(request: OrganisationRequest, found: Committee) -> Edit[SittingForm, Committee]:
    """The page of a session that is open: all its subjects, and who is there."""
    context = _context(request, found)
    closes = "close" in request.POST
    back = url_of(request, "committee", found.plan.slug, found.pk)
    return Edit(
        title=_("Comité du %(day)s, en séance")
        % {"day": numbers.long_date(found.held_on, page_language())},
        trail=trail_of(request, found.plan),
        back=back,
        form=partial(SittingForm, context["sitting"]),
        edits=found,
        write=lambda form: sit(
            request.actor,
            committee=found,
            close=closes,
            today=request.today,
            lang=page_language(),
            **form.said(),
        ),
        done=_("Séance close : ce que l’organe peut décider est appliqué au plan.")
        if closes
        else _("Enregistré : rien ne change au plan avant la clôture de la séance."),
        template="steering/session.html",
        context=context,
    )


@require_GET
def room(request: OrganisationRequest, plan: str, pk: int) -> HttpResponse:
    """What the room sees: the subject, what is answered, who is there; nothing to type."""
    found = get_committee(actor=request.actor, plan_slug=plan, pk=pk, need=Operation.READ_PLAN)
    return render(request, "steering/session_room.html", _context(request, found))


def minutes(request: OrganisationRequest, found: Committee) -> HttpResponse:
    context = _context(request, found) | {"trail": trail_of(request, found.plan)}
    away = [one for one in found.body.members if one not in found.present]
    return render(request, "steering/minutes.html", context | {"away": away})


def _door(request: OrganisationRequest, plan: str, pk: int) -> Committee:
    return get_committee(actor=request.actor, plan_slug=plan, pk=pk, need=HOLD)


@screen
def write(request: OrganisationRequest, plan: str, pk: int) -> Edit[MinutesForm, Committee]:
    """Write the minutes again, until they are closed."""
    found = _door(request, plan, pk)
    points = _context(request, found)["points"]
    return Edit(
        title=_("Retoucher le relevé"),
        submit=_("Enregistrer"),
        intro=_("Une phrase vidée redevient celle qui s’écrit d’elle-même."),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=partial(MinutesForm, points, found.observations),
        edits=found,
        write=lambda form: write_minutes(request.actor, committee=found, **form.said()),
        done=_("Relevé retouché."),
    )


@screen
def close(request: OrganisationRequest, plan: str, pk: int) -> Edit[CloseForm, Committee]:
    """Close the minutes by a name and a date."""
    found = _door(request, plan, pk)
    return Edit(
        title=_("Arrêter le relevé"),
        submit=_("Arrêter le relevé"),
        intro=_("Un nom et une date l’arrêtent ; ce n’est pas une signature. Il ne changera plus."),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=lambda data: CloseForm(data, initial={"name": found.chair, "on": request.today}),
        edits=found,
        write=lambda form: close_minutes(
            request.actor,
            committee=found,
            name=form.cleaned_data["name"],
            on=form.cleaned_data["on"],
        ),
        done=_("Relevé arrêté."),
    )


@screen
def signed(request: OrganisationRequest, plan: str, pk: int) -> Edit[SignedForm, Committee]:
    """Receive the minutes that came back signed: their seal is kept."""
    found = _door(request, plan, pk)
    return Edit(
        title=_("Rendre le relevé signé"),
        submit=_("Garder son sceau"),
        intro=_("Le sceau du fichier est gardé, pas le fichier : conservez-le avec vos actes."),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=lambda data: SignedForm(data, request.FILES if data is not None else None),
        edits=found,
        write=lambda form: give_signed(
            request.actor, committee=found, content=form.cleaned_data["file"].read()
        ),
        done=_("Sceau du relevé signé gardé."),
    )


@screen
def undo(request: OrganisationRequest, plan: str, pk: int) -> Edit[UndoForm, Committee]:
    """Open a closed session again: an act of its own."""
    found = _door(request, plan, pk)
    return Edit(
        title=_("Rouvrir la séance"),
        submit=_("Rouvrir la séance"),
        intro=_(
            "Pilotes et dates reviennent à ce qu’ils étaient. C’est un acte : son motif reste au"
            " journal."
        ),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=UndoForm,
        edits=found,
        write=lambda form: undo_session(
            request.actor, committee=found, today=request.today, **form.cleaned_data
        ),
        done=_("Séance rouverte."),
    )


@screen
def act(request: OrganisationRequest, plan: str, pk: int) -> Edit[DatedActForm, Committee]:
    """Attach the act, which often comes later, and the days that make it executory."""
    found = _door(request, plan, pk)
    initial = {name: getattr(found, name) for name in DatedActForm.base_fields}
    return Edit(
        title=_("Joindre l’acte"),
        submit=_("Enregistrer"),
        trail=under(request, found),
        back=url_of(request, "committee", plan, pk),
        form=lambda data: DatedActForm(data, initial=initial),
        edits=found,
        write=lambda form: attach_act(request.actor, committee=found, **form.cleaned_data),
        done=_("Acte joint."),
    )
