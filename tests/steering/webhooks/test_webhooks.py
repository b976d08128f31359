"""Webhooks: signed as others read them, tried again, stopped; nothing inside is reached."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from standardwebhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from portulan.accounts.models import SecurityEntry
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.retention import purge
from portulan.plans.actions.progress import update_progress
from portulan.plans.models import Action
from portulan.plans.words import Progress
from portulan.steering.models import Delivery, RaisedAlert, Webhook
from portulan.steering.webhooks import delivering
from portulan.steering.webhooks.delivering import MOST_ATTEMPTS, WAITS
from portulan.steering.webhooks.posting import place_of, post
from portulan.steering.webhooks.reads import get_webhook, webhooks_of
from portulan.steering.webhooks.signing import ending_of, opened
from portulan.steering.webhooks.writes import (
    MOST,
    remove_webhook,
    renew_secret,
    resume_webhook,
    save_webhook,
    send_again,
    stop_webhook,
    try_webhook,
)
from portulan.steering.words import DeliveryStatus, Stopped, Subject
from tests.duties import deliver
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

FAR = "https://example.org/hook?to=1"


@dataclass
class Listener:
    """A server of somebody else's: what it received, and what it answers."""

    url: str = ""
    place: str = ""
    status: int = 204
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.heads.append(dict(self.headers))
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(found.status)
            self.send_header("Location", FAR)
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.place = f"127.0.0.1:{server.server_port}"
    found.url = f"http://{found.place}/hook"
    settings.WEBHOOK_HOSTS = frozenset({found.place})
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def made(town: Town, url: str = FAR, **more: Any) -> Webhook:
    settled(town)
    said = {"name": "Ailleurs", "url": url, "subjects": [Subject.ACTION], "now": timezone.now()}
    return save_webhook(town.admin, **(said | more))


def settled(town: Town) -> Action:
    """Return the action of the town, made before anything is told of it."""
    plan = town.organisation.plans.first() or make_plan(town)
    return plan.actions.first() or make_action(town, plan, "Trier")


def worked(town: Town) -> Action:
    """Something happens: the action moves."""
    action = settled(town)
    progress = Progress.PAUSED if action.progress == Progress.IN_PROGRESS else Progress.IN_PROGRESS
    update_progress(town.editor, action=action, today=TODAY, progress=progress)
    return action


def test_a_receiver_verifies_it_with_a_library_of_others(town: Town, listener: Listener) -> None:
    worked(town)
    webhook = made(town, listener.url)
    now = timezone.now()
    assert deliver(now) == {"put": 0, "delivered": 0, "failed": 0}  # from now on, not before
    action = worked(town)
    assert deliver(timezone.now()) == {"put": 1, "delivered": 1, "failed": 0}
    secret = opened(webhook.secret)
    assert secret.startswith("whsec_")
    assert secret not in webhook.secret
    said = Receiver(secret).verify(listener.bodies[0], listener.heads[0])
    assert said["type"] == "action.changed"
    assert said["data"] == {
        "organisation": town.slug, "object": "action", "id": action.pk,
        "deed": "updated", "plan": action.plan.slug, "number": action.number,
    }  # fmt: skip
    assert datetime.fromisoformat(said["timestamp"])
    assert listener.heads[0]["Content-Type"] == "application/json"
    # Neither somebody nor what was written leaves.
    entry = AuditEntry.objects.latest("pk")
    for word in ("Personne", "Fonction", "Trier", f'"person_id":{entry.person_id}'):
        assert word not in listener.bodies[0].decode()
    for changed in (listener.bodies[0] + b" ", b"{}"):
        with pytest.raises(WebhookVerificationError):
            Receiver(secret).verify(changed, listener.heads[0])
    with pytest.raises(WebhookVerificationError):
        Receiver(opened(made(town, name="Autre").secret)).verify(
            listener.bodies[0], listener.heads[0]
        )
    # Each thing once, however often one looks.
    assert deliver(timezone.now() + timedelta(hours=3)) == {"put": 0, "delivered": 0, "failed": 0}
    assert Webhook.objects.get(pk=webhook.pk).seen_entry >= entry.pk
    assert len(listener.bodies) == 1


