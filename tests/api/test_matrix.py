"""Everybody × every operation × organisations: nothing leaks, nothing fails, rights are obeyed."""

from __future__ import annotations

import pytest
from django.db import transaction

from portulan.accounts.access import Grant, Role
from portulan.api.questions.registry import QUESTIONS
from portulan.api.registry import endpoints
from tests.accounts.test_access import written_rights
from tests.api.callers import Caller, Walk
from tests.people import Town
from tests.web.furnished import furnish

# Where a furnished town has nothing to read: no other edition, file, work, member nor lesson.
NOTHING_THERE = {
    "read-editions-compared-with",
    "download-evidence-files",
    "download-plans-actions-lesson",
    "read-years-imports-work",
    "read-years-queue-following",
    "read-years-members",
    *(f"ask-{one.replace('_', '-')}" for one in QUESTIONS),  # what has no answer is refused
}


@pytest.fixture
def walk(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Walk:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    monkeypatch.setattr("django.conf.settings.API_PER_MINUTE", 100_000)
    furnish(town)
    return Walk(Caller(town))


def test_roles_do_what_the_written_rights_say(walk: Walk, elsewhere: Town) -> None:
    """Each reads and writes by role; what a role has no right to is refused before it is found."""
    rights, wrong = written_rights(), []
    addresses = list(walk.addresses())
    assert len({one.name for one, _at in addresses}) > 0.9 * len(endpoints())
    callers = {role: Caller(walk.caller.town, role) for role in Role}
    stranger = Caller(elsewhere)
    for one, address in addresses:
        for role, caller in callers.items():
            may = rights[role][one.need] is not Grant.NONE
            if may and one.method == "GET":
                # Read by one in three of those who may: the table of rights decides for the others.
                if (len(address) + list(Role).index(role)) % 3:
                    continue
                status = caller("GET", address).status_code
                if status != 200 and (one.name not in NOTHING_THERE or status not in {404, 422}):
                    wrong.append((role, one.name, address, status))
            elif not may and caller(one.method, address, {}).status_code != 403:
                wrong.append((role, one.name, address, "not refused"))
        if stranger(one.method, address, {}, place=walk.caller.town.slug).status_code != 404:
            wrong.append(("stranger", one.name, address, "found"))
    assert wrong == []


def test_no_write_fails_whatever_is_sent(walk: Walk) -> None:
    """With nothing, and with what no field takes: it is refused in words, never by a fault."""
    wrong = []
    for one, address in [found for found in walk.addresses() if found[0].method != "GET"]:
        for body in ({}, {"title": ["x"]}, []):
            with transaction.atomic():
                answer = walk.caller(one.method, address, body, If_Match="*")
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((one.name, address, body, answer.status_code))
    assert wrong == []
