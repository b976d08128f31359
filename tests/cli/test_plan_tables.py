"""`portulan plan import-table`: its contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.plans.models import Action, Plan
from tests.people import Town
from tests.plans.tables.sheets import PLAN, as_csv, as_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("portulan.cli.django_start.start", lambda: None)
    monkeypatch.setattr("portulan.cli.django_start.prepare", lambda _lang: None)

    def run(content: bytes, *options: str, name: str = "plan.xlsx") -> tuple[int, Any, str]:
        (tmp_path / name).write_bytes(content)
        asked = ["plan", "import-table", str(tmp_path / name), "--org", town.slug]
        done = CliRunner().invoke(app, [*asked, "--plan", "plan-nr", "--lang", "fr", *options])
        document = json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout
        return done.exit_code, document, done.stderr

    return run


def test_a_plan_that_is_not_there_is_made_and_a_second_time_changes_nothing(bring: Any) -> None:
    content = as_xlsx(PLAN).getvalue()
    code, document, _said = bring(content, "--json", "--dry-run")
    assert code == 0
    assert document["rows"] == {"read": 3, "created": 3, "updated": 0, "unchanged": 0, "refused": 0}
    assert document["columns"]["money:2026"] == "Budget 2026 (k€)"
    assert (document["unread"], document["problems"]) == ([], [])
    assert not Plan.objects.exists()
    assert bring(content, "--json")[1]["rows"]["created"] == 3
    assert (Plan.objects.get().first_year, Plan.objects.get().last_year) == (2025, 2026)
    assert bring(content, "--json")[1]["rows"]["unchanged"] == 3
    assert bring(content)[1] == (
        "3 lignes lues\u00a0: 0 actions créées, 0 mises à jour, 3 inchangées.\n"
    )


def test_a_refused_row_is_an_error_and_nothing_is_written(bring: Any) -> None:
    rows = [*PLAN, ["9", "", "", "DSI", "", "", "", ""]]
    code, document, said = bring(as_csv(rows).getvalue(), "--json", name="plan.csv")
    assert code == 1
    assert document["rows"]["refused"] == 1
    [problem] = document["problems"]
    assert (problem["line"], problem["severity"], problem["code"]) == (
        5,
        "error",
        "row-without-title",
    )
    assert problem["message"].startswith("B5")
    assert "Rien n’a été écrit." in said
    assert not Plan.objects.exists()


def test_columns_may_be_said_and_nonsense_is_refused(bring: Any) -> None:
    rows = [["Quoi", "Qui"], ["Éteindre", "DSI"]]
    content = as_csv(rows).getvalue()
    code, _document, said = bring(content, name="plan.csv")
    assert (code, "Quoi" in said) == (2, True)
    code, document, _said = bring(
        content, "--column", "title=quoi", "--column", "pilot=Qui", "--json", name="plan.csv"
    )
    assert (code, document["columns"]) == (0, {"title": "Quoi", "pilot": "Qui"})
    assert Action.objects.get().pilot_function == "DSI"
    for wrong in ("title", "titre=Quoi", "title=Quand"):
        assert bring(content, "--column", wrong, name="plan.csv")[0] == 2
    assert bring(b"%PDF-1.7", name="plan.pdf")[0] == 2