def test_what_fails_is_tried_less_and_less_often_with_the_same_name(
    town: Town, listener: Listener
) -> None:
    webhook = made(town, listener.url)
    worked(town)
    listener.status = 302  # no redirection is followed
    now = timezone.now()
    for tried in range(MOST_ATTEMPTS):
        assert deliver(now)["failed"] == 1
        one = Delivery.objects.get()
        assert (one.attempts, one.code) == (tried + 1, 302)
        if tried + 1 < MOST_ATTEMPTS:
            assert deliver(now)["failed"] == 0  # not before it is due
            assert timedelta(0) <= one.due_at - timezone.now() <= WAITS[tried]
            Delivery.objects.update(due_at=now)
    assert one.status == DeliveryStatus.FAILED
    names = {head["webhook-id"] for head in listener.heads}
    assert len(listener.heads) == MOST_ATTEMPTS
    assert names == {one.message_id}
    listener.status = 200
    send_again(town.admin, delivery=one, now=now)
    assert deliver(now)["delivered"] == 1
    assert {head["webhook-id"] for head in listener.heads} == names
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.stopped) == (None, "")


def test_one_that_answers_nothing_keeps_no_other_from_being_told(
    town: Town, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_AT_ONCE", 3)
    dead = made(town, "https://example.org:443/dead", name="Muet")
    well = made(town, listener.url, name="Bon")
    monkeypatch.setattr(
        delivering, "post", lambda url, **said: 500 if url == dead.url else post(url, **said)
    )
    for _one in range(8):
        try_webhook(town.admin, webhook=dead, now=timezone.now())
    for _one in range(2):
        try_webhook(town.admin, webhook=well, now=timezone.now())
    assert deliver(timezone.now()) == {"put": 0, "delivered": 2, "failed": 1}
    # Of two that answer, each has its turn.
    Delivery.objects.all().delete()
    monkeypatch.setattr(delivering, "post", lambda _url, **_said: 204)
    for _one in range(8):
        try_webhook(town.admin, webhook=dead, now=timezone.now())
    try_webhook(town.admin, webhook=well, now=timezone.now())
    assert deliver(timezone.now())["delivered"] == 3
    assert Delivery.objects.get(webhook=well).status == DeliveryStatus.DELIVERED


@pytest.mark.parametrize("why", [Stopped.GONE, Stopped.FAILING, Stopped.SECRET, Stopped.PERSON])
def test_it_stops_and_starts_again(
    town: Town, listener: Listener, settings: Any, why: Stopped
) -> None:
    webhook = made(town, listener.url)
    worked(town)
    now = timezone.now()
    match why:
        case Stopped.GONE:
            listener.status = 410
        case Stopped.FAILING:
            listener.status = 500
            Webhook.objects.update(failing_since=now - timedelta(days=6))
        case Stopped.SECRET:
            settings.SECRET_KEY = "une autre clé que celle d’avant, assez longue"
        case Stopped.PERSON:
            stop_webhook(town.admin, webhook=webhook)
    deliver(now)
    webhook.refresh_from_db()
    assert webhook.stopped == why
    assert AuditEntry.objects.filter(verb="webhook stopped", subject_id=webhook.pk).count() == 1
    heard = len(listener.bodies)
    worked(town)
    Delivery.objects.update(due_at=now)
    assert deliver(now) == {"put": 0, "delivered": 0, "failed": 0}
    for deed in (try_webhook, None):
        with pytest.raises(ValidationError):
            deed(town.admin, webhook=webhook, now=now) if deed else stop_webhook(
                town.admin, webhook=webhook
            )
    if why is Stopped.SECRET:
        return
    listener.status = 200
    resume_webhook(town.admin, webhook=webhook)
    with pytest.raises(ValidationError):
        resume_webhook(town.admin, webhook=webhook)
    try_webhook(town.admin, webhook=webhook, now=now)
    waited = Delivery.objects.count()
    assert deliver(timezone.now())["delivered"] == waited
    assert len(listener.bodies) == heard + waited
    assert json.loads(listener.bodies[-1])["type"] == "portulan.test"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://example.org:8443/",
        "https://me:secret@example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///a",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: inside",
        "https://détail.example/",
        "https://[::1/",
        "example.org",
    ],
)
def test_only_https_is_posted_to(town: Town, url: str) -> None:
    with pytest.raises(ValidationError):
        place_of(url)
    with pytest.raises(ValidationError):
        made(town, url)


