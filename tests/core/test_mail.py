"""A message leaves once, in its hours, to a server that is not ours; a kill leaves one doubtful."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.config.env import mailers as read_mailers
from portulan.core import mail, processes, relay
from portulan.core.errors import MisconfiguredError
from portulan.core.models import Letter
from portulan.core.words import LetterStatus
from tests.core.test_bounces import report

pytestmark = pytest.mark.django_db(transaction=True)
# A Thursday, at ten in Paris.
NOON = datetime(2026, 11, 26, 10, tzinfo=UTC)


@dataclass
class Server:
    """What a server received, and what it answers to an address."""

    received: list[Any] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture(autouse=True)
def nothing_learnt() -> None:
    relay._LEARNT.clear()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    found = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = read_mailers(f"smtp+clear://127.0.0.1:{port}")
    settings.MAIL_FROM = "portulan@bourg.example"
    settings.TIME_ZONE = "Europe/Paris"
    yield found
    controller.stop()


def put(number: int = 1, **more: Any) -> Letter:
    letter = mail.put(
        **{
            "organisation_id": 1,
            "person_id": number,
            "address": f"pilote{number}@bourg.example",
            "key": "digest:2026-W48",
            "language": "fr",
            "subject": "Plan : deux actions à regarder",
            "body": "Bonjour,\n\nÉté comme hiver.\n",
            "due_at": NOON,
            "now": NOON,
            "unsubscribe": "https://bourg.example/account/mail/x/",
        }
        | more
    )
    assert letter is not None
    return letter


def status(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.status


def test_a_message_leaves_once_as_text(server: Server) -> None:
    letter = put()
    assert mail.send_due(NOON) == {"sent": 1, "refused": 0, "doubtful": 0}
    assert mail.send_due(NOON) == {"doubtful": 0}
    (received,) = server.received
    assert received["Subject"] == "Plan : deux actions à regarder"
    assert received["Message-ID"] == letter.message_id
    assert received["List-Unsubscribe"] == "<https://bourg.example/account/mail/x/>"
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received.get_content_type() == "text/plain"
    assert "Été comme hiver." in received.get_content()
    assert status(letter) == LetterStatus.SENT
    assert letter.sent_at is not None


def test_one_click_is_said_of_https_alone() -> None:
    plain = mail.message_of(put(unsubscribe="http://127.0.0.1:8000/account/mail/x/"))
    assert "List-Unsubscribe" in plain.extra_headers
    assert "List-Unsubscribe-Post" not in plain.extra_headers


def test_nobody_is_told_twice_of_one_thing(server: Server) -> None:
    put()
    again = mail.put(
        organisation_id=1, person_id=1, address="a@b.example", key="digest:2026-W48",
        language="fr", subject="Encore", body="x", due_at=NOON,
    )  # fmt: skip
    assert again is None
    assert Letter.objects.count() == 1
    assert put(2).message_id != put(3).message_id


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (NOON, True),
        (NOON.replace(hour=6, minute=59), False),  # 7 h 59 in Paris
        (NOON.replace(hour=7), True),
        (NOON.replace(hour=16, minute=59), True),
        (NOON.replace(hour=17), False),
        (NOON + timedelta(days=2), False),  # Saturday
        (NOON + timedelta(days=4), True),
    ],
)
def test_nothing_leaves_at_night_nor_at_the_weekend(
    server: Server, now: datetime, opens: bool
) -> None:
    put(due_at=NOON - timedelta(days=1))
    mail.send_due(now)
    assert bool(server.received) is opens


def test_what_the_server_answers_is_kept(server: Server, settings: Any) -> None:
    server.answers = {
        "pilote1@bourg.example": "550 unknown",
        "pilote2@bourg.example": "451 try later",
    }
    gone, later, fine = put(1), put(2), put(3)
    assert mail.send_due(NOON) == {"sent": 1, "refused": 1, "doubtful": 0}
    assert (status(gone), gone.failure) == (LetterStatus.REFUSED, "550")
    assert (status(later), later.failure) == (LetterStatus.WAITING, "451")
    assert later.due_at > NOON
    assert status(fine) == LetterStatus.SENT
    # Tried later and later, for five days: six hours of refusals lose nothing.
    at, waits = NOON, []
    while status(later) == LetterStatus.WAITING:
        waits.append((later.due_at - at).total_seconds() / 60)
        at = later.due_at
        settings.MAIL_HOURS, settings.MAIL_DAYS = (0, 24), set(range(1, 8))
        mail.send_due(at)
    assert waits[:7] == [5, 15, 30, 60, 120, 240, 240]
    assert timedelta(days=5) < at - NOON < timedelta(days=6)
    assert status(later) == LetterStatus.REFUSED


def test_an_address_that_receives_nothing_is_written_to_no_more(server: Server) -> None:
    server.answers = {
        "pilote1@bourg.example": "550 5.1.1 unknown",
        "pilote2@bourg.example": "550 5.7.1 no thanks",
    }
    later = put(1, key="later", due_at=NOON + timedelta(days=7))
    put(1), put(2)
    assert mail.send_due(NOON)["refused"] == 2
    (bounce,) = mail.bounces_of(1)
    assert (bounce.person_id, bounce.status) == (1, "5.1.1")  # a text refused is no address
    assert (status(later), later.failure) == (LetterStatus.STOPPED, "5.1.1")
    asked = {"organisation_id": 1, "language": "fr", "subject": "x", "body": "y", "due_at": NOON}
    assert mail.put(person_id=1, address="PILOTE1@bourg.example", key="k", **asked) is None  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="ne reçoit rien"):
        mail.resume_letter(later, now=NOON)
    # Another address of theirs is not known yet; the same, once somebody says that it is right.
    assert mail.put(person_id=1, address="p@bourg.example", key="k", **asked)  # type: ignore[arg-type]
    mail.trust(bounce)
    mail.resume_letter(later, now=NOON)
    assert status(later) == LetterStatus.WAITING
    mail.note_bounce(later, status="5.1.1", said="", now=NOON)
    mail.forget(1)
    assert not mail.bounces_of(1).exists()


def test_a_report_is_believed_of_our_own_messages_alone(server: Server) -> None:
    full, shut = put(1), put(2)
    mail.send_due(NOON)
    box = b"From x\n" + report(full.message_id, status="5.2.2")
    box += b"From x\n" + report(shut.message_id) + b"From x\n" + report("<forged@x>")
    box += b"From x\n" + report(shut.message_id, action="delayed")
    counts = {"reports": 4, "returned": 2, "stopped": 1, "unknown": 1}
    assert mail.receive(box, now=NOON) == counts
    assert (status(full), full.failure) == (LetterStatus.REFUSED, "5.2.2")
    assert status(shut) == LetterStatus.REFUSED
    assert mail.dead_addresses(1) == {2: "pilote2@bourg.example"}
    assert mail.receive(box, now=NOON) == counts  # read again, nothing more is done
    assert mail.bounces_of(1).count() == 1


def test_without_a_server_nothing_is_lost(settings: Any) -> None:
    settings.MAILERS = {}
    letter = put()
    assert not mail.can_send()
    mail.send_due(NOON)
    assert status(letter) == LetterStatus.WAITING
    settings.MAILERS = read_mailers("smtp+clear://127.0.0.1:9")
    with pytest.raises(ValidationError):
        mail.send_due(NOON)
    assert status(letter) == LetterStatus.WAITING


class Killed(BaseException):
    """The process ends there."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("again", [False, True])
