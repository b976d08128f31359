"""Messages that leave: an outbox, sent one by one, each once.

A message is marked “being sent” before, in a transaction of its own, and “sent” after. When its
process ends between the two, nobody knows whether it left: it is “perhaps sent”, and waits for a
person, unless the setting says to send it again with the same Message-ID. Text alone, no tracking;
nothing leaves outside the days and hours of the place.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.core import processes
from portulan.core.models import Bounce, Letter
from portulan.core.returns import is_of_address, reports_of, status_of
from portulan.core.storing import store
from portulan.core.words import LetterStatus

MOST_ATTEMPTS = 6
_RETRY = timedelta(hours=1)
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
    now: datetime | None = None,
) -> Letter | None:
    """Put a message that will leave at `due_at` or later.

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
            "due_at": due_at,
            "message_id": make_msgid(domain=settings.MAIL_FROM.rpartition("@")[2] or "localhost"),
            "created_at": now or timezone.now(),
        },
    )
    return letter if made else None


def letters_of(organisation_id: int) -> QuerySet[Letter]:
    """Return the messages of an organisation: what will leave first, then what left, latest first.

    In one query.
    """
    return Letter.objects.filter(organisation_id=organisation_id).order_by(
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
    held.due_at = max(held.due_at, now)
    store(held)
    return held


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
    letters.update(address="", subject=_GONE, body="", version=F("version") + 1)
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
    """Send what is due, each once, and say what could not be; return counts by word of code."""
    doubtful = recover()
    Letter.objects.filter(status=LetterStatus.SENT, sent_at__lt=now - _KEPT).delete()
    if not can_send() or not is_open(now):
        return {"doubtful": doubtful}
    sent = refused = 0
    due = Letter.objects.filter(status=LetterStatus.WAITING, due_at__lte=now).order_by("due_at")
    waiting = list(due.exclude(address="")[:_AT_ONCE])
    if not waiting:
        return {"doubtful": doubtful}
    connection: Any = mailers["default"]
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ValidationError(
            _("Le serveur de courrier n’a pas répondu : rien n’est parti (%(why)s).")
            % {"why": type(error).__name__}
        ) from error
    try:
        for letter in waiting:
            if _take(letter, now):
                status = _send(connection, letter, now)
                sent += status is LetterStatus.SENT
                refused += status is LetterStatus.REFUSED
                doubtful += status is LetterStatus.DOUBTFUL
                if status is LetterStatus.DOUBTFUL:
                    break  # the server went silent: the others wait for the next look
    finally:
        _close(connection)
    return {"sent": sent, "refused": refused, "doubtful": doubtful}


def _take(letter: Letter, now: datetime) -> bool:
    """Mark a message as being sent, if it still waits as it was read: one process does."""
    mine = Letter.objects.filter(pk=letter.pk, status=LetterStatus.WAITING, version=letter.version)
    return bool(
        mine.update(
            status=LetterStatus.SENDING,
            holder=processes.mark(),
            due_at=now,  # another machine counts from there
            attempts=F("attempts") + 1,
            version=F("version") + 1,
        )
    )


def _send(connection: Any, letter: Letter, now: datetime) -> LetterStatus:
    """Send one message and write how it went; what the server answered is known, silence is not."""
    try:
        connection.send_messages([message_of(letter)])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = _refusal(error)
        status = _answered(letter, code, now)
        if status is LetterStatus.REFUSED and code >= 500:
            note_bounce(letter, status=status_of(code, said), said=said, now=now)
        return status
    except smtplib.SMTPResponseException as error:
        return _answered(letter, error.smtp_code, now)
    except (smtplib.SMTPException, OSError) as error:
        return _note(letter, LetterStatus.DOUBTFUL, type(error).__name__)
    except ValueError as error:  # an address or a subject that no message may have
        return _note(letter, LetterStatus.REFUSED, str(error)[:250])
    return _note(letter, LetterStatus.SENT, "", sent_at=timezone.now())


def _refusal(error: smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    """Return what the server answered to the address: three digits, and its words."""
    answers: list[tuple[int, bytes]] = list(error.recipients.values())
    code, words = max(answers, key=lambda one: one[0], default=(500, b""))
    return code, bytes(words).decode("utf-8", "replace")


def _answered(letter: Letter, code: int, now: datetime) -> LetterStatus:
    """Note a refusal of the server: it is final from 500 on, else it is tried again later."""
    if code >= 500 or letter.attempts + 1 >= MOST_ATTEMPTS:
        return _note(letter, LetterStatus.REFUSED, str(code))
    return _note(letter, LetterStatus.WAITING, str(code), due_at=now + _RETRY)


def _note(letter: Letter, status: LetterStatus, failure: str, **more: datetime) -> LetterStatus:
    Letter.objects.filter(pk=letter.pk).update(
        status=status, failure=failure, holder="", version=F("version") + 1, **more
    )
    return status


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        return  # it had gone


def recover() -> int:
    """Say of what a process was sending when it ended that it may have left; return how many.

    A process of another machine is not known to have ended before a day without news.
    """
    found = 0
    again = settings.MAIL_AGAIN
    old = timezone.now() - timedelta(days=1)
    for letter in Letter.objects.filter(status=LetterStatus.SENDING):
        alive = processes.is_alive(letter.holder)
        if alive is False or (alive is None and letter.due_at < old):
            status = LetterStatus.WAITING if again else LetterStatus.DOUBTFUL
            mine = Letter.objects.filter(pk=letter.pk, version=letter.version)
            found += mine.update(status=status, holder="", version=F("version") + 1)
    return found


ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts to that address: RFC 8058


def message_of(letter: Letter) -> EmailMessage:
    """Return a message as it leaves: text, its own Message-ID, how to be written to no more."""
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        if letter.unsubscribe.startswith("https://"):  # RFC 8058 knows no other
            headers["List-Unsubscribe-Post"] = ONE_CLICK
    return EmailMessage(
        letter.subject, letter.body, settings.MAIL_FROM, [letter.address], headers=headers
    )
