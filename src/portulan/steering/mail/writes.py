"""Writing to pilots and to who follows the plan: put two days before, shown, edited or stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation, Person
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.funding.by_action import funding_of
from portulan.budget.years.reads import year_on
from portulan.core import mail, trail
from portulan.core.errors import NotFoundError
from portulan.core.models import Bounce, Letter
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.core.storing import store
from portulan.core.words import LetterStatus
from portulan.plans.actions.columns import actions_of
from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.plan import current_plan
from portulan.plans.states.rules import Derived
from portulan.plans.states.words import LACKS
from portulan.plans.words import OVER
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.alerts.rules import Alert
from portulan.steering.alerts.writes import note_told, raise_alerts, untold
from portulan.steering.models import Digest, MailRefusal
from portulan.steering.verbs import Verb
from portulan.steering.words import AlertKind

_AHEAD = timedelta(days=2)  # a message is shown that long before it leaves
_SUBJECT = Text(
    "{plan}\u00a0: {count} à regarder cette semaine", "{plan}: {count} to look at this week"
)
_ACTIONS = (Text("une action", "one action"), Text("{} actions", "{} actions"))
_ALERTED = Text("{plan}\u00a0: {count}", "{plan}: {count}")
_ALERTS = (Text("une alerte", "one alert"), Text("{} alertes", "{} alerts"))
_TO_KNOW = Text(
    "À savoir du plan «\u00a0{plan}\u00a0», dit une fois\u00a0:",
    "To be known of the plan “{plan}”, told once:",
)
_MORE = Text(
    "- et {count:autre|autres}, au tableau de bord", "- and {count:other|others}, on the dashboard"
)
_MOST_ALERTS = 30
_HELLO = Text("Bonjour,", "Hello,")
_YOURS = Text(
    "Vous êtes pilote de ces actions du plan «\u00a0{plan}\u00a0». Voici celles qui attendent une"
    " nouvelle\u00a0:",
    "You pilot these actions of the plan “{plan}”. Here are those that wait for news:",
)
_DUE = Text("Fin prévue le {}.", "Planned end on {}.")
_NOTHING_NEW = Text(
    "«\u00a0Rien n’a changé\u00a0» et «\u00a0je n’ai pas ce chiffre\u00a0» sont des réponses.",
    "“Nothing changed” and “I don’t have this figure” are answers.",
)
_LESS = Text(
    "Un message par semaine au plus. Pour n’en plus recevoir\u00a0:",
    "One message a week at most. To receive none any more:",
)
_SALT = "portulan.steering.mail"


@dataclass(frozen=True, slots=True)
class Piloted:
    """An action of a pilot that waits for news, and where it is updated."""

    number: str
    title: str
    states: tuple[Derived, ...]
    due_on: date | None
    address: str


def next_digest(today: date, *, weekday: int, hour: int) -> datetime:
    """Return when the next weekly message leaves (naive, of the place), two days ahead at least."""
    soonest = today + _AHEAD
    day = soonest + timedelta(days=(weekday - soonest.isoweekday()) % 7)
    return datetime.combine(day, time(hour))


def subject(plan: str, actions: Sequence[Piloted], lang: Language, *, alerts: int = 0) -> str:
    count, (one, many), words = len(actions), _ACTIONS, _SUBJECT
    if not actions:
        count, (one, many), words = alerts, _ALERTS, _ALERTED
    said = one.say(lang) if count == 1 else many.say(lang).format(count)
    return words.say(lang).format(plan=plan, count=said)


def body(
    plan: str,
    actions: Sequence[Piloted],
    stop: str,
    lang: Language,
    *,
    alerts: Sequence[str] = (),
) -> str:
    """Return the text of the message: what one pilots, then what the whole plan is alerted of."""
    parts = [_HELLO.say(lang)]
    if actions:
        parts.append(_YOURS.say(lang).format(plan=plan))
    for one in actions:
        said = [state.sentence(lang) for state in one.states]
        if one.due_on is not None and not said:
            said = [_DUE.say(lang).format(numbers.date(one.due_on, lang))]
        lines = [f"{one.number}. {one.title}", *(f"   {words}" for words in said)]
        parts.append("\n".join([*lines, f"   {one.address}"]))
    if actions:
        parts.append(_NOTHING_NEW.say(lang))
    if alerts:
        listed = [f"- {one}" for one in alerts[:_MOST_ALERTS]]
        if more := len(alerts) - len(listed):
            listed.append(_MORE.say(lang).format(count=Count(more)))
        parts += [_TO_KNOW.say(lang).format(plan=plan), "\n".join(listed)]
    parts.append(f"-- \n{_LESS.say(lang)}\n{stop}")
    return "\n\n".join(parts) + "\n"


@transaction.atomic
def set_digest(actor: Actor, *, weekday: int | None, hour: int = 9) -> Digest:
    """Say on which day pilots are written to (Monday is 1), None for never.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.RUN_CAMPAIGN)
    kept = Digest.objects.filter(organisation=actor.organisation_id).first()
    digest = kept or Digest(organisation_id=actor.organisation_id)
    changes = trail.set_fields(digest, {"weekday": weekday, "hour": hour})
    store(digest)
    record(actor, digest, Verb.DIGEST_SET, changes)
    return digest


