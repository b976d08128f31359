"""The security papers say what this server opens and sends: nothing new opens without a line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver

from portulan.accounts.privacy import notice_of, said
from portulan.cli.papers.command import page, paper, threats
from portulan.core.doors import DOORS, OF_ORGANISATION, door_of, routes
from portulan.core.outward import outward
from tests.people import Town

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
# What opens a connection, or starts a program that may.
REACHING = {
    "socket",
    "ssl",
    "smtplib",
    "ftplib",
    "http.client",
    "urllib.request",
    "requests",
    "httpx",
    "subprocess",
    "logging.handlers",
    "portulan.core.safe_http",
}
# What listens, or speaks to this machine alone, with what for.
OF_HERE = {
    "portulan.core.safe_http": "the way itself, that those who reach out take",
    "portulan.core.processes": "asks this machine which process lives",
    "portulan.core.tasks": "starts this very program",
    "portulan.cli.address": "tries whether a port is free",
    "portulan.cli.serve": "listens",
    "portulan.cli.server.connections": "listens",
    "portulan.cli.server.listening": "listens",
    "portulan.cli.server.notify": "tells systemd, by a socket of this machine",
    "portulan.cli.backups.one": "starts this very program",
    "portulan.cli.checks.place": "opens its own public address",
}


def reaching() -> Iterator[str]:
    """Yield the modules that import what reaches out, at their head or inside a function."""
    for path in SOURCE.rglob("*.py"):
        imported: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        if imported & REACHING:
            yield ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def test_each_module_that_reaches_out_is_declared() -> None:
    declared = {module for way in outward() for module in way.modules}
    found = set(reaching())
    assert found - declared - set(OF_HERE) == set()
    assert set(OF_HERE) <= found


def test_each_door_without_account_has_its_line() -> None:
    every = list(routes(get_resolver().url_patterns))
    assert [route for route in every if door_of(route) is None] == []
    assert [one for one in DOORS if not any(route.startswith(one) for route in every)] == []


@pytest.mark.django_db
def test_what_is_said_to_need_an_account_does(town: Town) -> None:
    """Nobody who has not signed in is shown anything there."""
    for route in routes(get_resolver().url_patterns):
        why = door_of(route)
        if why is None or why.fr:
            continue
        address = "/" + re.sub(r"<(\w+):\w+>", lambda found: VALUES.get(found[1], "1"), route)
        address = address.replace(f"/{VALUES['slug']}/", f"/{town.slug}/", 1)
        if not route.startswith(OF_ORGANISATION):
            address = "/" + re.sub(r"<(\w+):\w+>", lambda found: VALUES.get(found[1], "1"), route)
        assert Client().get(address).status_code in {302, 404, 405}, route


VALUES = {"slug": "x", "str": "x", "int": "1", "date": "2026-01-01", "anything": "x", "path": "x"}


@pytest.mark.django_db
def test_the_papers_say_what_is_open_now(settings: object, town: Town) -> None:
    closed = paper("fr")
    assert not any(one["to"] for one in closed["outward"] if one["code"] == "timestamp")
    settings.TIMESTAMP_URL = "https://time.example/tsa"  # type: ignore[attr-defined]
    smtp = {"default": {"OPTIONS": {"host": "relay.example"}}}
    settings.MAILERS = smtp  # type: ignore[attr-defined]
    said_now = page(paper("fr"), "fr")
    assert "time.example" in said_now
    assert "relay.example" in said_now
    assert "`/reply/<str:token>/`" in said_now
    assert "relay.example" in said(town.organisation, notice_of(town.organisation))["recipients"]
    assert "How long" in page(paper("en"), "en")


CITED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ATTACKS = "tests/web/test_attacks.py"


def defined_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_threat_has_a_test_that_exists() -> None:
    cited = {one["threat"]: CITED.findall(one["tests"]) for one in threats()}
    assert [threat for threat, found in cited.items() if not found] == []
    lacking = {
        (path, name)
        for found in cited.values()
        for path, name in found
        if name not in defined_in(path)
    }
    assert lacking == set()


def test_every_attack_answers_a_threat() -> None:
    """What is tried as an attack is told to who signs the papers."""
    cited = {found for one in threats() for found in CITED.findall(one["tests"])}
    assert {(ATTACKS, name) for name in defined_in(ATTACKS)} - cited == set()
