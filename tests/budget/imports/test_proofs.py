"""How far a file proves itself, and the part of a figure that is proved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portulan.budget.imports.proofs import Grade, grade_of, proved_part


def report(*controls: tuple[str, str, bool], amount: str = "100.00", **more: Any) -> dict[str, Any]:
    return {
        "format": "ledger",
        "stages": ["REALISED"],
        "totals": [
            {"stage": "REALISED", "flow": "expense", "amount": amount},
            {"stage": "REALISED", "flow": "revenue", "amount": "7.00"},
        ],
        "controls": [
            {"stage": stage, "read": read, "printed": read, "holds": holds}
            for stage, read, holds in controls
        ],
        **more,
    }


@pytest.mark.parametrize(
    ("document", "grade"),
    [
        (report(("REALISED", "100.00", True)), Grade.PROVED),
        (report(("REALISED", "107.00", True)), Grade.PROVED),
        (report(("REALISED", "40.00", True)), Grade.CONSISTENT),
        (report(("VOTED", "100.00", True)), Grade.CONSISTENT),
        (report(cells={"line": 3, "derived": 3}), Grade.CONSISTENT),
        (report(), Grade.UNPROVED),
        (report(("REALISED", "100.00", True), ("REALISED", "9.00", False)), Grade.CONTRADICTED),
        ({"format": "totem"}, Grade.CONSISTENT),
        ({}, Grade.UNPROVED),
    ],
)
def test_a_file_has_the_grade_that_its_totals_give(document: dict[str, Any], grade: Grade) -> None:
    assert grade_of(document) is grade


def graded(*reports: dict[str, Any]) -> list[tuple[dict[str, Any], Grade]]:
    return [(one, grade_of(one)) for one in reports]


def test_the_part_that_is_proved_is_of_the_expenses() -> None:
    proved = report(("REALISED", "300.00", True), amount="300.00")
    assert proved_part(graded(proved, report(amount="100.00")), "REALISED") == Decimal("0.75")
    assert proved_part(graded(proved), "VOTED") is None
