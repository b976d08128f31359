"""How far a file proves what is read of it: its grade, and the part of a figure that is proved.

A ledger is proved by totals that it prints of all its lines, at each stage read; consistent when
some totals or identities of its columns hold; unproved when it says nothing of itself; and
contradicted when a total says otherwise. What other accounts prove of it is judged above, by whom
knows them (`observatory`), and takes the place of the grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portulan.core.money import ZERO

_OF_TABLES = frozenset({"ledger", "orders"})


class Grade(StrEnum):
    """How far a file proves itself."""

    PROVED = "proved"
    CONSISTENT = "consistent"
    UNPROVED = "unproved"
    CONTRADICTED = "contradicted"


def grade_of(report: Mapping[str, Any]) -> Grade:
    """Return how far a file proves itself, by the report of its reading.

    A structured document prints no total, and its schema holds it: it is consistent.
    """
    if report.get("format") not in _OF_TABLES:
        return Grade.CONSISTENT if report.get("format") else Grade.UNPROVED
    controls = report.get("controls") or ()
    if any(not control["holds"] for control in controls):
        return Grade.CONTRADICTED
    stages = report.get("stages") or ()
    if stages and all(_is_whole(report, stage) for stage in stages):
        return Grade.PROVED
    has_identities = bool((report.get("cells") or {}).get("derived"))
    return Grade.CONSISTENT if controls or has_identities else Grade.UNPROVED


def _is_whole(report: Mapping[str, Any], stage: str) -> bool:
    """Return whether a total of all lines, or of all expenses, holds at a stage."""
    every = [total for total in report.get("totals") or () if total["stage"] == stage]
    sums = {
        sum((Decimal(total["amount"]) for total in of), ZERO)
        for of in (every, [total for total in every if total["flow"] == "expense"])
    }
    return any(
        control["stage"] == stage and control["holds"] and Decimal(control["read"]) in sums
        for control in report.get("controls") or ()
    )


def proved_part(graded: Iterable[tuple[Mapping[str, Any], Grade]], stage: str) -> Decimal | None:
    """Return the part of the expenses of files, at a stage, that comes from those that are proved.

    None where no file gives an expense there: nothing is to be proved.
    """
    proved = whole = ZERO
    for report, grade in graded:
        amount = sum(
            (
                abs(Decimal(total["amount"]))
                for total in report.get("totals") or ()
                if total["stage"] == stage and total["flow"] == "expense"
            ),
            ZERO,
        )
        whole += amount
        proved += amount if grade is Grade.PROVED else ZERO
    return proved / whole if whole else None
