"""Handing over: from a day, line by line or all at once; given back at the end of an absence.

Nobody is told of a departure but who inherits, and no reason is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Person
from portulan.accounts.reads import today as today_of
from portulan.accounts.trail import record
from portulan.accounts.writes import edit_person
from portulan.core import mail
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.storing import store
from portulan.plans.actions.writes import assign_pilot, declare_vacant, edit_action
from portulan.plans.models import Action, SavedView
from portulan.sources.models import Source
from portulan.steering.campaigns.acceptance import answer as keep_consent
from portulan.steering.campaigns.acceptance import ask
from portulan.steering.campaigns.links import new_key
from portulan.steering.committees.bodies import save_body
from portulan.steering.handover.reads import holdings_of, require_own
from portulan.steering.mail.writes import language_of, written_to
from portulan.steering.models import Body, HandedLine, Handover, Reply, Webhook
from portulan.steering.verbs import Verb
from portulan.steering.words import Consent, Held, Power

_LOGGER = logging.getLogger(__name__)
_KEPT = timedelta(days=92)  # the word of who leaves, after the day
_SUBJECT = Text("Vous reprenez {title}", "You take over {title}")
_BODY = Text(
    "Bonjour,\n\n{giver} vous passe la main dès le {day}\u00a0:\n{things}\n\n"
    "Ce qui presse, ce qui est promis et ce qui est décidé tient sur une page, où vous acceptez ou"
    " refusez\u00a0:\n{address}\n",
    "Hello,\n\n{giver} hands over to you from {day}:\n{things}\n\n"
    "What presses, what is promised and what is decided is on one page, where you accept or"
    " refuse:\n{address}\n",
)


@transaction.atomic
def pass_on(
    actor: Actor,
    *,
    giver: Person,
    on: date,
    heirs: Mapping[str, Person | None],
    until: date | None = None,
    word: str = "",
    today: date,
) -> Handover:
    """Hand over what somebody holds from a day on, each thing (`pilot-12`) to its heir, or nobody.

    Without `until` it is a departure: who may, records it, and what opens something is closed that
    day. Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require_ours(giver)
    require_own(actor, giver)
    _check(giver, heirs.values(), on=on, until=until, today=today)
    held = {one.key: one for one in holdings_of(giver, actor=actor)}
    if missing := heirs.keys() - held.keys():
        raise NotFoundError(min(missing))
    handover = Handover(
        organisation_id=actor.organisation_id, giver=giver, on=on, until=until, word=word.strip()
    )
    store(handover)
    for key, heir in heirs.items():
        one = held[key]
        store(
            HandedLine(
                handover=handover, heir=heir, kind=one.kind, thing=one.thing, title=one.title[:250]
            )
        )
    record(actor, giver, Verb.PASSED_ON, {"on": (None, on), "until": (None, until)})
    if on <= today:
        settle(handover, today=today)
    if until is None and actor.holds(Operation.MANAGE) and giver.left_on is None:
        edit_person(
            actor,
            person=giver,
            function=giver.function,
            name=giver.name,
            email=giver.email,
            unit=giver.unit,
            left_on=on,
        )
    return handover


def _check(
    giver: Person, heirs: Iterable[Person | None], *, on: date, until: date | None, today: date
) -> None:
    if until is not None and until < on:
        raise ValidationError({"until": _("Le retour précède le départ.")})
    for heir in heirs:
        if heir is None:
            continue
        if heir.organisation_id != giver.organisation_id:
            raise NotFoundError(heir.pk)
        if heir.pk == giver.pk:
            raise ValidationError({"heir": _("Choisissez quelqu’un d’autre que qui part.")})
        if heir.left_on is not None and heir.left_on <= max(on, today):
            raise ValidationError(
                {"heir": _("Cette personne sera partie : choisissez-en une autre.")}
            )


