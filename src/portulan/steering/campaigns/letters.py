"""What pilots are written for a campaign, and when: all of it shown before anything leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.models import Person
from portulan.core import mail
from portulan.core.models import Letter
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.core.words import LetterStatus
from portulan.steering.campaigns.links import Standing, address_of, has_left, standing_of
from portulan.steering.mail.writes import language_of, refusal_address
from portulan.steering.models import Campaign, Change, MailRefusal, Reply
from portulan.steering.words import CampaignKind, Way

WEEK = timedelta(days=7)
_HOUR = time(9)
_MOST = 4  # messages to one person for one campaign
_HELLO = Text("Bonjour,", "Hello,")
_ASKED = Text(
    "Le plan «\u00a0{plan}\u00a0» vous pressent comme pilote, par votre fonction ({function}), de"
    " ces actions\u00a0:",
    "The plan “{plan}” asks you, by your function ({function}), to pilot these actions:",
)
_NEWS = Text(
    "Par votre fonction ({function}), vous pilotez ces actions du plan «\u00a0{plan}\u00a0». Où en"
    " sont-elles\u00a0?",
    "By your function ({function}), you pilot these actions of the plan “{plan}”. Where do they"
    " stand?",
)
_WHERE = Text(
    "Répondez ici avant le {day}, en trois minutes\u00a0:",
    "Answer here before {day}, in three minutes:",
)
_SHEET = Text(
    "Une feuille à remplir vous est envoyée à part\u00a0; renvoyez-la avant le {day}.",
    "A sheet to fill comes apart; send it back before {day}.",
)
_CONSENT = Text(
    "J’accepte, ce n’est pas moi, j’en parle d’abord\u00a0: trois réponses possibles. Un silence"
    " n’est pas un oui.",
    "I accept, it is not me, I’ll talk about it first: three possible answers. Silence is not a"
    " yes.",
)
_NOTHING = Text(
    "«\u00a0Rien n’a changé\u00a0» et «\u00a0je n’ai pas ce chiffre\u00a0» sont des réponses.",
    "“Nothing changed” and “I don’t have this figure” are answers.",
)
_LINK = Text(
    "Ce lien est celui de votre fonction\u00a0: il ne montre que ces actions, s’éteint à cette"
    " date, et n’enregistre rien quand on l’ouvre.",
    "This link is that of your function: it shows these actions alone, ends on that day, and"
    " records nothing when it is opened.",
)
_AGAIN = Text("Pour mémoire\u00a0: ", "A reminder: ")
_SUBJECTS = {
    CampaignKind.ACCEPTANCE: Text("{plan}\u00a0: acceptez-vous de piloter\u00a0?",
                                  "{plan}: do you accept to pilot?"),
    CampaignKind.UPDATE: Text("{plan}\u00a0: où en sont vos actions\u00a0?",
                              "{plan}: where do your actions stand?"),
}  # fmt: skip
_BACK = Text("{plan}\u00a0: une réponse à revoir", "{plan}: an answer to look at again")
_BACK_WHY = Text(
    "Merci de votre réponse. Sur ce point, une question revient vers vous\u00a0:",
    "Thank you for your answer. On this point, a question comes back to you:",
)
_ANEW = Text("{plan}\u00a0: votre nouveau lien", "{plan}: your new link")
_ANEW_WHY = Text(
    "Un nouveau lien a été demandé depuis celui que vous aviez reçu, par la fonction {function}."
    " Celui d’avant ne sert plus.",
    "A new link was asked for from the one that you had received, by the function {function}."
    " The one before no longer works.",
)
_LESS = Text("Pour ne plus recevoir de messages\u00a0:", "To receive no more messages:")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message that will leave: its rank in the campaign (0 is the first), to whom, when."""

    rank: int
    person: Person
    replies: tuple[Reply, ...]
    due_at: datetime


def days_of(campaign: Campaign, today: date) -> list[date]:
    """Return the days of the messages: the first, then reminders, a week apart at least."""
    first = max(campaign.opens_on, today + timedelta(days=1))
    found = [first]
    step = max(timedelta(days=campaign.remind_every or 0), WEEK)
    while campaign.remind_every and len(found) < _MOST and found[-1] + step < campaign.closes_on:
        found.append(found[-1] + step)
    return found


