"""The door of deposits: what opens it, what it refuses, and that it can only push."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.say.text import UnusableInputError
from portulan.sources import deposits
from portulan.sources.deposits import PREFIX, address_of, close_token, give_token
from portulan.sources.feeding import Entrance
from portulan.sources.models import ItemsSnapshot, Source
from portulan.sources.packs import MOST_FILES, unpacked
from portulan.sources.writes import save_source, stop_source
from tests.people import Town
from tests.sources.inventory import explained, inventory

NOW = timezone.now()


@pytest.fixture
def source(town: Town) -> Source:
    made = save_source(town.editor, name="GLPI", entrance=Entrance.DEPOSIT, now=NOW)
    return explained(made)


def push(source: Source, token: str, content: bytes | None = None, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().put(
        f"/deposit/{source.key}",
        inventory() if content is None else content,
        content_type="application/octet-stream",
        headers=headers,
        **more,
    )


def test_a_token_pushes_for_its_source_alone(town: Town, source: Source) -> None:
    token = give_token(town.admin, source=source, now=NOW)
    assert token.startswith(PREFIX)
    assert token not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert token not in str(Source.objects.values())
    made = push(source, token)
    assert (made.status_code, made.json()["kept"], made.json()["new"]) == (201, 20, True)
    again = push(source, token)
    assert (again.status_code, again.json()["new"]) == (200, False)
    other = save_source(town.editor, name="OCS", entrance=Entrance.DEPOSIT, now=NOW)
    give_token(town.admin, source=other, now=NOW)
    for wrong in (
        push(other, token),
        push(source, ""),
        push(source, "x"),
        push(source, token + "x"),
    ):
        assert wrong.status_code == 401
        assert wrong.json()["message"]
    assert (
        Client().get(address_of(source), headers={"Authorization": f"Bearer {token}"}).status_code
        == 405
    )
    api = Client().get(f"/api/v1/{town.slug}/plans", headers={"Authorization": f"Bearer {token}"})
    assert api.status_code == 401
    assert ItemsSnapshot.objects.count() == 1


def test_a_token_ends(town: Town, source: Source) -> None:
    first = give_token(town.admin, source=source, now=NOW)
    second = give_token(town.admin, source=source, now=NOW)
    assert push(source, first).status_code == 401
    Source.objects.filter(pk=source.pk).update(token_until=NOW - timedelta(seconds=1))
    assert push(source, second).status_code == 401
    third = give_token(town.admin, source=source, now=NOW)
    close_token(town.admin, source=source)
    assert push(source, third).status_code == 401
    Source.objects.filter(pk=source.pk).update(
        token_hash="closed 1", token_until=NOW + timedelta(1)
    )
    assert push(source, "closed 1").status_code == 401
    for role in Role:
        if role is not Role.ADMIN:
            with pytest.raises(DeniedError):
                give_token(town.actor(role), source=source, now=NOW)


def test_what_is_not_sound_is_a_sentence_and_writes_nothing(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = give_token(town.admin, source=source, now=NOW)
    for content in (b"", b"<html>CAS</html>", b"PK\x03\x04broken", inventory()[:-20]):
        refused = push(source, token, content)
        assert refused.status_code == 422, content[:20]
        assert refused.json()["message"]
    monkeypatch.setattr("portulan.web.sources.deposits.MOST_BYTES", 100)
    assert push(source, token).status_code == 413
    monkeypatch.undo()
    monkeypatch.setattr(deposits, "_A_HOUR", 0)
    late = push(source, token)
    assert (late.status_code, late["Retry-After"]) == (429, "3600")
    monkeypatch.undo()
    stop_source(town.editor, source=source)
    assert push(source, token).status_code == 409
    assert not ItemsSnapshot.objects.exists()


def test_who_guesses_waits(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portulan.accounts.attempts.BY_LINK", 2)
    assert [push(source, "guess").status_code for _try in range(3)] == [401, 401, 429]


def packed(files: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return kept.getvalue()


def test_several_lists_come_in_one_pack_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    two = packed({"a/computers.csv": b"x", "../monitors.csv": b"y"})
    assert unpacked("depot", two) == [("computers.csv", b"x"), ("monitors.csv", b"y")]
    book = packed({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert unpacked("parc.xlsx", book) == [("parc.xlsx", book)]
    assert unpacked("parc.csv", b"a;b") == [("parc.csv", b"a;b")]
    with pytest.raises(UnusableInputError):
        unpacked("depot", packed({f"{rank}.csv": b"" for rank in range(MOST_FILES + 1)}))
    monkeypatch.setattr("portulan.sources.packs.MOST_BYTES", 1000)
    with pytest.raises(UnusableInputError):
        unpacked("depot", packed({"bomb.csv": b"0" * 100_000}))
