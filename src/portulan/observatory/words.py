"""The words of the observatory (pure)."""

from __future__ import annotations

from enum import StrEnum

from portulan.core.say.text import Text


class Kind(StrEnum):
    """What a public file holds."""

    BALANCES = "balances"
    POPULATION = "population"
    GROUPINGS = "groupings"
    CONTRACTS = "contracts"
    REUSE = "reuse"
    SHARES = "shares"
    LEVELS = "levels"


MAIN = "1"  # CBUDG of a main budget; 2 is attached to one, 3 an annex

# What an organisation publishes says its stage and its levels so; French words are those of tables.
STAGES = frozenset({"voted", "opened", "committed", "realised"})
LEVELS = {
    "1": "study",
    "2": "experiment",
    "3": "implementation",
    "study": "study",
    "experiment": "experiment",
    "implementation": "implementation",
    "réflexion": "study",
    "expérimentation": "experiment",
    "réalisation": "implementation",
}
LEVEL_NAMES = {
    "study": Text("Réflexion", "Study"),
    "experiment": Text("Expérimentation", "Experiment"),
    "implementation": Text("Réalisation", "Implementation"),
}
STAGE_NAMES = {
    "voted": Text("voté", "voted"),
    "opened": Text("ouvert", "opened"),
    "committed": Text("engagé", "committed"),
    "realised": Text("mandaté", "realised"),
}
