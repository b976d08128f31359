"""The examples of the documentation do what it says: each block is run against a town."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request

import pytest

from portulan.accounts.access import Role
from portulan.budget.years.writes import open_year
from portulan.evidence.models import Piece
from portulan.plans.models import Action
from portulan.plans.plan import create_plan
from tests.api.callers import Caller
from tests.people import Town
from tests.plans.plan_of_town import make_action
from tests.web.budget.conftest import load

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("fr/brancher-un-programme.md", "en/connecting-a-program.md")
GRIST = "https://grist.example/api/docs/abc"


@pytest.fixture
def caller(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    plan = create_plan(town.editor, title="Mon plan", first_year=2025, last_year=2027)
    for title in ("Réparer", "Éteindre", "Mesurer"):
        make_action(town, plan, title)
    year = open_year(town.finance, year=2026)
    load(town, year, "DSI;2051;I;Licences;Éditeur;M-1;1000;1200;800\n")
    return Caller(town, Role.ADMIN)


def blocks(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)


@pytest.mark.parametrize("page", PAGES)
def test_examples_run(
    page: str, caller: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pushed: list[Any] = []

    def urlopen(request: Request) -> Any:
        if request.full_url.startswith(GRIST):
            pushed.append(json.loads(bytes(request.data or b"")))  # type: ignore[arg-type]
            return io.BytesIO(b"{}")
        parts = urlsplit(request.full_url)
        headers = dict(request.header_items())
        kind = headers.pop("Content-type", "application/json")
        response = caller.client.generic(
            request.get_method(),
            parts.path + (f"?{parts.query}" if parts.query else ""),
            request.data or b"",
            content_type=kind,
            headers=headers,
        )
        assert response.status_code < 300, response.content
        stream = io.BytesIO(response.content)
        return SimpleNamespace(read=stream.read, headers=response.headers)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    named = {"PORTULAN": f"http://testserver/api/v1/{caller.town.slug}", "GRIST": GRIST}
    named |= dict.fromkeys(("JETON", "TOKEN"), caller.token)
    for name, value in (named | {"CLE_GRIST": "clé", "GRIST_KEY": "key"}).items():
        monkeypatch.setenv(name, value)
    found = blocks(page)
    assert len(found) == 7
    for block in found:
        exec(compile(block, page, "exec"), {"__name__": "example"})  # noqa: S102 - our own page
    said = capsys.readouterr().out
    assert "3 actions" in said
    assert "2027-06-30" in said
    assert len(pushed[0]["records"]) == 3
    action = Action.objects.get(number=1)
    assert (action.progress, str(action.due_on)) == ("in_progress", "2027-06-30")
    assert re.findall(r"actions/00(\d).md short_title", said) == ["1", "2"]
    assert not Action.objects.exclude(short_title="").exists()  # taken back
    assert re.findall(r"actions/00(\d).md short_title", said) == ["1", "2"]
    assert not Action.objects.exclude(short_title="").exists()  # taken back
    assert Piece.objects.get().revisions.count() == 1
