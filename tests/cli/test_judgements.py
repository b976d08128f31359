"""What a table, a folder or a sheet does to what stands is told in one way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portulan.cli.output import tell_judgement
from portulan.core.merge.judgement import RowFate, counts_of
from portulan.publication.plan_files import telling
from portulan.publication.plan_files.comparing import HERE, Loc
from portulan.publication.plan_files.merging import Change, Merged

WRONG = {"file": "plan.csv", "line": 3, "severity": "error", "code": "x", "message": "Non."}
DOCUMENT: dict[str, Any] = {
    "file": "plan.csv",
    "rows": counts_of({RowFate.CREATED: 2, RowFate.REFUSED: 1}),
    "written": False,
    "problems": [WRONG, WRONG | {"file": None, "line": None}],
    "its own": 1,
}


@pytest.mark.parametrize("as_json", [True, False])
def test_problems_stand_at_their_place_and_the_rest_is_the_result(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    tell_judgement(DOCUMENT, "fr", as_json=as_json, asked=["--again"], told=["Deux créées."])
    said = capsys.readouterr()
    assert said.err.splitlines() == ["plan.csv, ligne 3\u00a0: Non.", "Non.", "--again"]
    if as_json:
        assert json.loads(said.out) == DOCUMENT
    else:
        assert said.out == "Deux créées.\n"
    counts = {"read": 3, "created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    assert DOCUMENT["rows"] == counts


def test_the_actions_of_a_folder_are_counted_by_what_becomes_of_them() -> None:
    def change(number: int, field: str, before: Any, after: Any) -> Change:
        return Change(Loc(f"actions/{number:03}.md", field, ""), before, after)

    changes = (
        change(1, HERE, None, "Une"),
        change(1, "title", None, "Une"),
        change(2, "title", "Deux", "Deuxième"),
        change(2, "scope", "Mairie", None),
        change(3, HERE, "Trois", None),  # it is no more in the folder
        Change(Loc("plan.md", "title", ""), "Plan", "Le plan"),
    )
    merged = Merged(None, changes, (), ())  # type: ignore[arg-type]
    found = telling.rows(merged, 5)
    assert found == {"read": 5, "created": 1, "updated": 1, "unchanged": 3, "refused": 0}
