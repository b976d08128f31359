"""What is tried by hand asks for pages that are there, and does what it says it does."""

from __future__ import annotations

import pytest
from django.test import Client

from portulan.accounts.models import Organisation, User
from portulan.steering.models import SealedPlan
from tests.endure import deeds, large_import, memory, slow_clients

pytestmark = pytest.mark.django_db


def test_their_pages_answer(demonstration: Organisation) -> None:
    assert {memory.EMAIL, large_import.EMAIL, slow_clients.EMAIL} == {memory.EMAIL}
    client = Client()
    client.force_login(User.objects.get(email=memory.EMAIL))
    note = f"{large_import.ACTION}notes/add/"
    for path in {*memory.PAGES, *large_import.READ, note, slow_clients.HOME}:
        assert client.get(path).status_code == 200, path


def test_their_deeds_are_done(demonstration: Organisation) -> None:
    before = SealedPlan.objects.count()
    said = [next(deeds.seal()), next(deeds.evidence())]
    assert SealedPlan.objects.count() == before + 1
    deeds.seal_held(said[:1])
    deeds.evidence_held(said[1:])
