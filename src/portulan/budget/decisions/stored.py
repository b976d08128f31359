"""What a row of a sheet says, as it is kept between its preview and its confirmation (pure)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portulan.budget.decisions.columns import OF_ATTRIBUTION, OF_LINE, Column
from portulan.budget.decisions.reading import AsDate, Number, Said, Value
from portulan.core.say.text import ProblemKind, Text

# What finds a line and what is said of it: names and words of the file are not kept.
_KEPT = (
    *(Column.KEY, Column.LINE, Column.STATE, Column.FILE, Column.ROW, Column.ATTRIBUTION),
    *OF_LINE,
    *OF_ATTRIBUTION,
)


def stored(said: Said) -> dict[str, Any]:
    """Return a row as plain values."""
    return {
        "row": said.row,
        "values": {
            column.value: _plain(said.values[column]) for column in _KEPT if column in said.values
        },
        "cells": {column.value: said.cells[column] for column in _KEPT if column in said.cells},
        "problems": [
            [problem.kind.code, problem.message("fr"), problem.message("en")]
            for problem in said.problems
        ],
    }


def restored(kept: dict[str, Any]) -> Said:
    """Return the row that `stored` made plain."""
    return Said(
        kept["row"],
        {Column(name): _value(value) for name, value in kept["values"].items()},
        {Column(name): cell for name, cell in kept["cells"].items()},
        [
            ProblemKind(code, "error", "{why}", "{why}").at(line=kept["row"], why=Text(fr, en))
            for code, fr, en in kept["problems"]
        ],
    )


def _plain(value: Value) -> Any:
    match value:
        case Number():
            return {"number": str(value.value), "percent": value.percent, "places": value.places}
        case AsDate():
            return {"day": value.day.isoformat()}
        case _:
            return value


def _value(kept: Any) -> Value:
    match kept:
        case {"number": number, "percent": percent, "places": places}:
            return Number(Decimal(number), percent, places)
        case {"day": day}:
            return AsDate(date.fromisoformat(day))
        case _:
            value: Value = kept
            return value
