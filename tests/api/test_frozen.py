"""What version 1 promised is still there: programs that were written for it go on."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from portulan.api.contract import document
from tools.frozen import PLACE, breaks, text_of


def test_nothing_that_was_frozen_is_broken() -> None:
    frozen = json.loads(PLACE.read_text("utf-8"))
    assert len(frozen["paths"]) > 300
    assert breaks(frozen, document()) == []
    assert json.loads(text_of(document()))["paths"] == document()["paths"]


def _listed(now: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = now["paths"]["/{organisation}/plans"]
    return found


def _row(now: dict[str, Any]) -> dict[str, Any]:
    answer = _listed(now)["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    name = answer["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = now["components"]["schemas"][name]
    return found


def _sent(now: dict[str, Any]) -> dict[str, Any]:
    schema = _listed(now)["post"]["requestBody"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2] if "$ref" in schema else ""
    found: dict[str, Any] = now["components"]["schemas"][name] if name else schema
    return found


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda now: now["paths"].pop("/{organisation}/plans"), "GET /{organisation}/plans"),
        (lambda now: _listed(now).pop("post"), "POST /{organisation}/plans: removed"),
        (lambda now: _row(now)["properties"].pop("title"), ".title: removed"),
        (lambda now: _row(now)["properties"]["title"].update(type="integer"), ".title: was"),
        (lambda now: _row(now)["required"].remove("title"), "not always there"),
        (lambda now: _sent(now)["properties"].pop("adopted_by"), ".adopted_by: removed"),
        (lambda now: _sent(now)["required"].append("adopted_by"), "must be sent now"),
        (lambda now: _sent(now)["properties"]["title"].update(maxLength=3), "maxLength 3 now"),
        (lambda now: _listed(now)["get"].update({"x-portulan-right": "manage"}), "-right"),
        (lambda now: _listed(now)["get"]["parameters"].clear(), "parameter"),
    ],
)  # fmt: skip
def test_what_breaks_a_program_is_told(edit: Any, said: str) -> None:
    now = deepcopy(document())
    edit(now)
    assert any(said in one for one in breaks(document(), now))


def test_what_is_added_breaks_nothing() -> None:
    now = deepcopy(document())
    now["paths"]["/{organisation}/more"] = {"get": {"responses": {}}}
    _row(now)["properties"]["more"] = {"type": "string"}
    _sent(now)["properties"]["more"] = {"type": "string"}
    _listed(now)["get"]["parameters"].append({"in": "query", "name": "more", "schema": {}})
    assert breaks(document(), now) == []
