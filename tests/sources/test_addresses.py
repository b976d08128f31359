"""An address that is read: whole or not at all, by what opens it, in its turn; nothing leaks."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.cli.checks import database as doctor
from portulan.core import processes, secret
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.indicators.words import Frequency
from portulan.publication.export.owned import SECRET as LEFT_OUT
from portulan.sources import asking
from portulan.sources.addresses import due_sources, give_secret, read_address, read_due
from portulan.sources.apis import Api
from portulan.sources.feeding import Entrance
from portulan.sources.models import FAILURES, ItemsSnapshot, Source
from portulan.sources.outcomes import Failure, Stop
from portulan.sources.reads import snapshots_of, sources_of, standing_of
from portulan.sources.words import Tool as Sort
from portulan.sources.writes import save_source
from tests.api.callers import Caller
from tests.people import Town
from tests.sources.inventory import explained
from tests.sources.tool import TOKEN, Tool, device, serve

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def tool(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tool]:
    monkeypatch.setattr(asking.time, "sleep", lambda _seconds: None)
    found = Tool(rows=[device(number) for number in range(1, 1203)])
    server = serve(found)
    settings.SOURCE_HOSTS = frozenset({found.place})
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def source(town: Town, tool: Tool) -> Source:
    made = save_source(
        town.editor,
        name="Snipe-IT",
        entrance=Entrance.ADDRESS,
        api=Api.SNIPE_IT,
        url=f"http://{tool.place}",
        every=Frequency.MONTH,
        now=NOW,
    )
    made = give_secret(town.admin, source=made, secret={"token": TOKEN})
    return explained(made)


def read(town: Town, source: Source, **more: Any) -> Any:
    source.refresh_from_db()
    return read_address(town.editor, source=source, now=NOW, **more)


def test_an_address_is_read_whole_and_again_for_one_request(
    town: Town, tool: Tool, source: Source
) -> None:
    taken = read(town, source)
    assert (taken.is_new, taken.snapshot.kept, taken.snapshot.entrance) == (True, 1202, "address")
    assert len(tool.asked) == 4
    again = read(town, source)
    assert (again.is_new, len(tool.asked)) == (False, 5)
    tool.rows.append(device(5000))
    assert read(town, source).snapshot.kept == 1203
    assert not read(town, source, whole=True).is_new  # read in full, it says the same


def test_a_list_that_was_not_sorted_as_asked_proves_nothing(
    town: Town, tool: Tool, source: Source
) -> None:
    """Its first device is not the last that changed: a change further down would be missed."""
    tool.rows[700]["updated_at"] = {"datetime": "2026-02-03 08:00:00"}
    read(town, source)
    source.refresh_from_db()
    assert source.mark == ""
    tool.rows[900]["status_label"] = {"name": "Donné", "status_meta": "archived"}
    assert read(town, source).is_new


@pytest.fixture
def table(town: Town, tool: Tool) -> Source:
    made = save_source(
        town.editor, name="Grist", entrance=Entrance.ADDRESS, api=Api.GRIST, kind=Sort.TABLE,
        url=f"http://{tool.place}/api/docs/d/tables/T", now=NOW,
    )  # fmt: skip
    return give_secret(town.admin, source=made, secret={"token": TOKEN})


def _records(*served: dict[str, Any]) -> Any:
    """Serve a table as Grist does: with a tag, and 304 to who names it."""

    def behave(handler: Any, _rank: int) -> bool:
        body = json.dumps({"records": list(served)}).encode()
        tag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        if handler.headers["If-None-Match"] == tag:
            handler.say(304, b"", ETag=tag)
        else:
            handler.say(200, body, ETag=tag)
        return True

    return behave


def test_a_table_that_is_the_same_is_sent_once(town: Town, tool: Tool, table: Source) -> None:
    rows = [{"id": rank, "fields": {"Nom": f"S{rank}", "Clause": "oui"}} for rank in (1, 2)]
    tool.behave = _records(*rows)
    assert read(town, table).is_new
    assert not read(town, table).is_new
    assert len(tool.asked) == 2
    rows[0]["fields"] = {"Nom": "S1", "Clause": "non"}
    tool.behave = _records(*rows)
    assert read(town, table).is_new
    tool.behave = lambda handler, _rank: handler.say(304, b"") or True
    with pytest.raises(ValidationError):  # nobody asked whether it was the same
        read(town, table, whole=True)


def _status(code: int) -> Any:
    return lambda handler, _rank: handler.say(code, {"status": "error"}) or True


def _later(deed: Any) -> Any:
    """Behave well at first: what fails is a page in the middle."""
    return lambda handler, rank: rank > 2 and (deed(handler) or True)


def _cut(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"total": 1202, "rows": [')
    handler.close_connection = True


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (_status(401), Failure.REFUSED),
        (_status(403), Failure.RIGHT),
        (_status(429), Failure.BUSY),
        (_status(500), Failure.BROKEN),
        (_later(lambda one: one.say(200, {"status": "error", "messages": "no"})), Failure.RIGHT),
        (_later(lambda one: one.say(302, b"", Location="http://169.254.169.254/")), Failure.MOVED),
        (_later(lambda one: one.say(200, b"<!DOCTYPE html>", Content_Type="text/html")),
         Failure.SIGN_IN),
        (_later(lambda one: one.say(200, b"Warning: \n{}")), Failure.UNREADABLE),
        (_later(_cut), Failure.CUT),
        (_later(lambda one: one.say(200, {"total": 1190, "rows": []})), Failure.CHANGED),
        (_later(lambda one: one.say(200, {"rows": [device(9)]})), Failure.UNCOUNTED),
        (_later(lambda one: one.say(200, {"total": 1202, "rows": [device(1)]})), Failure.CHANGED),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_said_and_nothing_is_kept(
    town: Town, tool: Tool, source: Source, behave: Any, why: Failure
) -> None:
    tool.behave = behave
    with pytest.raises(ValidationError) as error:
        read(town, source)
    assert error.value.messages == [str(FAILURES[why])]
    source.refresh_from_db()
    assert (source.failure, source.holder, ItemsSnapshot.objects.count()) == (why, "", 0)
    assert len(tool.asked) < 10
    assert not any("169.254" in path for path in tool.asked)
    tool.behave = None
    read(town, source)
    source.refresh_from_db()
    assert source.failure == ""


def _deep(levels: int) -> bytes:
    return b'{"total": 1202, "rows": [{"id": ' + b"[" * levels + b"]" * levels + b"}]}"


@pytest.mark.parametrize(
    "answer",
    [
        _deep(200_000),
        _deep(3),  # an id that is a list
        b'{"total": 1202, "rows": [{"id": ' + b"9" * 5000 + b"}]}",
        {"total": 1, "rows": [{"serial": "no id"}, {"serial": "nor here"}]},
        {"total": 1, "rows": [device(1) | {"status_label": "words"}]},
        {"total": 1, "rows": [device(1) | {"serial": "\ud800"}]},
        {"total": 1, "rows": [device(1) | {"category": {"name": {"name": ["x"]}}, "id": {}}]},
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_a_hostile_answer_holds_back_no_other_source(
    town: Town, tool: Tool, source: Source, answer: Any, status: int
) -> None:
    tool.behave = lambda handler, _rank: (
        "/x/" not in handler.path and (handler.say(status, answer) or True)
    )
    other = save_source(
        town.editor, name="Z", entrance=Entrance.ADDRESS, api=Api.SNIPE_IT,
        url=f"http://{tool.place}/x", every=Frequency.MONTH, now=NOW,
    )  # fmt: skip
    explained(give_secret(town.admin, source=other, secret={"token": TOKEN}))
    assert read_due(source.organisation_id, NOW) == {"read": 1, "failed": 1}
    source.refresh_from_db()
    assert source.failure in {Failure.UNREADABLE, Failure.CHANGED, Failure.BROKEN}
    assert (source.holder, source.snapshots.count()) == ("", 0)


def test_all_the_pages_of_a_reading_have_a_bound(
    town: Town, tool: Tool, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_TOTAL", 200_000)
    with pytest.raises(ValidationError):
        read(town, source)
    source.refresh_from_db()
    assert source.failure == Failure.BIG


def test_too_many_and_a_fault_are_waited_for(town: Town, tool: Tool, source: Source) -> None:
    tool.behave = lambda handler, rank: (
        rank % 3 == 0 and (handler.say(429 if rank % 2 else 503, {}, Retry_After="1") or True)
    )
    assert read(town, source).snapshot.kept == 1202


def test_an_answer_larger_than_any_is_not_read(
    town: Town, tool: Tool, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_BYTES", 1000)
    with pytest.raises(ValidationError):
        read(town, source)
    source.refresh_from_db()
    assert source.failure == Failure.BIG


def test_an_answer_that_drips_is_left(
    town: Town, tool: Tool, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    stop = threading.Event()

    def drip(handler: Any, _rank: int) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        try:
            while not stop.wait(0.05):
                handler.wfile.write(b" ")
        except OSError:
            pass
        return True

    tool.behave = drip
    with pytest.raises(ValidationError):
        read(town, source)
    stop.set()
    source.refresh_from_db()
    assert source.failure == Failure.SLOW


def test_the_secret_is_an_administrators_and_is_never_shown(town: Town, source: Source) -> None:
    with pytest.raises(DeniedError):
        give_secret(town.editor, source=source, secret={"token": "other"})
    assert "secret" in LEFT_OUT
    assert TOKEN not in str(list(Source.objects.values()))
    assert TOKEN not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    program = Caller(town)
    for path in ("sources", f"sources/{source.pk}", f"sources/{source.pk}/snapshots"):
        assert TOKEN not in str(program.get(path))
    for wrong in ({}, {"token": " "}, {"token": "a\r\nHost: x"}):
        with pytest.raises(ValidationError):
            give_secret(town.admin, source=source, secret=wrong)


def test_an_address_that_moves_asks_for_its_secret_again(
    town: Town, tool: Tool, source: Source, settings: Any
) -> None:
    settings.SOURCE_HOSTS = frozenset({tool.place, "other.example:80"})
    save_source(
        town.editor,
        source=source,
        name=source.name,
        entrance=Entrance.ADDRESS,
        api=Api.SNIPE_IT,
        url="http://other.example",
        now=NOW,
    )
    assert source.secret == ""
    with pytest.raises(ValidationError):
        read(town, source)
    assert not tool.asked


def test_brought_to_another_machine_it_is_stopped_and_asks(
    town: Town, tool: Tool, source: Source, settings: Any
) -> None:
    read(town, source)
    settings.SECRET_KEY = "another machine"
    [found] = sources_of(actor=town.editor)
    assert standing_of(found, TODAY).stopped == Stop.SECRET
    with pytest.raises(ValidationError):
        read(town, source)
    assert ItemsSnapshot.objects.count() == 1
    assert secret.key_for("x")


@pytest.mark.parametrize(
    "url",
    ["http://glpi.example", "https://u:p@glpi.example", "https://glpi.example:8443", "file:///etc",
     "https://glpi.example/?token=1", "http://127.0.0.1:1"],
)  # fmt: skip
def test_no_other_address_may_be_written(town: Town, url: str) -> None:
    with pytest.raises(ValidationError):
        save_source(
            town.editor, name="X", entrance=Entrance.ADDRESS, api=Api.GLPI, url=url, now=NOW
        )


def test_a_name_that_leads_inside_is_not_reached(
    town: Town, tool: Tool, source: Source, settings: Any
) -> None:
    Source.objects.update(url="https://localhost")
    with pytest.raises(ValidationError):
        read(town, source)
    source.refresh_from_db()
    assert source.failure == Failure.INSIDE


def test_one_reading_at_a_time_and_none_for_who_died(
    town: Town, tool: Tool, source: Source
) -> None:
    Source.objects.update(holder=processes.mark(), tried_at=NOW)
    with pytest.raises(ValidationError):
        read(town, source)
    assert not tool.asked
    dead = processes.mark().rpartition(":")[0].rpartition(":")[0] + ":999999:1"
    Source.objects.update(holder=dead, tried_at=NOW)
    assert read(town, source).is_new


def test_each_night_what_is_due_is_read_and_a_failure_holds_back_no_other(
    town: Town, tool: Tool, source: Source
) -> None:
    now = timezone.now()  # as the reading itself does: that of the module is of long ago
    other = save_source(
        town.editor, name="A", entrance=Entrance.ADDRESS, api=Api.SNIPE_IT,
        url=f"http://{tool.place}/x", every=Frequency.MONTH, now=now,
    )  # fmt: skip
    give_secret(town.admin, source=other, secret={"token": TOKEN}, until=TODAY - timedelta(days=1))
    assert len(due_sources(now)) == 2
    assert read_due(source.organisation_id, now) == {"read": 1, "failed": 1}
    assert due_sources(now) == []
    tomorrow = now + timedelta(days=1)
    assert due_sources(tomorrow) == [other]
    assert len(due_sources(now + timedelta(days=40))) == 2
    [one] = sources_of(actor=town.editor).filter(pk=other.pk)
    assert standing_of(one, TODAY).failure == Failure.EXPIRED


def test_an_account_of_somebody_is_refused(town: Town, tool: Tool) -> None:
    made = save_source(
        town.editor, name="G", entrance=Entrance.ADDRESS, api=Api.GLPI_V2,
        url=f"http://{tool.place}", now=NOW,
    )  # fmt: skip
    names = [one.name for one in made.organisation.people.all() if one.name]
    parts = {"client_id": "a", "client_secret": "b", "password": "c"}
    login = names[0].lower().replace(" ", ".")
    with pytest.raises(ValidationError):
        give_secret(town.admin, source=made, secret={**parts, "username": login})
    give_secret(town.admin, source=made, secret={**parts, "username": "svc-portulan"})


def test_what_a_wrong_clock_dated_is_read_again_tonight_and_said(
    town: Town, tool: Tool, source: Source
) -> None:
    now = timezone.now()
    wrong = now + timedelta(days=400)
    read_address(town.editor, source=source, now=wrong)
    source.refresh_from_db()
    assert (source.tried_at, source.heard_at) == (wrong, wrong)
    [found] = sources_of(actor=town.editor)
    standing = standing_of(found, TODAY)
    assert (standing.failure, standing.is_well) == (Failure.AHEAD, False)
    assert "horloge" in str(standing.failure_words)
    told = doctor.sources("en")
    assert (told.state, "dated in the future" in told.detail) == ("warning", True)
    assert due_sources(now) == [source]
    assert read_due(source.organisation_id, now) == {"read": 1, "failed": 0}
    [found] = sources_of(actor=town.editor)
    assert standing_of(found, TODAY).is_well
    assert [one.on for one in snapshots_of(found)] == [TODAY, timezone.localdate(wrong)]
    assert due_sources(now) == []


def test_a_mark_heard_in_the_future_is_not_believed(town: Town, tool: Tool, source: Source) -> None:
    read(town, source)
    Source.objects.update(heard_at=NOW + timedelta(days=400))
    tool.asked.clear()
    assert not read(town, source).is_new
    assert len(tool.asked) > 1


def test_a_turn_taken_in_the_future_by_another_machine_is_over(
    town: Town, tool: Tool, source: Source
) -> None:
    Source.objects.update(holder="another:1:1:1", tried_at=NOW + timedelta(days=400))
    assert read(town, source).is_new
