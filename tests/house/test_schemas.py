"""The contracts that are published are those that are read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.documents import document, result_document
from portulan.portfolio.engine.problem import Coverage
from portulan.portfolio.engine.questions import buy, prices, why
from portulan.portfolio.engine.solving import solve
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


def portfolio_answers() -> dict[str, list[Any]]:
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
        "result": [
            result_document(asked, result, None, "fr"),
            result_document(poor, solve(poor), conflict, "en"),
        ],
        "why": [told(why(asked, result, one.id)) for one in asked.actions],
        "purchase": [
            told(buy(asked, result, asked.resources[0].id, asked.years[0], 5)),
            *map(told, prices(asked, result)),
        ],
        "explanation": [explain(asked, result, spreads={}, amounts=(1,), draws=1)],
    }


def test_answers_are_what_their_schemas_say() -> None:
    for name, answers in portfolio_answers().items():
        schema = json.loads((FOLDER / f"portfolio-{name}.json").read_text(encoding="utf-8"))
        whole = {"required": [], **schema}
        for answer in answers:
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
