"""The security journal: what each deed leaves in it, who reads it, and how it leaves."""

from __future__ import annotations

import json
import logging
import socket
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.accounts import links
from portulan.accounts.access import Role
from portulan.accounts.erasing import erase_person
from portulan.accounts.invitations import invite
from portulan.accounts.models import SecurityEntry
from portulan.accounts.security import Event
from portulan.accounts.writes import add_person, edit_person, set_roles
from portulan.config import env
from portulan.core.errors import MisconfiguredError
from portulan.core.syslog import Syslog
from tests.browser import Browser
from tests.people import PASSWORD, Town, make_town

HERE = "198.51.100.7"


def events(town: Town, **found: Any) -> list[str]:
    rows = SecurityEntry.objects.filter(organisation_id=town.organisation.pk, **found)
    return [row.event for row in rows.order_by("pk")]


def test_each_deed_leaves_its_entry(town: Town, elsewhere: Town) -> None:
    person = add_person(town.admin, function="Elle", email="e@bourg.example", roles=[Role.READER])
    token = links.make_link_for(town.admin, person=person)
    browser = Browser()
    browser.post(f"/sign-in/{token}/", REMOTE_ADDR=HERE)
    browser.post("/account/", {"password": PASSWORD}, REMOTE_ADDR=HERE)
    browser.post("/sign-out/", REMOTE_ADDR=HERE)
    sent = {"email": person.email, "password": "non"}
    for _ in range(5):
        browser.post("/sign-in/", sent, REMOTE_ADDR=HERE)
    browser.post("/sign-in/", sent | {"password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    set_roles(town.admin, person=person, roles=[Role.EDITOR])
    edit_person(
        town.admin, person=person, function="Elle", name="", email=person.email, unit=None,
        left_on=timezone.localdate(),
    )  # fmt: skip
    erase_person(town.admin, person=person)
    assert events(town) == [
        *("roles", "link made", "link used", "password", "signed out"),
        *["failed"] * 5,
        *("locked", "signed in", "roles", "left", "roles", "erased"),
    ]
    made = SecurityEntry.objects.get(event=Event.LINK_MADE)
    assert (made.person_id, made.subject_id) == (town.admin.person_id, person.pk)
    assert made.details == {"for another": True}
    # Who failed is not who has the account: nobody knows.
    failed = SecurityEntry.objects.filter(event=Event.FAILED).first()
    assert failed is not None
    assert (failed.person_id, failed.subject_id) == (None, person.pk)
    # Who was erased leaves no place where they were.
    assert set(SecurityEntry.objects.values_list("address", flat=True)) == {""}
    kept = " ".join(map(str, SecurityEntry.objects.values_list("details", "event")))
    assert PASSWORD not in kept
    assert token not in kept
    assert "e@bourg" not in kept
    assert events(elsewhere) == []


def test_an_organisation_reads_what_concerns_it_alone(town: Town, elsewhere: Town) -> None:
    person = town.people[Role.EDITOR]
    assert person.user is not None
    other = add_person(elsewhere.admin, function="Elle", email=person.email, roles=[Role.READER])
    token = invite(elsewhere.admin, person=other)
    browser = Browser()
    browser.post("/sign-in/", {"email": person.email, "password": PASSWORD})
    assert events(elsewhere) == ["roles", "invited"]
    browser.post(f"/invitation/{token}/", {"answer": "accept"})
    assert (events(elsewhere)[-1], events(town)) == ("accepted", ["signed in"])
    browser.post("/sign-in/", {"email": person.email, "password": PASSWORD})
    assert events(elsewhere)[-1] == events(town)[-1] == "signed in"
    browser.post(f"/sign-in/{links.make_link_for(town.admin, person=person)}/")
    assert "link used" not in events(elsewhere)
    # What concerns nobody is for who operates.
    browser.post("/sign-in/", {"email": "nobody@example.org", "password": "non"})
    entry = SecurityEntry.objects.get(organisation_id=None)
    assert (entry.event, entry.user_id, entry.details) == ("failed", None, {})


def test_it_is_read_by_auditors_and_administrators_and_taken_away(
    town: Town, elsewhere: Town, signed_in: Any
) -> None:
    links.make_link_for(elsewhere.admin, person=elsewhere.people[Role.READER])
    links.make_link_for(town.admin, person=town.people[Role.READER])
    for role in Role:
        browser = signed_in(role)
        allowed = role in {Role.AUDITOR, Role.ADMIN}
        answer = browser.get(f"/{town.slug}/people/security/")
        assert answer.status_code == (200 if allowed else 403)
        assert ("people/security/" in browser.get(f"/{town.slug}/people/").text) is allowed
        sent = browser.post(f"/{town.slug}/people/security/export/")
        assert sent.status_code == (200 if allowed else 403)
        if not allowed:
            continue
        assert "lien de connexion créé" in answer.text
        assert "pour quelqu’un d’autre" in answer.text
        lines = [json.loads(line) for line in b"".join(sent.streaming_content).splitlines()]
        assert {line["organisation"] for line in lines} == {town.organisation.pk}
        assert lines[0]["event"] == "link made"
        assert lines[-1]["event"] == "exported"
        assert lines[-1]["person"] == town.people[role].pk
    filtered = signed_in(Role.ADMIN).get(f"/{town.slug}/people/security/?event=failed").text
    assert "Rien de tel" in filtered


@pytest.mark.django_db(transaction=True)
def test_it_goes_to_syslog_once_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town("bourg")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        (handler,) = env.syslog(f"udp://127.0.0.1:{listening.getsockname()[1]}").values()
        syslog = Syslog(handler["address"], facility=handler["facility"])
        monkeypatch.setattr(logging.getLogger("portulan.security"), "handlers", [syslog])
        with transaction.atomic():
            links.make_link_for(town.admin, person=town.people[Role.ADMIN])
            transaction.set_rollback(True)
        links.make_link_for(town.admin, person=town.people[Role.READER])
        line = listening.recv(4096).decode().rstrip("\0")
        syslog.close()
    # Facility 10 (security), severity 6 (informational).
    assert line.startswith("<86>portulan: {")
    said = json.loads(line.removeprefix("<86>portulan: "))
    assert (said["event"], said["subject"]) == ("link made", town.people[Role.READER].pk)


def test_a_syslog_that_does_not_listen_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    for address in (str(tmp_path / "none"), ("name.invalid", 514)):
        syslog = Syslog(address)
        assert syslog.handle(logging.makeLogRecord({"msg": "line"}))
        syslog.close()
    for wrong in ("tcp://host:514", "udp://", "udp://host:none", "host", "udp://host:514/path"):
        with pytest.raises(MisconfiguredError):
            env.syslog(wrong)
    assert env.syslog("/dev/log")["syslog"]["address"] == "/dev/log"
    assert env.syslog("") == {}


def test_what_is_written_stays_as_it_was(town: Town) -> None:
    links.make_link_for(town.admin, person=town.people[Role.READER])
    entry = SecurityEntry.objects.get()
    for change in (
        {"event": Event.FAILED},
        {"person_id": None},
        {"at": timezone.now()},
        {"details": {}},
        {"address": HERE},
    ):
        with pytest.raises(IntegrityError, match="guard_security_unchanged"), transaction.atomic():
            SecurityEntry.objects.filter(pk=entry.pk).update(**change)
    SecurityEntry.objects.update(address="", salt="")