def calendar_of(
    campaign: Campaign, replies: Iterable[Reply], *, today: date
) -> tuple[list[Leaving], list[Reply]]:
    """Return what would leave, in order, and the replies that nobody can be written to about.

    A message a week to a person at most: one already due in the same week puts this one off.
    """
    replies = list(replies)
    refused = set(
        MailRefusal.objects.filter(
            person__organisation_id=campaign.plan.organisation_id
        ).values_list("person_id", flat=True)
    )
    dead = mail.dead_addresses(campaign.plan.organisation_id)
    by_person: dict[int, tuple[Person, list[Reply]]] = {}
    apart = []
    for reply in replies:
        person = reply.person
        if (
            person is None
            or person.pk in refused
            or has_left(person, today)
            or person.email.lower() in {"", dead.get(person.pk)}
        ):
            apart.append(reply)
        else:
            by_person.setdefault(person.pk, (person, []))[1].append(reply)
    if campaign.way == Way.SHEET:
        return [], replies
    busy = _busy(campaign, by_person)
    found = []
    for pk, (person, theirs) in by_person.items():
        for rank, day in enumerate(days_of(campaign, today)):
            while (pk, *day.isocalendar()[:2]) in busy and day + WEEK <= campaign.closes_on:
                day += WEEK
            if rank and (pk, *day.isocalendar()[:2]) in busy:
                continue  # no week is left for this reminder
            busy.add((pk, *day.isocalendar()[:2]))
            due = timezone.make_aware(datetime.combine(day, _HOUR))
            found.append(Leaving(rank, person, tuple(theirs), due))
    found.sort(key=lambda one: (one.due_at, one.person.pk))
    return found, apart


def _busy(campaign: Campaign, people: Iterable[int]) -> set[tuple[int, int, int]]:
    """Return the weeks in which somebody is written to already; a digest gives way."""
    letters = Letter.objects.filter(
        organisation_id=campaign.plan.organisation_id,
        person_id__in=list(people),
        key__startswith="campaign:",
        urgent=False,
    ).exclude(status=LetterStatus.STOPPED)
    return {
        (pk or 0, *timezone.localdate(due).isocalendar()[:2])
        for pk, due in letters.exclude(key__startswith=_key(campaign)).values_list(
            "person_id", "due_at"
        )
    }


def _key(campaign: Campaign) -> str:
    return f"campaign:{campaign.pk}:"


def subject_of(campaign: Campaign, rank: int, lang: Language) -> str:
    said = _SUBJECTS[CampaignKind(campaign.kind)].say(lang).format(plan=campaign.plan.title)
    return f"{_AGAIN.say(lang)}{said}" if rank else said


def body_of(campaign: Campaign, replies: Sequence[Reply], lang: Language, *, stop: str = "") -> str:
    """Return the text of a message; of a reply that is not kept yet, its link comes later."""
    asked = _ASKED if campaign.kind == CampaignKind.ACCEPTANCE else _NEWS
    day = numbers.date(campaign.closes_on, lang)
    parts = [_HELLO.say(lang)]
    for reply in replies:
        parts.append(asked.say(lang).format(plan=campaign.plan.title, function=reply.function))
        parts.append("\n".join(_titles(reply)))
        parts.append(_where(campaign, reply, day, lang))
    hint = _CONSENT if campaign.kind == CampaignKind.ACCEPTANCE else _NOTHING
    parts.append(hint.say(lang))
    if campaign.message:
        parts.append(campaign.message)
    if campaign.way == Way.LINK:
        parts.append(_LINK.say(lang))
    if stop:
        parts.append(f"-- \n{_LESS.say(lang)}\n{stop}")
    return "\n\n".join(parts) + "\n"


def _titles(reply: Reply) -> Iterator[str]:
    actions = getattr(reply, "asked_actions", None)
    if actions is None:
        actions = [part.action for part in reply.parts.select_related("action").order_by("order")]
    for action in actions:
        yield f"{action.called}. {action.title}"


def _where(campaign: Campaign, reply: Reply, day: str, lang: Language) -> str:
    if campaign.way == Way.SHEET:
        return _SHEET.say(lang).format(day=day)
    address = "…"
    if reply.pk:
        address = address_of(reply) if campaign.way == Way.LINK else own_address(reply)
    return f"{_WHERE.say(lang).format(day=day)}\n{address}"


