"""The mail of the week: what each pilot is waited for, and what is told once to who follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation, Person
from portulan.accounts.trail import record
from portulan.core import mail, trail
from portulan.core.models import Letter
from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.core.storing import store
from portulan.core.words import LetterStatus
from portulan.plans.plan import current_plan
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.alerts.rules import Alert
from portulan.steering.mail.writes import language_of, refusal_address, written_to
from portulan.steering.models import Digest
from portulan.steering.todo.reads import address_of
from portulan.steering.todo.writes import note_told, raise_alerts, untold
from portulan.steering.verbs import Verb
from portulan.steering.words import RAISED, AlertKind

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

_NOTHING_NEW = Text(
    "«\u00a0Rien n’a changé\u00a0» et «\u00a0je n’ai pas ce chiffre\u00a0» sont des réponses.",
    "“Nothing changed” and “I don’t have this figure” are answers.",
)

_LESS = Text(
    "Un message par semaine au plus. Pour n’en plus recevoir\u00a0:",
    "One message a week at most. To receive none any more:",
)


def next_digest(today: date, *, weekday: int, hour: int) -> datetime:
    """Return when the next weekly message leaves (naive, of the place), two days ahead at least."""
    soonest = today + _AHEAD
    day = soonest + timedelta(days=(weekday - soonest.isoweekday()) % 7)
    return datetime.combine(day, time(hour))


def subject(
    plan: str, actions: Sequence[Sequence[Alert]], lang: Language, *, alerts: int = 0
) -> str:
    count, (one, many), words = len(actions), _ACTIONS, _SUBJECT
    if not actions:
        count, (one, many), words = alerts, _ALERTS, _ALERTED
    said = one.say(lang) if count == 1 else many.say(lang).format(count)
    return words.say(lang).format(plan=plan, count=said)


def body(
    plan: str,
    actions: Sequence[Sequence[Alert]],
    stop: str,
    lang: Language,
    *,
    slug: str = "",
    alerts: Sequence[str] = (),
) -> str:
    """Return the text of the message: what one pilots, then what the whole plan is alerted of.

    `actions` are the items of each action; `slug` is of the organisation that they lead to.
    """
    parts = [_HELLO.say(lang)]
    if actions:
        parts.append(_YOURS.say(lang).format(plan=plan))
    for found in actions:
        said = [kind.message(lang) for one in found for kind in (one.said, *one.more)]
        where = settings.ADDRESS + address_of(found[0], slug)
        parts.append("\n".join([found[0].title, *(f"   {words}" for words in (*said, where))]))
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
    every = raise_alerts(organisation, now)
    alerts = [one for one in every if one.kind in RAISED]
    pilots = _piloted(every)
    plan = current_plan(actor=command_line(organisation.pk), today=timezone.localdate(now))
    title = organisation.name if plan is None else plan.title
    readers = {one.pk: one for one in _readers(organisation, thresholds.roles)}
    put = 0
    asked = written_to(Person.objects.filter(pk__in=pilots, organisation=organisation))
    for pk, person in {**readers, **{one.pk: one for one in asked}}.items():
        if pk in written:
            continue  # a campaign writes to them that week: one message at most
        actions = pilots.get(pk, [])
        told = {one.key for found in actions for one in found}
        news = untold(organisation.pk, pk, alerts) if pk in readers else []
        who = _actor(readers[pk]) if news else None
        news = [one for one in news if who and one.may_open(who) and one.key not in told]
        if actions or news:
            with transaction.atomic():  # a message, and what it tells, are kept together
                letter = _put(person, title, actions, news, due=due, now=now)
                if letter is not None and news:
                    note_told(organisation.pk, pk, news)
            put += letter is not None
    return put


def _piloted(every: Iterable[Alert]) -> dict[int, list[list[Alert]]]:
    """Return by pilot the items of each of their actions: its states, else the days that come."""
    found: dict[int, dict[int, list[Alert]]] = {}
    for one in every:
        if one.kind in (AlertKind.STATE, AlertKind.DUE) and one.pilot and one.action:
            found.setdefault(one.pilot, {}).setdefault(one.action, []).append(one)
    return {pk: list(actions.values()) for pk, actions in found.items()}


def _actor(person: Person) -> Actor:
    """Return somebody as the list of what waits knows them; their roles are prefetched."""
    roles = frozenset(Role(one.role) for one in person.memberships.all())
    return Actor(person.organisation_id, person.pk, roles, label=person.function)


def _put(
    person: Person,
    title: str,
    actions: Sequence[Sequence[Alert]],
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
        body=body(
            title,
            actions,
            stopping,
            lang,
            slug=person.organisation.slug,
            alerts=[one.say(lang) for one in news],
        ),
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


def _readers(organisation: Organisation, roles: Sequence[str]) -> QuerySet[Person]:
    """Return whom the alerts of the whole plan are told to, by their roles."""
    found = Person.objects.filter(organisation=organisation, memberships__role__in=roles)
    return written_to(found.distinct()).prefetch_related("memberships")
