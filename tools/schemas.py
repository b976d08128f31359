"""Publish the JSON Schemas of the contracts in docs/reference/schemas, and those of `schemas/`.

python tools/schemas.py     write them; a test holds that they are current
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portulan.core.contracts import Shape
from portulan.impact.engine import reckoning
from portulan.impact.readers import request
from portulan.plans.files import document
from portulan.portfolio.engine import documents, problem, why
from portulan.publication.documents import lesson_format
from portulan.publication.public import figure, tables
from portulan.steering.sealed import document as sealed

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each contract, by the name of its file."""
    return {
        "portulan-portfolio-1.json": problem.FIRST.schema,
        "portulan-portfolio-2.json": problem.FORMAT.schema,
        "portulan-impact-1.json": request.schema(),
        "portulan-plan-1.json": document.PLAN.schema,
        "portulan-plan-1-action.json": document.ACTION.schema,
        "portulan-plan-1-indicator.json": document.INDICATOR.schema,
        "portulan-sealed-1.json": sealed.SEALED.schema,
        "impact-result.json": Shape(reckoning.Reckoning).written,
        "portfolio-result.json": Shape(documents.Solution).written,
        "portfolio-why.json": Shape(why.Why).written,
        "portfolio-purchase.json": Shape(why.Purchase).written,
        "portfolio-explanation.json": Shape(documents.Explained).written,
    }


PUBLIC = FOLDER.parents[2] / "schemas" / "portulan_schemas"


def public() -> dict[str, dict[str, Any]]:
    """Return what stands alone in `schemas/`, by the path of its file."""
    formats = {
        "plan-1": document.PLAN,
        "plan-1-action": document.ACTION,
        "plan-1-indicator": document.INDICATOR,
        "figure-1": figure.BUNDLE,
        "lesson-1": lesson_format.FORMAT,
    }
    return {
        **{f"json/{name}.json": one.schema for name, one in formats.items()},
        **{f"table/{one.name}.json": one.schema() for one in tables.RESOURCES},
    }


def written(schema: dict[str, Any]) -> str:
    """Return the text of the file of a schema."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    found = {FOLDER / name: one for name, one in schemas().items()}
    found |= {PUBLIC / name: one for name, one in public().items()}
    for place, schema in found.items():
        place.write_text(written(schema), encoding="utf-8", newline="\n")
