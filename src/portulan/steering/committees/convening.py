"""Convening a session: a letter to its members, its agenda and papers, its day for their agendas.

Members are functions: who holds one and has an address is written to, the others are named to who
sends, so that somebody tells them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.core import mail
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.core.storing import store
from portulan.steering.calendars.ics import calendar
from portulan.steering.committees.preparing import hold
from portulan.steering.committees.reads import items_of
from portulan.steering.dates import PlanDate
from portulan.steering.mail.writes import language_of, written_to
from portulan.steering.models import Committee
from portulan.steering.verbs import Verb
from portulan.steering.words import CommitteeState, DateKind

_SUBJECT = Text("Convocation : {body}, {day}", "Convened: {body}, {day}")
_HELLO = Text("Bonjour,", "Hello,")
_MEETS = Text("{body} se réunit le {day}{place}.", "{body} meets on {day}{place}.")
_AGENDA = Text("Ordre du jour :", "Agenda:")
_PAPERS = Text("Le dossier de chaque sujet :", "The papers of each subject:")


@dataclass(frozen=True, slots=True)
class Convened:
    """Who was written to, by function, and which members nobody could be written to for."""

    written: tuple[str, ...]
    missing: tuple[str, ...]


def members_of(committee: Committee) -> tuple[list[Person], list[str]]:
    """Return who holds a function of the body and can be written to, and the other functions."""
    members = list(committee.body.members)
    people = Person.objects.filter(
        organisation=committee.plan.organisation_id, function__in=members
    )
    found = list(written_to(people))
    here = {one.function for one in found}
    return found, [one for one in members if one not in here]


@transaction.atomic
def convene(actor: Actor, *, committee: Committee, today: date, now: datetime) -> Convened:
    """Write to the members of the body: agenda, papers, and the day as a file for their agendas.

    A session whose day or agenda moved is convened again, as another letter. Raises DeniedError,
    NotFoundError, ValidationError: once it is opened, without members, or without a subject.
    """
    hold(actor, committee)
    if committee.state != CommitteeState.PREPARING:
        raise ValidationError(_("La séance est ouverte : on n’y convoque plus."))
    if not committee.body.members:
        raise ValidationError(_("Dites d’abord qui siège : l’organe n’a pas de membres."))
    if not committee.items.filter(kept=True).exists():
        raise ValidationError(_("L’ordre du jour est vide : gardez ou ajoutez un sujet."))
    people, missing = members_of(committee)
    committee.convened_on = today
    store(committee)
    for person in people:
        lang = language_of(person)
        told = {"body": committee.body.name, "day": numbers.long_date(committee.held_on, lang)}
        mail.put(
            organisation_id=person.organisation_id,
            person_id=person.pk,
            address=person.email,
            key=f"committee:{committee.pk}:{committee.version}",
            language=lang,
            subject=_SUBJECT.say(lang).format(**told),
            body="\n".join(_lines(committee, lang)) + "\n",
            calendar=_day(committee, now, lang),
            due_at=now,
            now=now,
        )
    record(actor, committee.plan, Verb.COMMITTEE_CONVENED, {"held_on": (None, committee.held_on)})
    return Convened(tuple(one.function for one in people), tuple(missing))


def _lines(committee: Committee, lang: Language) -> Iterator[str]:
    day = numbers.long_date(committee.held_on, lang)
    place = f", {committee.place}" if committee.place else ""
    items = [one for one in items_of(committee) if one.kept]
    yield _HELLO.say(lang)
    yield ""
    yield _MEETS.say(lang).format(body=committee.body.name, day=day, place=place)
    yield ""
    yield _AGENDA.say(lang)
    for rank, item in enumerate(items, 1):
        yield f"{rank}. {item.title}"
    yield ""
    yield _PAPERS.say(lang)
    plan = committee.plan
    slug = plan.organisation.slug
    yield settings.ADDRESS + reverse("steering:committee", args=[slug, plan.slug, committee.pk])
    for item in items:
        if item.action is not None:
            place = reverse("plans:action", args=[slug, plan.slug, item.action.number])
            yield f"- {item.action.called}. {item.action.title}"
            yield f"  {settings.ADDRESS}{place}"


def _day(committee: Committee, now: datetime, lang: Language) -> str:
    one = PlanDate(
        DateKind.COMMITTEE,
        committee.pk,
        committee.held_on,
        committee.body.name,
        committee.plan.slug,
        committee.version,
    )
    organisation = committee.plan.organisation
    made = calendar(
        [one], name=committee.body.name, organisation=organisation.slug, stamped=now, lang=lang
    )
    return made.decode()