@transaction.atomic
def settle(handover: Handover, *, today: date) -> None:
    """Do what a handover says, once its day has come, and write to who inherits.

    Who left meanwhile inherits nothing: their lines are left vacant, and said so.
    """
    actor = command_line(handover.organisation_id)
    lines = list(handover.lines.select_related("heir"))
    for line in lines:
        if line.heir is not None and not _is_there(line.heir, today):
            line.heir = None
            store(line)
        _pass(_Passing(actor, line, line.heir, handover.giver, handover.on, today))
    handover.settled_on = today
    store(handover)
    heirs = {line.heir for line in lines if line.heir is not None}
    for heir in written_to(Person.objects.filter(pk__in=[one.pk for one in heirs])):
        _write(handover, heir, [one.title for one in lines if one.heir_id == heir.pk])


def _is_there(person: Person, today: date) -> bool:
    has_left = person.left_on is not None and person.left_on <= today
    return person.erased_at is None and not has_left


@dataclass(frozen=True, slots=True)
class _Passing:
    """One thing as it goes from somebody to somebody else, or to nobody."""

    actor: Actor
    line: HandedLine
    to: Person | None
    giver: Person
    on: date
    today: date


def _pass(one: _Passing) -> None:
    """Give one thing to somebody; what is there no more, or another’s by now, stays so."""
    _PASSED[Held(one.line.kind)](one)


def _pilot(one: _Passing) -> None:
    action, to = _action(one.line), one.to
    if action is None or action.pilot_id != one.giver.pk:
        return
    one.line.before = action.pilot_function
    store(one.line)
    if to is None:
        declare_vacant(one.actor, action=action, since=one.on, today=one.today)
        return
    function = to.function or action.pilot_function
    assign_pilot(one.actor, action=action, pilot_function=function, pilot=to, today=one.today)
    ask(one.actor, action=action, today=one.today)


def _seat(one: _Passing) -> None:
    body, to = Body.objects.filter(pk=one.line.thing).first(), one.to
    if body is None or to is None or not to.function:
        return
    members = [to.function if name == one.giver.function else name for name in body.members]
    save_body(
        one.actor,
        name=body.name,
        power=Power(body.power),
        members=members,
        quorum=min(body.quorum, len(set(members))),
        founded_by=body.founded_by,
        names_abstentions=body.names_abstentions,
        body=body,
    )


def _reply(one: _Passing) -> None:
    for reply in Reply.objects.filter(pk=one.line.thing, person=one.giver, answered_at=None):
        reply.person, reply.key = one.to, new_key()
        store(reply)


def _source(one: _Passing) -> None:
    for source in Source.objects.filter(pk=one.line.thing, person=one.giver):
        source.person = one.to
        source.function = source.function if one.to is None else one.to.function
        store(source)


def _view(one: _Passing) -> None:
    mine = SavedView.objects.filter(pk=one.line.thing, person_id=one.giver.pk)
    mine.update(person_id=None if one.to is None else one.to.pk)


def _webhook(one: _Passing) -> None:
    for webhook in Webhook.objects.filter(pk=one.line.thing, person_id=one.giver.pk):
        webhook.person_id = None if one.to is None else one.to.pk
        store(webhook)


def _function(one: _Passing) -> None:
    """Write the function of who inherits where that of who leaves stood; nobody, and it stays."""
    action, to, gone = _action(one.line), one.to, one.giver.function
    if action is None or to is None or not to.function or to.function == gone:
        return
    if one.line.kind == Held.FOLLOW and action.follow_up_function == gone:
        edit_action(one.actor, action=action, follow_up_function=to.function)
    elif one.line.kind == Held.CONTRIBUTE:
        names = [to.function if name == gone else name for name in action.contributors]
        edit_action(one.actor, action=action, contributors=list(dict.fromkeys(names)))


_PASSED: dict[Held, Callable[[_Passing], None]] = {
    Held.PILOT: _pilot,
    Held.FOLLOW: _function,
    Held.CONTRIBUTE: _function,
    Held.SEAT: _seat,
    Held.REPLY: _reply,
    Held.SOURCE: _source,
    Held.VIEW: _view,
    Held.WEBHOOK: _webhook,
}


def _action(line: HandedLine) -> Action | None:
    found = Action.objects.filter(pk=line.thing)
    return found.select_related("plan__organisation", "pilot").first()


