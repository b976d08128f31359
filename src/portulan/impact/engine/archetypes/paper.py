"""Printing less (row 14). A sheet of A4 at 80 g/m² weighs 4.99 g."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, saved
from portulan.impact.engine.items import Flow, Kind


def flows(case: Case) -> list[Flow]:
    """Sheets × grams / 1000 kg of paper; the ink and the printer are left out."""
    mass = case["sheets"] * case["grams"] / 1000.0
    return [saved(Kind.PAPER, mass, "{sheets} × {grams} / 1000")]


ARCHETYPE = Archetype(
    name="paper",
    flows=flows,
    inputs=(Input("sheets", Asked.TALLY), Input("grams", Asked.EACH, default=4.99)),
    step=Step.POWER,
)
