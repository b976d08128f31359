"""A word that a newer version stored breaks no list, no answer and no file of the API."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.api.callers import Caller, Walk
from tests.people import Town
from tests.web.furnished import furnish
from tests.web.test_newer_words import columns, write

GROUPS = 4


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_read_fails(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: object, group: int
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    monkeypatch.setattr("django.conf.settings.API_PER_MINUTE", 100_000)
    furnish(town)
    caller = Caller(town)
    addresses = [at for one, at in Walk(caller).addresses() if one.method == "GET"]
    assert len(addresses) > 80
    written = [field for model, field in list(columns())[group::GROUPS] if write(model, field)]
    failed = []
    for address in addresses:
        with transaction.atomic():
            answer = caller("GET", address)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            failed.append((address, answer.status_code, answer.content[:200]))
        elif answer.status_code == 409:
            assert "plus récente" in answer.json()["detail"], address
    assert failed == [], [str(one) for one in written]