def answering(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> list[str]:
    """Names resolve to these addresses, turn after turn; return where connections went."""
    reached: list[str] = []
    left = list(turns)

    def resolve(_host: str, port: int, **_more: Any) -> list[Any]:
        return [(0, 0, 0, "", (one, port)) for one in (left.pop(0) if len(left) > 1 else left[0])]

    def connect(place: tuple[str, int], _seconds: float) -> Any:
        reached.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    return reached


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["93.184.216.34", "192.168.1.1"],
        ["::1"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a01:203"],
        ["0.0.0.0"],  # noqa: S104
        [],
    ],
)
def test_nothing_inside_the_network_is_reached(
    town: Town, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    made(town)
    worked(town)
    reached = answering(monkeypatch, addresses)
    assert deliver(timezone.now())["failed"] == 1
    assert reached == []
    assert Delivery.objects.get().failure == "not-public"


def test_a_name_that_changes_its_answer_leads_nowhere_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(town)
    worked(town)
    reached = answering(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    deliver(timezone.now())
    assert reached == ["93.184.216.34"]  # looked at, then reached: asked once
    Delivery.objects.update(due_at=timezone.now())
    deliver(timezone.now())
    assert reached == ["93.184.216.34"]
    assert Delivery.objects.get().failure == "not-public"


def test_of_several_addresses_one_that_leads_nowhere_is_passed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(town)
    worked(town)
    # The system puts first what it can reach from here; a machine without IPv6 has no way to it.
    known = ["93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
    reached = answering(monkeypatch, known)
    deliver(timezone.now())
    assert reached == known
    assert Delivery.objects.get().failure == "ConnectionRefusedError"
    Delivery.objects.update(due_at=timezone.now())
    reached = answering(monkeypatch, known[::-1])
    deliver(timezone.now())
    assert reached == known[::-1]


def test_who_answers_slowly_or_anything_is_not_waited_for(
    town: Town, listener: Listener, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("portulan.steering.webhooks.posting.SECONDS", 0.3)
    server = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{server.getsockname()[1]}"
    settings.WEBHOOK_HOSTS = frozenset({place})
    said = [b"", b"no protocol at all\r\n\r\n", b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\n"]

    def answer() -> None:
        for one in said:
            reached, _from = server.accept()
            reached.recv(65536)
            reached.sendall(one)
            if one:
                reached.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    made(town, f"http://{place}/")
    worked(town)
    found = []
    for _turn in said:
        Delivery.objects.update(due_at=timezone.now())
        deliver(timezone.now())
        one = Delivery.objects.get()
        found.append((one.failure, one.code))
    assert found == [("TimeoutError", None), ("ConnectionError", None), ("", 200)]
    thread.join()
    server.close()


def test_one_that_fails_keeps_no_other_waiting(town: Town, listener: Listener) -> None:
    made(town, listener.url)
    for _turn in range(3):
        worked(town)
    listener.status = 500
    assert deliver(timezone.now()) == {"put": 3, "delivered": 0, "failed": 1}
    assert len(listener.bodies) == 1


def test_a_process_that_ended_meanwhile_sends_again(town: Town, listener: Listener) -> None:
    made(town, listener.url)
    worked(town)
    deliver(timezone.now())
    Delivery.objects.update(status=DeliveryStatus.SENDING, holder="elsewhere:1:over")
    assert deliver(timezone.now())["delivered"] == 0  # of another machine: not known to be gone
    from portulan.core import processes

    gone = processes.mark().rpartition(":")[0] + ":1"
    Delivery.objects.update(holder=gone)
    assert deliver(timezone.now())["delivered"] == 1
    assert listener.heads[0]["webhook-id"] == listener.heads[1]["webhook-id"]
    # Of this process, whose database failed while it wrote how it went: a day is enough.
    Delivery.objects.update(status=DeliveryStatus.SENDING, holder=processes.mark())
    assert deliver(timezone.now())["delivered"] == 0
    assert deliver(timezone.now() + timedelta(days=2))["delivered"] == 1


def test_an_alert_that_rises_is_told_and_old_messages_go(town: Town, listener: Listener) -> None:
    made(town, listener.url, subjects=[Subject.ALERT])
    now = timezone.now()
    RaisedAlert.objects.create(
        organisation=town.organisation, key="share:2026", kind="share", since=now
    )
    worked(town)
    for _turn in range(2):
        deliver(timezone.now())
    (body,) = listener.bodies
    assert json.loads(body)["data"]["key"] == "share:2026"
    assert purge(now + timedelta(days=31))["deliveries"] == 1


def test_what_it_was_not_told_of_then_is_not_told_later(town: Town, listener: Listener) -> None:
    webhook = made(town, listener.url, subjects=[Subject.SEAL])
    settled(town)

    def happens(key: str) -> None:
        worked(town)
        RaisedAlert.objects.create(
            organisation=town.organisation, key=key, kind="share", since=timezone.now()
        )

    happens("before")
    said = {"name": "Ailleurs", "url": listener.url, "now": timezone.now()}
    subjects = [Subject.ACTION, Subject.ALERT]
    save_webhook(town.admin, webhook=webhook, subjects=subjects, **said)
    assert deliver(timezone.now())["put"] == 0
    happens("after")
    # What it was to be told is, whatever is chosen next.
    save_webhook(town.admin, webhook=fresh(webhook), subjects=[Subject.SEAL], **said)
    assert deliver(timezone.now())["delivered"] == 2
    save_webhook(town.admin, webhook=fresh(webhook), subjects=subjects, **said)
    stop_webhook(town.admin, webhook=fresh(webhook))
    happens("meanwhile")
    resume_webhook(town.admin, webhook=fresh(webhook))
    assert deliver(timezone.now())["put"] == 0


def fresh(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_related("organisation").get(pk=webhook.pk)


def test_who_may(town: Town, elsewhere: Town) -> None:
    now = timezone.now()
    webhook = made(town)
    delivery = try_webhook(town.admin, webhook=webhook, now=now)
    assert list(webhooks_of(actor=town.admin)) == [webhook]
    with pytest.raises(DeniedError):
        get_webhook(actor=town.editor, pk=webhook.pk)
    with pytest.raises(NotFoundError):
        get_webhook(actor=elsewhere.admin, pk=webhook.pk)
    for actor, error in ((town.editor, DeniedError), (elsewhere.admin, NotFoundError)):
        for deed in (
            lambda actor=actor: stop_webhook(actor, webhook=webhook),
            lambda actor=actor: resume_webhook(actor, webhook=webhook),
            lambda actor=actor: remove_webhook(actor, webhook=webhook),
            lambda actor=actor: renew_secret(actor, webhook=webhook),
            lambda actor=actor: try_webhook(actor, webhook=webhook, now=now),
            lambda actor=actor: send_again(actor, delivery=delivery, now=now),
            lambda actor=actor: save_webhook(
                actor, webhook=webhook, name="x", url=FAR, subjects=[Subject.SEAL], now=now
            ),
        ):
            with pytest.raises(error):
                deed()
    with pytest.raises(ValidationError):
        made(town, name="Rien", subjects=[])
    with pytest.raises(ValidationError):
        made(town)  # of that name already
    for rank in range(MOST - 1):
        made(town, name=f"Un {rank}")
    with pytest.raises(ValidationError):
        made(town, name="Un de trop")
    saved = AuditEntry.objects.filter(verb="webhook saved", subject_id=webhook.pk).get()
    assert saved.changes["url"] == [None, "example.org"]  # what follows may open something
    secret = renew_secret(town.admin, webhook=webhook)
    kept = Webhook.objects.get(pk=webhook.pk).secret
    assert (opened(kept), ending_of(kept)) == (secret, secret[-5:])
    assert not AuditEntry.objects.filter(changes__icontains=secret[-5:]).exists()
    remove_webhook(town.admin, webhook=webhook)
    assert not Delivery.objects.exists()
    events = SecurityEntry.objects.filter(details__webhook__isnull=False)
    assert set(events.values_list("event", flat=True)) == {
        "webhook made",
        "webhook secret",
        "webhook closed",
    }


def test_what_was_sent_meanwhile_stays_when_a_secret_is_changed(town: Town) -> None:
    webhook = made(town)
    seen = Webhook.objects.get(pk=webhook.pk).seen_entry + 7
    Webhook.objects.filter(pk=webhook.pk).update(seen_entry=seen, stopped=Stopped.GONE)
    renew_secret(town.admin, webhook=webhook)
    now = Webhook.objects.get(pk=webhook.pk)
    assert (now.seen_entry, now.stopped) == (seen, Stopped.GONE)
    Webhook.objects.filter(pk=webhook.pk).delete()
    with pytest.raises(NotFoundError):
        renew_secret(town.admin, webhook=webhook)