def _write(handover: Handover, heir: Person, titles: list[str]) -> None:
    lang = language_of(heir)
    now = timezone.now()
    path = reverse("steering:received", args=[heir.organisation.slug, handover.pk])
    giver = handover.giver.name or handover.giver.function
    said = _BODY.say(lang).format(
        giver=giver,
        day=numbers.long_date(handover.on, lang),
        things="\n".join(f"- {one}" for one in titles),
        address=settings.ADDRESS + path,
    )
    mail.put(
        organisation_id=heir.organisation_id,
        person_id=heir.pk,
        address=heir.email,
        key=f"handover:{handover.pk}",
        language=lang,
        subject=_SUBJECT.say(lang).format(title=titles[0]),
        body=said,
        due_at=now,
        now=now,
    )


@transaction.atomic
def give_back(handover: Handover, *, today: date) -> None:
    """Give back what an absence handed over, as far as nobody else holds it since.

    To who left meanwhile nothing is given back: it stays with who inherited.
    """
    actor = command_line(handover.organisation_id)
    if not _is_there(handover.giver, today):
        handover.returned_on = today
        store(handover)
        return
    for line in handover.lines.select_related("heir"):
        if line.heir is None:
            continue
        _pass(_Passing(actor, line, handover.giver, line.heir, today, today))
    handover.returned_on = today
    store(handover)
    record(actor, handover.giver, Verb.HANDED_BACK, {"on": (None, today)})


@transaction.atomic
def take_over(actor: Actor, *, handover: Handover, consent: Consent, today: date) -> Handover:
    """Answer what one inherits: accepted, to be talked of, or not me.

    What is refused is vacant, and said so. Raises NotFoundError, ValidationError.
    """
    if handover.organisation_id != actor.organisation_id or actor.person_id is None:
        raise NotFoundError(handover.pk)
    lines = list(handover.lines.filter(heir=actor.person_id).select_related("heir"))
    if not lines:
        raise NotFoundError(handover.pk)
    if handover.settled_on is None:
        raise ValidationError(_("La main ne passe que le jour dit."))
    for line in lines:
        line.answer = consent
        store(line)
        action = _action(line) if line.kind == Held.PILOT else None
        if action is None or action.pilot_id != actor.person_id:
            continue
        keep_consent(action=action, function=action.pilot_function, consent=consent, today=today)
        if consent is Consent.NOT_ME:
            declare_vacant(
                command_line(actor.organisation_id), action=action, since=today, today=today
            )
    record(actor, handover.giver, Verb.HANDED_TAKEN, {"answer": (None, str(consent))})
    return handover


def under_way() -> QuerySet[Handover]:
    """Return the handovers that wait for a day: theirs, the end of an absence, their erasing."""
    waits = Q(settled_on=None) | Q(until__isnull=False, returned_on=None) | ~Q(word="")
    return Handover.objects.filter(waits)


def tend(organisation_id: int, now: datetime) -> dict[str, int]:
    """Do each night what a day asks of handovers: pass, give back, forget the word that was left.

    One that fails holds back no other. May be done twice without harm.
    """
    counts = {"settled": 0, "returned": 0, "forgotten": 0, "failed": 0}
    for one in (
        under_way().filter(organisation=organisation_id).select_related("giver__organisation")
    ):
        try:
            with transaction.atomic():
                done = _tended(one, today_of(one.giver.organisation))
        except ValidationError as error:
            _LOGGER.warning("handover %s: %s", one.pk, " ".join(error.messages))
            done = ["failed"]
        for name in done:
            counts[name] += 1
    return counts


def _tended(one: Handover, today: date) -> list[str]:
    """Do what a day asks of one handover; return what was done."""
    done = []
    if one.word and (one.until or one.on) < today - _KEPT:
        one.word = ""
        store(one)
        done.append("forgotten")
    if one.settled_on is None and one.on <= today:
        settle(one, today=today)
        done.append("settled")
    if one.settled_on and one.until and one.until < today and one.returned_on is None:
        give_back(one, today=today)
        done.append("returned")
    return done
