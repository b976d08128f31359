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


KINDS = {
    Kind.BALANCES: Text("Balances comptables", "Balances of accounts"),
    Kind.POPULATION: Text("Population", "Population"),
    Kind.GROUPINGS: Text("Liste des intercommunalités", "List of intermunicipal bodies"),
    Kind.CONTRACTS: Text("Marchés publics", "Public contracts"),
    Kind.REUSE: Text("Déclarations de réemploi", "Declarations of reuse"),
}

MAIN = "1"  # CBUDG of a main budget; 2 is attached to one, 3 an annex
