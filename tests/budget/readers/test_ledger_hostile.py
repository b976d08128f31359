"""Hostile layouts: what tools write, each with the totals a person would give, or a question.

They stand as they are in `hostile_ledgers.txt`: a line `=== name => totals`, then the file.
"""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portulan.budget.imports.inspection import inspect
from portulan.core.say.text import UnusableInputError
from tests.budget.readers.test_ledger import workbook

LEDGERS = Path(__file__).with_name("hostile_ledgers.txt").read_text(encoding="utf-8")
CASES = re.findall(
    r"^=== (.+?)(?: \(read for ([0-9]+)\))? => (.+)\n((?:(?!=== ).*\n)+)", LEDGERS, re.M
)


def told(content: bytes, year: int | None = None) -> str:
    """Return the real expenses by stage, or that something is asked."""
    try:
        document = inspect(io.BytesIO(content), name="export.csv", year=year)
    except UnusableInputError:
        return "asked"
    if any(problem["severity"] == "error" for problem in document["problems"]):
        return "asked"
    found: dict[str, Decimal] = {}
    for total in document["totals"]:
        if total["flow"] == "expense" and Decimal(total["amount"]):
            stage = total["stage"]
            found[stage] = found.get(stage, Decimal(0)) + Decimal(total["amount"])
    return " ".join(f"{stage}={amount.normalize():f}" for stage, amount in found.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_hostile_layout_is_read_right_or_asked_about(case: tuple[str, str, str, str]) -> None:
    _, year, expected, content = case
    wanted = re.sub(r"(\.[0-9]*?)0+\b", r"\1", expected).replace(". ", " ").rstrip(".")
    assert told(content.encode(), int(year) if year else None) == wanted


TITLES = ["Compte", "Libellé", "Mandaté"]
FIRST: list[list[Any]] = [TITLES, ["611", "Infogérance", 100.5], ["2051", "Logiciels", 20.25]]
SECOND: list[list[Any]] = [TITLES, ["6184", "Formation", 110.5], ["2051", "SIRH", 21.25]]
EARNED: list[list[Any]] = [TITLES, ["7478", "Participation", 110.5], ["1321", "Subvention", 21.25]]
AGAIN: list[list[Any]] = [TITLES, ["611", "Infogérance", 110.5], ["2051", "Logiciels", 21.25]]


@pytest.mark.parametrize(
    ("sheets", "wanted"),
    [
        ((("DSI", FIRST), ("DRH", SECOND)), "REALISED=252.5"),
        ((("Dépenses", FIRST), ("Recettes", EARNED)), "REALISED=120.75"),
        ((("2023", FIRST), ("2024", AGAIN)), "asked"),
        ((("PORT-BRUYÈRE", FIRST), ("SAINT-ÉLOUAN", AGAIN)), "asked"),
        ((("DSI", FIRST), ("Copie", FIRST)), "asked"),
    ],
)
def test_sheets_are_pieces_of_one_account_or_asked_about(
    sheets: tuple[tuple[str, list[list[Any]]], ...], wanted: str
) -> None:
    assert told(workbook(*sheets)) == wanted
