"""Against a hostile mail server: what did not leave is known at each step, and nothing is twice."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portulan.config.env import mailers
from portulan.core import mail, relay
from portulan.core.models import DutyRun, Letter
from portulan.core.words import LetterStatus, TaskStatus

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 26, 10, tzinfo=UTC)
STEPS = ("hello", "ehlo", "mail", "rcpt", "data", "dot")


class Hostile:
    """A server that answers each step as it is told: a line, "cut", "hang", or what is usual.

    `most` is how many messages a connection takes before it says `full`.
    """

    USUAL = {
        "hello": "220 x", "ehlo": "250 x", "mail": "250 x", "rcpt": "250 x", "data": "354 x",
        "dot": "250 x",
    }  # fmt: skip

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.most, self.full = 10_000, "421 enough"
        self.received: Counter[str] = Counter()
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self.connections += 1
                Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines, suppress(OSError):
            taken = 0
            if not self._answer(client, "hello"):
                return
            for line in lines:
                word = line[:4].decode("latin-1").lower().strip()
                if word == "mail" and taken >= self.most:
                    if self.full == "cut":
                        return
                    client.sendall(f"{self.full}\r\n".encode())
                elif word in ("quit", "rset"):
                    client.sendall(b"250 x\r\n")
                    if word == "quit":
                        return
                elif not self._answer(client, word):
                    return
                elif word == "data" and self.says.get("data", "3").startswith("3"):
                    self._body(lines)
                    taken += 1
                    if not self._answer(client, "dot"):
                        return

    def _answer(self, client: socket.socket, step: str) -> bool:
        said = self.says.get(step, self.USUAL.get(step, "500 what"))
        if said == "cut":
            return False
        if said == "hang":
            client.settimeout(3)
            with suppress(OSError):
                while client.recv(4096):
                    pass
            return False
        if said:
            client.sendall(f"{said}\r\n".encode())
        return True

    def _body(self, lines: Any) -> None:
        whole = b""
        for line in lines:
            if line == b".\r\n":
                break
            whole += line
        found = re.search(rb"Message-ID: (\S+)", whole)
        assert found
        if not self.says.get("dot", "2").startswith(("4", "5")):
            self.received[found[1].decode()] += 1
        self.last = whole


@pytest.fixture
def hostile(settings: Any) -> Iterator[Hostile]:
    relay._LEARNT.clear()
    found = Hostile()
    settings.MAILERS = mailers(f"smtp+clear://127.0.0.1:{found.port}")
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.5
    settings.MAIL_FROM, settings.TIME_ZONE = "portulan@bourg.example", "Europe/Paris"
    yield found
    found.close()
    relay._LEARNT.clear()


def put(number: int, **more: Any) -> Letter:
    letter = mail.put(
        **{
            "organisation_id": 1, "person_id": number, "address": f"p{number}@bourg.example",
            "key": "k", "language": "fr", "subject": "Essai", "body": ".\n..\nBonjour\n",
            "due_at": NOON,
        } | more
    )  # fmt: skip
    assert letter is not None
    return letter


def status(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.status


def look(now: datetime = NOON) -> dict[str, int]:
    try:
        return dict(mail.send_due(now))
    except ValidationError:
        return {"shut": 1}


@pytest.mark.parametrize("said", ["cut", "hang", "451 later", "nonsense", "999 x"])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_doubtful_before_the_final_dot(hostile: Hostile, step: str, said: str) -> None:
    letter = put(1)
    hostile.says = {step: said}
    look()
    if step == "dot" and said != "451 later":
        assert status(letter) == LetterStatus.DOUBTFUL
        assert letter.dot_at is not None
    else:
        assert status(letter) == LetterStatus.WAITING, "it has not left, and that is known"
    # Whatever it was, it is sent once it is over, and once.
    hostile.says = {}
    for hours in range(1, 7):
        look(NOON + timedelta(hours=hours))
    assert status(letter) == (
        LetterStatus.DOUBTFUL if step == "dot" and said != "451 later" else LetterStatus.SENT
    )
    assert hostile.received[letter.message_id] == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", ["550", "554", "452", "421"])
def test_what_is_answered_at_each_step_is_known(hostile: Hostile, step: str, code: str) -> None:
    letter = put(1)
    hostile.says = {step: f"{code} no"}
    look()
    final = code.startswith("5") and step != "mail"  # a sender refused is no fault of a message
    assert status(letter) == (LetterStatus.REFUSED if final else LetterStatus.WAITING)
    assert letter.failure == code
    assert not hostile.received


@pytest.mark.parametrize("full", ["421 enough", "452 too many", "cut"])
def test_a_connection_learns_how_many_messages_it_takes(hostile: Hostile, full: str) -> None:
    letters = [put(number) for number in range(20)]
    hostile.most, hostile.full = 5, full
    look()
    assert {status(one) for one in letters} == {LetterStatus.SENT}
    assert set(hostile.received.values()) == {1}
    assert hostile.connections == 4
    assert next(iter(relay._LEARNT.values())).most == 5


def test_six_hours_of_refusals_lose_nothing(hostile: Hostile, settings: Any) -> None:
    settings.MAIL_HOURS = (0, 24)
    letters = [put(number) for number in range(50)]
    hostile.says = {"rcpt": "451 later"}
    at = NOON
    while at < NOON + timedelta(hours=6):
        look(at)
        at += timedelta(minutes=2)
    assert {status(one) for one in letters} == {LetterStatus.WAITING}
    hostile.says = {}
    for _look in range(150):
        at += timedelta(minutes=2)
        look(at)
    assert {status(one) for one in letters} == {LetterStatus.SENT}
    assert set(hostile.received.values()) == {1}


def test_a_server_that_hangs_is_left_alone_longer_and_longer(hostile: Hostile) -> None:
    letters = [put(number) for number in range(4)]
    hostile.says = {"mail": "hang"}
    look()
    before = hostile.connections
    look(NOON + timedelta(seconds=30))
    assert hostile.connections == before, "it is not asked before its rest is over"
    look(NOON + timedelta(minutes=1))
    assert hostile.connections > before
    assert {one.attempts for one in Letter.objects.all()} == {0, 1}, "one paid for all"
    hostile.says = {}
    look(NOON + timedelta(hours=1))
    look(NOON + timedelta(hours=2))
    assert {status(one) for one in letters} == {LetterStatus.SENT}


def test_who_waits_for_a_message_has_it_first_and_at_night(hostile: Hostile) -> None:
    night = NOON.replace(hour=23)
    usual, asked = put(1), put(2, urgent=True)
    look(night)
    assert (status(usual), status(asked)) == (LetterStatus.WAITING, LetterStatus.SENT)
    DutyRun.objects.create(name=mail.DUTY, begun_at=NOON, status=TaskStatus.DONE)
    put(3, urgent=True)
    assert DutyRun.objects.get().status == TaskStatus.WAITING, "it is due at the next look"


def test_each_organisation_has_its_turn(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [put(number) for number in range(6)]
    few = [put(number, organisation_id=2, due_at=NOON) for number in range(10, 12)]
    monkeypatch.setattr(mail, "_AT_ONCE", 4)
    look()
    assert {status(one) for one in few} == {LetterStatus.SENT}
    assert [status(one) for one in many].count(LetterStatus.SENT) == 2


def test_what_failed_is_sent_again_together_but_to_dead_addresses(hostile: Hostile) -> None:
    letters = [put(number) for number in range(3)]
    hostile.says = {"dot": "554 no"}
    look()
    mail.note_bounce(letters[0], status="5.1.1", said="", now=NOON)
    hostile.says = {}
    assert mail.resume_all(mail.to_resume(1), now=NOON) == 2
    assert mail.standing(1)["waiting"] == 2
    look()
    assert [status(one) for one in letters] == ["refused", "sent", "sent"]


def test_lines_end_as_they_must_and_dots_are_doubled(hostile: Hostile) -> None:
    put(1)
    look()
    assert b"\r\n..\r\n...\r\nBonjour\r\n" in hostile.last
    assert b"\n" not in hostile.last.replace(b"\r\n", b"")


def test_a_date_that_a_wrong_clock_wrote_is_brought_back(hostile: Hostile) -> None:
    wrong = NOON + timedelta(days=400)
    tried, made = put(1), put(2, due_at=wrong + timedelta(days=2), now=wrong)
    Letter.objects.filter(pk=tried.pk).update(attempts=1, due_at=wrong)
    look()
    look()
    assert status(tried) == LetterStatus.SENT
    made.refresh_from_db()
    assert made.due_at == NOON + timedelta(days=2)