def get_letter(*, actor: Actor, pk: int) -> Letter:
    """Return a message of the organisation. Raises NotFoundError, DeniedError."""
    found = mail.letters_of(actor.organisation_id).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(pk)
    actor.require(Operation.RUN_CAMPAIGN)
    return found


@transaction.atomic
def edit(actor: Actor, *, letter: Letter, subject: str, body: str) -> Letter:
    """Change what a message says. Raises DeniedError, NotFoundError, ValidationError."""
    _own(actor, letter)
    found = mail.edit_letter(letter, subject=subject, body=body)
    record(actor, found, Verb.LETTER_EDITED, {"title": (letter.subject, found.subject)})
    return found


@transaction.atomic
def stop(actor: Actor, *, letter: Letter) -> Letter:
    """Keep a message from leaving. Raises as `edit`."""
    _own(actor, letter)
    found = mail.stop_letter(letter)
    record(actor, found, Verb.LETTER_STOPPED, {})
    return found


@transaction.atomic
def resume(actor: Actor, *, letter: Letter, now: datetime) -> Letter:
    """Let a message leave again. Raises as `edit`."""
    _own(actor, letter)
    found = mail.resume_letter(letter, now=now)
    record(actor, found, Verb.LETTER_RESUMED, {})
    return found


@transaction.atomic
def resume_all(actor: Actor, *, now: datetime) -> int:
    """Let all leave again that was refused or may not have left; return how many.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.RUN_CAMPAIGN)
    organisation = hold_organisation(actor)
    count = mail.resume_all(mail.to_resume(actor.organisation_id), now=now)
    if not count:
        raise ValidationError(_("Aucun message n’est à renvoyer."))
    record(actor, organisation, Verb.LETTERS_RESUMED, {"count": (None, count)})
    return count


def _own(actor: Actor, row: Letter | Bounce) -> None:
    if row.organisation_id != actor.organisation_id:
        raise NotFoundError(row.pk)
    actor.require(Operation.RUN_CAMPAIGN)


def get_bounce(*, actor: Actor, pk: int) -> Bounce:
    """Return an address of the organisation that receives nothing. Raises as `get_letter`."""
    found = mail.bounces_of(actor.organisation_id).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(pk)
    actor.require(Operation.RUN_CAMPAIGN)
    return found


@transaction.atomic
def confirm_address(actor: Actor, *, bounce: Bounce) -> None:
    """Say that an address is right after all: it is written to again. Raises as `edit`."""
    _own(actor, bounce)
    person = Person.objects.get(pk=bounce.person_id)
    mail.trust(bounce)
    record(actor, person, Verb.ADDRESS_CONFIRMED, {"status": (bounce.status, None)})


@transaction.atomic
def try_mail(actor: Actor, *, now: datetime) -> Letter:
    """Put a message to oneself, that leaves at the next look. Raises as `edit`."""
    actor.require(Operation.RUN_CAMPAIGN)
    person = Person.objects.filter(pk=actor.person_id or 0).select_related("user").first()
    if person is None or not person.email:
        raise ValidationError(_("Votre fiche n’a pas d’adresse : donnez-en une d’abord."))
    if mail.bounce_of(person.pk, person.email) is not None:
        raise ValidationError(
            _("Votre adresse ne reçoit rien : changez-la, ou dites qu’elle est bonne.")
        )
    letter = mail.put(
        organisation_id=actor.organisation_id,
        person_id=person.pk,
        address=person.email,
        key=f"test:{now:%Y%m%d%H%M%S}",
        language=language_of(person),
        subject=_("Essai de Portulan"),
        body=_("Si vous lisez ceci, le courrier part.") + "\n",
        due_at=now,
        urgent=True,
        now=now,
    )
    if letter is None:
        raise ValidationError(_("Un essai vient d’être mis : attendez-le une minute."))
    return letter


def with_digest() -> QuerySet[Digest]:
    """Return the weekly messages that are asked for (one query)."""
    return Digest.objects.filter(weekday__isnull=False, organisation__frozen_on=None)


def plan_digest(organisation_id: int, now: datetime) -> int:
    """Put the messages of the coming week, each once, and return how many were put."""
    today = timezone.localdate(now)
    found = with_digest().filter(organisation=organisation_id).select_related("organisation")
    return sum(
        _plan(one, today_at=next_digest(today, weekday=one.weekday or 1, hour=one.hour), now=now)
        for one in found
    )


def _plan(digest: Digest, *, today_at: datetime, now: datetime) -> int:
    organisation = digest.organisation
    due = timezone.make_aware(today_at)
    written = written_that_week(organisation.pk, due.date())
    thresholds = thresholds_of(organisation.pk)
    alerts = raise_alerts(organisation, now)
    title, pilots = _waiting(organisation, now, thresholds.due_days)
    readers = {one.pk: one for one in _readers(organisation, thresholds.roles)}
    put = 0
    for pk, person in {**readers, **{pk: one for pk, (one, _actions) in pilots.items()}}.items():
        if pk in written:
            continue  # a campaign writes to them that week: one message at most
        actions = pilots[pk][1] if pk in pilots else []
        news = untold(organisation.pk, pk, alerts) if pk in readers else []
        news = _besides(news, person, actions)
        if actions or news:
            with transaction.atomic():  # a message, and what it tells, are kept together
                letter = _put(person, title, actions, news, due=due, now=now)
                if letter is not None and news:
                    note_told(organisation.pk, pk, news)
            put += letter is not None
    return put


def _besides(news: list[Alert], person: Person, actions: list[Piloted]) -> list[Alert]:
    """Leave out the days of the actions that the same message tells already."""
    told = {one.number for one in actions}
    return [
        one
        for one in news
        if one.kind is not AlertKind.DUE
        or one.pilot != person.pk
        or one.title.partition(".")[0] not in told
    ]


def _put(
    person: Person,
    title: str,
    actions: list[Piloted],
    news: list[Alert],
    *,
    due: datetime,
    now: datetime,
) -> Letter | None:
    lang = language_of(person)
    stopping = refusal_address(person)
    return mail.put(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        address=person.email,
        key=f"digest:{due:%G-W%V}",
        language=lang,
        subject=subject(title, actions, lang, alerts=len(news)),
        body=body(title, actions, stopping, lang, alerts=[one.say(lang) for one in news]),
        due_at=due,
        unsubscribe=stopping,
        now=now,
    )


def written_that_week(organisation_id: int, day: date) -> set[int]:
    """Return who has a message of a campaign in the week of a day: no weekly one besides."""
    year, week, _weekday = day.isocalendar()
    monday = date.fromisocalendar(year, week, 1)
    first = timezone.make_aware(datetime.combine(monday, time()))
    letters = Letter.objects.filter(
        organisation_id=organisation_id,
        key__startswith="campaign:",
        due_at__gte=first,
        due_at__lt=first + timedelta(days=7),
    ).exclude(status=LetterStatus.STOPPED)
    return {pk for pk in letters.values_list("person_id", flat=True) if pk is not None}


def _waiting(
    organisation: Organisation, now: datetime, due_days: int | None
) -> tuple[str, dict[int, tuple[Person, list[Piloted]]]]:
    """Return the title of the plan, and the pilots who have something to say, with it.

    The same queries for any number of them. `due_days` is how long before a day it is told.
    """
    today = timezone.localdate(now)
    plan = current_plan(actor=command_line(organisation.pk), today=today)
    if plan is None:
        return organisation.name, {}
    read = actions_of(plan)
    facts = funding_of(read.actions)
    year = year_on(organisation.pk, today)
    by_pilot: defaultdict[int, list[Row]] = defaultdict(list)
    until = None if due_days is None else today + timedelta(days=due_days)
    for row in rows_of(plan=plan, today=today, facts=facts, read=read, this_year=year):
        due = row.action.due_on
        soon = due is not None and until is not None and today <= due <= until
        asks = any(one.state not in LACKS for one in row.states)
        if row.action.pilot_id and row.progress not in OVER and (asks or soon):
            by_pilot[row.action.pilot_id].append(row)
    return plan.title, {
        person.pk: (person, [_piloted(organisation, plan.slug, row) for row in by_pilot[person.pk]])
        for person in written_to(Person.objects.filter(pk__in=by_pilot))
    }


def _readers(organisation: Organisation, roles: Sequence[str]) -> QuerySet[Person]:
    """Return whom the alerts of the whole plan are told to, by their roles."""
    found = Person.objects.filter(organisation=organisation, memberships__role__in=roles)
    return written_to(found.distinct())


def written_to(people: QuerySet[Person]) -> QuerySet[Person]:
    """Leave out who left, was erased, has no address or asked not to be written to."""
    found = people.filter(left_on=None, erased_at=None, mail_refusal=None).exclude(email="")
    return found.select_related("user", "organisation").order_by("pk")


def _piloted(organisation: Organisation, plan: str, row: Row) -> Piloted:
    place = reverse("plans:action", args=[organisation.slug, plan, row.action.number])
    return Piloted(
        number=row.action.called,
        title=row.action.title,
        states=tuple(one for one in row.states if one.state not in LACKS),
        due_on=row.action.due_on,
        address=settings.ADDRESS + place,
    )


def language_of(person: Person) -> Language:
    """Return the language somebody is written to in."""
    return "en" if person.user is not None and person.user.language == "en" else "fr"


def refusal_address(person: Person) -> str:
    """Return where somebody asks, without an account, not to be written to."""
    token = signing.dumps(person.pk, salt=_SALT)
    return settings.ADDRESS + reverse("no-mail", args=[token])


def whose(token: str) -> Person:
    """Return who an address of refusal is of. Raises NotFoundError."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFoundError(token) from None
    person = Person.objects.filter(pk=pk, erased_at=None).select_related("organisation").first()
    if person is None:
        raise NotFoundError(token)
    return person


@transaction.atomic
def refuse_mail(person: Person, *, now: datetime) -> None:
    """Write to somebody no more: what waits for them never leaves."""
    MailRefusal.objects.get_or_create(person=person, defaults={"since": now})
    for letter in Letter.objects.filter(person_id=person.pk, status=LetterStatus.WAITING):
        mail.stop_letter(letter)
