"""What Portulan can do besides following a plan and its money: shown where it was asked for (pure).

A town where one person plays all the roles starts with four places and none of these words.
"""

from __future__ import annotations

from enum import StrEnum

from portulan.accounts.words import LegalForm

# Towns of fewer inhabitants start with the least; above, a plan is somebody's work.
SMALL_TOWN = 10_000


class Feature(StrEnum):
    CATALOGUE = "catalogue"
    ARBITRATION = "arbitration"
    PROGRAMMES = "programmes"
    UNITS = "units"
    SEALS = "seals"
    TOKENS = "tokens"
    TABLES = "tables"
    IMPACT = "impact"
    OBSERVATORY = "observatory"
    STEERING = "steering"
    DOCUMENTS = "documents"
    GROUPS = "groups"


def put_away_at_first(form: LegalForm, population: int | None) -> list[str]:
    """Return what an organisation starts without: all of it in a small town, nothing elsewhere."""
    small = form is LegalForm.TOWN and population is not None and population < SMALL_TOWN
    return [feature.value for feature in Feature] if small else []
