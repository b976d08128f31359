"""A plan on its way out, as its files say it, and how it is read back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portulan.core.tables.grid import Grid
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import Sheet, write_xlsx_sheets
from portulan.indicators.words import Kind
from portulan.plans.files.document import (
    ActionText,
    DecisionText,
    DeliverableText,
    IndicatorText,
    MilestoneText,
    MoneyText,
    PlanFolder,
    PlanText,
    TargetText,
    TieText,
)
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tables.reading import TableReading
from portulan.plans.tools.telling import Outgoing
from portulan.plans.words import CommitmentLevel, Guess, Outcome, Progress, Reach, Tie

ON = date(2026, 11, 24)
FULL: dict[str, Any] = {
    "own_number": "1.10",
    "short_title": "Salle",
    "unit": "DSI",
    "decided_by": "Bureau municipal",
    "follow_up_function": "Délégué",
    "sponsor_function": "Adjointe au numérique",
    "contributors": ("Achats", "Régie"),
    "axis": "achats",
    "goals": ("sobriete",),
    "practices": ("gpc-onr/2026-02/1.1", "guide/v1/d.1"),
    "reach": Reach.TERRITORY,
    "scope": "Deux écoles",
    "protocol": "Six mois",
    "starts_on": date(2026, 1, 1),
    "due_on": date(2027, 12, 31),
    "days_per_year": Decimal("12.5"),
    "impact_guess": Guess.HIGH,
    "blocked_by": "Marché attendu",
    "indicators": ("pue",),
    "milestones": (
        MilestoneText("Sourcing", date(2026, 3, 1), date(2026, 3, 9)),
        MilestoneText("Marché", date(2026, 9, 1)),
    ),
    "deliverables": (DeliverableText("bilan", "Bilan", date(2026, 12, 1)),),
    "decisions": (
        DecisionText(date(2024, 12, 13), Outcome.ADOPT, CommitmentLevel.STUDY, "Conseil"),
    ),
    "money": (MoneyText(2026, "I", True, Decimal("12000.00")), MoneyText(2027)),
    "description": "Une ligne\net l’autre : a < b & c",
    "ties": (TieText(Tie.REQUIRES, 2),),
}


def action(number: int = 1, title: str = "Acheter", **more: Any) -> ActionText:
    said = {"level": CommitmentLevel.STUDY, "progress": Progress.TODO, "pilot_function": "DSI"}
    return ActionText(number=number, title=title, **(said | more))


def out(*actions: ActionText, language: Any = "fr") -> Outgoing:
    plan = PlanText(
        slug="plan",
        title="Plan",
        first_year=2025,
        last_year=2027,
        axes={"achats": "Achats"},
        goals={"sobriete": "Sobriété"},
    )
    pue = IndicatorText("PUE", Kind.QUANTITY, targets=(TargetText(ON, value=Decimal("1.5")),))
    return Outgoing(PlanFolder(plan, {"pue": pue}, actions), "Bourg", ON, language)


def grids(sheets: Sequence[Sheet]) -> list[Grid]:
    """Return the sheets of a workbook that was written, as a reader has them."""
    stream = io.BytesIO()
    write_xlsx_sheets(stream, sheets)
    stream.seek(0)
    with open_source(stream, None, TABLES) as source:
        return grids_of(source)


def back(sheets: Sequence[Sheet]) -> TableReading:
    return read_any(grids(sheets))
