"""Whoever operates is answered at an address of its own, whatever the server is doing."""

from __future__ import annotations

import json
import logging
import socket
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from django.test import Client

from portulan.cli.server import operator
from portulan.cli.server.notify import notify
from portulan.core.say.text import UnusableInputError
from tests.cli.test_duties import free_port
from tests.places import Places


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def until(port: int, path: str, code: int) -> str:
    ends, said = monotonic() + 60, ""
    while monotonic() < ends:
        try:
            found, said = ask(port, path)
        except OSError:
            found = 0
        if found == code:
            return said
        sleep(0.1)
    raise AssertionError(said)


def test_a_server_says_that_it_lives_is_ready_and_what_it_measures(
    place_in: Places, tmp_path: Path
) -> None:
    place, port, served = place_in.settled("operated"), free_port(), free_port()
    place.variables |= {
        "PORTULAN_OPERATOR": f"127.0.0.1:{port}",
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(30)
        server = place.start("serve", "--port", str(served), "--workers", "2")
        try:
            assert until(port, "/ready", 200) == "ok\n"
            assert ask(port, "/live") == (200, "ok\n")
            assert ask(port, "/else")[0] == 404
            found = dict(line.rsplit(" ", 1) for line in ask(port, "/metrics")[1].splitlines())
            assert found["portulan_ready"] == "1"
            assert found['portulan_letters{state="waiting"}'] == "0"
            assert float(found["portulan_database_bytes"]) > 100_000
            assert float(found["portulan_disk_free_bytes"]) > 0
            assert 'portulan_duty_failed{duty="purge"}' in found
            assert ask(served, "/metrics")[0] != 200, "not where pages are"
            while b"READY=1" not in heard.recv(4096):
                pass
        finally:
            server.terminate()
            server.communicate(timeout=30)


def test_an_address_that_cannot_be_listened_on_stops_the_start() -> None:
    assert operator.open_desk("") is None
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for address in (f"127.0.0.1:{taken.getsockname()[1]}", "nowhere", "127.0.0.1:99999"):
            with pytest.raises(UnusableInputError):
                operator.open_desk(address)


def test_an_upgrade_and_a_loop_that_is_stuck_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    operator.upgrading(43, 68)
    assert operator._ready() == (503, "upgrading 43/68\n")
    assert operator._live()[0] == 200, "an upgrade is not to be killed"
    operator.upgrading(68, 68)
    operator.beat()
    assert operator.is_heard()
    monkeypatch.setattr(operator, "_DEAF", -1.0)
    assert operator._live() == (503, "stuck\n")
    assert operator._ready() == (503, "starting\n")


def test_nothing_is_told_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    notify("READY=1")


@pytest.mark.django_db
def test_what_took_long_is_a_line_of_json_without_its_address(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_MS = 0
    with caplog.at_level(logging.WARNING, logger="portulan.slow"):
        Client().get("/?next=/secret-token/")
    (line,) = [one.getMessage() for one in caplog.records if one.name == "portulan.slow"]
    told = json.loads(line)
    assert set(told) == {"at", "event", "method", "route", "status", "ms"}
    assert told["event"] == "slow"
    assert "secret" not in line
