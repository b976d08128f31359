"""Messages that leave: an outbox, sent one by one, each once.

A message is marked “being sent” before, in a transaction of its own, its final dot before it is
said, and “sent” after. When its process ends after the dot, nobody knows whether it left: it is
“perhaps sent”, and waits for a person, unless the setting says to send it again with the same
Message-ID. Before the dot it has not left, and waits as before. Text alone, no tracking; nothing
leaves outside the days and hours of the place but what somebody waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid
from functools import partial
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.core import processes
from portulan.core.bounces import is_of_address, reports_of, status_of
from portulan.core.duties import AHEAD
from portulan.core.models import Bounce, DutyRun, Letter
from portulan.core.relay import Answer, Outcome, Relay, ShutError
from portulan.core.storing import store
from portulan.core.words import LetterStatus, TaskStatus

DUTY = "mail"
# After each refusal that is not final, how long until the next try; the last holds for the others.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
PATIENCE = timedelta(days=5)  # from the first try (RFC 5321, 4.5.4.1)
_MOST_HELD = 3  # one after the other: the server is left alone
_MOST_SECONDS = 60.0  # of a look
_KEPT = timedelta(days=180)  # what left is forgotten then
_GONE = "…"  # in the place of a subject, which somebody may have written
_AT_ONCE = 200  # messages at a look: the next takes the others


def can_send() -> bool:
    """Return whether a server is set; without one, each message can be copied."""
    return bool(settings.MAILERS)


def is_open(now: datetime) -> bool:
    """Return whether messages may leave at that instant, in the days and hours of the place."""
    local = timezone.localtime(now)
    first, last = settings.MAIL_HOURS
    return local.isoweekday() in settings.MAIL_DAYS and first <= local.hour < last


def put(
    *,
    organisation_id: int,
    person_id: int,
    address: str,
    key: str,
    language: str,
    subject: str,
    body: str,
    due_at: datetime,
    unsubscribe: str = "",
    urgent: bool = False,
    calendar: str = "",
    now: datetime | None = None,
) -> Letter | None:
    """Put a message that will leave at `due_at` or later; first and at any hour if it is urgent.

    `calendar` is a file of days (iCalendar) that goes with it.

    None when this was told already, or when the address receives nothing.
    """
    if bounce_of(person_id, address) is not None:
        return None
    letter, made = Letter.objects.get_or_create(
        organisation_id=organisation_id,
        person_id=person_id,
        key=key,
        defaults={
            "address": address,
            "language": language,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "unsubscribe": unsubscribe,
            "urgent": urgent,
            "calendar": calendar,
            "due_at": due_at,
            "message_id": make_msgid(domain=settings.MAIL_FROM.rpartition("@")[2] or "localhost"),
            "created_at": now or timezone.now(),
        },
    )
    if urgent and made:
        transaction.on_commit(_hasten)
    return letter if made else None


def _hasten() -> None:
    """Have messages looked at in the next seconds."""
    idle = DutyRun.objects.filter(name=DUTY).exclude(status=TaskStatus.RUNNING)
    idle.update(status=TaskStatus.WAITING)


def letters_of(organisation_id: int, about: str = "") -> QuerySet[Letter]:
    """Return the messages of an organisation: what will leave first, then what left, latest first.

    `about` is how the keys of those that are wanted begin. In one query.
    """
    return Letter.objects.filter(organisation_id=organisation_id, key__startswith=about).order_by(
        F("sent_at").desc(nulls_first=True), "due_at", "pk"
    )


@transaction.atomic
def edit_letter(letter: Letter, *, subject: str, body: str) -> Letter:
    """Change what a message says before it leaves. Raises ValidationError once it is being sent."""
    held = _hold(letter, LetterStatus.WAITING, LetterStatus.STOPPED)
    held.subject, held.body = " ".join(subject.split()), body.strip() + "\n"
    store(held)
    return held


@transaction.atomic
def stop_letter(letter: Letter) -> Letter:
    """Keep a message from leaving; one that may have left will never be sent again.

    Raises ValidationError once it is being sent.
    """
    held = _hold(letter, LetterStatus.WAITING, LetterStatus.DOUBTFUL)
    held.status = LetterStatus.STOPPED
    store(held)
    return held


@transaction.atomic
def resume_letter(letter: Letter, *, now: datetime) -> Letter:
    """Let a message leave that was stopped, refused, or may have left already.

    It keeps its Message-ID: a server that received it before may recognise it.
    """
    held = _hold(letter, LetterStatus.STOPPED, LetterStatus.DOUBTFUL, LetterStatus.REFUSED)
    if not held.address:
        raise ValidationError(_("Cette personne n’a plus d’adresse."))
    if bounce_of(held.person_id or 0, held.address) is not None:
        raise ValidationError(
            _("Cette adresse ne reçoit rien : changez-la, ou dites d’abord qu’elle est bonne.")
        )
    held.status, held.failure, held.attempts = LetterStatus.WAITING, "", 0
    held.due_at, held.dot_at, held.tried_since = max(held.due_at, now), None, None
    store(held)
    return held


@transaction.atomic
def hasten(letters: QuerySet[Letter], *, now: datetime) -> int:
    """Have what waits leave now, in the days and hours of the place; return how many."""
    found = letters.filter(status=LetterStatus.WAITING, due_at__gt=now)
    count = found.update(due_at=now, version=F("version") + 1)
    transaction.on_commit(_hasten)
    return count


def to_resume(organisation_id: int | None = None) -> QuerySet[Letter]:
    """Return what was refused or may not have left, and whose address is not known to be dead."""
    dead = Bounce.objects.values_list("person_id", flat=True)
    found = Letter.objects.filter(status__in=(LetterStatus.REFUSED, LetterStatus.DOUBTFUL))
    found = found.exclude(address="").exclude(person_id__in=dead).order_by("pk")
    return found if organisation_id is None else found.filter(organisation_id=organisation_id)


def resume_all(letters: QuerySet[Letter], *, now: datetime) -> int:
    """Let all that `to_resume` returned leave again; return how many."""
    return letters.update(
        status=LetterStatus.WAITING,
        failure="",
        attempts=0,
        due_at=now,
        dot_at=None,
        tried_since=None,
        version=F("version") + 1,
    )


def _hold(letter: Letter, *allowed: LetterStatus) -> Letter:
    held = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if held.status not in allowed:
        raise ValidationError(_("Ce message est parti, ou est en train de partir."))
    return held


def forget(person_id: int) -> None:
    """Take out where a person is written to, and what for; what has not left never will."""
    letters = Letter.objects.filter(person_id=person_id)
    letters.filter(status=LetterStatus.WAITING).update(
        status=LetterStatus.STOPPED, version=F("version") + 1
    )
    letters.update(address="", subject=_GONE, body="", calendar="", version=F("version") + 1)
    Bounce.objects.filter(person_id=person_id).delete()


def bounces_of(organisation_id: int) -> QuerySet[Bounce]:
    """Return the addresses that receive nothing, the latest first (one query)."""
    return Bounce.objects.filter(organisation_id=organisation_id).order_by("-since", "-pk")


def dead_addresses(organisation_id: int) -> dict[int, str]:
    """Return the addresses that receive nothing, in small letters, by person (one query)."""
    found = bounces_of(organisation_id).values_list("person_id", "address")
    return {person: address.lower() for person, address in found}


def bounce_of(person_id: int, address: str) -> Bounce | None:
    """Return what came back from that address of somebody; another address is not known yet."""
    found = Bounce.objects.filter(person_id=person_id, address__iexact=address)
    return found.first() if address else None


@transaction.atomic
def note_bounce(letter: Letter, *, status: str, said: str, now: datetime) -> bool:
    """Keep that a message came back; tell whether its address is written to no more.

    A message that is not delivered is shown as refused. What says that the address itself receives
    nothing stops all that waits for it.
    """
    held = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if held.status in (LetterStatus.SENT, LetterStatus.DOUBTFUL, LetterStatus.SENDING):
        held.status, held.failure, held.holder = LetterStatus.REFUSED, status, ""
        store(held)
    if held.person_id is None or not held.address or not is_of_address(status):
        return False
    told = {"address": held.address, "status": status, "said": said[:250], "since": now}
    Bounce.objects.update_or_create(
        person_id=held.person_id, defaults={"organisation_id": held.organisation_id, **told}
    )
    waiting = Letter.objects.filter(person_id=held.person_id, status=LetterStatus.WAITING)
    waiting.filter(address__iexact=held.address).update(
        status=LetterStatus.STOPPED, failure=status, version=F("version") + 1
    )
    return True


def receive(content: bytes, *, now: datetime) -> Mapping[str, int]:
    """Note what the reports of a file say of our messages; return counts by word of code.

    One that bears the Message-ID of none of ours is left alone: anybody may write a report.
    """
    counts = {"reports": 0, "returned": 0, "stopped": 0, "unknown": 0}
    for one in reports_of(content):
        counts["reports"] += 1
        if not one.failed:
            continue
        letter = Letter.objects.filter(message_id__in=one.ids).order_by("pk").first()
        if letter is None:
            counts["unknown"] += 1
            continue
        counts["returned"] += 1
        counts["stopped"] += note_bounce(letter, status=one.status, said=one.said, now=now)
    return counts


def trust(bounce: Bounce) -> None:
    """Write to an address again, as somebody says that it is right; what was stopped stays so."""
    Bounce.objects.filter(pk=bounce.pk).delete()


def send_due(now: datetime) -> Mapping[str, int]:
    """Send what is due, each once, and say what could not be; return counts by word of code.

    Raises ValidationError when the server does not answer: nothing left.
    """
    counts = {"doubtful": recover(now)}
    Letter.objects.filter(status=LetterStatus.SENT, sent_at__lt=now - _KEPT).delete()
    waiting = list(_due(now)) if can_send() else []
    if not waiting:
        return counts
    try:
        relay = Relay(now)
    except ShutError as error:
        raise ValidationError(
            _("Le serveur de courrier n’a pas répondu : rien n’est parti (%(why)s).")
            % {"why": error.why}
        ) from error
    try:
        found = _send_all(relay, waiting, now)
    finally:
        relay.close()
    return {**counts, **found, "doubtful": counts["doubtful"] + found["doubtful"]}


def _due(now: datetime) -> QuerySet[Letter]:
    """Return what is to leave: who waits for it first, then each organisation in its turn."""
    due = _may_leave(now).filter(due_at__lte=now)
    turn = Window(RowNumber(), partition_by="organisation_id", order_by=("due_at", "pk"))
    return due.annotate(turn=turn).order_by("-urgent", "turn", "due_at", "pk")[:_AT_ONCE]


def _may_leave(now: datetime) -> QuerySet[Letter]:
    """Return what waits, and that this hour does not keep from leaving."""
    found = Letter.objects.filter(status=LetterStatus.WAITING).exclude(address="")
    return found if is_open(now) else found.filter(urgent=True)


def waits(now: datetime) -> datetime | None:
    """Return since when, or from when, a message is to be sent or its process looked for."""
    sending = Letter.objects.filter(status=LetterStatus.SENDING)
    found = _may_leave(now) | sending if can_send() else sending
    first: datetime | None = found.aggregate(first=Min("due_at"))["first"]
    return first


def _send_all(relay: Relay, waiting: list[Letter], now: datetime) -> dict[str, int]:
    """Send messages one by one, until the server takes nothing any more."""
    counts = {"sent": 0, "refused": 0, "doubtful": 0}
    held, ends = 0, monotonic() + _MOST_SECONDS
    for letter in waiting:
        if not _take(letter, now):
            continue
        try:
            answer = _sent(relay, letter)
        except ShutError as error:
            _note(letter, Answer(Outcome.HELD, 0, error.why), now)
            break
        status = _note(letter, answer, now)
        if status in counts:
            counts[status] += 1
        held = held + 1 if answer.outcome is Outcome.HELD else 0
        silent = answer.outcome is Outcome.DOUBTFUL or (
            answer.outcome is Outcome.HELD and not answer.code
        )
        if silent or held >= _MOST_HELD:
            relay.rest(answer.said if silent else str(answer.code))
            break
        if monotonic() > ends:
            break
    return counts


def _take(letter: Letter, now: datetime) -> bool:
    """Mark a message as being sent, if it still waits as it was read: one process does."""
    mine = Letter.objects.filter(pk=letter.pk, status=LetterStatus.WAITING, version=letter.version)
    taken = mine.update(
        status=LetterStatus.SENDING,
        holder=processes.mark(),
        due_at=now,  # another machine counts from there
        dot_at=None,
        attempts=F("attempts") + 1,
        version=F("version") + 1,
    )
    letter.version, letter.attempts = letter.version + taken, letter.attempts + taken
    return bool(taken)


def _sent(relay: Relay, letter: Letter) -> Answer:
    try:
        return relay.send(message_of(letter), partial(_dot, letter))
    except ValueError as error:  # an address or a subject that no message may have
        return Answer(Outcome.REFUSED, 0, str(error)[:250])


def _dot(letter: Letter) -> bool:
    """Mark that a message is about to leave, if it is still this process that sends it."""
    mine = Letter.objects.filter(
        pk=letter.pk, status=LetterStatus.SENDING, holder=processes.mark(), version=letter.version
    )
    return bool(mine.update(dot_at=timezone.now()))


_STATUSES = {
    Outcome.SENT: LetterStatus.SENT,
    Outcome.REFUSED: LetterStatus.REFUSED,
    Outcome.DOUBTFUL: LetterStatus.DOUBTFUL,
    Outcome.LATER: LetterStatus.WAITING,
    Outcome.HELD: LetterStatus.WAITING,
}


def _note(letter: Letter, answer: Answer, now: datetime) -> LetterStatus:
    """Write how it went; what waits is tried again, later and later, for five days."""
    status, more = _STATUSES[answer.outcome], {}
    failure = str(answer.code or answer.said)[:250]
    if status is LetterStatus.SENT:
        failure, more = "", {"sent_at": timezone.now()}
    elif status is LetterStatus.WAITING:
        since = letter.tried_since or now
        if now - since > PATIENCE:
            status = LetterStatus.REFUSED
        wait = WAITS[min(max(letter.attempts, 1), len(WAITS)) - 1]
        more = {"tried_since": since, "due_at": now + wait}
    mine = Letter.objects.filter(pk=letter.pk, status=LetterStatus.SENDING, version=letter.version)
    mine.update(status=status, failure=failure, holder="", version=F("version") + 1, **more)
    if answer.of_address and answer.outcome is Outcome.REFUSED:
        said = status_of(answer.code, answer.said)
        note_bounce(letter, status=said, said=answer.said, now=now)
    return status


def recover(now: datetime | None = None) -> int:
    """Say of what a process was sending when it ended that it may have left; return how many.

    Before its final dot it has not, and waits as before. A process of another machine is not known
    to have ended before a day without news.
    """
    found = 0
    at = now or timezone.now()
    old = timezone.now() - timedelta(days=1)
    for letter in Letter.objects.filter(status=LetterStatus.SENDING):
        alive = processes.is_alive(letter.holder)
        if alive is False or (alive is None and letter.due_at < old):
            stayed = letter.dot_at is None or settings.MAIL_AGAIN
            status = LetterStatus.WAITING if stayed else LetterStatus.DOUBTFUL
            mine = Letter.objects.filter(pk=letter.pk, version=letter.version)
            done = mine.update(status=status, holder="", version=F("version") + 1)
            found += done if letter.dot_at is not None else 0
    _mend(at)
    return found


def _mend(now: datetime) -> None:
    """Bring back what a wrong clock dated further than anything waits."""
    waiting = Letter.objects.filter(status=LetterStatus.WAITING)
    waiting.filter(attempts__gt=0, due_at__gt=now + WAITS[-1] + AHEAD).update(due_at=now)
    for letter in waiting.filter(created_at__gt=now + AHEAD):
        due_at = now + max(letter.due_at - letter.created_at, timedelta(0))
        Letter.objects.filter(pk=letter.pk).update(created_at=now, due_at=due_at)


_WAITS, _PUT_OFF = Q(status=LetterStatus.WAITING), Q(tried_since__isnull=False)
_COUNTED = {
    "waiting": Count("pk", filter=_WAITS & ~_PUT_OFF),
    "again": Count("pk", filter=_WAITS & _PUT_OFF),
    "doubtful": Count("pk", filter=Q(status=LetterStatus.DOUBTFUL)),
    "refused": Count("pk", filter=Q(status=LetterStatus.REFUSED)),
}


def standing(organisation_id: int) -> dict[str, int | datetime | None]:
    """Return how many messages wait, are put off (`again`, since when), were refused or may not
    have left (one query).
    """
    letters = Letter.objects.filter(organisation_id=organisation_id)
    return letters.aggregate(**_COUNTED, since=Min("tried_since", filter=_WAITS & _PUT_OFF))


def standing_by_organisation() -> dict[int, dict[str, int]]:
    """Return the same counts by organisation, of those that have a message left (one query)."""
    left = Letter.objects.exclude(status__in=(LetterStatus.SENT, LetterStatus.STOPPED))
    rows = left.values("organisation_id").annotate(**_COUNTED).order_by("organisation_id")
    return {row["organisation_id"]: {name: row[name] for name in _COUNTED} for row in rows}  # type: ignore[literal-required]


ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts to that address: RFC 8058


def message_of(letter: Letter) -> EmailMessage:
    """Return a message as it leaves: text, its own Message-ID, how to be written to no more."""
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        if letter.unsubscribe.startswith("https://"):  # RFC 8058 knows no other
            headers["List-Unsubscribe-Post"] = ONE_CLICK
    message = EmailMessage(
        letter.subject, letter.body, settings.MAIL_FROM, [letter.address], headers=headers
    )
    if letter.calendar:
        message.attach("seance.ics", letter.calendar, "text/calendar")
    return message