def own_address(reply: Reply) -> str:
    """Return where somebody with an account answers."""
    campaign = reply.campaign
    plan = campaign.plan
    where = [plan.organisation.slug, plan.slug, campaign.pk, reply.pk]
    return settings.ADDRESS + reverse("steering:own-reply", args=where)


def put_letters(campaign: Campaign, replies: Iterable[Reply], *, today: date, now: datetime) -> int:
    """Put what will leave in the outbox, where it is seen, edited and stopped; return how many."""
    found, _apart = calendar_of(campaign, replies, today=today)
    put = 0
    for one in found:
        lang = language_of(one.person)
        stop = refusal_address(one.person)
        letter = mail.put(
            organisation_id=campaign.plan.organisation_id,
            person_id=one.person.pk,
            address=one.person.email,
            key=f"{_key(campaign)}{one.rank}",
            language=lang,
            subject=subject_of(campaign, one.rank, lang),
            body=body_of(campaign, one.replies, lang, stop=stop),
            due_at=one.due_at,
            unsubscribe=stop,
            now=now,
        )
        if letter is not None:
            put += 1
            _no_digest(letter)
    return put


def _no_digest(letter: Letter) -> None:
    """Stop the weekly message of that week: one a person at most."""
    year, week, _day = timezone.localdate(letter.due_at).isocalendar()
    digests = Letter.objects.filter(
        organisation_id=letter.organisation_id,
        person_id=letter.person_id,
        key=f"digest:{year}-W{week:02}",
        status=LetterStatus.WAITING,
    )
    for one in digests:
        mail.stop_letter(one)


@dataclass(frozen=True, slots=True)
class Posted:
    """The messages of a campaign: how many left, how many wait and until when, which failed."""

    sent: int
    waiting: int
    next_at: datetime | None
    failed: frozenset[int | None]  # who was written to, and received nothing


def posted_of(campaign: Campaign) -> Posted:
    """Return where the messages of a campaign stand (two queries)."""
    rows = mail.letters_of(campaign.plan.organisation_id, _key(campaign))
    dead = mail.dead_addresses(campaign.plan.organisation_id)
    sent, due, failed = 0, [], set()
    for person, address, status, at in rows.values_list("person_id", "address", "status", "due_at"):
        sent += status == LetterStatus.SENT
        if status == LetterStatus.WAITING:
            due.append(at)
        came_back = status == LetterStatus.SENT and dead.get(person or 0) == address.lower()
        if came_back or status in (LetterStatus.REFUSED, LetterStatus.DOUBTFUL):
            failed.add(person)
    return Posted(sent, len(due), min(due, default=None), frozenset(failed))


def next_letters(campaign: Campaign, *, now: datetime) -> tuple[list[Letter], int]:
    """Return the next message of each person, that may leave now, and how many may not (two
    queries): to who has another one this week.
    """
    ours = Letter.objects.filter(organisation_id=campaign.plan.organisation_id)
    waiting = ours.filter(
        key__startswith=_key(campaign), status=LetterStatus.WAITING, due_at__gt=now, urgent=False
    )
    firsts: dict[int, Letter] = {}
    for one in waiting.exclude(key__contains=":back:").order_by("due_at", "pk"):
        firsts.setdefault(one.person_id or 0, one)
    year, week, _day = timezone.localdate(now).isocalendar()
    monday = timezone.make_aware(datetime.combine(date.fromisocalendar(year, week, 1), time()))
    others = ours.filter(
        person_id__in=firsts, due_at__gte=monday, due_at__lt=monday + WEEK, urgent=False
    ).exclude(status=LetterStatus.STOPPED)
    told = others.filter(
        Q(key__startswith="campaign:")
        | Q(key__startswith="digest:") & ~Q(status=LetterStatus.WAITING)
    )
    mine = {one.pk for one in firsts.values()}
    busy = {person for pk, person in told.values_list("pk", "person_id") if pk not in mine}
    return [one for pk, one in firsts.items() if pk not in busy], len(busy)


def send_next(campaign: Campaign, *, now: datetime) -> int:
    """Have those messages leave now; return how many."""
    found, _left = next_letters(campaign, now=now)
    count = mail.hasten(Letter.objects.filter(pk__in=[one.pk for one in found]), now=now)
    for one in found:
        one.due_at = now
        _no_digest(one)
    return count


