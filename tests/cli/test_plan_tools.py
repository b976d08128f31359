"""`portulan plan export-table`: its contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.plans.tables.opening import open_table
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("portulan.cli.django_start.start", lambda: None)
    monkeypatch.setattr("portulan.cli.django_start.prepare", lambda _lang: None)
    monkeypatch.chdir(tmp_path)
    make_action(town, make_plan(town), "Former", scope="Deux écoles")

    def run(*options: str) -> tuple[int, str, str]:
        asked = ["plan", "export-table", "--org", town.slug, *options]
        with translation.override("fr"):  # the command leaves its own
            done = CliRunner().invoke(app, asked)
        return done.exit_code, done.stdout, done.stderr

    return run


def test_a_plan_is_written_and_what_it_loses_is_told_beside(
    send: Any, town: Town, tmp_path: Path
) -> None:
    slug = town.organisation.plans.get().slug
    code, said, told = send(slug, "--to", "tet", "--lang", "fr")
    assert (code, said) == (0, f"{slug}-tet.xlsx, actions\u00a0: 1.\n")
    assert "Champ d’expérimentation (1)\u00a0: En texte, dans la colonne" in told
    reading, _digest = open_table(
        tmp_path / f"{slug}-tet.xlsx", organisation_id=town.organisation.pk
    )
    assert [line.title for line in reading.lines] == ["Former"]


def test_the_only_plan_needs_no_name_and_json_has_the_losses(send: Any, tmp_path: Path) -> None:
    code, said, _told = send("--to", "gpc-onr", "--out", "a.xlsx", "--json", "--lang", "en")
    document = json.loads(said)
    assert (code, document["file"], document["tool"]) == (0, "a.xlsx", "gpc-onr")
    assert document["losses"][0] == {
        "field": "action",
        "name": "The whole action",
        "actions": 1,
        "kept": "dropped",
        "becomes": "No target of the grid: is left behind.",
    }
    assert (tmp_path / "a.xlsx").exists()


def test_what_is_not_there_is_said(send: Any) -> None:
    assert send("--to", "excel")[0] == 2
    code, _said, told = send("autre", "--to", "tet", "--lang", "fr")
    assert code == 2
    assert "autre" in told
    assert send("--to", "tet", "--out", "nulle/part.xlsx")[0] == 2
