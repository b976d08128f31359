"""The names of a scenario’s candidates and envelopes, for its sentences (pure)."""

from __future__ import annotations

from portulan.portfolio.engine.names import ActionName, Names
from portulan.portfolio.facts import ScenarioFacts


def names_of(facts: ScenarioFacts) -> Names:
    """Return the names by id; themes are their own."""
    return Names(
        actions={one.id: ActionName(one.number, one.title, one.label) for one in facts.candidates},
        resources={one.id: one.title for one in facts.envelopes},
    )
