"""Each property, parameter and operation of the contract says what it means, with an example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portulan.accounts.access import Role
from portulan.api.contract import document
from portulan.budget.years.writes import open_year
from tests.api.callers import Caller
from tests.people import Town
from tests.web.budget.conftest import load


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        for one in schema:
            yield from properties(one)
    if not isinstance(schema, dict):
        return
    found = schema.get("properties")
    yield from found.items() if isinstance(found, dict) else ()
    for key, one in schema.items():
        if key not in ("example", "examples", "default"):
            yield from properties(one)


def test_none_is_missing() -> None:
    contract = document()
    counted, missing = 0, []
    for name, one in properties(contract):
        counted += 1
        if "$ref" not in one and not (one.get("description") and "examples" in one):
            missing.append(name)
        patterns = [str(each.get("pattern", "")) for each in (one, *one.get("anyOf", ()))]
        if any(each.startswith("^-?") for each in patterns) and "x-unit" not in one:
            missing.append(f"{name}: unit")
    assert counted > 2000
    assert missing == []
    operations = [one for path in contract["paths"].values() for one in path.values()]
    assert len(operations) > 500
    assert [one["operationId"] for one in operations if not one.get("description")] == []
    asked = [each for one in operations for each in one["parameters"]]
    assert [one["name"] for one in asked if not one.get("description")] == []
    assert all("example" in one for one in asked)


def test_files_say_their_types() -> None:
    kinds = {
        kind
        for path in document()["paths"].values()
        for one in path.values()
        for answer in one["responses"].values()
        for kind in answer.get("content", {})
    }
    assert "*/*" not in kinds
    assert {"application/pdf", "application/zip", "application/yaml", "image/png"} <= kinds


@pytest.fixture
def caller(town: Town) -> Caller:
    year = open_year(town.finance, year=2026)
    load(
        town,
        year,
        "".join(
            f"DSI;2051;I;Licence {n};Acme;M-1;{1000 + n};{1200 + n};{800 + n}\n" for n in range(5)
        ),
    )
    return Caller(town, Role.FINANCE)


def test_a_list_is_sought_sorted_counted_and_followed(caller: Caller) -> None:
    lines = "years/2026/lines"
    whole = caller.get(f"{lines}?total=true")
    assert whole["total"] == len(whole["items"]) == 5
    assert "total" not in caller.get(lines)
    (found,) = caller.get(f"{lines}?q=licence%203")["items"]
    assert found["label"] == "Licence 3"
    # Suppliers are not sought by words: finding is seeing.
    assert Caller(caller.town, Role.READER).get(f"{lines}?q=acme")["items"] == []
    seen: list[int] = []
    page = caller.get(f"{lines}?sort=-row&limit=2")
    while True:
        seen += [one["row"] for one in page["items"]]
        if page["next"] is None:
            break
        page = caller.get(f"{lines}?sort=-row&limit=2&cursor={page['next']}")
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    assert len(caller.get(f"{lines}?changed_since=2020-01-01")["items"]) == 5
    assert caller.get(f"{lines}?changed_since=2999-01-01T00:00:00%2B01:00")["items"] == []
    plans = Caller(caller.town)
    made = {"title": "Plan", "first_year": 2025, "last_year": 2027}
    assert plans("POST", "plans", made).status_code == 201
    assert len(plans.get("plans?changed_since=2020-01-01")["items"]) == 1
    assert plans.get("plans?changed_since=2999-01-01")["items"] == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("years/2026/indicator?stage=wished", "VOTED, OPENED"),
        ("years/2026/lines?limit=0", "de 1 à 500"),
        ("years/2026/lines?total=maybe", "true ou false"),
        ("years/2026/lines?changed_since=tomorrow", "AAAA-MM-JJ"),
        ("years/2026/lines?sort=colour", "-label"),
        ("years/2026/lines?colour=red", "cursor, limit"),
        ("years/2026/lines.csv?sort=row", "Acceptés"),
    ],
)
def test_a_bad_read_says_what_is_accepted(caller: Caller, asked: str, told: str) -> None:
    refused = caller("GET", asked)
    assert refused.status_code == 422
    said = refused.json()
    assert "écrit" not in said["title"]
    assert any(told in one["message"] for one in said["errors"]), said


def test_one_word_for_one_thing_whatever_its_capitals(caller: Caller) -> None:
    for stage in ("REALISED", "realised"):
        assert caller.get(f"years/2026/indicator?stage={stage}")["stage"] == "REALISED"
    sums = caller.get("years/2026/summary?by=post&stage=realised")
    assert (sums["stage"], sums["tax"], sums["unit"]) == ("REALISED", "TTC", "EUR")


def test_a_document_is_data(caller: Caller) -> None:
    editor = Caller(caller.town)
    editor("POST", "plans", {"title": "Plan", "first_year": 2025, "last_year": 2027})
    found = editor.get("documents/plan/2026/cells")
    tables = [
        block for one in found["sections"] for block in one["blocks"] if block["type"] == "table"
    ]
    cells = [cell for table in tables for row in table["rows"] for cell in row]
    assert all({"value", "unit", "quality", "source"} <= set(one) for one in cells)
    assert editor.get("public-editions") == {"items": [], "next": None}
    assert editor.get("plans/plan/campaigns")["items"] == []
