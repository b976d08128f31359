"""Everybody × every operation × organisations: nothing leaks, nothing fails, rights are obeyed."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Grant, Role
from tests.accounts.test_access import written_rights
from tests.api.callers import Caller, Walk
from tests.people import Town
from tests.web.furnished import furnish


@pytest.fixture
def walk(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Walk:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    monkeypatch.setattr("django.conf.settings.API_PER_MINUTE", 100_000)
    furnish(town)
    return Walk(Caller(town))


def test_every_row_has_an_address_in_a_furnished_town(walk: Walk) -> None:
    found = {one.name for one, _address in walk.addresses()}
    assert len(found) > 300


def test_roles_read_what_the_written_rights_say(walk: Walk) -> None:
    wrong = []
    addresses = [(one, at) for one, at in walk.addresses() if one.method == "GET"]
    for role in Role:
        caller = Caller(walk.caller.town, role)
        for one, address in addresses:
            status = caller("GET", address).status_code
            may = written_rights()[role][one.need] is not Grant.NONE
            if status != 200 and not (not may and status == 403):
                wrong.append((role, one.name, address, status))
    assert wrong == []