def stop_waiting(campaign: Campaign, person_id: int | None = None) -> None:
    """Keep what has not left from leaving: to somebody who answered, or to all."""
    waiting = Letter.objects.filter(
        organisation_id=campaign.plan.organisation_id,
        key__startswith=_key(campaign),
        status=LetterStatus.WAITING,
    ).exclude(key__contains=":back:")
    if person_id is not None:
        waiting = waiting.filter(person_id=person_id)
    for letter in waiting:
        mail.stop_letter(letter)


def forget_silence(campaign: Campaign) -> None:
    """Take away what a closed campaign kept of who was reminded: letters beyond the first."""
    letters = mail.letters_of(campaign.plan.organisation_id, _key(campaign))
    letters.exclude(key=f"{_key(campaign)}0").exclude(key__contains=":back:").delete()
    letters.filter(status__in=(LetterStatus.WAITING, LetterStatus.STOPPED)).delete()


def send_link(reply: Reply, *, today: date, now: datetime) -> None:
    """Write its link again to the person of a reply, once a day; to nobody who is not to have it.

    It leaves at once: somebody waits for it.
    """
    person, campaign = reply.person, reply.campaign
    if person is None or standing_of(reply, today) is not Standing.OPEN or _asks_for_none(person):
        return
    lang, stop = language_of(person), refusal_address(person)
    parts = [_HELLO.say(lang), _ANEW_WHY.say(lang).format(function=reply.function)]
    parts.append(_where(campaign, reply, numbers.date(campaign.closes_on, lang), lang))
    parts += [_LINK.say(lang), f"-- \n{_LESS.say(lang)}\n{stop}"]
    mail.put(
        organisation_id=campaign.plan.organisation_id,
        person_id=person.pk,
        address=person.email,
        key=f"{_key(campaign)}link:{reply.pk}:{reply.version}:{today.isoformat()}",
        language=lang,
        subject=_ANEW.say(lang).format(plan=campaign.plan.title),
        body="\n\n".join(parts) + "\n",
        due_at=now,
        unsubscribe=stop,
        urgent=True,
        now=now,
    )


def _asks_for_none(person: Person) -> bool:
    return not person.email or MailRefusal.objects.filter(person=person).exists()


def send_back(reply: Reply, changes: Sequence[tuple[Change, str]], *, now: datetime) -> None:
    """Write to who answered about what goes back, each with its word; it leaves the day after.

    One message a week about that: what is decided before it leaves is added to it.
    """
    person, campaign = reply.person, reply.campaign
    if person is None or _asks_for_none(person):
        return
    lang = language_of(person)
    day = timezone.localdate(now)
    year, week, _weekday = day.isocalendar()
    key = f"{_key(campaign)}back:{reply.pk}:{year}-W{week:02}"
    lines = [
        f"- {label}\N{NO-BREAK SPACE}: {change.word}".rstrip(" :") for change, label in changes
    ]
    parts = [_HELLO.say(lang), _BACK_WHY.say(lang), "\n".join(lines)]
    parts.append(_where(campaign, reply, numbers.date(campaign.closes_on, lang), lang))
    due = timezone.make_aware(datetime.combine(day + timedelta(days=1), _HOUR))
    stop = refusal_address(person)
    letter = mail.put(
        organisation_id=campaign.plan.organisation_id,
        person_id=person.pk,
        address=person.email,
        key=key,
        language=lang,
        subject=_BACK.say(lang).format(plan=campaign.plan.title),
        body="\n\n".join([*parts, f"-- \n{_LESS.say(lang)}\n{stop}"]) + "\n",
        due_at=due,
        unsubscribe=stop,
        now=now,
    )
    if letter is not None:
        return
    kept = Letter.objects.filter(
        organisation_id=campaign.plan.organisation_id, person_id=person.pk, key=key
    ).first()
    if kept is None:
        return  # their address receives nothing: the page of the pilot says it
    try:
        added = kept.body.replace(parts[1], "\n".join([parts[1], "", *lines]), 1)
        mail.edit_letter(kept, subject=kept.subject, body=added)
    except ValidationError:
        return  # it left: the page of the pilot says the rest
