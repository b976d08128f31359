"""The contracts that are published are those that are read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from portulan.core.contracts import to_json
from portulan.impact.engine.factors import shipped
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Request
from portulan.impact.readers.request import parse
from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.documents import document, result_document
from portulan.portfolio.engine.problem import Coverage
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.engine.why import buy, prices, why
from tests.portfolio.engine.test_evaluator import PROBLEM
from tests.portfolio.explained import explain
from tools.schemas import FOLDER, schemas, written

KINDS: dict[str, Any] = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def test_the_published_schemas_are_current() -> None:
    """`python tools/schemas.py` writes them."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == {
        name: written(schema) for name, schema in schemas().items()
    }


def fits(value: Any, schema: dict[str, Any], named: dict[str, Any]) -> bool:
    """Return whether a value is what a schema says, as far as ours say it: no key more either."""
    if reference := schema.get("$ref"):
        schema = named[reference.rpartition("/")[2]]
    if branches := schema.get("anyOf"):
        return any(fits(value, one, named) for one in branches)
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "object" if free := schema.get("additionalProperties"):
            return isinstance(value, dict) and all(fits(one, free, named) for one in value.values())
        case "object":
            known = schema["properties"]
            return (
                isinstance(value, dict)
                and set(schema["required"]) <= set(value) <= set(known)
                and all(fits(one, known[name], named) for name, one in value.items())
            )
        case "array":
            return isinstance(value, list) and all(
                fits(one, schema["items"], named) for one in value
            )
        case kind:
            return isinstance(value, KINDS[kind]) and (kind == "boolean" or value is not True)


def estimated() -> Request:
    """Return a request with an overlap, an effect avoided elsewhere and one without a number."""
    longer = {"archetype": "device-life", "assets": ["pc"]}
    lives = {"device": "laptop", "count": 10, "life_before": 4, "life_after": 6}
    given = {"device": "laptop", "count": 3, "second_life": 2, "replacement_rate": 0.5}
    parts = [
        {"id": "a", **longer, "inputs": lives},
        {"id": "b", **longer, "inputs": lives | {"count": 5}},
        {"id": "c", "archetype": "reuse", "inputs": given},
        {"id": "d", "archetype": "enabling", "inputs": {}},
    ]
    asked = {"format": "portulan-impact/1", "country": "FRA", "draws": 20, "estimates": parts}
    reading = parse(json.dumps(asked).encode(), shipped())
    assert reading.request is not None
    return reading.request


def answers() -> dict[str, list[Any]]:
    """Return answers of every shape, on a problem that has a plan and on one that has none."""
    asked, result = PROBLEM, solve(PROBLEM)
    poor = replace(
        asked,
        resources=tuple(replace(one, capacity=(0,) * len(asked.years)) for one in asked.resources),
        coverage=(Coverage(asked.actions[0].theme, asked.actions[0].levels[0].level, 1),),
    )
    conflict = find_conflict(poor)
    assert conflict.repair
    told: Any = partial(document, asked, lang="en")
    return {
        "impact-result": [to_json(reckon(estimated()), lang=lang) for lang in ("fr", "en")],
        "portfolio-result": [
            result_document(asked, result, None, "fr"),
            result_document(poor, solve(poor), conflict, "en"),
        ],
        "portfolio-why": [told(why(asked, result, one.id)) for one in asked.actions],
        "portfolio-purchase": [
            told(buy(asked, result, asked.resources[0].id, asked.years[0], 5)),
            *map(told, prices(asked, result)),
        ],
        "portfolio-explanation": [explain(asked, result, spreads={}, amounts=(1,), draws=1)],
    }


def test_answers_are_what_their_schemas_say() -> None:
    for name, found in answers().items():
        schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        whole = {"required": [], **schema}
        for answer in found:
            assert fits(answer, whole, schema["$defs"]), (name, answer)
            assert not fits(answer | {"more": 1}, whole, schema["$defs"])


def test_pydantic_is_loaded_for_contracts_only() -> None:
    code = (
        "import sys; sys.argv = ['portulan', '--help']; import portulan.cli\n"
        "try: portulan.cli.main()\n"
        "except SystemExit: pass\n"
        "assert 'typer' in sys.modules and 'pydantic' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
