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


KINDS = {
    Kind.BALANCES: Text("Balances comptables", "Balances of accounts"),
    Kind.POPULATION: Text("Population", "Population"),
    Kind.GROUPINGS: Text("Liste des intercommunalités", "List of intermunicipal bodies"),
    Kind.CONTRACTS: Text("Marchés publics", "Public contracts"),
    Kind.REUSE: Text("Déclarations de réemploi", "Declarations of reuse"),
    Kind.SHARES: Text("Parts NR publiées", "Published NR shares"),
    Kind.LEVELS: Text("Actions publiées", "Published actions"),
}

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