def test_a_kill_leaves_one_message_doubtful(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    moment: str,
    again: bool,
) -> None:
    """Killed before the final dot it has not left; after it nobody knows, so a person is asked."""
    settings.MAIL_AGAIN = again
    letters = [put(number) for number in (1, 2, 3)]
    if moment == "before":
        monkeypatch.setattr(mail, "message_of", _killed)
    else:
        monkeypatch.setattr(mail, "_note", _killed)
    with pytest.raises(Killed):
        mail.send_due(NOON)
    monkeypatch.undo()
    assert status(letters[0]) == LetterStatus.SENDING
    monkeypatch.setattr(processes, "is_alive", lambda _holder: False)
    mail.send_due(NOON)
    got = [one["Message-ID"] for one in server.received]
    assert got.count(letters[1].message_id) == got.count(letters[2].message_id) == 1
    assert got.count(letters[0].message_id) == (2 if again and moment == "after" else 1)
    sure = again or moment == "before"
    assert status(letters[0]) == (LetterStatus.SENT if sure else LetterStatus.DOUBTFUL)


def _killed(*_arguments: Any, **_named: Any) -> Any:
    raise Killed


def test_who_is_alive_is_left_alone(server: Server) -> None:
    letter = put()
    Letter.objects.update(status=LetterStatus.SENDING, holder=processes.mark())
    assert mail.recover() == 0
    assert status(letter) == LetterStatus.SENDING


@pytest.mark.parametrize("again", [False, True])
def test_another_machine_has_a_day_from_when_it_took_a_message(
    server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """However long the message had waited: it is sent there now, and never twice."""
    settings.MAIL_AGAIN = again
    letter = put()
    Letter.objects.update(due_at=timezone.now() - timedelta(days=3))
    letter.refresh_from_db()
    assert mail._take(letter, timezone.now())
    assert mail._dot(letter)
    Letter.objects.update(holder="elsewhere:7:1")
    assert mail.recover() == 0
    assert status(letter) == LetterStatus.SENDING
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(mail.timezone, "now", lambda: later)
    assert mail.recover() == 1
    assert mail.recover() == 0
    assert status(letter) == (LetterStatus.WAITING if again else LetterStatus.DOUBTFUL)


def test_what_has_not_left_is_edited_stopped_and_resumed(server: Server) -> None:
    letter = put()
    mail.edit_letter(letter, subject="Autre\nobjet", body="Autre texte")
    mail.stop_letter(letter)
    mail.send_due(NOON)
    assert server.received == []
    mail.resume_letter(letter, now=NOON)
    mail.send_due(NOON)
    assert server.received[0]["Subject"] == "Autre objet"
    for late in (
        lambda: mail.edit_letter(letter, subject="x", body="y"),
        lambda: mail.stop_letter(letter),
        lambda: mail.resume_letter(letter, now=NOON),
    ):
        with pytest.raises(ValidationError):
            late()


def test_somebody_erased_is_written_to_no_more(server: Server) -> None:
    letter = put()
    mail.forget(1)
    mail.send_due(NOON)
    assert server.received == []
    assert status(letter) == LetterStatus.STOPPED
    assert (letter.address, letter.subject, letter.body) == ("", "…", "")
    with pytest.raises(ValidationError):
        mail.resume_letter(letter, now=NOON)


def test_what_left_is_forgotten_after_half_a_year(server: Server) -> None:
    put()
    mail.send_due(NOON)
    mail.send_due(timezone.now() + timedelta(days=200))
    assert not Letter.objects.exists()


@pytest.mark.parametrize("said", ["smtp:", "http://x", "smtp://h:x", "smtp://h:99999", "console"])
def test_a_server_said_wrongly_stops_the_start(said: str) -> None:
    with pytest.raises(MisconfiguredError):
        read_mailers(said)
    assert read_mailers("") == {}
    told = read_mailers("smtps://a%40b:s%2Fx@mail.example")["default"]["OPTIONS"]
    assert (told["port"], told["username"], told["password"]) == (465, "a@b", "s/x")
